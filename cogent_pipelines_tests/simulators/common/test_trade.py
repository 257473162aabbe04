"""Every stand-in can be traded at alike, in process and over HTTP, and answers for it by its books."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from cogent_pipelines.simulators.common.trade import Buyer, Goods, NotPossible, TradeLine, WantedLine, Wish
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator
from cogent_pipelines.simulators.shopify import ShopifySimulator
from cogent_pipelines.simulators.shopify import empty_simulator as empty_shop

MUGS = Goods("MUG", "Mug", price_minor=995, stock=3)


def wish(units: int = 1, **more) -> Wish:
    return Wish((WantedLine("MUG", units),), **more)


@pytest.fixture
def shop():
    simulator = empty_shop(1)
    simulator.trade.sell([MUGS])
    return simulator


@pytest.fixture
def tenant():
    simulator = PeoplevoxSimulator(seed=1)
    simulator.trade.stock([MUGS])
    return simulator


def test_an_order_is_in_the_shops_books_with_what_it_costs(shop: ShopifySimulator):
    """Goods, delivery and discount, to the penny."""
    placed = shop.trade.place(wish(2, shipping_minor=395, discount_minor=100))

    [order] = shop.trade.books().orders
    assert (placed, (TradeLine("MUG", 2),), 2 * 995 + 395 - 100) == (order, order.lines, order.value_minor)
    assert {"MUG": 1} == shop.trade.books().stock


def test_the_checkout_sells_no_more_than_there_is(shop: ShopifySimulator):
    """And what is not on sale at all is the caller's mistake."""
    assert shop.trade.place(wish(4)) is None
    with pytest.raises(NotPossible, match="CUP"):
        shop.trade.place(Wish((WantedLine("CUP", 1),)))


def test_an_article_is_changed_by_selling_it_again(shop: ShopifySimulator):
    """One article, another price and figure."""
    shop.trade.sell([Goods("MUG", "Big mug", price_minor=1200, stock=9)])

    assert ({"MUG": 9}, 1200) == (shop.trade.books().stock, shop.trade.place(wish()).value_minor)


def test_what_the_customer_left_out_is_left_out(shop: ShopifySimulator):
    """A missing postcode reaches the order as it is."""
    placed = shop.trade.place(wish(buyer=Buyer(postcode="")))

    assert shop.shop.orders[int(placed.ref)].shipping.zip in (None, "")


def test_nobody_cancels_what_nobody_knows(shop: ShopifySimulator):
    with pytest.raises(NotPossible):
        shop.trade.cancel("12")


def test_an_unknown_despatch_leaves_and_unknown_orders_do_not(tenant: PeoplevoxSimulator):
    """The first is a trouble to plant, the second a mistake of whoever asks."""
    tenant.trade.despatch_unknown("9990001", sku="MUG")

    assert {"MUG": 2} == tenant.trade.books().stock
    with pytest.raises(NotPossible, match="9990002"):
        tenant.trade.despatch("9990002")


def test_a_sales_order_is_in_the_warehouses_books_with_its_parcels(tenant: PeoplevoxSimulator):
    """A part leaves without a number, and the number comes later."""
    tenant.warehouse.save_order("1001", {"SalesOrderNumber": "1001", "ShippingCost": "3.95"}, allocate=True)
    tenant.warehouse.save_line("1001", "MUG", "1", {"QuantityOrdered": 2, "SalePrice": Decimal("9.95")}, allocate=True)
    tenant.trade.despatch("1001", quantities={"MUG": 1}, tracking="later")
    [before] = tenant.trade.books().sales_orders[0].parcels

    tenant.trade.tracking_arrives()

    [order] = tenant.trade.books().sales_orders
    assert ((TradeLine("MUG", 1),), ()) == (before.lines, before.tracking_numbers)
    assert (before.ref, 1, True, 2385) == (order.parcels[0].ref, order.created, order.released, order.value_minor)
    assert all(parcel.tracking_numbers for parcel in order.parcels)


async def _told(app, path: str, content) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return await client.post(path, json=content) if content is not None else await client.get(path)


def test_it_is_the_same_over_http(shop: ShopifySimulator):
    """Shapes alone travel."""

    async def trade():
        placed = await _told(shop.app, "/_sim/trade/orders", [{"lines": [{"sku": "MUG", "quantity": 1}]}])
        books = await _told(shop.app, "/_sim/trade/books", None)
        wrong = await _told(shop.app, "/_sim/trade/orders", [{"lines": "MUG"}])
        nobody = await _told(shop.app, "/_sim/trade/cancel", {"ref": "1"})
        return placed.json(), books.json(), wrong.status_code, nobody.status_code

    placed, books, wrong, nobody = asyncio.run(trade())

    assert (placed["orders"][0]["ref"], {"MUG": 2}) == (books["orders"][0]["ref"], books["stock"])
    assert (400, 409) == (wrong, nobody)
