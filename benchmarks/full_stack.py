"""The whole stack with both stand-ins, as `make demo` has it, but with a shop that only sells what the figure asks for."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.bed import CONNECTION, SEED
from benchmarks.figures import Given
from cogent_pipelines.connections.yaml_files import connection_settings, shipped_folder
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack import stack as stacks
from cogent_pipelines.local_stack.dagster_home import variables
from cogent_pipelines.local_stack.databases import Kept
from cogent_pipelines.local_stack.demo.run import demo_variables
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import first_line_of
from cogent_pipelines.local_stack.replay.costs import Costs
from cogent_pipelines.local_stack.replay.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.subscribing import subscribe
from cogent_pipelines.local_stack.supervisor import Supervisor
from cogent_pipelines.ports.clock import SystemClock

ARTICLES = 200
_PLENTY = 1_000_000
# The vendor's own: fifteen calls in fifteen seconds.
VENDORS_WINDOW = 15.0
# So short that fifteen calls in it are no limit.
NO_WINDOW = 0.015


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the stack differs from the demo's: how long runs listen and last, and the warehouse's window for fifteen calls.

    `beside` starts what else the stack needs, before Dagster, with its ledger; and gives the variables that this adds.
    """

    linger_seconds: float
    window_seconds: float = NO_WINDOW
    longest_run_seconds: float = 60.0
    beside: Callable[[Supervisor, stacks.Given, Ledger], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class FullStack:
    """A stack that is up, its vendors subscribed to the gateway."""

    stack: stacks.Stack
    shop: Shop
    warehouse: Warehouse
    ledger: Ledger
    costs: Costs
    environment: Mapping[str, str]

    def check(self) -> None:
        """Fail when a service has died."""
        self.stack.supervisor.check()


@contextmanager
def full_stack(given: Given, wanted: Wanted) -> Iterator[FullStack]:
    """Start everything with empty databases, and end it with the block."""
    home = Home(given.home.checkout, given.home.path / "bench").for_the_demo().prepared()
    shutil.rmtree(home.dagster, ignore_errors=True)
    told = stacks.Given(home, say=given.say)
    with told.supervisor() as supervisor:
        began = time.monotonic()
        running = [
            supervisor.start(
                services.simulator(vendor, home=home, environment=told.environ, options=["--empty", "--seed", str(SEED)])
            )
            for vendor in ("shopify", "peoplevox")
        ]
        databases = stacks.open_ledger(supervisor, told, kept=Kept.FOR_THE_DEMO)
        shop_said, warehouse_said = (json.loads(first_line_of(each)) for each in running)
        more = _variables(home, shop_said, warehouse_said, wanted)
        with (
            Shop.at(shop_said["url"]) as shop,
            Warehouse.at(warehouse_said["url"]) as warehouse,
            Ledger.connect(databases.ledger, largest_pool=2) as ledger,
            Costs(supervisor.postgres.pid() if supervisor.postgres else None) as costs,
        ):
            _open_for_business(shop, warehouse, wanted)
            if wanted.beside is not None:
                more = {**more, **wanted.beside(supervisor, told, ledger)}
            stack = stacks.start_stack(supervisor, databases, told, more=more, started_at=began)
            for _ in subscribe(
                connection_settings(CONNECTION, shipped_folder()),
                public_url=stack.gateway_url,
                ledger=ledger,
                environment=more,
                clock=SystemClock(),
            ):
                pass
            environment = {**told.environ, **variables(home, databases), **more}
            yield FullStack(stack, shop, warehouse, ledger, costs, environment)


def sku(number: int) -> str:
    return f"NW-{number:04d}"


def _open_for_business(shop: Shop, warehouse: Warehouse, wanted: Wanted) -> None:
    shop.switch(throttle=False, stock_history="none")
    limited = wanted.window_seconds >= 1
    warehouse.switch(rate_limit_calls=15 if limited else 0, rate_limit_seconds=wanted.window_seconds if limited else 15.0)
    shop.add_products({"title": sku(n), "sku": sku(n), "price": "9.95", "stock": _PLENTY} for n in range(ARTICLES))
    warehouse.add_items({"item_code": sku(n), "on_hand": _PLENTY} for n in range(ARTICLES))


def _variables(home: Home, shop: Mapping[str, str], warehouse: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The demo's variables, but for the vendor's window and how long runs listen and last."""
    return {
        **demo_variables(home, shop, warehouse),
        "COGENT_DEMO_PEOPLEVOX_WINDOW_SECONDS": str(wanted.window_seconds),
        "COGENT_DEMO_LINGER_SECONDS": str(wanted.linger_seconds),
        "COGENT_DEMO_LONGEST_RUN_SECONDS": str(wanted.longest_run_seconds),
    }
