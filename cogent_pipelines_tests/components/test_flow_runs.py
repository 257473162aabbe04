"""A run of a flow does its work, shows it, and fails in a way that says whether to wait or to act."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import dagster as dg
import pytest

from cogent_pipelines.canonical.stock import StockLevel
from cogent_pipelines.components.flow_runs import Every, patience_of
from cogent_pipelines.components.nouns import key
from cogent_pipelines.components.vendor_trouble import told_to_dagster
from cogent_pipelines.ledger.due_work import ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.ports.errors import AuthenticationFailed, OutcomeUnknown, VendorRefused, VendorUnavailable
from cogent_pipelines_tests.components.deployment import Deployment, connection
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

NOW = datetime.now(UTC)


def shown(result: dg.ExecuteInProcessResult, noun: str) -> dict[str, object]:
    """The metadata of the asset's materialisation, values only."""
    [event] = [each for each in result.get_asset_materialization_events() if key("northwind_uk", noun) == each.asset_key]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def checked(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {f"{each.asset_key.path[-1]}/{each.check_name}": each.passed for each in result.get_asset_check_evaluations()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    [step] = [event for event in result.all_events if event.is_step_failure]
    return step.step_failure_data.user_failure_data.description


def tags(deployment, result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return dict(deployment.instance.get_run_by_id(result.run_id).tags)


def test_orders_go_from_the_storefront_to_the_warehouse_and_the_tables_show_it(deployment):
    """Counts, rows, latencies and the slowest by name; the schema holds."""
    storefront, warehouse = deployment.sides.of("northwind_uk")
    storefront.place(an_order(1, version=NOW), an_order(2, version=NOW))

    captured, injected = deployment.run(ORDER_CAPTURE), deployment.run(ORDER_INJECTION)

    assert (True, True) == (captured.success, injected.success)
    assert 2 == len(warehouse.created)
    orders, sales_orders = shown(captured, "storefront_orders"), shown(injected, "wms_sales_orders")
    assert (2, "cogent.public.storefront_order") == (orders["dagster/row_count"], orders["dagster/table_name"])
    assert {"acknowledged": 2, "batches": 1}.items() <= sales_orders.items()
    assert {"latency p50 (s)", "latency p99 (s)", "latency, slowest", "injection latency", "latest"} <= sales_orders.keys()
    assert {"state", "order_name"} <= {column.name for column in sales_orders["dagster/column_schema"].columns}
    assert {"storefront_orders/schema": True} == checked(captured)
    assert {"wms_sales_orders/schema": True} == checked(injected)


def test_no_table_shows_who_the_customer_is(deployment):
    """Previews are read by everybody who may open the UI."""
    deployment.sides.of("northwind_uk")[0].place(an_order(1, version=NOW))

    said = str([shown(deployment.run(ORDER_CAPTURE), "storefront_orders"), deployment.run(ORDER_INJECTION).all_events])

    assert [] == [word for word in ("ada@example.com", "Ada King", "12 Row Lane", "0190400") if word in said]


def test_a_table_that_is_not_as_described_fails_its_schema_check_and_the_run(deployment, monkeypatch):
    """Whatever is downstream must not build on it."""
    from cogent_pipelines.reports import tables  # noqa: PLC0415

    right = tables.table_of
    monkeypatch.setattr(tables, "table_of", lambda *args, **more: right(*args, **more).drop(columns=["order_name"]))

    result = deployment.run(ORDER_INJECTION)

    assert (False, {"wms_sales_orders/schema": False}) == (result.success, checked(result))
    assert "true" == tags(deployment, result)["cogent/drained"]


@pytest.mark.parametrize(
    ("error", "owner"),
    [
        (VendorRefused("Carrier table is locked", operation="SaveData", exchange_id=7), "engineering"),
        (AuthenticationFailed("Invalid client id", operation="Authenticate"), "renew the credentials"),
    ],
)
def test_what_only_a_person_can_mend_is_tried_again_by_neither_step_nor_run(deployment, ledger, error, owner):
    """The first line says that it is critical, and whose it is."""
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)
    deployment.sides.of("northwind_uk")[1].trouble = error

    result = deployment.run(ORDER_INJECTION)

    said = failure(result)
    assert not result.success
    assert (True, True, True) == (said.startswith("CRITICAL"), owner in said, error.message in said)
    assert "0" == tags(deployment, result)["dagster/max_retries"]
    assert "cogent/drained" not in tags(deployment, result)


@pytest.mark.parametrize(
    ("error", "again"), [(VendorUnavailable("503"), True), (OutcomeUnknown("lost"), True), (VendorRefused("no"), False)]
)
def test_the_step_is_told_too_whether_to_try_again(instance, error, again):
    """The failure speaks to the step, the tag to the daemon."""
    run = dg.DagsterRun(job_name="a")
    instance.add_run(run)

    with pytest.raises(dg.Failure) as raised, told_to_dagster(SimpleNamespace(instance=instance, run=run)):
        raise error

    assert again == raised.value.allow_retries


def test_a_catalogue_that_cannot_be_read_now_is_transient(deployment):
    deployment.sides.of("northwind_uk")[0].trouble = VendorUnavailable("502 Bad Gateway", operation="products")

    result = deployment.run("sku_audit")

    assert "TRANSIENT · tried again by itself · products: 502 Bad Gateway" == failure(result)
    assert "dagster/max_retries" not in tags(deployment, result)


def test_a_vendor_that_is_away_does_not_fail_the_run_of_a_live_flow(deployment, ledger):
    """The orders wait; the run says why, and a case stands."""
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)
    deployment.sides.of("northwind_uk")[1].trouble = VendorUnavailable("503", operation="SaveData")

    result = deployment.run(ORDER_INJECTION)

    assert result.success
    assert "SaveData: 503" == shown(result, "wms_sales_orders")["trouble"]
    assert ["vendor_unavailable"] == [case.kind for case in ledger.cases.open("northwind_uk")]


def test_a_run_that_finds_the_lock_taken_leaves_the_work_to_its_holder(deployment, ledger, monkeypatch):
    monkeypatch.setattr("cogent_pipelines.components.flow_runs._WAIT_OTHERWISE", timedelta(0))
    ledger.orders.store(NORTHWIND, [an_order()], now=NINE)

    with ledger.advisory_lock("northwind_uk", ORDER_INJECTION):
        result = deployment.run(ORDER_INJECTION)

    assert result.success
    assert [] == deployment.sides.of("northwind_uk")[1].calls


def test_a_sweep_reads_everything_and_waits_for_the_run_before_it(deployment):
    """A busy connection's run holds the lock for minutes; the sweep must not be lost to it."""
    warehouse = deployment.sides.of("northwind_uk")[1]
    warehouse.levels = [StockLevel("MUG-BLUE", "MAIN", Decimal(5), Decimal(5), NOW)]

    assert deployment.run(STOCK_PUBLICATION, trigger="sweep").success

    assert 1 == warehouse.times_called("stock_all")
    longest = timedelta(seconds=connection().runs.longest_run_seconds)
    waits = [patience_of(connection(), STOCK_PUBLICATION, trigger) for trigger in ("sweep", "relief", "")]
    assert sorted(waits, reverse=True) == waits
    assert waits[0] > longest


def test_a_sweep_that_did_not_come_through_is_no_success(deployment):
    """Green would say that the last days were read again."""
    deployment.sides.of("northwind_uk")[0].trouble = VendorUnavailable("503", operation="orders")

    result = deployment.run(ORDER_CAPTURE, trigger="sweep")

    assert (False, True) == (result.success, failure(result).endswith("orders: 503"))


def test_a_sweep_that_never_gets_the_lock_is_no_success(deployment, ledger, monkeypatch):
    monkeypatch.setattr("cogent_pipelines.components.flow_runs._MARGIN", timedelta(seconds=-600))

    with ledger.advisory_lock("northwind_uk", ORDER_CAPTURE):
        result = deployment.run(ORDER_CAPTURE, trigger="sweep")

    assert (False, True) == (result.success, "kept its lock" in failure(result))


def test_an_interval_begins_with_the_first_look_and_hurries_when_told():
    every = Every(timedelta(seconds=60))

    looks = [
        every.is_due(NINE),
        every.is_due(NINE + timedelta(seconds=59)),
        every.is_due(NINE + timedelta(seconds=59), hurried=True, at_least=timedelta(seconds=5)),
        every.is_due(NINE + timedelta(seconds=60)),
        every.is_due(NINE + timedelta(seconds=119)),
    ]

    assert [True, False, True, False, True] == looks


def test_two_connections_in_one_deployment_do_not_touch_each_other(ledger, instance):
    """Each run works on its own connection's sides and rows."""
    both = Deployment([connection(), connection("southwind_de", timezone="Europe/Berlin")], ledger, instance)
    for name in ("northwind_uk", "southwind_de"):
        both.sides.of(name)[0].place(an_order(1, version=NOW))

    for flow in (ORDER_CAPTURE, ORDER_INJECTION):
        assert both.run(flow, name="southwind_de").success

    assert (0, 1) == tuple(len(both.sides.of(name)[1].created) for name in ("northwind_uk", "southwind_de"))
    assert {} == dict(both.sides.of("northwind_uk")[0].calls)
