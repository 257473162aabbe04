"""The feeds are looked at in turn, and only news starts a run."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cogent_pipelines.components import feeds_sensor
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.flows.order_capture import ORDERS
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines_tests.components.deployment import Deployment, connection
from cogent_pipelines_tests.factories.orders import an_order

FEEDS = (ORDERS, "despatches", "stock")


@pytest.fixture
def deployment(ledger, instance):
    """Two connections, of which every feed was read before."""
    now = datetime.now(UTC)
    for name in ("northwind_uk", "southwind_de"):
        for feed in FEEDS:
            ledger.watermarks.move(name, feed, now, now=now)
    return Deployment([connection(), connection("southwind_de")], ledger, instance)


def news_of(deployment, name: str) -> None:
    deployment.sides.of(name)[0].place(an_order(version=datetime.now(UTC) + timedelta(seconds=1)))


def requested(ticked) -> list[tuple[str, str]]:
    return [(request.tags["cogent/connection"], request.tags["cogent/flow"]) for request in ticked.run_requests]


def test_without_news_no_run_starts_and_the_look_is_remembered(deployment):
    """The cursor says when each connection was looked at; before its time it is not looked at again."""
    ticked = deployment.tick("feeds")

    assert [] == ticked.run_requests
    assert "Looked at 2 connections" in ticked.skip_message
    assert {"northwind_uk", "southwind_de"} == json.loads(ticked.cursor).keys()
    assert "Looked at 0 connections" in deployment.tick("feeds", ticked.cursor).skip_message


def test_news_starts_the_flow_that_reads_it_and_no_other(deployment):
    news_of(deployment, "southwind_de")

    ticked = deployment.tick("feeds")

    assert [("southwind_de", "order_capture")] == requested(ticked)
    assert "southwind_de__order_capture" in [node.name for node in deployment.job_of(ticked.run_requests[0]).nodes]


def test_a_connection_is_looked_at_again_when_its_time_has_come(deployment):
    longer_ago = json.dumps(
        {"northwind_uk": datetime.now(UTC).timestamp() - 61, "southwind_de": datetime.now(UTC).timestamp()}
    )

    deployment.tick("feeds", longer_ago)

    assert ["northwind_uk"] == deployment.sides.opened_for


def test_a_flow_under_way_polls_for_itself(deployment):
    """Nobody else looks for it."""
    news_of(deployment, "northwind_uk")
    deployment.under_way("order_capture")

    assert [] == requested(deployment.tick("feeds"))


def test_a_connection_with_all_its_runs_under_way_is_not_even_opened(deployment):
    for flow in ("order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment"):
        deployment.under_way(flow)

    deployment.tick("feeds")

    assert ["southwind_de"] == deployment.sides.opened_for


def test_a_missing_variable_is_that_connections_case_and_nobody_elses_trouble(deployment, ledger):
    """The case names the variable, and closes when it is there."""
    deployment.sides.missing["northwind_uk"] = MissingVariables(("NORTHWIND_TOKEN",))
    news_of(deployment, "southwind_de")

    ticked = deployment.tick("feeds")

    assert [("southwind_de", "order_capture")] == requested(ticked)
    [case] = ledger.cases.open("northwind_uk")
    assert ("credentials_refused", True) == (case.kind, "NORTHWIND_TOKEN" in case.message)

    deployment.sides.missing.clear()
    deployment.tick("feeds")
    assert [] == ledger.cases.open("northwind_uk")


@pytest.mark.parametrize("error", [VendorUnavailable("503"), KeyError("a field nobody expected")])
def test_whatever_ails_one_vendor_the_others_are_looked_at(deployment, error):
    deployment.sides.of("northwind_uk")[0].trouble = error
    news_of(deployment, "southwind_de")

    assert [("southwind_de", "order_capture")] == requested(deployment.tick("feeds"))


def test_what_a_tick_has_no_time_for_comes_first_in_the_next(deployment, monkeypatch):
    """Dagster ends a tick after a minute, and forgets what it had done."""
    monkeypatch.setattr(feeds_sensor, "_TIME_TO_LOOK", timedelta(seconds=-1))
    cut_short = deployment.tick("feeds")
    assert ([], {}) == (deployment.sides.opened_for, json.loads(cut_short.cursor))

    monkeypatch.undo()
    deployment.tick("feeds", cut_short.cursor)
    assert {"northwind_uk", "southwind_de"} == {*deployment.sides.opened_for}
