"""A connection is judged again when something changed, when something waits, and while an alert is undelivered."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import dagster as dg
import pytest

from cogent_pipelines.canonical.exception_case import INJECTION_REJECTED, CaseFinding
from cogent_pipelines.components.check_catalogue import SCHEMA, check_keys
from cogent_pipelines.components.nouns import SEVERAL, key
from cogent_pipelines.ports.alerts import AlertNotDelivered
from cogent_pipelines_tests.components.deployment import Deployment, connection
from cogent_pipelines_tests.factories.orders import NORTHWIND, an_order

EXCEPTIONS = key("northwind_uk", "exceptions")
REFUSED = CaseFinding(INJECTION_REJECTED, "o-1", "Carrier 'XYZ' is not set up", order_name="#1")


class Channel:
    """It takes what it is given, unless it is `broken`."""

    def __init__(self) -> None:
        self.broken = True
        self.sent: list[str] = []

    def send(self, *, title: str, body: str) -> None:
        if self.broken:
            raise AlertNotDelivered("no route to the mail server")
        self.sent.append(title)


@pytest.fixture
def deployment(ledger, instance):
    deployment = Deployment([connection()], ledger, instance, alerts=Channel())
    ledger.orders.store(NORTHWIND, [an_order()], now=datetime.now(UTC))
    return deployment


def earlier(cursor: str, *, judged: float = 0.0, alerts: float = 0.0) -> str:
    """The same cursor, so many seconds later."""
    held = json.loads(cursor)
    held["judged"] = {name: (mark, at - judged) for name, (mark, at) in held["judged"].items()}
    return json.dumps({**held, "alerts_at": held["alerts_at"] - alerts})


def test_an_empty_ledger_is_not_judged(ledger, instance):
    assert [] == Deployment([connection()], ledger, instance).tick("standing").run_requests


def test_a_change_is_judged_once(deployment, ledger):
    """The exceptions, their schema, every business check; and not again until something moves."""
    first = deployment.tick("standing")

    [request] = first.run_requests
    assert [EXCEPTIONS] == request.asset_selection
    assert {dg.AssetCheckKey(EXCEPTIONS, SCHEMA), *check_keys("northwind_uk")} == {*request.asset_check_keys}
    assert {"northwind_uk__exceptions", "northwind_uk__checks"} == {node.name for node in deployment.job_of(request).nodes}
    again = deployment.tick("standing", first.cursor)
    assert ([], "Nothing changed since the last look.") == (again.run_requests, again.skip_message)

    ledger.cases.open_or_refresh("northwind_uk", [REFUSED], now=datetime.now(UTC))
    assert 1 == len(deployment.tick("standing", again.cursor).run_requests)


def test_a_judgement_under_way_is_not_doubled_and_the_change_not_forgotten(deployment):
    run = deployment.under_way("exceptions")
    waiting = deployment.tick("standing")
    assert [] == waiting.run_requests

    deployment.instance.delete_run(run.run_id)
    assert 1 == len(deployment.tick("standing", waiting.cursor).run_requests)


def test_what_waits_is_judged_again_though_nothing_changes(deployment):
    """An order grows late without a row of it moving: that is what being stuck means."""
    first = deployment.tick("standing")

    assert [] == deployment.tick("standing", earlier(first.cursor, judged=500)).run_requests
    assert 1 == len(deployment.tick("standing", earlier(first.cursor, judged=700)).run_requests)


def test_where_nothing_waits_nothing_is_judged_again_until_a_day_has_passed(ledger, instance):
    deployment = Deployment([connection()], ledger, instance)
    ledger.cases.open_or_refresh("northwind_uk", [REFUSED], now=datetime.now(UTC))
    first = deployment.tick("standing")

    assert [] == deployment.tick("standing", earlier(first.cursor, judged=3600)).run_requests
    assert 1 == len(deployment.tick("standing", earlier(first.cursor, judged=21 * 3600)).run_requests)


def test_an_alert_that_no_channel_took_is_tried_again_within_a_minute(deployment, ledger):
    """Nothing else changes; the run that is asked for delivers it, and no further one is."""
    ledger.cases.open_or_refresh("northwind_uk", [REFUSED], now=datetime.now(UTC))
    first = deployment.tick("standing")
    assert deployment.carry_out(first.run_requests[0]).success
    soon = deployment.tick("standing", first.cursor)
    assert [] == soon.run_requests

    deployment.alerts.broken = False
    later = deployment.tick("standing", earlier(soon.cursor, alerts=60))
    [request] = later.run_requests
    assert {"northwind_uk__exceptions"} == {node.name for node in deployment.job_of(request).nodes}
    assert deployment.carry_out(request).success

    assert ["[critical] northwind_uk: The warehouse refused the order, for operations"] == deployment.alerts.sent
    assert [] == deployment.tick("standing", earlier(later.cursor, alerts=600)).run_requests


def test_without_a_channel_nothing_is_tried_again(ledger, instance):
    """The case is shown in the UI; a run a minute would not tell anybody."""
    deployment = Deployment([connection()], ledger, instance)
    ledger.cases.open_or_refresh("northwind_uk", [REFUSED], now=datetime.now(UTC))
    first = deployment.tick("standing")

    assert [] == deployment.tick("standing", earlier(first.cursor, alerts=600)).run_requests


def test_a_fleet_is_judged_in_turn_longest_ago_first(ledger, instance):
    """So many in one tick, however many changed; in one run, because starting it is most of what it costs."""
    names = [f"brand_{number}" for number in range(10)]
    for name in names:
        ledger.cases.open_or_refresh(name, [REFUSED], now=datetime.now(UTC))
    fleet = Deployment([connection(name) for name in names], ledger, instance)

    def judged(cursor: str | None) -> tuple[list[str], str]:
        ticked = fleet.tick("standing", cursor)
        [request] = ticked.run_requests
        return [asset.path[0] for asset in request.asset_selection], ticked.cursor

    first, cursor = judged(None)
    assert names[:8] == first
    ledger.cases.open_or_refresh("brand_0", [replace(REFUSED, message="Worse")], now=datetime.now(UTC))
    assert ["brand_8", "brand_9", "brand_0"] == judged(cursor)[0]


def test_of_several_that_are_judged_in_one_run_none_is_judged_again_meanwhile(ledger, instance):
    """And one that is not among them does not wait for it."""
    names = ["brand_0", "brand_1", "brand_2"]
    fleet = Deployment([connection(name) for name in names], ledger, instance)
    for name in names:
        ledger.cases.open_or_refresh(name, [REFUSED], now=datetime.now(UTC))
    run = fleet.under_way("exceptions", SEVERAL, selection=[key(name, "exceptions") for name in names[:2]])
    [request] = fleet.tick("standing").run_requests

    assert [key("brand_2", "exceptions")] == request.asset_selection
    fleet.instance.delete_run(run.run_id)
    [request] = fleet.tick("standing").run_requests
    assert (SEVERAL, names) == (request.tags["cogent/connection"], [asset.path[0] for asset in request.asset_selection])
    assert fleet.carry_out(request).success
