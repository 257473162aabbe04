"""Whatever a vendor answers ends in a value or in an error that the flows know."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, ReturnedLine
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.errors import VendorError
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.recorded import Recorded
from cogent_pipelines_tests.factories.orders import NINE

REF = SalesOrderRef("1001")
NAMES = """ID Id OrderId OrderNumber ClientReference Status OrderStatusId OrderItems Lines Items SKU Sku Quantity Level
DespatchDate ShippedAt Success Message Name ReturnItems LastUpdated Active Reasons Errors"""
FIELDS = [*NAMES.split(), "Available for Sale"]
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["1001", "MUG", "DESPATCHED", "2026-11-02T10:00:00", "=x", "4"]),
)
JSON = st.recursive(
    PLAIN,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), below, max_size=6),
    max_leaves=20,
)

ASKED: dict[str, Callable[[Any], Any]] = {
    "create": lambda warehouse: warehouse.create_sales_orders([order("1001")]),
    "find": lambda warehouse: warehouse.find_sales_orders([REF]),
    "cancel": lambda warehouse: warehouse.cancel_sales_orders([REF]),
    "put aside": lambda warehouse: list(warehouse.orders_put_aside(NINE)),
    "stock": lambda warehouse: list(warehouse.stock_all()),
    "changed stock": lambda warehouse: list(warehouse.stock(NINE)),
    "parcels": lambda warehouse: list(warehouse.despatches(NINE)),
    "parcels of": lambda warehouse: warehouse.despatches_of([REF]),
    "items": lambda warehouse: list(warehouse.items()),
    "named": lambda warehouse: warehouse.items_named([Sku("MUG")]),
    "upsert": lambda warehouse: warehouse.upsert_items([Item(Sku("MUG"), "Mug", active=True)]),
    "returns": lambda warehouse: list(warehouse.returns(NINE - timedelta(hours=1))),
    "announce": lambda warehouse: warehouse.announce_return(AnnouncedReturn("R", REF, (ReturnedLine(Sku("MUG"), 1),))),
    "check": lambda warehouse: list(warehouse.check()),
}


class Nonsense(Recorded):
    """Gives the same answer to everything, after the log-in."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.status = b"", 200
        self.answers = _Everything(self)


class _Everything(dict):
    def __init__(self, vendor: Nonsense) -> None:
        super().__init__()
        self._vendor = vendor

    def get(self, what, otherwise=None):
        del otherwise
        if what == "POST /api/Auth":
            return Response(b'"token"')
        return Response(self._vendor.body, self._vendor.status, media_type="application/json")


@pytest.fixture(params=["mintsoft", "scend"])
def vendor(request):
    vendor = Nonsense()
    secrets = {"mintsoft": {"username": "u", "password": "password"}, "scend": {"token": "a-token"}}[request.param]
    connected = Connected(vendor, RestProfileSettings(compiling.load(request.param), "http://127.0.0.1", secrets))
    yield vendor, connected
    connected.close()


@pytest.mark.parametrize("what", ASKED)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON, status=st.sampled_from([200, 200, 200, 200, 400, 404, 409]))
def test_json_of_any_form_is_read_or_refused(vendor, what, body, status):
    """No answer brings a flow down."""
    given_by, connected = vendor
    given_by.body, given_by.status = json.dumps(body).encode(), status
    with suppress(VendorError):
        ASKED[what](connected.warehouse)


NO_JSON = [b"", b"\xff\xfe", b"<html>", b"[" * 3000, b'{"a": 1e999999}', b"NaN", b'[{"ID": 1}', b"null"]


@pytest.mark.parametrize("what", ASKED)
def test_what_is_not_even_json_is_refused(vendor, what):
    given_by, connected = vendor
    for body in NO_JSON:
        given_by.body = body
        with suppress(VendorError):
            ASKED[what](connected.warehouse)
