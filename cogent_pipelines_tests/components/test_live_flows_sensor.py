"""What is due gets a run, once."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from cogent_pipelines.components import live_runs
from cogent_pipelines.components.check_catalogue import SCHEMA
from cogent_pipelines.components.live_runs import FailedRuns, LiveRun, LiveRuns
from cogent_pipelines.components.nouns import DRAINED_TAG, key
from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ports.clock import SystemClock
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.components.deployment import Deployment, connection
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def event(name: str, source: str = "storefront", topic: str = "orders/create", number: int = 1) -> Arrival:
    at = an_hour_ago()
    return Arrival(name, source, VerifiedEvent(f"e-{number}", "d", topic, "o", at, b""), at)


def requested(ticked) -> list[str]:
    return [f"{request.tags['cogent/connection']}/{request.tags['cogent/flow']}" for request in ticked.run_requests]


def test_nothing_to_do_starts_nothing(deployment):
    ticked = deployment.tick("live_flows")

    assert [] == ticked.run_requests
    assert "Every queue is empty" in ticked.skip_message


def test_due_work_is_one_request_per_connection_and_flow(ledger, instance):
    """However many orders wait, and however many connections there are."""
    deployment = Deployment([connection(), connection("southwind_de")], ledger, instance)
    ledger.orders.store(NORTHWIND, [an_order(1), an_order(2)], now=an_hour_ago())
    ledger.inbox.store_all([event("northwind_uk", number=1), event("northwind_uk", number=2), event("southwind_de")])

    ticked = deployment.tick("live_flows")

    assert [
        "northwind_uk/order_capture",
        "northwind_uk/order_injection",
        "southwind_de/order_capture",
        "southwind_de/order_injection",
    ] == requested(ticked)


def test_what_is_captured_finds_its_injection_at_work(deployment, ledger):
    """An order after a quiet hour waits for two processes that start beside each other, not one after the other."""
    ledger.inbox.store_all([event("northwind_uk")])
    assert ["northwind_uk/order_capture", "northwind_uk/order_injection"] == requested(deployment.tick("live_flows"))

    deployment.under_way("order_injection", status=dg.DagsterRunStatus.NOT_STARTED)
    assert ["northwind_uk/order_capture"] == requested(deployment.tick("live_flows"))


@pytest.mark.parametrize(("vendor", "flow"), [("shopify", "order_capture"), ("peoplevox", "stock_publication")])
def test_nothing_waits_for_orders_that_trouble_holds_up(deployment, ledger, vendor, flow):
    ledger.inbox.store_all([event("northwind_uk")])
    VendorWatch(NORTHWIND, vendor, flow, ledger, SystemClock()).trouble(VendorUnavailable("503"))

    assert ["northwind_uk/order_capture"] == requested(deployment.tick("live_flows"))


def test_a_request_names_the_flows_assets_their_schema_checks_and_tags(deployment, ledger):
    """Without its own schema check an asset's step cannot be selected."""
    ledger.inbox.store_all([event("northwind_uk", "warehouse", "AvailabilityChanges")])

    [request] = deployment.tick("live_flows").run_requests

    both = [key("northwind_uk", "wms_stock"), key("northwind_uk", "storefront_stock")]
    assert both == request.asset_selection
    assert [dg.AssetCheckKey(each, SCHEMA) for each in both] == request.asset_check_keys
    assert {
        "cogent/connection": "northwind_uk",
        "cogent/flow": "stock_publication",
        "dagster/priority": "2",
    }.items() <= request.tags.items()
    assert {node.name for node in deployment.job_of(request).nodes} == {"northwind_uk__stock_publication"}


