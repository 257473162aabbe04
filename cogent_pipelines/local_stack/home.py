"""Where this checkout keeps what it makes: databases, Dagster's home, logs.

Only paths live here. The variable `COGENT_HOME` moves all of it elsewhere.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HOME_VARIABLE = "COGENT_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """`checkout` holds the code and the YAML that ships; `path` holds what running it leaves behind."""

    checkout: Path
    path: Path
    dagster_name: str = "dagster"

    def for_the_demo(self) -> "Home":
        """Give the same home with a Dagster of the demo's own in it."""
        return replace(self, dagster_name="demo_dagster")

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def dagster(self) -> Path:
        return self.path / self.dagster_name

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def alerts(self) -> Path:
        return self.path / "alerts.log"

    @property
    def processes(self) -> Path:
        """Which processes a stack of this checkout started, for the one who must end them after an accident."""
        return self.path / "processes.json"

    def prepared(self) -> "Home":
        for folder in (self.path, self.logs, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        return self


def find_home(environ: Mapping[str, str] | None = None) -> Home:
    """Give the home of the checkout that this code runs from, or of the working folder when it was installed."""
    environ = os.environ if environ is None else environ
    checkout = _checkout()
    named = environ.get(HOME_VARIABLE)
    return Home(checkout=checkout, path=Path(named).expanduser().resolve() if named else checkout / ".cogent")


def _checkout() -> Path:
    beside_the_package = Path(__file__).resolve().parents[2]
    return beside_the_package if (beside_the_package / "workspace.yaml").exists() else Path.cwd()
