"""One target under the fuzzer; the process never comes back from it. Started by `fuzz`."""

import logging
import sys

import atheris

with atheris.instrument_imports(include=["cogent_pipelines.adapters", "cogent_pipelines.connections"]):
    from cogent_pipelines_tests.hostile.targets import TARGETS

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
