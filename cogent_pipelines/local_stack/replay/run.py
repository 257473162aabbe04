"""A replay from its first process to its last word.

Reads the file, starts two stand-ins and a throwaway ledger, loads both catalogues, places the orders while the flows run
in processes of their own and the warehouse despatches what it has, waits until everything is settled, and has it judged.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import first_line_of
from cogent_pipelines.local_stack.replay import books
from cogent_pipelines.local_stack.replay.articles import Catalogue
from cogent_pipelines.local_stack.replay.costs import Costs
from cogent_pipelines.local_stack.replay.floor import Floor
from cogent_pipelines.local_stack.replay.invoices import FileReport, read_invoices
from cogent_pipelines.local_stack.replay.ledger import throwaway_ledger
from cogent_pipelines.local_stack.replay.outcome import Outcome
from cogent_pipelines.local_stack.replay.pace import Pace
from cogent_pipelines.local_stack.replay.placing import order_of
from cogent_pipelines.local_stack.replay.settings import replay_settings, replay_variables
from cogent_pipelines.local_stack.replay.sides import both_sides
from cogent_pipelines.local_stack.replay.standing import Standing, standing
from cogent_pipelines.local_stack.replay.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.replay.worker import Job
from cogent_pipelines.local_stack.replay.workers import Workers, workers
from cogent_pipelines.local_stack.supervisor import Supervisor
from cogent_pipelines.ports.clock import SystemClock

_ORDERS_AT_ONCE = 50
_LOOK_SECONDS = 0.5


class NothingToReplay(ValueError):
    """The file holds no order between those days."""


class DidNotSettle(RuntimeError):
    """Orders were still under way when there had been no progress for long."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay, and how. `pace` None is as fast as it goes."""

    file: Path
    settings: ConnectionSettings
    first: date | None = None
    last: date | None = None
    pace: float | None = None
    seed: int = 1
    patience_seconds: float = 120.0


@dataclass(slots=True)
class Timings:
    """Seconds of each phase, for whoever wonders where they went."""

    of: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.of[name] = round(time.monotonic() - began, 2)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file as orders to place, oldest first: when each happened, and its JSON."""

    report: FileReport
    orders: Sequence[tuple[float, bytes]]
    catalogue: Catalogue


def prepare(wanted: Wanted) -> Prepared:
    """Read the file.

    Raises:
        InvoiceFileError: it cannot be read as invoices.
        NothingToReplay: no order is between the days.
    """
    report = FileReport()
    invoices = read_invoices(wanted.file, report=report, first=wanted.first, last=wanted.last)
    orders = [(invoice.at.timestamp(), orjson.dumps(order_of(invoice, seed=wanted.seed))) for invoice in invoices]
    if not orders:
        raise NothingToReplay(f"{wanted.file.name} holds no order between these days")
    orders.sort(key=lambda order: order[0])
    return Prepared(report, orders, Catalogue(report.spellings))


def run_replay(
    wanted: Wanted, home: Home, *, say: Callable[[str], None], environ: Mapping[str, str] | None = None
) -> Outcome:
    """Do it all; everything that was started has ended when this returns."""
    environ = dict(os.environ) if environ is None else environ
    timings, began = Timings(), time.monotonic()
    with timings.phase("reading"):
        prepared = prepare(wanted)
    say(f"{len(prepared.orders)} orders with {prepared.report.lines} lines.")
    with ExitStack() as opened:
        supervisor = opened.enter_context(Supervisor(_own_home(home)))
        with timings.phase("starting"):
            ledger_at = opened.enter_context(throwaway_ledger(home, environ))
            costs = opened.enter_context(Costs(ledger_at.server.pid() if ledger_at.server else None))
            shop_said, warehouse_said = _start_stand_ins(supervisor, wanted, home, environ)
        replay = Replay(
            wanted=wanted,
            settings=replay_settings(wanted.settings, shop_said),
            prepared=prepared,
            shop=opened.enter_context(Shop.at(shop_said["url"])),
            warehouse=opened.enter_context(Warehouse.at(warehouse_said["url"])),
            ledger=opened.enter_context(Ledger.connect(ledger_at.url, largest_pool=2)),
            environment={**environ, **replay_variables(shop_said, warehouse_said)},
            logs=_own_home(home).logs,
            timings=timings,
            say=say,
            check=supervisor.check,
            costs=costs,
        )
        outcome = replay.run()
    return outcome.with_costs(costs=costs, seconds=time.monotonic() - began)


def _own_home(home: Home) -> Home:
    """Give a home of the replay's own, so that a stack of the checkout may be up beside it."""
    return Home(home.checkout, home.path / "replay").prepared()


