"""What the local stack asks of a running Dagster, over its GraphQL: launch these assets, say what the checks found.

And, before the stack ends, cancel what runs: a run whose process is merely ended counts as failed, and is started again.

Queries are written out; nothing of Dagster is imported, so that asking costs no start of Dagster's own.
"""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from cogent_pipelines.local_stack.dagster_home import LOCATION

_REPOSITORY = "__repository__"
_ASSET_JOB = "__ASSET_JOB"
_ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})

_LAUNCH = """
mutation Launch($parameters: ExecutionParams!) {
  launchRun(executionParams: $parameters) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}"""

_LOCATIONS = """
query Locations {
  workspaceOrError {
    ... on Workspace { locationEntries { locationOrLoadError { __typename ... on PythonError { message stack } } } }
  }
}"""

_RUN = """
query Run($id: ID!) { runOrError(runId: $id) { __typename ... on Run { status } ... on Error { message } } }"""

_PROCESSES = """
query Processes {
  runsOrError(filter: {statuses: [STARTED]}, limit: 50) {
    __typename
    ... on Runs {
      results { tags { key value } eventConnection(limit: 20) { events { ... on MessageEvent { message } } } }
    }
  }
}"""
_PROCESS_OF_RUN = re.compile(r"Started process for run \(pid: (\d+)\)")

_LIVE = """
query Live {
  runsOrError(filter: {statuses: [QUEUED, NOT_STARTED, STARTING, STARTED]}, limit: 500) {
    __typename
    ... on Runs { results { runId } }
  }
}"""

# Marked at once: whether the process takes notice, the stack sees to itself.
_CANCEL = """
mutation Cancel($runs: [String!]!) {
  terminateRuns(runIds: $runs, terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) {
    __typename
    ... on TerminateRunsResult { terminateRunResults { __typename } }
  }
}"""

_CHECKS = """
query Checks($group: AssetGroupSelector!) {
  assetNodes(group: $group) {
    assetKey { path }
    assetChecksOrError { ... on AssetChecks { checks { name } } }
  }
}"""

# Not `executionForLatestMaterialization`: an asset that was made again since leaves that empty.
_SPOKEN = """
query Spoken($asset: AssetKeyInput!, $check: String!) {
  assetCheckExecutions(assetKey: $asset, checkName: $check, limit: 200) {
    evaluation { success severity description timestamp }
  }
}"""


class DagsterRefused(RuntimeError):
    """Dagster did not do what was asked; the message is its own."""


@dataclass(frozen=True, slots=True)
class CheckName:
    """One check of one asset."""

    asset: tuple[str, ...]
    name: str

    @property
    def handle(self) -> dict[str, Any]:
        return {"assetKey": {"path": list(self.asset)}, "name": self.name}


@dataclass(frozen=True, slots=True)
class CheckState:
    """What a check has said; `success` is its latest word, None where it has not spoken yet."""

    check: CheckName
    success: bool | None
    ever_failed: bool = False
    severity: str = ""
    description: str = ""

    @property
    def name(self) -> str:
        return self.check.name


