"""Peoplevox's envelopes, tables, dates and events, spoilt; each target raises only where a promise is broken."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading
from cogent_pipelines.adapters.warehouses.peoplevox import client, csv_table, dates, event_bodies, translate
from cogent_pipelines.adapters.warehouses.peoplevox.settings import DateOrder
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import PeoplevoxWebhook
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines_tests.adapters.warehouses.peoplevox import connecting, tenant
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import Tenant
from cogent_pipelines_tests.hostile.dice import TEXTS, Dice, spoilt_text

SECRET = "a secret of sixteen"
_ROW = {
    "Salesorder number": "SO-1",
    "Despatch number": "DES1",
    "Despatch date": "'20/11/2026 09:30'",
    "Item code": "MUG",
    "No of items": "1",
    "Tracking number": "T1",
    "Carrier": "DPD",
    "Service": "Next day",
    "Line": "L1",
    "Parent": "",
    "No. of parent items despatched": "",
}
_STOCK = {"Item code": "MUG", "Available": "5", "On hand": "6", "Site reference": "MAIN"}
_OPERATIONS = ("Authenticate", "GetSaveTemplate", "GetReportColumns", "GetData", "GetReportData", "SaveData")
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<x><ResponseId>0</ResponseId>&b;</x>"
)
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><ResponseId>&a;</ResponseId></x>'


def an_envelope(data: bytes) -> None:
    """An answer is read, or refused in words; the transport's judge has a verdict on anything."""
    dice = Dice(data)
    text = dice.one_of([_envelope(dice), _envelope(dice), _BOMB, _OUTSIDE, "<a>" * 5_000])
    content = text.encode(dice.one_of(["utf-8", "utf-16", "latin-1"]), "replace")
    try:
        client.parse(content)
    except VendorRefused as refusal:
        assert "root:" not in refusal.message
    call = Call(dice.one_of(_OPERATIONS), "POST", "http://127.0.0.1/", writes=dice.below(2) == 1)
    answer = Answer(call, dice.one_of([200, 200, 429, 500, 503]), {"Retry-After": dice.text()}, content, 0.1)
    assert isinstance(client.judge(connecting.SETTINGS)(answer), Reading)


def a_table(data: bytes) -> None:
    """Tables, headings and figures are read, or refused in words."""
    dice = Dice(data)
    text = spoilt_text('"ItemCode","Name"\r\n"MUG","a ""blue"" one"\r\n', dice)
    try:
        table = csv_table.read(text)
        assert all(len(row) >= len(set(table.positions.values())) for row in table.rows)
        csv_table.headings_in(text)
    except VendorRefused:
        pass
    figure = dice.text()
    found = translate.number(figure)
    assert found is None or abs(found) <= 10**12
    try:
        assert abs(translate.whole(figure, "a figure")) < 2**31
    except VendorRefused as refusal:
        assert "a figure" in refusal.message


def a_date(data: bytes) -> None:
    """A date is one that a database can hold in every zone, or none."""
    dice = Dice(data)
    text = dice.one_of([spoilt_text("'04/07/2017 11:05:00 PM'", dice), dice.text()])
    try:
        found = dates.parsed(text, order=dice.one_of(list(DateOrder)), today=datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001
    except dates.UnreadableDate as error:
        assert len(str(error)) < 700
        return
    assert dates.from_vendor(found, UTC).year in range(1970, 3000)


def an_event(data: bytes) -> None:
    """Whoever knows the secret or not, a body becomes an event that can be kept, or a refusal."""
    dice = Dice(data)
    kind = dice.one_of(event_bodies.KINDS)
    body = kind.template
    for placeholder in kind.fields.values():
        body = body.replace("{" + placeholder + "}", dice.one_of(["MUG", "20/11/2026 09:30", dice.text()]))
    if dice.below(2):
        body = spoilt_text(body, dice)
    given = dice.one_of([SECRET, SECRET, dice.text()])
    found = PeoplevoxWebhook(connecting.SETTINGS, SECRET).verify(
        {}, {"secret": given}, body.encode("utf-8", "replace"), connecting.NOON
    )
    assert isinstance(found, VerifiedEvent | Refusal)
    if isinstance(found, VerifiedEvent):
        assert SECRET == given
        assert found.occurred_at is None or found.occurred_at.year in range(1969, 3001)


def a_tenant(data: bytes) -> None:
    """Whatever one operation is answered with, reads give values or a known error, and writes an outcome for each order."""
    dice = Dice(data)
    engine = Tenant(items=[{"ItemCode": "MUG", "Name": "Mug", "Barcode": ""}])
    engine.reports = {"Despatch summary": [dict(_ROW)], "Item inventory summary": [dict(_STOCK)]}
    operation = dice.one_of(_OPERATIONS)
    if dice.below(2):
        row = dice.one_of([engine.reports["Despatch summary"][0], engine.reports["Item inventory summary"][0]])
        row[dice.one_of(sorted(row))] = dice.one_of([text for text in TEXTS if "\x00" not in text])
    else:
        spoilt = _envelope(dice)
        engine.after = [lambda asked: httpx.Response(200, text=spoilt) if asked.operation == operation else None]
    connected = connecting.Connected(engine)
    try:
        warehouse = connected.warehouse
        for read in (
            lambda: list(warehouse.stock_all()),
            lambda: list(warehouse.despatches(connecting.NOON - timedelta(days=1))),
            lambda: list(warehouse.items()),
            lambda: warehouse.items_named(["MUG"]),
            lambda: warehouse.find_sales_orders(["SO-1"]),
            lambda: warehouse.despatches_of(["SO-1"]),
        ):
            _known(read)
        outcomes = _known(lambda: warehouse.create_sales_orders([connecting.order("SO-1"), connecting.order("SO-2")]))
        assert outcomes is None or 2 == len(outcomes)
    finally:
        connected.close()


def _envelope(dice: Dice) -> str:
    whole = tenant.answer(dice.one_of(_OPERATIONS), total=1, detail="A,B\n1,2\n", statuses=[("SO-1", True)]).text
    return spoilt_text(whole, dice)


def _known(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except VendorError:
        return None