def _start_stand_ins(
    supervisor: Supervisor, wanted: Wanted, home: Home, environ: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    options = ["--empty", "--seed", str(wanted.seed)]
    blocks = (wanted.settings.storefront, wanted.settings.warehouse)
    running = [
        supervisor.start(services.simulator(block.vendor, home=home, environment=environ, options=options))
        for block in blocks
    ]
    shop, warehouse = (json.loads(first_line_of(each)) for each in running)
    return shop, warehouse


@dataclass(slots=True)
class Replay:
    """A replay whose vendors and ledger are there."""

    wanted: Wanted
    settings: ConnectionSettings
    prepared: Prepared
    shop: Shop
    warehouse: Warehouse
    ledger: Ledger
    environment: Mapping[str, str]
    logs: Path
    timings: Timings
    say: Callable[[str], None]
    check: Callable[[], None]
    costs: Costs

    @property
    def connection(self) -> Connection:
        return self.settings.connection()

    def run(self) -> Outcome:
        with self.timings.phase("catalogues"):
            self._open_for_business()
            with both_sides(self.settings, self.ledger, self.environment) as sides:
                suggested = sides.suggested_mappings()
        opened_at = SystemClock().now()
        job = Job(self.settings, self.ledger.pool.url, self.wanted.seed)
        with workers(job, self.environment, self.logs) as working:
            before = self.costs.seconds_by_name()
            moved, last = self._let_it_happen(working)
            spent = {name: seconds - before.get(name, 0.0) for name, seconds in self.costs.seconds_by_name().items()}
            said = working.stop()
        with (
            self.timings.phase("reconciling"),
            both_sides(self.settings, self.ledger, self.environment) as sides,
        ):
            explained = sides.explained_minor(opened_at)
        with self.timings.phase("judging"):
            judged = books.judge(self.shop, self.warehouse, strange=self.prepared.catalogue.strange())
        return Outcome(
            file=self.prepared.report,
            judged=judged,
            standing=last,
            moved_seconds=moved,
            explained_minor=explained,
            variants_suggested=suggested,
            timings=self.timings.of,
            flows=said,
            cpu_seconds=spent,
        )

    def _open_for_business(self) -> None:
        self.shop.lift_limits()
        self.warehouse.lift_limits(self.settings)
        self.shop.add_products(self.prepared.catalogue.products())
        self.warehouse.add_items(self.prepared.catalogue.items())

    def _let_it_happen(self, working: Workers) -> tuple[float, Standing]:
        """Place everything and wait until it is settled; answers the seconds that took."""
        began = time.monotonic()
        pace = Pace(self.wanted.pace, began)
        floor = Floor(self.warehouse, self.ledger, self.connection.name, SystemClock())
        with self.timings.phase("placing"):
            for due, orders in pace.batches(self.prepared.orders, _ORDERS_AT_ONCE):
                while (wait := due - time.monotonic()) > 0:
                    self._look(working, floor)
                    time.sleep(min(wait, _LOOK_SECONDS))
                self.shop.place(orders)
                self._look(working, floor)
        with self.timings.phase("settling"):
            last = self._settle(working, floor)
        return time.monotonic() - began, last

    def _look(self, working: Workers, floor: Floor) -> None:
        self.check()
        working.check()
        floor.work()

    def _settle(self, working: Workers, floor: Floor) -> Standing:
        placed, last, moved_at = len(self.prepared.orders), Standing(), time.monotonic()
        orders_began = moved_at
        while True:
            self._look(working, floor)
            now = standing(self.ledger, self.connection.name)
            if now.orders_settled(placed) and "orders_settled" not in self.timings.of:
                self.timings.of["orders_settled"] = round(time.monotonic() - orders_began, 2)
            if now.settled(placed):
                return now
            if now != last:
                last, moved_at = now, time.monotonic()
            if time.monotonic() - moved_at > self.wanted.patience_seconds:
                raise DidNotSettle(f"nothing has moved for {self.wanted.patience_seconds:.0f} s: {now}")
            time.sleep(_LOOK_SECONDS)
