"""What the local stack asks of Dagster, in words that Dagster understands."""

import json

import httpx
import pytest
from dagster_graphql.schema import create_schema
from graphql import parse, validate

from cogent_pipelines.local_stack import dagster_api
from cogent_pipelines.local_stack.dagster_api import DagsterApi, DagsterRefused

QUESTIONS = {
    name: text for name, text in vars(dagster_api).items() if isinstance(text, str) and "{" in text and name.startswith("_")
}


@pytest.fixture(scope="module")
def schema():
    return create_schema().graphql_schema


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_dagster_understands_every_question(schema, question):
    """A new version that renames a field is noticed here, and not when the stack ends."""
    assert [] == validate(schema, parse(QUESTIONS[question]))


class Webserver:
    """Answers as Dagster does; `live` runs end when they are cancelled."""

    def __init__(self, *live: str) -> None:
        self.live = list(live)
        self.policies: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        if "runsOrError" in asked["query"]:
            answer = {"runsOrError": {"__typename": "Runs", "results": [{"runId": run} for run in self.live]}}
        else:
            self.policies.append(asked["query"])
            self.live = [run for run in self.live if run not in asked["variables"]["runs"]]
            results = [{"__typename": "TerminateRunSuccess"} for _ in asked["variables"]["runs"]]
            answer = {"terminateRuns": {"__typename": "TerminateRunsResult", "terminateRunResults": results}}
        return httpx.Response(200, json={"data": answer})


def test_what_runs_is_cancelled_at_once():
    webserver = Webserver("one", "two")

    cancelled = DagsterApi("http://dagster", httpx.MockTransport(webserver)).cancel_live_runs(seconds=1)

    assert (2, []) == (cancelled, webserver.live)
    assert ["MARK_AS_CANCELED_IMMEDIATELY" in policy for policy in webserver.policies] == [True]


def test_where_nothing_runs_nothing_is_cancelled():
    webserver = Webserver()

    assert 0 == DagsterApi("http://dagster", httpx.MockTransport(webserver)).cancel_live_runs(seconds=1)
    assert [] == webserver.policies


def test_a_refusal_is_said_in_dagsters_own_words():
    refusing = httpx.MockTransport(lambda _: httpx.Response(400, json={"errors": [{"message": "Unknown field"}]}))

    with pytest.raises(DagsterRefused, match="Unknown field"):
        DagsterApi("http://dagster", refusing).cancel_live_runs(seconds=1)
