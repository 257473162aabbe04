"""Our answers beside the published samples. Skipped where the vendor's facts are not at hand."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines.simulators.orderwise.endpoints import ENDPOINTS
from cogent_pipelines.simulators.orderwise.schema import TABLES
from cogent_pipelines_tests.conftest import REFERENCE_MATERIAL
from cogent_pipelines_tests.simulators.orderwise.conftest import LONG_AGO, Client, order

FACTS = REFERENCE_MATERIAL / "vendors" / "data" / "orderwise"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FACTS.is_dir(), reason="the vendor's facts are not at hand"),
]


def sample(name: str) -> Any:
    return json.loads((FACTS / "samples" / name).read_text())


def kinds(row: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in row.items() if value is not None}


def definitions() -> dict[str, str]:
    """Read the proposed definitions: each has its number and name in a comment before it."""
    parts = re.split(r"(?m)^-- \d+\. (\w+)", (FACTS / "export_definitions.sql").read_text())
    return {name: "--" + text for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_every_table_and_column_that_was_seen_is_there():
    seen = json.loads((FACTS / "schema_tables.json").read_text())["tables"]

    assert {name: set(columns) for name, columns in seen.items()} == {
        name: set(columns) for name, (_, columns) in TABLES.items()
    }


def test_operations_are_named_and_placed_as_they_were_seen():
    rows = json.loads((FACTS / "owapi_catalogue.json").read_text())["operations"]
    seen = {(row["method"], re.sub(r"\{\w+\}", "{}", row["path"].strip("/"))) for row in rows}

    assert set() == {(each.method, re.sub(r"\{\w+\}", "{}", each.path)) for each in ENDPOINTS} - seen


def test_the_sample_order_is_taken_and_answered_alike(client: Client, sim: OrderWiseSimulator):
    for code in ("TEE-RED-M", "CAP-BLU"):
        sim.live.add_variant(code, on_hand=Decimal(5))
    answer = client.post_order(sample("create_sales_order.request.json"))

    assert kinds(sample("create_sales_order.response.json")) == kinds(answer.json())
    [kept] = sim.truth.orders_of("WEB-100045")
    assert (Decimal("84.0"), [], []) == (kept.value, kept.ignored_fields, sim.truth.not_adding_up())


def test_the_sample_refusal_is_worded_alike(client: Client):
    """The order's number apart."""
    answer = client.post_order(order("100045", ("TEE-RED-M", 1)))

    assert sample("create_sales_order.error.json") == answer.json()


def test_the_status_is_shaped_alike(client: Client):
    made = client.create()

    assert set(sample("order_status.response.json")) == set(client.get(f"sales/order/{made['orderId']}/status"))


def test_the_proposed_definitions_run_and_give_the_sample_rows(client: Client, sim: OrderWiseSimulator):
    """Keys and kinds; a parcel's row beside that of an order of which nothing has left."""
    sim.install_exports(definitions())
    client.create("WEB-1", ("MUG", 2))
    client.create("WEB-2", ("MUG", 1))
    client.tell("work", {"despatch": "WEB-1", "quantities": {"MUG": 1}})
    rows = client.export("orders_changed", since=LONG_AGO)

    assert [kinds(row) for row in sample("export_orders_changed.response.json")] == [kinds(row) for row in rows]
    [expected, _] = sample("export_stock_changed.response.json")
    assert kinds(expected) == kinds(client.export("stock_changed", since=LONG_AGO)[0])
    assert [1.0] == [row["qty"] for row in client.export("despatch_lines", since=LONG_AGO)]
    [found] = client.export("order_by_ref", ref="WEB-2")
    assert [1.0] == [row["qty_to_send"] for row in client.export("order_lines", order_id=found["order_id"])]