@pytest.mark.parametrize("flow", ["order_capture", "order_injection", "stock_publication", "despatch_to_fulfilment"])
def test_what_has_its_run_is_not_asked_for_again(deployment, ledger, flow):
    """One that still waits for its process is under way too."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=an_hour_ago())
    ledger.inbox.store_all([event("northwind_uk"), event("northwind_uk", "warehouse", "AvailabilityChanges", 2)])
    before = requested(deployment.tick("live_flows"))

    deployment.under_way(flow, status=dg.DagsterRunStatus.NOT_STARTED)

    assert [each for each in before if not each.endswith(flow)] == requested(deployment.tick("live_flows"))


def test_a_dead_run_gives_its_place_back_and_dagster_starts_no_second_one_for_it(deployment, ledger):
    """The sensor sees that there is work and no run; whoever did the same beside it would start one too many."""
    ledger.inbox.store_all([event("northwind_uk")])

    [request, _] = deployment.tick("live_flows").run_requests

    assert {"dagster/max_runtime": "900", "dagster/max_retries": "0"}.items() <= request.tags.items()


def test_work_of_a_connection_that_is_not_deployed_is_left_alone(deployment, ledger):
    """Its orders stay in the ledger until it is back."""
    ledger.inbox.store_all([event("gone_fr")])

    assert [] == deployment.tick("live_flows").run_requests


@pytest.fixture
def _at_work(ledger):
    """A run of order injection holds its lock, as it does for as long as its process lives."""
    with ledger.advisory_lock(NORTHWIND.name, "order_injection"):
        yield


@pytest.mark.usefixtures("_at_work")
def test_a_busy_run_near_its_end_gets_one_successor(deployment, instance):
    """Whether or not something is due just now: a busy run takes its work before a sensor can see it."""
    run = deployment.under_way("order_injection", status=dg.DagsterRunStatus.STARTING)
    instance.report_engine_event("placed", run)
    assert [] == deployment.tick("live_flows").run_requests
    set_start_time(instance, run, datetime.now(UTC) - timedelta(seconds=590))

    [request] = deployment.tick("live_flows").run_requests
    assert ("order_injection", "relief") == (request.tags["cogent/flow"], request.tags["cogent/trigger"])

    deployment.under_way("order_injection", status=dg.DagsterRunStatus.NOT_STARTED)
    assert [] == deployment.tick("live_flows").run_requests


@pytest.mark.usefixtures("_at_work")
def test_a_run_in_its_middle_gets_no_successor(deployment, instance):
    run = deployment.under_way("order_injection")
    set_start_time(instance, run, datetime.now(UTC) - timedelta(seconds=300))

    assert [] == deployment.tick("live_flows").run_requests


def test_a_flow_that_keeps_failing_is_tried_less_and_less_often(deployment, ledger):
    """A wrong password must not start a run every few seconds."""
    ledger.inbox.store_all([event("northwind_uk")])
    assert "northwind_uk/order_capture" in requested(deployment.tick("live_flows"))

    deployment.under_way("order_capture", status=dg.DagsterRunStatus.FAILURE)

    assert [] == deployment.tick("live_flows").run_requests


def test_a_run_that_did_its_work_and_failed_afterwards_keeps_no_order_waiting(deployment, ledger):
    """A table that is not as described is no reason to send orders later."""
    ledger.inbox.store_all([event("northwind_uk")])
    deployment.under_way("order_capture", status=dg.DagsterRunStatus.FAILURE, **{DRAINED_TAG: "true"})

    assert "northwind_uk/order_capture" in requested(deployment.tick("live_flows"))


def test_a_run_whose_process_is_gone_keeps_no_order_waiting(deployment, ledger, instance):
    """It stays on record as under way until Dagster notices; but it has not its flow's lock, as every run at work has."""
    ledger.inbox.store_all([event("northwind_uk")])
    run = deployment.under_way("order_capture", status=dg.DagsterRunStatus.STARTING)
    set_start_time(instance, run, datetime.now(UTC) - timedelta(seconds=11))

    with ledger.advisory_lock(NORTHWIND.name, "order_capture"):
        assert [] == deployment.tick("live_flows").run_requests

    assert "northwind_uk/order_capture" in requested(deployment.tick("live_flows"))


def test_a_run_that_has_just_begun_is_given_time_to_take_its_lock(deployment, ledger, instance):
    ledger.inbox.store_all([event("northwind_uk")])
    run = deployment.under_way("order_capture", status=dg.DagsterRunStatus.STARTING)
    set_start_time(instance, run, datetime.now(UTC))

    assert [] == deployment.tick("live_flows").run_requests


@pytest.mark.parametrize(("never_began", "live"), [(1, False), (2, True)])
def test_a_run_that_never_began_is_replaced_but_not_without_end(ledger, never_began, live):
    """Where no process comes up at all, more of them would not either."""
    long_ago = [LiveRun(f"run {number}", None, NINE - timedelta(minutes=1)) for number in range(never_began)]
    runs = LiveRuns({(NORTHWIND.name, "order_capture"): long_ago})

    assert live == runs.at_work(ledger, NINE).any(NORTHWIND.name, "order_capture")


def test_a_run_whose_process_is_on_its_way_is_waited_for(ledger, monkeypatch):
    """A machine that has too much to do is not helped by twice as many processes."""
    here = {"slow": object()}
    monkeypatch.setattr(live_runs, "find_process", here.get)
    runs = LiveRuns({(NORTHWIND.name, "order_capture"): [LiveRun("slow", None, NINE - timedelta(minutes=1))]})
    assert runs.at_work(ledger, NINE).any(NORTHWIND.name, "order_capture")

    here.clear()
    assert not runs.at_work(ledger, NINE).any(NORTHWIND.name, "order_capture")


