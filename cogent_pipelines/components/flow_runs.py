"""What a run of one live flow does: which steps it repeats, for how long, under the flow's lock.

The steps are `flows`; the loop is `flows.draining`. Here are the settings, the clock, and what a sweep does more.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

import dagster as dg

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.components.nouns import RELIEF, SWEEP, TRIGGER_TAG
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.capture_report import CaptureReport
from cogent_pipelines.flows.courier import courier
from cogent_pipelines.flows.despatch_reading import read_despatches
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels
from cogent_pipelines.flows.draining import StepReport, drain_flow
from cogent_pipelines.flows.export_marking import mark_exported
from cogent_pipelines.flows.fulfilment_report import DespatchReadReport, FulfilmentReport
from cogent_pipelines.flows.injection_report import InjectionReport
from cogent_pipelines.flows.order_capture import capture_by_poll, capture_from_inbox, sweep_orders
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.flows.order_news import read_order_news
from cogent_pipelines.flows.order_stopping import stop_cancelled_orders
from cogent_pipelines.flows.orders_put_aside import read_orders_put_aside
from cogent_pipelines.flows.stock_publication import publish_due_stock, read_all_stock, read_stock_changes
from cogent_pipelines.flows.stock_report import StockReadReport
from cogent_pipelines.flows.unsent_goods import report_unsent_goods
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.ledger.inbox import WAREHOUSE
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.resources.environment import environment

# A successor is started a little before its predecessor must end, and waits for it. Any other run that finds the lock taken
# is not needed: whoever holds it does the work.
_WAIT_FOR_PREDECESSOR = timedelta(seconds=45)
_WAIT_OTHERWISE = timedelta(seconds=5)
# What a sweep reads nobody else would: it waits for as long as the run before it may last, and a little for its ending.
_MARGIN = timedelta(seconds=60)
_LOOK_AT_THE_CLOCK = timedelta(seconds=30)
_FLOWS_THAT_READ = (ORDER_CAPTURE, STOCK_PUBLICATION, DESPATCH_TO_FULFILMENT)

Report = TypeVar("Report", bound=StepReport)


@dataclass(slots=True)
class Every:
    """Says once per interval that it is time; the first time is at once."""

    interval: timedelta
    last: datetime | None = None

    def is_due(self, now: datetime, *, hurried: bool = False, at_least: timedelta = timedelta(0)) -> bool:
        """Whether it is time; when `hurried`, after `at_least` already."""
        interval = at_least if hurried else self.interval
        # A clock that went back must not make it wait until that time comes again.
        if self.last is not None and timedelta(0) <= now - self.last < interval:
            return False
        self.last = now
        return True


@dataclass(frozen=True, slots=True)
class ReadAndTold:
    """What a flow read from one side and told the other."""

    read: Any
    told: Any

    @property
    def worked(self) -> bool:
        return bool(self.read.worked or self.told.worked)

    @property
    def trouble(self) -> str:
        return str(self.told.trouble or self.read.trouble)

    def __add__(self, other: "ReadAndTold") -> "ReadAndTold":
        return ReadAndTold(self.read + other.read, self.told + other.told)


@dataclass(slots=True)
class FlowRun:
    """One run: both sides, the ledger, and whether it is to read the last days again."""

    connection: Connection
    storefront: Storefront
    warehouse: Warehouse
    ledger: Ledger
    poll: Every
    reads_again: bool
    hurry: timedelta
    until: datetime
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=Random)
    courier: Executor | None = None
    clock_looks: Every = field(default_factory=lambda: Every(_LOOK_AT_THE_CLOCK))

    def step_of(self, flow: str) -> Callable[[], StepReport]:
        """One step of a flow, on a clock that is followed wherever it goes."""
        step = self._step_of(flow)

        def followed() -> StepReport:
            if self.clock_looks.is_due(self.clock.now()):
                self.ledger.follow_clock(self.clock.now())
            return step()

        return followed

    def _step_of(self, flow: str) -> Callable[[], StepReport]:
        steps: dict[str, Callable[[], StepReport]] = {
            ORDER_CAPTURE: self.capture,
            ORDER_INJECTION: self.inject,
            STOCK_PUBLICATION: self.publish_stock,
            DESPATCH_TO_FULFILMENT: self.fulfil,
        }
        return steps[flow]

    def capture(self) -> CaptureReport:
        """What was bought, changed and cancelled; the warehouse is asked to stop what was cancelled."""
        report = self._capture()
        stopped = stop_cancelled_orders(
            self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock, random=self.random
        )
        return report + CaptureReport(stopped=stopped)

    def _capture(self) -> CaptureReport:
        """Events first: somebody has just bought something. The poll finds what no event told of.

        What the storefront tells of its orders besides waits with the events, for the next step.
        """
        report = capture_from_inbox(self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock)
        if report.trouble or not self.poll.is_due(self.clock.now()):
            return report
        read = sweep_orders if self.reads_again else capture_by_poll
        found = read(self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock)
        told = read_order_news(self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock)
        return report + self._swept(found) + told

    def inject(self) -> InjectionReport:
        report = inject_due_orders(
            self.connection,
            warehouse=self.warehouse,
            ledger=self.ledger,
            clock=self.clock,
            random=self.random,
            until=self.until,
            courier=self.courier,
        )
        marked = mark_exported(
            self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock, random=self.random
        )
        return replace(report, exported=marked)

    def publish_stock(self) -> ReadAndTold:
        read = self._read_stock()
        told = publish_due_stock(
            self.connection,
            storefront=self.storefront,
            ledger=self.ledger,
            clock=self.clock,
            random=self.random,
            capture=self._capture_now,
        )
        return ReadAndTold(read, told)

    def fulfil(self) -> ReadAndTold:
        read = self._read_despatches()
        told = fulfil_due_parcels(
            self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock, random=self.random
        )
        if not (read.trouble or told.trouble):
            told += self._report_unsent_goods()
        return ReadAndTold(read, told)

    def _report_unsent_goods(self) -> FulfilmentReport:
        """After the parcels: what has left is told first."""
        return report_unsent_goods(
            self.connection,
            storefront=self.storefront,
            warehouse=self.warehouse,
            ledger=self.ledger,
            clock=self.clock,
        )

    # ---- reading, as often as it is worth it

    def _read_stock(self) -> StockReadReport:
        waiting = bool(self.ledger.inbox.waiting(self.connection.name, WAREHOUSE, flow=STOCK_PUBLICATION, limit=1))
        if not self.poll.is_due(self.clock.now(), hurried=waiting, at_least=self.hurry):
            return StockReadReport()
        read = read_all_stock if self.reads_again else read_stock_changes
        return self._swept(read(self.connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock))

    def _read_despatches(self) -> DespatchReadReport:
        connection = self.connection
        if self.reads_again:
            far = replace(connection.feeds, despatch_overlap=connection.feeds.sweep_look_back, poll_every=timedelta(0))
            connection = replace(connection, feeds=far)
        read = read_despatches(connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)
        if not read.trouble:
            read += read_orders_put_aside(connection, warehouse=self.warehouse, ledger=self.ledger, clock=self.clock)
        return self._swept(read)

    def _capture_now(self) -> None:
        """The storefront knows orders that are not here yet; storing one twice is storing it once."""
        capture_from_inbox(self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock)
        capture_by_poll(self.connection, storefront=self.storefront, ledger=self.ledger, clock=self.clock)

    def _swept(self, found: Report) -> Report:
        """A sweep that was cut short is tried again with the next look; one that came through is over."""
        if not found.trouble:
            self.reads_again = False
        return found


def run_flow(
    context: dg.AssetExecutionContext, settings: ConnectionSettings, flow: str, sides: tuple[Storefront, Warehouse]
) -> StepReport | None:
    """Drain one flow between these sides; None where its lock stayed with another run, which then does the work.

    Raises:
        dagster.Failure: a sweep did not come through, so what it should have read is not read.
    """
    clock, ledger = SystemClock(), context.resources.ledger
    trigger = context.run.tags.get(TRIGGER_TAG, "")
    storefront, warehouse = sides
    run = FlowRun(
        connection=settings.connection(),
        storefront=storefront,
        warehouse=warehouse,
        ledger=ledger,
        poll=Every(timedelta(seconds=settings.feeds.poll_seconds)),
        reads_again=trigger == SWEEP,
        hurry=timedelta(seconds=settings.feeds.hurry_seconds),
        until=clock.now() + _longest(settings),
    )
    with courier() as run.courier:
        drained = drain_flow(
            run.step_of(flow),
            ledger=ledger,
            connection=connection_name(settings.name),
            flow=flow,
            clock=clock,
            linger=settings.runs.linger(environment()),
            until=run.until,
            wait_for_lock=patience_of(settings, flow, trigger),
        )
    if run.reads_again and flow in _FLOWS_THAT_READ:
        why = drained.report.trouble if drained.report else f"another run of {flow} kept its lock all the time"
        raise dg.Failure(f"TRANSIENT · the sweep comes again tomorrow; start it by hand where that is too late · {why}")
    if drained.report is None:
        context.log.info("Another run of %s holds the lock and does the work.", flow)
    return drained.report


def patience_of(settings: ConnectionSettings, flow: str, trigger: str) -> timedelta:
    """How long a run waits for the lock of its flow."""
    if trigger == SWEEP and flow in _FLOWS_THAT_READ:
        return _longest(settings) + _MARGIN
    return _WAIT_FOR_PREDECESSOR if trigger == RELIEF else _WAIT_OTHERWISE


def _longest(settings: ConnectionSettings) -> timedelta:
    return settings.runs.longest(environment())
