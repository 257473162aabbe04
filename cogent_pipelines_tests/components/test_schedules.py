"""What happens by the clock happens in the brand's own night, and for a day that is over."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from dagster._utils.schedules import cron_string_iterator

from cogent_pipelines.components.nouns import key
from cogent_pipelines_tests.components.deployment import Deployment, connection

DAY = datetime(2026, 11, 18, tzinfo=UTC)


@pytest.fixture
def deployment(ledger, instance):
    zones = {"northwind_uk": "Europe/London", "northwind_jp": "Asia/Tokyo", "northwind_la": "America/Los_Angeles"}
    return Deployment([connection(name, timezone=zone) for name, zone in zones.items()], ledger, instance)


def ticks_of(deployment, schedule: str, day: datetime):
    """What every schedule whose name begins so asks for at the times of that day (UTC) that its cron names."""
    for each in deployment.repository.schedule_defs:
        if not each.name.startswith(schedule):
            continue
        for at in takewhile(
            lambda at: at < day + timedelta(days=1),
            cron_string_iterator(day.timestamp(), each.cron_schedule, each.execution_timezone),
        ):
            for request in deployment.scheduled(each.name, at).run_requests:
                yield at.astimezone(UTC).hour, request


def test_yesterday_is_compared_once_for_each_connection_when_its_own_day_is_over(deployment):
    """Tokyo's Tuesday is over long before London's, and California's long after."""
    found = [
        (request.tags["cogent/connection"], hour, request.partition_key)
        for hour, request in ticks_of(deployment, "daily_reconciliation", DAY)
    ]

    assert [
        ("northwind_jp", 20, "2026-11-18"),
        ("northwind_la", 13, "2026-11-17"),
        ("northwind_uk", 5, "2026-11-17"),
    ] == sorted(found)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_on_the_days_on_which_clocks_change_it_happens_once_too(ledger, instance, day):
    deployment = Deployment([connection(first_day="2026-01-01")], ledger, instance)

    asked = list(ticks_of(deployment, "daily_reconciliation", day))

    assert [(day - timedelta(days=1)).date().isoformat()] == [request.partition_key for _, request in asked]


def test_connections_with_other_first_days_are_asked_for_apart(ledger, instance):
    """Dagster wants the same partitions throughout a job."""
    deployment = Deployment([connection("old_uk", first_day="2025-01-01"), connection("new_uk")], ledger, instance)

    asked = [request.tags["cogent/connection"] for _, request in ticks_of(deployment, "daily_reconciliation", DAY)]

    assert ["new_uk", "old_uk"] == sorted(asked)


def test_a_day_before_the_first_is_not_asked_for(ledger, instance):
    """There is no such partition, and asking for it would fail the tick of every connection."""
    deployment = Deployment([connection(first_day="2026-11-18")], ledger, instance)

    assert [] == list(ticks_of(deployment, "daily_reconciliation", DAY))


def test_a_reconciliation_can_be_carried_out_as_it_is_asked_for(deployment, ledger):
    """Selection, checks and partition fit the assets."""
    [request] = deployment.scheduled(
        "daily_reconciliation__europe_london__2026_10_01", DAY + timedelta(hours=5)
    ).run_requests

    result = deployment.carry_out(request)

    assert result.success
    assert [key("northwind_uk", "order_value_reconciliation"), key("northwind_uk", "despatch_reconciliation")] == (
        request.asset_selection
    )
    assert {"2026-11-17"} == {event.partition for event in result.get_asset_materialization_events()}


def test_the_sweep_asks_for_every_flow_once_a_day(deployment):
    asked = [
        (request.tags["cogent/flow"], hour, request.tags["cogent/trigger"], request.tags["dagster/priority"])
        for hour, request in ticks_of(deployment, "daily_sweep", DAY)
        if request.tags["cogent/connection"] == "northwind_uk"
    ]

    flows = ["order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment", "sku_audit"]
    assert [(flow, 4, "sweep", "-1") for flow in flows] == asked


def test_every_run_of_a_sweep_can_be_carried_out(deployment, ledger):
    """Orders, stock, parcels and catalogues are read again, whole, and the ledger remembers that they were."""
    requests = deployment.scheduled("daily_sweep__europe_london", DAY + timedelta(hours=4, minutes=20)).run_requests

    assert [True] * 5 == [deployment.carry_out(request).success for request in requests]

    storefront, warehouse = deployment.sides.of("northwind_uk")
    assert {"orders", "products"} <= storefront.calls.keys()
    assert {"stock_all", "despatches", "items"} <= {name for name, _ in warehouse.calls}
    assert None is not ledger.watermarks.get("northwind_uk", "order_sweep")
