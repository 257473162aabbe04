"""How Dagster starts a run here; `dagster.yaml` names it.

The daemon and the webserver load this package for the launcher alone, so it imports nothing of what a run works with.
"""

from cogent_pipelines.run_launcher.connection_run_launcher import ConnectionRunLauncher

__all__ = ["ConnectionRunLauncher"]
