"""What the environment lacks is named by the run that needs it, and not tried again until somebody has set it."""

from contextlib import closing

import dagster as dg
import pytest

from cogent_pipelines.connections.secrets import MissingVariables
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.resources.alerts import AlertsResource
from cogent_pipelines.resources.connection import VendorsSides
from cogent_pipelines.resources.ledger import LedgerResource
from cogent_pipelines_tests.components.deployment import connection, definitions

VARIABLES = ("COGENT_DATABASE_URL", "COGENT_ALERT_URLS", "NORTHWIND_TOKEN", "NORTHWIND_CLIENT", "NORTHWIND_USER")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in (*VARIABLES, "NORTHWIND_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def carried_out(instance: dg.DagsterInstance, noun: str) -> dg.ExecuteInProcessResult:
    job = definitions(connection()).resolve_implicit_global_asset_job_def()
    selected = job.get_subset(asset_selection={dg.AssetKey(["northwind_uk", noun])})
    return selected.execute_in_process(instance=instance, raise_on_error=False)


def said(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> str:
    return str([record.event_log_entry.dagster_event for record in instance.get_records_for_run(result.run_id).records])


def test_without_a_ledgers_url_the_run_fails_and_says_which_variable(instance):
    result = carried_out(instance, "storefront_orders")

    assert not result.success
    assert "COGENT_DATABASE_URL is not set" in said(instance, result)


def test_a_missing_secret_is_named_and_the_run_is_not_tried_again(instance, monkeypatch, ledger_url):
    """Starting it again does not set a variable."""
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)

    with closing(LedgerResource().create_resource(None)):
        result = carried_out(instance, "storefront_orders")

    assert not result.success
    assert "northwind_uk: environment variables not set or empty: NORTHWIND_" in said(instance, result)
    assert "0" == instance.get_run_by_id(result.run_id).tags["dagster/max_retries"]


def test_what_compares_only_the_ledger_needs_no_secret():
    """Reconciling parcels asks no vendor."""
    known = definitions(connection()).resolve_assets_def(dg.AssetKey(["northwind_uk", "despatch_reconciliation"]))

    assert {"ledger", "io_manager"} >= known.required_resource_keys


def test_a_sensor_that_opens_both_sides_is_told_what_is_missing(ledger_url):
    with (
        Ledger.connect(ledger_url) as ledger,
        pytest.raises(MissingVariables, match="NORTHWIND_TOKEN"),
        VendorsSides().opened(connection(), ledger),
    ):
        pytest.fail("opened without a token")


def test_both_sides_open_once_their_secrets_are_there(monkeypatch, ledger_url):
    for name in ("NORTHWIND_TOKEN", "NORTHWIND_CLIENT", "NORTHWIND_USER", "NORTHWIND_PASSWORD"):
        monkeypatch.setenv(name, "x")

    with Ledger.connect(ledger_url) as ledger, VendorsSides().opened(connection(), ledger) as (storefront, warehouse):
        assert (True, True) == (hasattr(storefront, "order_changes"), hasattr(warehouse, "create_sales_orders"))


def test_one_pool_serves_a_process(monkeypatch, ledger_url):
    """A sensor ticks every few seconds; it must not connect anew each time."""
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)

    first, second = (LedgerResource().create_resource(None) for _ in range(2))

    assert first is second
    first.close()


@pytest.mark.parametrize(("urls", "there"), [("", False), ("  ", False), ("json://localhost/a json://localhost/b", True)])
def test_alerts_have_a_channel_only_where_one_is_named(monkeypatch, urls, there):
    """Without one they stay due and are shown in the UI."""
    monkeypatch.setenv("COGENT_ALERT_URLS", urls)

    assert there == (AlertsResource().create_resource(None) is not None)
