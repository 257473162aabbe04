"""Throw bytes that learn from what they reach at every target, each for its share of the time; `make fuzz` runs it.

Needs the extra `fuzz` (atheris). What was found worth keeping stays in `.cogent/fuzz`, and the next run goes on from there.
A target that breaks its promise ends the run, with the bytes in a file: put them into a test.
"""

import argparse
import subprocess
import sys
from pathlib import Path

_SLOWEST_SECONDS = 10
_MOST_MEGABYTES = 1_500
_LONGEST = 512


def main() -> int:
    """Run every target in a process of its own, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--only", help="this target alone")
    parser.add_argument("--corpus", type=Path, default=Path(".cogent") / "fuzz", help="where what was learnt stays")
    asked = parser.parse_args()
    # Known only here: a process that fuzzes must import the targets with its eyes open.
    from cogent_pipelines_tests.hostile.targets import TARGETS  # noqa: PLC0415 - see above

    names = [asked.only] if asked.only else list(TARGETS)
    for name in names:
        folder = asked.corpus / name
        folder.mkdir(parents=True, exist_ok=True)
        seconds = max(1, asked.seconds // len(names))
        print(f"== {name}, {seconds} s", flush=True)  # noqa: T201 - a tool's output
        options = [
            f"-max_total_time={seconds}",
            f"-timeout={_SLOWEST_SECONDS}",
            f"-rss_limit_mb={_MOST_MEGABYTES}",
            f"-max_len={_LONGEST}",
            f"-artifact_prefix={asked.corpus}/broken-{name}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        done = subprocess.run([sys.executable, "-m", f"{__package__}.fuzz_one", name, *options, str(folder)], check=False)
        if done.returncode:
            print(f"{name} broke its promise; the bytes are in {asked.corpus}", flush=True)  # noqa: T201 - as above
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
