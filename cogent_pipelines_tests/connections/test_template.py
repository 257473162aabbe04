"""What a new connection begins with: a file that loads as it is, and tells the truth about what it leaves out."""

import re

import dagster as dg
import pytest
import yaml

from cogent_pipelines.components.nouns import ALL_NOUNS
from cogent_pipelines.components.operations import OperationsSettings, operations_of
from cogent_pipelines.components.storefront_warehouse_connection import connection_of
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.template import UnknownVendor, new_connection, storefronts, warehouses
from cogent_pipelines.connections.vendors.known import KNOWN_VENDORS
from cogent_pipelines.connections.yaml_files import read_connection

pytestmark = pytest.mark.filterwarnings("ignore:(Class|Parameter) .* is currently in beta:dagster.BetaWarning")

PAIRS = [(storefront, warehouse) for storefront in storefronts() for warehouse in warehouses()]
COMMENTED = re.compile(r"^( *)#(?=[a-z_]+:)", re.MULTILINE)


@pytest.fixture
def written(tmp_path):
    """Write a text where a connection's file is, and read it back."""

    def read(text: str) -> ConnectionSettings:
        path = tmp_path / "defs.yaml"
        path.write_text(text, encoding="utf-8")
        return read_connection(path)

    return read


def test_every_vendor_that_is_known_is_on_one_side():
    """A vendor that joins is offered without another word."""
    assert KNOWN_VENDORS == {*storefronts(), *warehouses()}
    assert set() == {*storefronts()} & {*warehouses()}


@pytest.mark.parametrize(("storefront", "warehouse"), PAIRS)
def test_a_new_connection_loads_whichever_vendors_it_is_of(written, storefront, warehouse):
    """Read by itself, and as all that Dagster makes of it."""
    settings = written(new_connection("northwind_uk", storefront=storefront, warehouse=warehouse, title="Northwind: UK #1"))
    loaded = dg.Definitions.merge(
        connection_of(settings), operations_of(OperationsSettings(), {settings.name: settings})
    ).get_repository_def()

    assert ("northwind_uk", "Northwind: UK #1") == (settings.name, settings.title)
    assert (storefront, warehouse) == (settings.storefront.vendor, settings.warehouse.vendor)
    assert len(ALL_NOUNS) == len(loaded.asset_graph.executable_asset_keys)


@pytest.mark.parametrize(("storefront", "warehouse"), PAIRS)
def test_each_side_names_variables_that_nobody_else_does(written, storefront, warehouse):
    """Two vendors both have a client id; two connections both have a shop."""
    settings = written(new_connection("northwind_uk", storefront=storefront, warehouse=warehouse))
    named = [*variables(settings.storefront.model_dump()), *variables(settings.warehouse.model_dump())]

    assert sorted({*named}) == sorted(named)
    assert [] == [name for name in named if not name.startswith("NORTHWIND_UK_")]


@pytest.mark.parametrize(("storefront", "warehouse"), PAIRS)
def test_what_is_commented_out_is_the_default(written, storefront, warehouse):
    """Taking the signs away, but for variables that would be looked up, changes nothing."""
    text = new_connection("northwind_uk", storefront=storefront, warehouse=warehouse)
    open_text = COMMENTED.sub(r"\1", text)
    kept = "\n".join(
        line for line in open_text.splitlines() if not re.match(r" *[a-z_]+_env:", line) or line in text.splitlines()
    )

    assert text != open_text
    assert written(text) == written(kept)


@pytest.mark.parametrize(("storefront", "warehouse"), PAIRS)
def test_every_field_is_in_the_file(storefront, warehouse):
    """Whoever reads it needs no other page."""
    text = new_connection("northwind_uk", storefront=storefront, warehouse=warehouse)
    fields = {*yaml.safe_load(COMMENTED.sub(r"\1", text))["attributes"]["warehouse"]}

    assert {*ConnectionSettings.model_fields} == {*yaml.safe_load(COMMENTED.sub(r"\1", text))["attributes"]}
    assert {*warehouses()[warehouse].model_fields} == fields


def test_a_title_is_made_of_the_name_where_none_is_said(written):
    assert "Northwind UK" == written(new_connection("northwind_uk", storefront="shopify", warehouse="peoplevox")).title


def test_a_vendor_that_is_not_known_is_refused_with_those_that_are():
    """Also a warehouse in a storefront's place."""
    with pytest.raises(UnknownVendor, match=r"no storefront called 'peoplevox'; there are: .*shopify"):
        new_connection("northwind_uk", storefront="peoplevox", warehouse="peoplevox")
    with pytest.raises(UnknownVendor, match=r"no warehouse called 'sap'; there are: .*peoplevox"):
        new_connection("northwind_uk", storefront="shopify", warehouse="sap")


def variables(block: dict) -> list[str]:
    """The names of variables in a block."""
    found: list[str] = []
    for field, value in block.items():
        if field.endswith("_env") and value:
            found += value.values() if isinstance(value, dict) else [value]
    return found
