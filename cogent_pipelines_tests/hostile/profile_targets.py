"""Answers to warehouses of a profile, and their events, spoilt; each target raises only where a promise is broken.

Both profiles that are shipped are thrown at: each has lists, words and log-ins that the other has not.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile
from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn, ReturnedLine
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.webhook import RestProfileWebhook
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.webhook import VerifiedEvent
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.recorded import Recorded
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written
from cogent_pipelines_tests.factories.orders import NINE
from cogent_pipelines_tests.hostile import promises
from cogent_pipelines_tests.hostile.answers import spoilt_answer
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

SECRET = "a secret of sixteen"
_SINCE = NINE - timedelta(hours=1)


def _mintsoft_order(number: int, ref: str) -> dict[str, Any]:
    return {
        "ID": number,
        "OrderNumber": ref,
        "OrderStatusId": 4,
        "DespatchDate": "2026-11-02T08:30:00",
        "LastUpdated": "2026-11-02T08:31:00.1234567",
        "CourierServiceName": "Royal Mail 24",
        "TrackingNumber": f"RM{number}",
        "TrackingURL": "https://carrier.example/RM",
        "TotalOrderGross": 42.45,
        "ShippingGross": 4.95,
        "OrderItems": [{"SKU": "MUG", "Quantity": 1, "Price": 12.5}, {"SKU": "PLATE", "Quantity": 2, "Price": 12.5}],
    }


def _scend_order(number: int, ref: str) -> dict[str, Any]:
    lines = [{"Sku": "MUG", "Quantity": 1, "UnitPrice": 12.5}, {"Sku": "PLATE", "Quantity": 2, "UnitPrice": 12.5}]
    return {"OrderId": f"SC-{number}", "ClientReference": ref, "Status": "RECEIVED", "TotalValue": 42.45, "Lines": lines}


def _scend_shipment(number: int, ref: str) -> dict[str, Any]:
    box = {"ParcelReference": "P1", "TrackingNumber": f"T{number}", "TrackingUrl": "https://c.example/T"}
    goods = [{"Sku": "MUG", "Quantity": 1}]
    return {
        "ShipmentId": f"SH-{number}",
        "ClientReference": ref,
        "DespatchedAt": "2026-11-02T08:30:00Z",
        "Carrier": "DPD",
        "ServiceCode": "NEXT",
        "Lines": goods,
        "Parcels": [{**box, "Lines": goods}, {**box, "ParcelReference": "P2", "Lines": goods}],
    }


def _level(sku: str) -> dict[str, Any]:
    return {"ProductId": 1, "WarehouseId": 3, "SKU": sku, "Level": 7, "TotalStockLevel": 9}


def _scend_level(sku: str) -> dict[str, Any]:
    return {"Sku": sku, "Available for Sale": 7, "OnHand": 9, "Allocated": 1, "Quarantine": 1, "OnOrder": 0}


_GOODS = {"Sku": "MUG", "Quantity": 1}
_OK: dict[str, Any] = {"Success": True, "Message": None, "ID": 900}
_MINTSOFT: dict[str, Any] = {
    "POST /api/Auth": "token-1",
    "PUT /api/Order": [{"OrderId": 101, "OrderNumber": "1002", "Success": True, "OrderStatus": "NEW", "Message": None}],
    "GET /api/Order/Search": [_mintsoft_order(100, "1001")],
    "GET /api/Order/List": [_mintsoft_order(100, "1001")],
    "GET /api/Order/Statuses": [{"ID": 1, "Name": "NEW"}, {"ID": 4, "Name": "DESPATCHED"}, {"ID": 3, "Name": "CANCELLED"}],
    "GET /api/Order/100": {**_mintsoft_order(100, "1001"), "OrderItems": []},
    "GET /api/Order/100/Items": _mintsoft_order(100, "1001")["OrderItems"],
    "GET /api/Order/100/Cancel": _OK,
    "GET /api/Product/StockLevels": [_level("MUG"), _level("PLATE")],
    "GET /api/Product/StockLevels/UpdatedSince": [1, 2],
    "GET /api/Product/List": [{"ID": 1, "SKU": "MUG", "Name": "Mug", "DisCont": False, "EAN": "501"}],
    "GET /api/Product/Search": [{"ID": 1, "SKU": "MUG", "Name": "Mug", "DisCont": False, "EAN": "501"}],
    "PUT /api/Product": _OK,
    "GET /api/Return/SearchByDate": [{"ID": 5, "OrderId": 100, "ReturnItems": [{"SKU": "MUG", "Quantity": 1}]}],
    "POST /api/Return/CreateReturn/100": _OK,
    "POST /api/Return/900/AddItem": _OK,
}
_SCEND: dict[str, Any] = {
    "POST /orders": {"OrderId": "SC-101", "Status": "RECEIVED"},
    "GET /orders": [_scend_order(100, "1001")],
    "GET /orders/SC-100": _scend_order(100, "1001"),
    "POST /orders/SC-100/cancel": {"Status": "CANCELLED"},
    "GET /stock": [_scend_level("MUG"), _scend_level("PLATE")],
    "GET /shipments": [_scend_shipment(1, "1001")],
    "GET /returns": [
        {"ReturnId": "R1", "RmaNumber": "RMA", "ClientReference": "1001", "Lines": [{"Sku": "MUG", "Quantity": 1}]}
    ],
    "POST /returns": {"ReturnId": "R2"},
    "GET /items": [{"Sku": "MUG", "Description": "Mug", "Active": True, "Barcode": "501"}],
    "GET /items/MUG": {"Sku": "MUG", "Description": "Mug", "Active": True, "Barcode": "501"},
    "PUT /items/MUG": {},
}
ANSWERS = {"mintsoft": _MINTSOFT, "scend": _SCEND}
_SECRETS = {"mintsoft": {"username": "robot", "password": "open sesame"}, "scend": {"token": "a-token"}}
_READS = (
    lambda warehouse: [one for page in warehouse.stock_all() for one in page],
    lambda warehouse: [one for page in warehouse.stock(_SINCE) for one in page],
    lambda warehouse: [one for page in warehouse.despatches(_SINCE) for one in page],
    lambda warehouse: warehouse.despatches_of(["1001"]),
    lambda warehouse: [one for page in warehouse.items() for one in page],
    lambda warehouse: warehouse.items_named(["MUG"]),
    lambda warehouse: warehouse.find_sales_orders(["1001", "1002"]),
    lambda warehouse: [one for page in warehouse.orders_put_aside(_SINCE) for one in page],
    lambda warehouse: [one for page in warehouse.returns(_SINCE) for one in page],
    lambda warehouse: list(warehouse.check()),
)
_WRITES: tuple[tuple[int, Callable[[Any], list[Any]]], ...] = (
    (2, lambda warehouse: warehouse.create_sales_orders([order("1001"), order("1002")])),
    (1, lambda warehouse: warehouse.cancel_sales_orders(["1001"])),
    (1, lambda warehouse: warehouse.upsert_items([Item("MUG", "Mug", active=True)])),
    (1, lambda warehouse: [warehouse.announce_return(AnnouncedReturn("R", "1001", (ReturnedLine("MUG", 1),)))]),
)


@cache
def _profile(name: str) -> Profile:
    return compiling.load(name)


def _connected(name: str, answers: dict[str, Any]) -> Connected:
    vendor = Recorded()
    for what, answer in answers.items():
        vendor.on(what, answer if callable(answer) else _paged(answer))
    return Connected(vendor, RestProfileSettings(_profile(name), "http://127.0.0.1", _SECRETS[name]))


def _paged(body: Any) -> Callable[[Request], Response]:
    """A list is one page; every other page of it is empty."""

    def answer(asked: Request) -> Response:
        is_first = {asked.query_params.get(name, "1") for name in ("Page", "PageNo")} == {"1"}
        return _json(body if is_first or not isinstance(body, list) else [])

    return answer


def _json(body: Any) -> Response:
    return Response(json.dumps(body).encode(), media_type="application/json")


def an_answer(data: bytes) -> None:
    """Whatever one call is answered with, reads give values or a known error, and writes an outcome for each item."""
    dice = Dice(data)
    name = dice.one_of(sorted(ANSWERS))
    answers = ANSWERS[name]
    spoilt = dice.one_of(sorted(answers))

    def answer(_: Request) -> Response:
        given = spoilt_answer(answers[spoilt], dice)
        return Response(given.content, given.status_code, {"Retry-After": given.headers["retry-after"]})

    connected = _connected(name, {**answers, spoilt: answer})
    try:
        for read in (dice.one_of(_READS), dice.one_of(_READS)):
            promises.read(lambda read=read: read(connected.warehouse))
        items, write = dice.one_of(_WRITES)
        promises.written(lambda: write(connected.warehouse), items=items)
    finally:
        connected.close()


def a_list(data: bytes) -> None:
    """Of three parcels, figures or items one is spoilt: the others are read as ever."""
    dice = Dice(data)
    name = dice.one_of(sorted(ANSWERS))
    what, make, feed = dice.one_of(_LISTS[name])
    spoilt = spoilt_json(make(2), dice)
    with_it = _all_of(name, {**ANSWERS[name], what: [make(1), spoilt, make(3)]}, feed)
    promises.others_are_read(_all_of(name, {**ANSWERS[name], what: [make(1), make(3)]}, feed), lambda: with_it)


def _parcels(warehouse: Any) -> Any:
    return warehouse.despatches(_SINCE)


def _figures(warehouse: Any) -> Any:
    return warehouse.stock_all()


def _items(warehouse: Any) -> Any:
    return warehouse.items()


def _asides(warehouse: Any) -> Any:
    return warehouse.orders_put_aside(_SINCE)


_Feed = Callable[[Any], Any]
_LISTS: dict[str, tuple[tuple[str, Callable[[int], Any], _Feed], ...]] = {
    "mintsoft": (
        (
            "GET /api/Order/List",
            lambda number: _mintsoft_order(700 + number, f"77{number}"),
            _parcels,
        ),
        ("GET /api/Product/StockLevels", lambda number: _level(f"CUP-{number}"), _figures),
        (
            "GET /api/Product/List",
            lambda number: {"ID": number, "SKU": f"CUP-{number}", "Name": "Cup", "DisCont": False, "EAN": "501"},
            _items,
        ),
    ),
    "scend": (
        (
            "GET /shipments",
            lambda number: _scend_shipment(700 + number, f"77{number}"),
            _parcels,
        ),
        ("GET /stock", lambda number: _scend_level(f"CUP-{number}"), _figures),
        (
            "GET /items",
            lambda number: {"Sku": f"CUP-{number}", "Description": "Cup", "Active": True, "Barcode": "501"},
            _items,
        ),
        (
            "GET /orders",
            lambda number: _scend_order(700 + number, f"77{number}"),
            _asides,
        ),
    ),
}


def _all_of(name: str, answers: dict[str, Any], feed: _Feed) -> list[Any]:
    connected = _connected(name, answers)
    try:
        return [one for page in feed(connected.warehouse) for one in page]
    finally:
        connected.close()


def an_order(data: bytes) -> None:
    """Of what a search finds one order is spoilt: it is never taken for one that is not there, and sent a second time."""
    dice = Dice(data)
    name = dice.one_of(sorted(ANSWERS))
    search, one, create = {
        "mintsoft": ("GET /api/Order/100", _mintsoft_order(100, "1001"), "PUT /api/Order"),
        "scend": ("GET /orders", _scend_order(100, "1001"), "POST /orders"),
    }[name]
    spoilt = spoilt_json(one, dice)
    made: list[str] = []

    def create_it(_: Request) -> Response:
        made.append(create)
        return _json(ANSWERS[name][create])

    answer = [spoilt] if name == "scend" else spoilt
    connected = _connected(name, {**ANSWERS[name], search: answer, create: create_it})
    try:
        promises.written(lambda: connected.warehouse.create_sales_orders([order("1001")]))
    finally:
        connected.close()
    assert not made or _is_anothers(spoilt)


def _is_anothers(spoilt: Any) -> bool:
    """It bears another reference than the one that was looked for: a search that finds more than was asked for."""
    if spoilt is None:
        return True
    ref = spoilt.get("ClientReference") if isinstance(spoilt, dict) else None
    return ref not in (None, "", "1001")


def an_event(data: bytes) -> None:
    """With its proof or not, a body becomes an event that can be kept, or a refusal."""
    dice = Dice(data)
    body = _body(dice)
    time = dice.one_of(["77", dice.text()])
    signature = hmac.new(SECRET.encode(), time.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Sign": dice.one_of([f"sha256={signature}"] * 3 + [dice.text()]), "X-Time": time}
    found = _webhook().verify(headers, {}, body, NINE)
    promises.event_can_be_kept(found)
    if isinstance(found, VerifiedEvent):
        assert headers["X-Sign"] == f"sha256={signature}"


@cache
def _webhook() -> RestProfileWebhook:
    proof = {"kind": "hmac", "header": "X-Sign", "prefix": "sha256=", "signed": "{time}.{body}", "time_header": "X-Time"}
    events = {"topic": "=Kind", "subject": "=Ref", "id": "=to_string(Id)", "occurred_at": "=At", "proof": proof}
    capabilities = {**written()["capabilities"], "webhooks": "events"}
    return RestProfileWebhook(RestProfileSettings(profile(events=events, capabilities=capabilities)), SECRET)


def _body(dice: Dice) -> bytes:
    text = json.dumps(spoilt_json({"Id": 5, "Kind": "despatched", "Ref": "1001", "At": "2026-11-02T08:59:00Z"}, dice))
    return (text if dice.below(3) else spoilt_text(text, dice)).encode("utf-8", "replace")
