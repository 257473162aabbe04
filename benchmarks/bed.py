"""What most figures stand on: one stand-in vendor or two without limits, and a ledger that is thrown away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.figures import Given
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.yaml_files import connection_settings, shipped_folder
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import first_line_of
from cogent_pipelines.local_stack.replay.ledger import throwaway_ledger
from cogent_pipelines.local_stack.replay.settings import replay_settings, replay_variables
from cogent_pipelines.local_stack.replay.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.supervisor import Supervisor

CONNECTION = "demo_uk"
SEED = 1


@dataclass(frozen=True, slots=True)
class Vendors:
    """Two empty stand-ins in processes of their own, and the settings that reach them."""

    settings: ConnectionSettings
    variables: dict[str, str]
    shop: Shop
    warehouse: Warehouse


@contextmanager
def vendors(given: Given) -> Iterator[Vendors]:
    """Start both stand-ins, the same at every start, and lift their limits."""
    home = Home(given.home.checkout, given.home.path / "bench").prepared()
    with Supervisor(home) as supervisor:
        running = [
            supervisor.start(
                services.simulator(vendor, home=home, environment=given.environ, options=["--empty", "--seed", str(SEED)])
            )
            for vendor in ("shopify", "peoplevox")
        ]
        shop_said, warehouse_said = (json.loads(first_line_of(each)) for each in running)
        settings = replay_settings(connection_settings(CONNECTION, shipped_folder()), shop_said)
        with Shop.at(shop_said["url"]) as shop, Warehouse.at(warehouse_said["url"]) as warehouse:
            shop.lift_limits()
            warehouse.lift_limits(settings)
            yield Vendors(settings, replay_variables(shop_said, warehouse_said), shop, warehouse)


@contextmanager
def ledger(given: Given) -> Iterator[Ledger]:
    """Give an empty ledger for as long as the block lasts."""
    with throwaway_ledger(given.home, given.environ, word="bench") as made, Ledger.connect(made.url) as opened:
        yield opened
