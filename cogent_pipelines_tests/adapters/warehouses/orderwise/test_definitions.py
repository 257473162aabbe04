"""Promises about the export definitions: what is shipped, and that nothing else is read."""

import re
from pathlib import Path

import pytest
import yaml

from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.wire import rows_of
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, REQUIRED, SETTINGS, order

GOOD = {"contract_version": 1, "sku": "MUG", "name": "Mug", "is_discontinued": False}


def _selected(sql: str) -> str:
    return re.sub(r"--.*", "", sql)


@pytest.mark.parametrize("question", list(Question))
def test_the_shipped_sql_answers_in_the_columns_that_are_read(question):
    """Every one of them, and the version of the contract; no other parameters than are given."""
    definition = DEFINITIONS[question]
    sql = _selected(definition.sql)

    aliases = set(re.findall(r"\bAS (\w+)", sql))
    parameters = set(re.findall(r"@\w+", sql))

    shipped_later = {"courier"}  # A tenant adds it: the name of that column is not public.
    assert f"SELECT {definition.version} AS contract_version" in sql
    assert set() == {*definition.columns, *definition.optional} - aliases - shipped_later
    assert set(definition.parameters) == parameters


@pytest.mark.parametrize("question", list(Question))
def test_the_shipped_sql_is_one_select_that_changes_nothing(question):
    """A tenant pastes it as it is."""
    sql = _selected(DEFINITIONS[question].sql)

    assert sql.strip().startswith("SELECT")
    assert [] == re.findall(r"(?i)\b(insert|update|delete|drop|alter|exec|merge|into|truncate)\b|;", sql)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "no contract_version"),
        ({"contract_version": 2}, "contract_version 2"),
        ({"contract_version": "1"}, "contract_version 1"),
        ({"contract_version": True}, "contract_version True"),
        ({"contract_version": None}, "no contract_version"),
    ],
)
def test_an_unknown_version_of_the_contract_is_refused_by_name(said, words):
    """Whoever installed it must hear which definition it is."""
    row = {**{name: value for name, value in GOOD.items() if name != "contract_version"}, **said}

    with pytest.raises(VendorRefused, match=words) as refusal:
        rows_of([GOOD, row], DEFINITIONS[Question.ITEMS], 12)

    assert "export definition 12 (items)" in refusal.value.message


@pytest.mark.parametrize("question", [Question.KIT_STOCK_CHANGED, Question.DESPATCH_LINES, Question.ORDER_DESPATCH_LINES])
def test_a_definition_that_takes_an_orders_copy_for_the_kit_is_refused(question):
    """As it was shipped first: more kits would be told than can be made."""
    row = {"contract_version": 1, **dict.fromkeys(DEFINITIONS[question].columns)}

    with pytest.raises(VendorRefused, match="answers contract_version 1; this version reads 2"):
        rows_of([row], DEFINITIONS[question], 12)


def test_a_version_that_comes_as_a_decimal_is_the_same_version():
    """JSON knows one kind of number."""
    assert 1 == len(rows_of([{**GOOD, "contract_version": 1.0}], DEFINITIONS[Question.ITEMS], 12))


def test_a_definition_that_somebody_edited_is_refused_by_name():
    """A column that was renamed is a column that is missing."""
    row = {"contract_version": 1, "sku": "MUG", "title": "Mug", "is_discontinued": False}

    with pytest.raises(VendorRefused, match=r"export definition 12 \(items\) answers without name"):
        rows_of([row], DEFINITIONS[Question.ITEMS], 12)


@pytest.mark.parametrize("answer", [{"Message": "no"}, "text", 7, [1], [None]])
def test_what_is_no_list_of_rows_is_refused(answer):
    """An empty answer is something else."""
    with pytest.raises(VendorRefused, match="does not answer with a list of rows"):
        rows_of(answer, DEFINITIONS[Question.ITEMS], 12)


def test_no_content_is_no_rows():
    """One public client meets HTTP 204 where there is nothing to tell."""
    assert [] == rows_of(None, DEFINITIONS[Question.ITEMS], 12)


def test_a_definition_without_parameters_is_sent_a_nameless_one(connect, tenant):
    """OrderWise wants one all the same."""
    list(connect().warehouse.items())

    assert [(Question.ITEMS, {"": None})] == tenant.given


def test_moments_are_given_in_the_servers_zone_and_a_little_early(connect, tenant):
    """Its clock may differ from ours; in summer its zone does."""
    connected = connect(clock_tolerance_seconds=60.0)

    list(connected.warehouse.stock(NOON.replace(month=7)))
    list(connected.warehouse.stock(NOON))

    assert ["2026-07-20T12:59:00", "2026-11-20T11:59:00"] == [given["@since"] for _, given in tenant.given]


def test_an_hour_that_is_printed_twice_is_read_twice(connect, tenant):
    """When clocks go back, the same print means two moments: the bound is before both."""
    connected = connect(clock_tolerance_seconds=0.0)
    just_before = NOON.replace(month=10, day=25, hour=0, minute=30)

    list(connected.warehouse.stock(just_before))

    assert "2026-10-25T00:30:00" == tenant.given[0][1]["@since"]


@pytest.mark.parametrize("question", list(REQUIRED))
def test_a_definition_that_is_needed_must_have_its_id(question):
    """Said when the connection is loaded, and not at night."""
    known = {name: number for name, number in REQUIRED.items() if name is not question}

    with pytest.raises(ValueError, match=question):
        type(SETTINGS)(base_url="", username="", password="", session_id=1, definitions=known, order=SETTINGS.order)


def test_an_unreadable_line_leaves_no_order_out_of_sight(connect, tenant):
    """Half an order read back would look like an order that lacks lines, and none like one that is not there."""
    connected = connect()
    held = tenant.plant("SO-1", ["MUG", 1])
    held.lines.append(["PLATE", "many", 0])

    with pytest.raises(VendorRefused, match="order_lines: column qty_ordered is a str, not a number"):
        connected.warehouse.find_sales_orders([order().ref])


@pytest.mark.parametrize("question", list(Question))
def test_the_vendors_page_says_how_each_definition_is_installed(question):
    """With its parameters, as the person types them."""
    page = (Path(__file__).parents[4] / "docs" / "vendors" / "orderwise.md").read_text(encoding="utf-8")
    [row] = [line for line in page.splitlines() if line.startswith(f"| `{question}` |")]

    assert list(DEFINITIONS[question].parameters) == re.findall(r"@\w+", row)


def test_the_vendors_page_shows_a_connection_that_loads():
    """Whoever copies it has only to put in the tenant's own."""
    page = (Path(__file__).parents[4] / "docs" / "vendors" / "orderwise.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)

    block = OrderWiseBlock.model_validate(yaml.safe_load(shown)["warehouse"])

    assert (7, 8) == (block.session_id, len(block.export_definitions))
