"""`cogent map-sku` records a person's word and lets the orders go that waited for it."""

from datetime import UTC, datetime

import pytest
import yaml
from click.testing import CliRunner

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.cli.main import main
from cogent_pipelines.connections import yaml_files
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines_tests.components.deployment import attributes
from cogent_pipelines_tests.factories.orders import NORTHWIND, a_line, an_order

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(ledger_url, monkeypatch):
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)
    with Ledger.connect(ledger_url) as ledger:
        ledger.orders.store(NORTHWIND, [an_order(1001, lines=(a_line(sku="mug-blue"),))], now=NOW)
        ledger.items.store(NORTHWIND.name, [Item(Sku("MUG-BLUE"), "Mug, blue", active=True)], now=NOW)
        with ledger.pool.session() as session:
            session.execute("update sales_order set state = 'held', reason = 'sku_variant'")
        yield ledger


def map_sku(*arguments: str):
    return CliRunner().invoke(main, ["map-sku", "northwind_uk", *arguments])


def test_a_confirmed_mapping_releases_the_orders_that_waited_for_it(ledger):
    """One command, and the order goes out by itself."""
    shown = map_sku("mug-blue", "MUG-BLUE", "--by", "Ada", "--reason", "same mug")

    assert "mug-blue is MUG-BLUE. Orders that may go out now: 1.\n" == shown.output
    expected = SkuMapping(Sku("mug-blue"), Sku("MUG-BLUE"), MappingState.CONFIRMED, "same mug", "Ada")
    assert [expected] == ledger.mappings.all(NORTHWIND.name)
    assert ["pending"] == [count.state for count in ledger.sales_orders.counts(NORTHWIND.name)]


def test_an_item_that_the_warehouse_lacks_cannot_be_mapped_to(ledger):
    """A typing error here would hold the orders for ever; the spelling that exists is named."""
    shown = map_sku("mug-blue", "Mug-Blue")

    assert (1, True) == (shown.exit_code, "It has MUG-BLUE." in shown.output)
    assert [] == ledger.mappings.all(NORTHWIND.name)


def test_a_rejected_mapping_releases_nothing(ledger):
    """Saying what it is not says nothing about what it is."""
    shown = map_sku("mug-blue", "MUG-BLUE", "--reject")

    assert "mug-blue is not MUG-BLUE. Orders that may go out now: 0.\n" == shown.output
    assert ["held"] == [count.state for count in ledger.sales_orders.counts(NORTHWIND.name)]


@pytest.fixture
def sets(tmp_path, monkeypatch):
    """The connection's YAML says that mug-blue is sold in sets."""
    path = tmp_path / "northwind_uk" / "defs.yaml"
    path.parent.mkdir()
    bundles = [{"sku": "SET", "components": [{"sku": "mug-blue", "quantity": 2}]}]
    path.write_text(yaml.safe_dump({"type": yaml_files.COMPONENT_TYPE, "attributes": attributes(bundles=bundles)}))
    monkeypatch.setenv(yaml_files.FOLDER_VARIABLE, str(tmp_path))


def test_mapping_a_component_releases_the_orders_of_its_bundles(ledger, sets):
    """The order names the set, and waited for what is in it."""
    with ledger.pool.session() as session:
        session.execute("update storefront_order_line set sku = 'SET'")

    assert "mug-blue is MUG-BLUE. Orders that may go out now: 1.\n" == map_sku("mug-blue", "MUG-BLUE").output


def test_a_bundle_itself_cannot_be_mapped(ledger, sets):
    """It is picked as its components, whatever it is mapped to."""
    shown = map_sku("SET", "MUG-BLUE")

    assert (1, True) == (shown.exit_code, "SET is a bundle of northwind_uk" in shown.output)
