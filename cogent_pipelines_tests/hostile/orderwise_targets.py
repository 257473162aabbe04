"""OrderWise's answers and rows, spoilt; each target raises only where a promise is broken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading
from cogent_pipelines.adapters.warehouses.orderwise import cells, client, refusals
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.session import token_in
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelCall, CancelMode, DespatchSource
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, Connected, order, with_also
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import Tenant, component, level
from cogent_pipelines_tests.hostile import promises
from cogent_pipelines_tests.hostile.answers import spoilt_answer
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

_OPERATIONS = ("token", "create", "cancel", "status", "value list", *Question)
_STATUSES = (200, 204, 400, 401, 403, 409, 429, 500, 503)
_CALLS = (client.TOKEN, client.CREATE, client.CANCEL, "order status", "export orders")
_SINCE = NOON - timedelta(days=1)
_READS = (
    lambda warehouse: [one for page in warehouse.stock_all() for one in page],
    lambda warehouse: [one for page in warehouse.stock(_SINCE) for one in page],
    lambda warehouse: [one for page in warehouse.despatches(_SINCE) for one in page],
    lambda warehouse: warehouse.despatches_of(["SO-7", "SO-8"]),
    lambda warehouse: [one for page in warehouse.items() for one in page],
    lambda warehouse: warehouse.items_named(["MUG"]),
    lambda warehouse: warehouse.find_sales_orders(["SO-7", "SO-9"]),
    lambda warehouse: list(warehouse.check()),
)
_WRITES: tuple[tuple[int, Callable[[Any], list[Any]]], ...] = (
    (2, lambda warehouse: warehouse.create_sales_orders([order("SO-1"), order("SO-2")])),
    (2, lambda warehouse: warehouse.cancel_sales_orders(["SO-7", "SO-9"])),
)


class _Spoiling(Tenant):
    """A tenant that answers one kind of question otherwise than it should."""

    spoils: str = ""
    how: Callable[[Any], httpx.Response | tuple[int, Any]]

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], content: bytes) -> Any:
        whole = super().answer(method, path, query, headers, content)
        is_meant = bool(self.calls) and self.calls[-1] == self.spoils and isinstance(whole, tuple)
        return self.how(whole[1]) if is_meant and isinstance(whole, tuple) else whole


def an_answer(data: bytes) -> None:
    """Whatever one question is answered with, reads give values or a known error, and writes an outcome for each item."""
    dice = Dice(data)
    tenant = _furnished()
    tenant.spoils = dice.one_of(_OPERATIONS)
    tenant.how = lambda whole: spoilt_answer(whole, dice)
    cancel = dice.one_of((CancelMode.BY_HAND, CancelMode.BY_CALL))
    connected = Connected(
        tenant,
        definitions=with_also(*Question),
        cancel=cancel,
        cancel_call=CancelCall("/sales/order/{order_id}/cancel") if cancel is CancelMode.BY_CALL else None,
        despatches_from=dice.one_of(list(DespatchSource)),
    )
    try:
        for read in (dice.one_of(_READS), dice.one_of(_READS)):
            promises.read(lambda read=read: read(connected.warehouse))
        items, write = dice.one_of(_WRITES)
        promises.written(lambda: write(connected.warehouse), items=items)
    finally:
        connected.close()


def a_parcel(data: bytes) -> None:
    """Of three orders one has a cell that nobody foresaw: the parcels of the others are read as ever."""
    dice = Dice(data)
    question = dice.one_of((Question.ORDERS_CHANGED, Question.DESPATCH_LINES))
    good = [each for each in _parcels(_furnished()) if each.sales_order_ref != "SO-8"]
    assert len(good) == 2
    tenant = _furnished()
    tenant.spoils, tenant.how = question, lambda rows: (200, _with_a_cell(rows, "order_id", 502, dice))
    promises.others_are_read(good, lambda: _parcels(tenant))


def a_figure(data: bytes) -> None:
    """Of three variants one has a cell that nobody foresaw: the figures of the others are read as ever."""
    dice = Dice(data)
    good = [each for each in _figures(_furnished()) if each.sku not in ("PLATE", "SET")]
    assert good
    tenant = _furnished()
    question, name = dice.one_of(((Question.STOCK_CHANGED, "PLATE"), (Question.KIT_STOCK_CHANGED, "SET")))
    tenant.spoils, tenant.how = question, lambda rows: (200, _with_a_cell(rows, "sku", name, dice))
    promises.others_are_read(good, lambda: _figures(tenant))


def an_item(data: bytes) -> None:
    """The same of the catalogue."""
    dice = Dice(data)
    good = [each for each in _items(_furnished()) if each.sku != "PLATE"]
    tenant = _furnished()
    tenant.spoils, tenant.how = Question.ITEMS, lambda rows: (200, _with_a_cell(rows, "sku", "PLATE", dice))
    promises.others_are_read(good, lambda: _items(tenant))


def a_refusal(data: bytes) -> None:
    """The judge has a verdict on anything; texts are taken apart at once; a token fits into a header, or is none."""
    dice = Dice(data)
    said = {"Message": "Order number SO-1 variant code: MUG does not exist or is not active", "type": "x", "inner": ["no"]}
    content = spoilt_answer(said, dice).content
    call = Call(dice.one_of(_CALLS), "POST", "http://127.0.0.1/", writes=dice.below(2) == 1)
    answer = Answer(
        call, dice.one_of((200, 204, 400, 401, 403, 409, 429, 500, 503)), {"Retry-After": dice.text()}, content, 0.1
    )
    assert isinstance(client.judge(answer), Reading)
    refusals.taken_apart(client.texts_of(content), {"mug": [1]})
    refusals.taken_apart([spoilt_text("variant code: " * 50 + "does not exist", dice)], {})
    token = token_in(spoilt_json(dice.one_of(["t1", {"token": "t1"}, {"data": {"token": "Bearer t1"}}]), dice))
    assert token.isascii()
    assert not token or token.isprintable()


def a_cell(data: bytes) -> None:
    """A number, a moment, a text or a flag is one that can be counted with and kept, or the message names its column."""
    row = {"c": Dice(data).value()}
    for read in (cells.text, cells.number, cells.number_or_none, cells.whole, cells.moment_or_none, cells.flag):
        try:
            found = read(row, "c")
        except cells.Unreadable as fault:
            assert "column c" in str(fault)
            continue
        if read is cells.moment_or_none:
            promises.is_a_time(found)


def _with_a_cell(rows: list[dict[str, Any]], key: str, of: Any, dice: Dice) -> list[dict[str, Any]]:
    """The rows; in one of those under this key one cell is another. The columns stay: without one the whole is refused."""
    own = [at for at, row in enumerate(rows) if row[key] == of]
    at = dice.one_of(own)
    column = dice.one_of(sorted(set(rows[at]) - {"contract_version"}))
    value = dice.one_of((dice.value(), [rows[at][column]]))
    return [{**row, column: value} if place == at else row for place, row in enumerate(rows)]


def _furnished() -> _Spoiling:
    """Three orders, each of which has left; three variants and a kit."""
    tenant = _Spoiling()
    for number, ref in enumerate(("SO-7", "SO-8", "SO-9"), 1):
        held = tenant.plant(ref, ["MUG", 2])
        held.lines[0][2] = 2
        tenant.moves(held, f"2026-11-20T10:0{number}:00", "MUG", 2)
        tenant.delivers(held, f"2026-11-20T10:0{number}:01", consignment=f"CN{number}")
    tenant.stock = [level("MUG", 5), level("PLATE", 6), level("PLATE", 1, location=2), level("VP255R ", 7)]
    tenant.kits = [component("SET", "MUG", 2, 5), component("SET", "PLATE", 1, 6), component("PAIR", "MUG", 2, 5)]
    return tenant


def _parcels(tenant: Tenant) -> list[Any]:
    return _listed(tenant, lambda warehouse: warehouse.despatches(_SINCE))


def _figures(tenant: Tenant) -> list[Any]:
    return _listed(tenant, lambda warehouse: warehouse.stock_all(), definitions=with_also(Question.KIT_STOCK_CHANGED))


def _items(tenant: Tenant) -> list[Any]:
    return _listed(tenant, lambda warehouse: warehouse.items())


def _listed(tenant: Tenant, feed: Callable[[Any], Any], **changes: Any) -> list[Any]:
    connected = Connected(tenant, **changes)
    try:
        return [one for page in feed(connected.warehouse) for one in page]
    finally:
        connected.close()
