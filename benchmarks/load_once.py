"""Loads the code location once in this process, down to what the code server hands out; prints the seconds it took.

Python's own start is not in it; every import is.
"""

import json
import time
import warnings


def main() -> None:
    warnings.simplefilter("ignore")
    began = time.perf_counter()
    from dagster._core.remote_representation.external_data import RepositorySnap  # noqa: PLC0415 - imports are measured too
    from dagster_shared.serdes import serialize_value  # noqa: PLC0415

    from cogent_pipelines.definitions import defs  # noqa: PLC0415

    definitions = defs() if callable(defs) else defs
    repository = definitions.get_repository_def()
    repository.load_all_definitions()
    handed_out = serialize_value(RepositorySnap.from_def(repository))
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "seconds": round(seconds, 2),
                "assets": len(repository.asset_graph.executable_asset_keys),
                "megabytes": round(len(handed_out) / 1e6, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
