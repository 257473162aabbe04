"""Promises held against the reference material: samples are read, and the shipped SQL names nothing that nobody has seen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cogent_pipelines.adapters.warehouses.orderwise import translate
from cogent_pipelines.adapters.warehouses.orderwise.client import texts_in
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.payloads import draft
from cogent_pipelines.adapters.warehouses.orderwise.refusals import taken_apart
from cogent_pipelines.adapters.warehouses.orderwise.wire import rows_of
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import SETTINGS, order

pytestmark = pytest.mark.shared
# `vb_vad_id` and the rest are in the list; what SQL Server has itself is not.
_COLUMN = re.compile(r"\b\w+\.([a-z]{1,5}_\w+)\b")
_TABLE = re.compile(r"\b(?:FROM|JOIN) (\w+)\b")


@pytest.fixture
def facts(reference_material: Path) -> Path:
    folder = reference_material / "vendors" / "data" / "orderwise"
    if not folder.is_dir():
        pytest.skip("no reference material")
    return folder


def sample(facts: Path, name: str) -> Any:
    return json.loads((facts / "samples" / name).read_text("utf-8"))


@pytest.mark.parametrize("question", list(Question))
def test_the_shipped_sql_names_tables_and_columns_that_were_seen(facts, question):
    """Nothing of it is guessed."""
    tables = json.loads((facts / "schema_tables.json").read_text("utf-8"))["tables"]
    columns = {column for names in tables.values() for column in names}
    sql = re.sub(r"--.*", "", DEFINITIONS[question].sql)

    assert set() == set(_TABLE.findall(sql)) - set(tables) - {"STRING_SPLIT"}
    assert set() == set(_COLUMN.findall(sql)) - columns


def test_the_samples_of_deliveries_and_stock_are_read(facts):
    """The shape of the rows is the one that was agreed on; optional columns may be missing."""
    deliveries = rows_of(sample(facts, "export_orders_changed.response.json"), DEFINITIONS[Question.ORDERS_CHANGED], 1)
    stock = rows_of(sample(facts, "export_stock_changed.response.json"), DEFINITIONS[Question.STOCK_CHANGED], 2)

    first, second = map(translate.delivery_row, deliveries)
    assert (58201, "WEB-100045", "CN0001", None) == (
        first.order.order_id,
        first.order.ref,
        first.consignment,
        second.shipped_at,
    )
    assert [("TEE-RED-M", 12), ("CAP-BLU ", -2)] == [(row.sku, row.free) for row in map(translate.stock_row, stock)]


def test_the_sample_of_an_error_is_taken_apart(facts):
    """Two failures in one text."""
    refusal = taken_apart(texts_in(sample(facts, "create_sales_order.error.json")), {})

    assert ("variant code TEE-RED-M does not exist or is not active", "no variant has been provided") == refusal.reasons


def test_an_order_is_sent_in_the_fields_of_the_sample(facts):
    """Under the same names, in the same blocks, of the same kinds; ours says the reference twice and has a third line."""
    wanted, sent = sample(facts, "create_sales_order.request.json"), draft(order(), SETTINGS).body

    def kinds(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: kinds(value) for name, value in node.items()}
        return kinds(node[0]) if isinstance(node, list) else type(node)

    ours = kinds(sent)
    assert str is ours["orderHeader"].pop("customerOrderRef")
    assert str is ours["customerDeliveryAddress"].pop("address3")
    assert kinds(wanted) == ours