def test_a_run_that_waits_for_its_place_is_waited_for(ledger):
    """However long the run queue is."""
    runs = LiveRuns({(NORTHWIND.name, "order_capture"): [LiveRun("queued", None)]})

    assert runs.at_work(ledger, NINE).any(NORTHWIND.name, "order_capture")


@pytest.mark.parametrize("reason", ["UNEXPECTED_TERMINATION", "RUN_WORKER_RESTART", "START_TIMEOUT"])
def test_a_run_whose_process_was_killed_is_followed_by_another_at_once(deployment, ledger, reason):
    """Nothing in it had failed."""
    ledger.inbox.store_all([event("northwind_uk")])
    deployment.under_way("order_capture", status=dg.DagsterRunStatus.FAILURE, **{"dagster/failure_reason": reason})

    assert "northwind_uk/order_capture" in requested(deployment.tick("live_flows"))


def test_failures_before_the_last_success_are_forgotten(deployment, ledger):
    """A vendor that is back is not made to pay for having been away."""
    ledger.inbox.store_all([event("northwind_uk")])
    for _ in range(3):
        deployment.under_way("order_capture", status=dg.DagsterRunStatus.FAILURE)
    deployment.under_way("order_capture", status=dg.DagsterRunStatus.SUCCESS)

    assert "northwind_uk/order_capture" in requested(deployment.tick("live_flows"))


def test_each_failure_doubles_the_wait_up_to_minutes():
    """And the flow is tried again in the end, without anybody's help."""

    def waits(failures: int) -> int:
        failed = FailedRuns({("northwind_uk", "order_capture"): [NINE] * failures})
        return next(s for s in range(1000) if not failed.rests("northwind_uk", "order_capture", NINE + timedelta(seconds=s)))

    assert [0, 10, 20, 40, 80, 160, 300, 300] == [waits(failures) for failures in range(8)]


def set_start_time(instance: dg.DagsterInstance, run: dg.DagsterRun, at: datetime) -> None:
    """Have the run's process say that it began at a time."""
    from dagster._core.events import DagsterEvent, DagsterEventType  # noqa: PLC0415
    from dagster._core.events.log import EventLogEntry  # noqa: PLC0415

    began = DagsterEvent(DagsterEventType.PIPELINE_START.value, run.job_name)
    instance.handle_new_event(EventLogEntry(None, 20, "", run.run_id, at.timestamp(), None, run.job_name, began))


def test_what_met_a_vendor_in_trouble_is_tried_again_after_everybody_else(ledger, instance):
    """Whatever needs that vendor; orders are captured as ever. Once it has gone well, as any other."""
    deployment = Deployment([connection(), connection("southwind_de")], ledger, instance)
    for name in ("northwind_uk", "southwind_de"):
        ledger.inbox.store_all([event(name), event(name, "warehouse", "AvailabilityChanges")])
    watch = VendorWatch(NORTHWIND, "peoplevox", "despatch_to_fulfilment", ledger, SystemClock())
    watch.trouble(VendorUnavailable("503"))

    def triggers() -> dict[str, tuple[str, str]]:
        asked = deployment.tick("live_flows").run_requests
        tags = {f"{each.tags['cogent/connection']}/{each.tags['cogent/flow']}": each.tags for each in asked}
        return {name: (each.get("cogent/trigger", ""), each["dagster/priority"]) for name, each in tags.items()}

    usual = {
        "northwind_uk/order_capture": ("", "5"),
        "northwind_uk/stock_publication": ("", "2"),
        "southwind_de/order_capture": ("", "5"),
        "southwind_de/order_injection": ("", "5"),
        "southwind_de/stock_publication": ("", "2"),
    }
    assert {**usual, "northwind_uk/stock_publication": ("trouble", "0")} == triggers()
    watch.over()
    assert {**usual, "northwind_uk/order_injection": ("", "5")} == triggers()


def test_what_a_look_finds_in_vain_is_only_tried_now_and_then(deployment, ledger):
    """A vendor that is away costs a look, not a run; until it is back, or a few minutes have passed."""
    ledger.orders.store(NORTHWIND, [an_order(1)], now=an_hour_ago())
    trouble = VendorUnavailable("503")
    VendorWatch(NORTHWIND, "peoplevox", "order_injection", ledger, SystemClock()).trouble(trouble)
    look = VendorWatch(NORTHWIND, "peoplevox", "despatch_to_fulfilment", ledger, SystemClock())

    def asked() -> str:
        [request] = deployment.tick("live_flows").run_requests
        assert "trouble" == request.tags["cogent/trigger"]
        return request.run_key

    look.trouble(trouble)
    in_vain = asked()
    look.over()
    worth_it = asked()

    assert in_vain.startswith("northwind_uk/order_injection/trial/")
    assert worth_it.startswith("northwind_uk/order_injection/order ")
