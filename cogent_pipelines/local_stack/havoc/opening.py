"""Starting the whole stack with both stand-ins and empty databases, as the demo does, for a trade that is not planned."""

import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cogent_pipelines.connections.yaml_files import connection_settings, shipped_folder
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.databases import LEDGER_VARIABLE, Kept
from cogent_pipelines.local_stack.demo.run import CONNECTION, demo_variables
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
from cogent_pipelines.local_stack.havoc.trade import open_for_business
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import first_line_of
from cogent_pipelines.local_stack.stack import Given, Stack, open_ledger, start_stack
from cogent_pipelines.local_stack.subscribing import subscribe
from cogent_pipelines.local_stack.supervisor import Supervisor
from cogent_pipelines.ports.clock import SystemClock


class NeedsItsOwnServer(RuntimeError):
    """The ledger is not the embedded server, which is not ours to kill."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A stack that is up, and what stands around it."""

    stack: Stack
    supervisor: Supervisor
    postgres: EmbeddedPostgres
    shop: Shop
    warehouse: Warehouse
    say: Callable[[str], None]


def home_of_its_own(home: Home, name: str) -> Home:
    """A stack of the checkout may be up beside it."""
    return Home(home.checkout, home.path / name).for_the_demo()


@contextmanager
def opened(home: Home, say: Callable[[str], None], *, seed: int) -> Iterator[Opened]:
    """Start everything in a home of the havoc's own, and end it with the block.

    Raises:
        NeedsItsOwnServer: the environment names a database server.
    """
    own = home.prepared()
    shutil.rmtree(own.dagster, ignore_errors=True)
    given = replace(Given(own, say=say), home=own)
    if given.environ.get(LEDGER_VARIABLE):
        raise NeedsItsOwnServer(f"{LEDGER_VARIABLE} is set: havoc kills its database server, so it starts one of its own")
    with given.supervisor() as supervisor:
        yield _start(supervisor, given, seed)


def _start(supervisor: Supervisor, given: Given, seed: int) -> Opened:
    began = time.monotonic()
    options = ["--empty", "--seed", str(seed)]
    running = [
        supervisor.start(services.simulator(vendor, home=given.home, environment=given.environ, options=options))
        for vendor in ("shopify", "peoplevox")
    ]
    databases = open_ledger(supervisor, given, kept=Kept.FOR_THE_DEMO)
    shop_said, warehouse_said = (json.loads(first_line_of(each)) for each in running)
    shop, warehouse = Shop.at(shop_said["url"]), Warehouse.at(warehouse_said["url"])
    open_for_business(shop, warehouse, seed)
    more = _variables(given.home, shop_said, warehouse_said)
    stack = start_stack(supervisor, databases, given, more=more, started_at=began)
    stack.refuse_broken_code()
    with Ledger.connect(databases.ledger, largest_pool=2) as ledger:
        told = subscribe(
            connection_settings(CONNECTION, shipped_folder()),
            public_url=stack.gateway_url,
            ledger=ledger,
            environment=more,
            clock=SystemClock(),
        )
        for line in told:
            given.say(line)
    return Opened(stack, supervisor, EmbeddedPostgres(given.home.postgres), shop, warehouse, given.say)


def _variables(home: Home, shop: Mapping[str, str], warehouse: Mapping[str, str]) -> dict[str, str]:
    """Those of the demo, with vendors that do not count our calls: their limits are tried elsewhere."""
    changes = {
        "COGENT_DEMO_SHOPIFY_RESTORE_RATE": "1000000",
        # As long as runs usually are: a demo's runs of a minute would spend half the machine on starting successors.
        "COGENT_DEMO_LONGEST_RUN_SECONDS": "600",
        "COGENT_DEMO_LINGER_SECONDS": "60",
        "COGENT_DEMO_PEOPLEVOX_WINDOW_SECONDS": "0.015",
        "COGENT_DEMO_PEOPLEVOX_EVENT_SECRET": secrets.token_hex(16),
    }
    return {**demo_variables(home, shop, warehouse), **changes}