@dataclass(frozen=True, slots=True)
class RunProcess:
    """A run that is under way on this machine."""

    pid: int
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DagsterApi:
    """One webserver, asked in plain HTTP. `transport` None is the real network."""

    url: str
    transport: httpx.BaseTransport | None = None

    def load_error(self) -> str:
        """Say why the definitions could not be loaded; empty where they were."""
        entries = self._ask(_LOCATIONS)["workspaceOrError"].get("locationEntries", ())
        errors = [entry["locationOrLoadError"] or {} for entry in entries]
        return "\n".join(str(error["message"]).strip() for error in errors if error.get("__typename") == "PythonError")

    def launch(
        self,
        assets: Iterable[Sequence[str]],
        *,
        checks: Iterable[CheckName] | None = None,
        partition: str | None = None,
        tags: Iterable[tuple[str, str]] = (),
    ) -> str:
        """Start one run of these assets, with these checks or, without a word about them, with all of theirs."""
        all_tags = [*tags, *([("dagster/partition", partition)] if partition else [])]
        selector: dict[str, Any] = {
            "repositoryLocationName": LOCATION,
            "repositoryName": _REPOSITORY,
            "jobName": _ASSET_JOB,
            "assetSelection": [{"path": list(asset)} for asset in assets],
        }
        if checks is not None:
            selector["assetCheckSelection"] = [check.handle for check in checks]
        parameters = {
            "selector": selector,
            "runConfigData": {},
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in all_tags]},
        }
        launched = self._ask(_LAUNCH, parameters=parameters)["launchRun"]
        if launched["__typename"] != "LaunchRunSuccess":
            raise DagsterRefused(launched.get("message") or launched["__typename"])
        return str(launched["run"]["runId"])

    def wait_for(self, runs: Iterable[str], *, seconds: float) -> dict[str, str]:
        """Wait until the runs have ended and give how each did; after the limit, give what is known by then."""
        limit = time.monotonic() + seconds
        states = dict.fromkeys(runs, "")
        while not _ENDED.issuperset(states.values()) and time.monotonic() < limit:
            time.sleep(0.3)
            states = {run: state if state in _ENDED else self._state(run) for run, state in states.items()}
        return states

    def processes_of_runs(self) -> list[RunProcess]:
        """Give every run that Dagster says is under way, with the number of the process that it was started in."""
        found: list[RunProcess] = []
        for run in self._ask(_PROCESSES)["runsOrError"]["results"]:
            tags = {tag["key"]: tag["value"] for tag in run["tags"]}
            messages = "\n".join(event.get("message", "") for event in run["eventConnection"]["events"])
            found += [RunProcess(int(match[1]), tags) for match in _PROCESS_OF_RUN.finditer(messages)]
        return found

    def cancel_live_runs(self, *, seconds: float) -> int:
        """Cancel what runs or waits to run, and say how many there were; each question is given so many seconds."""
        found = self._ask(_LIVE, timeout=seconds)["runsOrError"]
        runs = [run["runId"] for run in found.get("results", ())]
        if not runs:
            return 0
        ended = self._ask(_CANCEL, timeout=seconds, runs=runs)["terminateRuns"].get("terminateRunResults", ())
        return sum(each["__typename"] == "TerminateRunSuccess" for each in ended)

    def checks(self, group: str) -> list[CheckName]:
        """Give every check of a connection's assets."""
        selector = {"groupName": group, "repositoryName": _REPOSITORY, "repositoryLocationName": LOCATION}
        return [
            CheckName(tuple(node["assetKey"]["path"]), check["name"])
            for node in self._ask(_CHECKS, group=selector)["assetNodes"]
            for check in node["assetChecksOrError"].get("checks", ())
        ]

    def state_of(self, check: CheckName) -> CheckState:
        """Give what a check has said since the stack's databases were made."""
        asked = self._ask(_SPOKEN, asset={"path": list(check.asset)}, check=check.name)["assetCheckExecutions"]
        spoken = [execution["evaluation"] for execution in asked if execution["evaluation"]]
        if not spoken:
            return CheckState(check, None)
        latest = max(spoken, key=lambda evaluation: float(evaluation["timestamp"]))
        return CheckState(
            check,
            latest["success"],
            ever_failed=any(not evaluation["success"] for evaluation in spoken),
            severity=latest["severity"],
            description=latest["description"] or "",
        )

    def _state(self, run: str) -> str:
        answer = self._ask(_RUN, id=run)["runOrError"]
        return str(answer.get("status", "FAILURE"))

    def _ask(self, query: str, *, timeout: float = 60.0, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        with httpx.Client(transport=self.transport, timeout=timeout, trust_env=False) as client:
            response = client.post(f"{self.url}/graphql", json=body)
        answer = response.json()
        if response.is_error or answer.get("errors"):
            raise DagsterRefused(str(answer.get("errors", response.text))[:2000])
        return dict(answer["data"])
