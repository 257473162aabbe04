"""The feeds are looked at in turn, and only news starts a run."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from cogent_pipelines.components import feeds_sensor
from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.flows.order_capture import ORDERS
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.flows.troubles import Troubles
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines_tests.components.deployment import Deployment, connection, looked_at
from cogent_pipelines_tests.factories.orders import NORTHWIND, an_order

FEEDS = (ORDERS, "despatches", "stock")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A tick sees all that it began to look at, however busy the machine is."""
    monkeypatch.setattr(feeds_sensor, "_PATIENCE", timedelta(seconds=60))
    monkeypatch.setattr(feeds_sensor, "_PATIENCE_AT_FIRST", timedelta(seconds=60))


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


def captured(name: str) -> list[tuple[str, str]]:
    """The runs that news of an order starts: what is captured is injected by the one beside it."""
    return [(name, "order_capture"), (name, "order_injection")]


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

    assert captured("southwind_de") == requested(ticked)
    assert "southwind_de__order_capture" in [node.name for node in deployment.job_of(ticked.run_requests[0]).nodes]


def test_a_connection_is_looked_at_again_when_its_time_has_come(deployment):
    longer_ago = json.dumps(
        {"northwind_uk": datetime.now(UTC).timestamp() - 61, "southwind_de": datetime.now(UTC).timestamp()}
    )

    deployment.tick("feeds", longer_ago)

    assert ["northwind_uk"] == deployment.sides.opened_for


def test_looks_are_spread_over_the_ticks_of_a_round(ledger, instance):
    """After a start all are due; a hundred at once would take every core for seconds, and again a minute later."""
    names = [f"brand_{number:02}" for number in range(24)]
    deployment = Deployment([connection(name) for name in names], ledger, instance)

    cursor, looked = None, []
    for _ in range(4):
        ticked = deployment.tick("feeds", cursor)
        looked.append(len(json.loads(ticked.cursor)))
        cursor = ticked.cursor

    assert [8, 16, 24, 24] == looked


def test_as_many_are_looked_at_in_a_tick_as_keeps_all_of_them_in_time():
    """Each once in its interval of a minute, with a tick every five seconds, and half as many again for what is late."""
    connections = {name: connection(name) for name in (f"brand_{number:03}" for number in range(100))}

    rounds = feeds_sensor._rounds(connections, Troubles())

    first = feeds_sensor._next(rounds, {}, (), datetime.now(UTC))
    behind = feeds_sensor._next(rounds, {}, first, datetime.now(UTC))

    assert (13, 13, set()) == (len(first), len(behind), {*first} & {*behind})


@pytest.mark.parametrize(
    ("error", "looked_at_again"),
    [(VendorUnavailable("503"), ["northwind_uk"]), (AuthenticationFailed("wrong password"), [])],
)
def test_a_vendor_that_is_down_is_looked_at_more_often(deployment, ledger, error, looked_at_again):
    """A look is what finds that it is back. One that refuses the log-in might lock it for being asked too often."""
    VendorWatch(NORTHWIND, "peoplevox", "order_injection", ledger, SystemClock()).trouble(error)
    some_time_ago = json.dumps(dict.fromkeys(("northwind_uk", "southwind_de"), datetime.now(UTC).timestamp() - 16))

    deployment.tick("feeds", some_time_ago)

    assert looked_at_again == deployment.sides.opened_for


def test_news_of_orders_for_a_warehouse_in_trouble_starts_their_capture_alone(deployment, ledger):
    news_of(deployment, "northwind_uk")
    VendorWatch(NORTHWIND, "peoplevox", "order_injection", ledger, SystemClock()).trouble(VendorUnavailable("503"))

    assert [("northwind_uk", "order_capture")] == requested(deployment.tick("feeds"))


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

    assert captured("southwind_de") == requested(ticked)
    [case] = ledger.cases.open("northwind_uk")
    assert ("credentials_refused", True) == (case.kind, "NORTHWIND_TOKEN" in case.message)

    deployment.sides.missing.clear()
    deployment.tick("feeds")
    assert [] == ledger.cases.open("northwind_uk")


@pytest.mark.parametrize("error", [VendorUnavailable("503"), KeyError("a field nobody expected")])
def test_whatever_ails_one_vendor_the_others_are_looked_at(deployment, error):
    deployment.sides.of("northwind_uk")[0].trouble = error
    news_of(deployment, "southwind_de")

    assert captured("southwind_de") == requested(deployment.tick("feeds"))


@pytest.fixture
def silent(ledger, instance, monkeypatch, deployment):
    """The same two, of which northwind's vendor says nothing until it is told to; a tick waits for neither."""
    monkeypatch.setattr(feeds_sensor, "_PATIENCE", timedelta(0))
    monkeypatch.setattr(feeds_sensor, "_PATIENCE_AT_FIRST", timedelta(0))
    silence, sides = threading.Event(), deployment.sides
    answers = sides.of("northwind_uk")[0].order_changes

    def order_changes(since):
        assert silence.wait(60)
        return answers(since)

    monkeypatch.setattr(sides.of("northwind_uk")[0], "order_changes", order_changes)
    yield Deployment(deployment.connections, ledger, instance, sides=sides), silence
    silence.set()
    looked_at("northwind_uk")


def test_nobody_waits_for_a_vendor_that_says_nothing(silent):
    """The others' news starts its run; the silent one's does in the tick after it has spoken."""
    deployment, silence = silent
    news_of(deployment, "northwind_uk")
    news_of(deployment, "southwind_de")
    first = deployment.tick("feeds")
    looked_at("southwind_de")
    second = deployment.tick("feeds", first.cursor)

    assert captured("southwind_de") == [*requested(first), *requested(second)]
    assert ["southwind_de"] == [*json.loads(second.cursor)]
    assert ["northwind_uk", "southwind_de"] == sorted(deployment.sides.opened_for)

    silence.set()
    looked_at("northwind_uk")
    assert captured("northwind_uk") == requested(deployment.tick("feeds", second.cursor))


def test_what_a_look_found_that_has_its_run_by_now_starts_no_other(silent):
    deployment, silence = silent
    news_of(deployment, "northwind_uk")
    first = deployment.tick("feeds")
    deployment.under_way("order_capture")
    silence.set()
    looked_at("northwind_uk")

    assert [] == requested(deployment.tick("feeds", first.cursor))
