"""What commercetools can do besides the port of every storefront: the adapter against the stand-in, judged by its books."""

import asyncio
from datetime import timedelta

import pytest

from cogent_pipelines.canonical.fulfilment import FulfilmentLine
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.extras import HandedOver, MarksExported, RecordsReturns, ReturnedGoods
from cogent_pipelines.ports.outcomes import AlreadyThere, Created, Marked, Published, Recorded, Superseded, UnknownSku
from cogent_pipelines.ports.webhook import Refusal, VerifiedEvent
from cogent_pipelines.simulators.commercetools.catalogue import Article
from cogent_pipelines.simulators.commercetools.ordering import Extras
from cogent_pipelines.simulators.common.trade import Buyer, WantedLine, Wish
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER, a_parcel
from cogent_pipelines_tests.contracts.commercetools_bench import CommercetoolsBench


@pytest.fixture
def open_bench():
    opened = []

    def make(**block):
        opened.append(CommercetoolsBench(**block))
        return opened[-1]

    yield make
    for bench in opened:
        bench.close()


@pytest.fixture
def bench(open_bench):
    return open_bench()


def an_order(bench, quantity=3):
    [order] = bench.port.orders_named([bench.place(KNOWN, quantity)])
    return order


def document(bench, order):
    return bench.project.project.orders.get(order.ref)


# ---- orders


def test_the_connection_is_proved_without_writing(bench):
    """Every line is right: scopes, project, both channels, the catalogue."""
    lines = list(bench.port.check())

    assert [] == [line for line in lines if not line.ok]
    assert {"credentials", "scopes", "project", "supply channel", "export channel"} <= {line.subject for line in lines}


@pytest.mark.parametrize("discounts_on", ["lines", "total"])
@pytest.mark.parametrize("tax_rate", [0.2, 0.0])
def test_an_orders_money_adds_up_to_what_the_vendor_wants_for_it(bench, discounts_on, tax_rate):
    """Lines and delivery are the total, wherever the discount is told."""
    bench.project.switches.change(discounts_on=discounts_on, tax_rate=tax_rate)
    wish = Wish((WantedLine(KNOWN, 3), WantedLine(OTHER, 1)), shipping_minor=395, discount_minor=333)
    placed = bench.project.trade.place(wish)

    [order] = bench.port.orders_named([placed.ref])

    parts = sum(line.line_total.shop.minor for line in order.lines) + order.shipping_total.shop.minor
    on_top = 0 if order.taxes_included else order.tax_total.shop.minor
    taxes = sum(tax.amount.shop.minor for each in (*order.lines, *order.shipping_lines) for tax in each.taxes)
    assert placed.value_minor == order.total.shop.minor == parts + on_top
    assert (333, order.tax_total.shop.minor) == (order.discount_total.shop.minor, taxes)


def test_a_business_order_is_read_as_trade(bench):
    """With its unit, its store and the buyer's own number."""
    bench.project.project.add_store("trade", supply_channels=("main-warehouse",))
    bench.project.project.add_business_unit("acme", name="Acme Ltd")
    extras = Extras(business_unit="acme", purchase_order_number="PO-7", store="trade")
    placed = bench.project.trade.place(Wish((WantedLine(KNOWN, 1),), Buyer(company="Acme Ltd")), extras)

    [order] = bench.port.orders_named([placed.ref])

    assert ("acme", "Acme Ltd", "PO-7", "trade") == (
        order.buyer.company_ref,
        order.buyer.company,
        order.purchase_order_number,
        order.source,
    )


def test_a_stores_connection_sees_that_stores_orders_only(open_bench):
    """And can do with them what it can with all."""
    bench = open_bench(store="online")
    bench.project.project.add_store("online", supply_channels=("main-warehouse",))
    mine = bench.project.trade.place(Wish((WantedLine(KNOWN, 1),)), Extras(store="online"))
    other = bench.project.trade.place(Wish((WantedLine(KNOWN, 1),)))
    since = bench.now() - timedelta(hours=1)

    seen = [order for page in bench.port.orders(since) for order in page]
    [outcome] = bench.port.create_fulfilments([a_parcel(seen[0], 1)])

    assert [mine.ref] == [order.ref for order in seen]
    assert [] == bench.port.orders_named([other.ref])
    assert isinstance(outcome, Created)


def test_a_cancelled_order_owes_nothing(bench):
    """The customer changed his mind."""
    order = an_order(bench)
    bench.project.trade.cancel(order.ref)

    [found] = bench.port.orders_named([order.ref])

    assert ([0], True) == ([line.to_ship for line in found.lines], found.cancelled_at is not None)
    assert found.version > order.version


def test_a_token_that_is_withdrawn_is_replaced(bench):
    """Nobody notices."""
    order = an_order(bench)
    bench.project.access.forget_all()

    assert [order.ref] == [each.ref for each in bench.port.orders_named([order.ref])]


# ---- parcels


def test_an_order_is_shipped_once_its_last_unit_has_left(bench):
    """Partly until then; what is owed goes down with every parcel."""
    order = an_order(bench, 3)
    states, owed = [], []
    for number, units in enumerate((1, 2), 1):
        bench.port.create_fulfilments([a_parcel(order, units, ref=f"D{number}", number=f"T{number}")])
        [found] = bench.port.orders_named([order.ref])
        states.append(document(bench, order)["shipmentState"])
        owed.append(found.lines[0].to_ship)

    assert (["Partial", "Shipped"], [2, 0]) == (states, owed)


def test_parcels_of_two_processes_meet_without_a_second_delivery(bench):
    """The query of one still shows the order as it was before the other wrote."""
    order = an_order(bench)
    bench.project.switches.change(query_lag_seconds=3600)
    [first] = bench.port.create_fulfilments([a_parcel(order, 2)])

    [again] = bench.another_process().create_fulfilments([a_parcel(order, 2)])

    assert (AlreadyThere(first.ref), [(2, "T1")]) == (again, bench.told(order.ref))


@pytest.mark.parametrize("times", [1, 2])
def test_answers_that_are_lost_again_and_again_make_no_second_delivery(bench, times):
    """The vendor had acted the first time; its answer and the answers to looks were lost."""
    order = an_order(bench)
    bench.project.faults.fail_after_acting("orders.update", times=times)

    outcomes = [bench.port.create_fulfilments([a_parcel(order, 2)])[0] for _ in range(2)]

    assert {Created, AlreadyThere} == {type(each) for each in outcomes}
    assert [(2, "T1")] == bench.told(order.ref)


def test_somebody_who_comes_between_look_and_write_delays_nothing(bench):
    """The order was edited: read again, and written for what it is now."""
    order = an_order(bench)
    bench.project.faults.add("vendor", operation="orders.update", what="meddle", times=2)

    [outcome] = bench.port.create_fulfilments([a_parcel(order, 2)])

    assert (Created, [(2, "T1")]) == (type(outcome), bench.told(order.ref))
    assert 2 == bench.project.refusals["orders.update ConcurrentModification"]


# ---- marks, and returns of goods


def test_orders_are_marked_as_handed_over_once(bench):
    """Their people see it; the second mark writes nothing."""
    order = an_order(bench)
    handed_over = HandedOver(order.ref, "SO-1", bench.now())
    assert isinstance(bench.port, MarksExported)

    outcomes = [bench.port.mark_exported([handed_over])[0] for _ in range(2)]

    [mark] = document(bench, order)["syncInfo"]
    assert ([Marked(), Marked()], "SO-1", bench.project.export_channel["id"]) == (
        outcomes,
        mark["externalId"],
        mark["channel"]["id"],
    )
    assert 1 == bench.project.calls["orders.update"]


def test_goods_that_came_back_are_recorded_once(bench):
    """And the order shows them."""
    order = an_order(bench, 2)
    bench.port.create_fulfilments([a_parcel(order, 2)])
    goods = ReturnedGoods("RMA 1/2", order.ref, (FulfilmentLine(order.lines[0].ref, 1),), bench.now(), "too small")
    assert isinstance(bench.port, RecordsReturns)

    [first] = bench.port.record_returns([goods])
    [again] = bench.another_process().record_returns([goods])

    [info] = document(bench, order)["returnInfo"]
    assert (Recorded(info["items"][0]["id"]), AlreadyThere(first.ref)) == (first, again)
    assert [("Returned", 1, "too small")] == [
        (each["shipmentState"], each["quantity"], each["comment"]) for each in info["items"]
    ]


# ---- stock


def test_units_that_orders_hold_are_not_sold_again(bench):
    """What the warehouse has free is what can be sold, whatever is reserved."""
    an_order(bench, 3)

    [outcome] = bench.port.publish_stock([StockToPublish(KNOWN, 40, 97, "i")])

    [entry] = [each for each in bench.project.project.inventory if each["sku"] == KNOWN]
    assert (Published(), 40, 43) == (outcome, bench.offered(KNOWN), entry["quantityOnStock"])


def test_a_sale_between_look_and_write_is_not_undone(bench):
    """The version refuses the write, or what is believed is no longer expected."""
    bench.buys(KNOWN, 1)

    [outcome] = bench.port.publish_stock([StockToPublish(KNOWN, 40, 100, "i")])

    assert (Superseded(99), 99) == (outcome, bench.offered(KNOWN))


@pytest.mark.parametrize(("allowed", "outcome"), [(True, Published), (False, UnknownSku)])
def test_an_entry_is_made_only_where_that_is_allowed(open_bench, allowed, outcome):
    """For a SKU of the catalogue."""
    bench = open_bench(create_inventory_entries=allowed)
    bench.project.catalogue.put([Article("NEW-1", "New", 1000, "GBP", "NEW-1")])

    outcomes = bench.port.publish_stock([StockToPublish(Sku(each), 7, None, "i") for each in ("NEW-1", "NOSUCH")])

    assert [outcome, UnknownSku] == [type(each) for each in outcomes]
    assert (7 if allowed else None) == bench.project.offered().get("NEW-1")


def test_many_new_entries_are_imported_and_followed_to_their_end(open_bench):
    """In twenties, at the vendor's pace."""
    bench = open_bench(import_container="stock", import_from=10, create_inventory_entries=True)
    skus = [Sku(f"SKU-{number:03}") for number in range(45)]
    bench.project.catalogue.put([Article(sku, "An article", 1000, "GBP", sku) for sku in skus])

    outcomes = bench.port.publish_stock([StockToPublish(sku, 30, None, f"i-{sku}") for sku in skus])

    assert {Published()} == set(outcomes)
    assert {30} == {bench.offered(sku) for sku in skus}
    assert (0, 0) == (bench.project.calls["inventory.create"], bench.project.calls["inventory.update"])


def test_no_import_gives_back_what_was_sold_of_an_entry_that_exists(open_bench):
    """It would name no version; the direct way reads what is reserved at the version that it writes for."""
    bench = open_bench(import_container="stock", import_from=1, create_inventory_entries=True)
    bench.buys(KNOWN, 2)

    [outcome] = bench.port.publish_stock([StockToPublish(KNOWN, 30, None, "i")])

    assert (Published(), 30, 1) == (outcome, bench.offered(KNOWN), bench.project.calls["inventory.update"])


# ---- messages and events


def test_every_message_is_told_once_however_the_pages_fall(open_bench):
    """Those that the project has; one that is missing shows in the numbers."""
    bench = open_bench(poll_messages=True)
    since = bench.now()
    orders = [an_order(bench, 3) for _ in range(3)]
    bench.project.switches.change(messages_left_out_every=4)
    bench.port.create_fulfilments([a_parcel(order, 3, ref=f"D{order.ref}") for order in orders])

    news = [each for page in bench.port.order_news(since) for each in page]

    assert len(news) == len({each.event_id for each in news})
    assert {order.ref for order in orders} == {each.ref for each in news}
    told = {(each.ref, each.sequence) for each in news}
    assert len(told) < sum(bench.project.messages.last_number(order.ref) for order in orders)


@pytest.mark.parametrize("cloud_events", [True, False])
@pytest.mark.parametrize("wraps", ["nothing", "pubsub", "sns"])
def test_events_of_the_bridge_name_their_order_whatever_they_come_in(open_bench, cloud_events, wraps):
    """Proved by the bridge's secret; the same event on every delivery; a forged one is refused."""
    bench = open_bench(bridge_secret_env="CT_BRIDGE", bridge_proof="secret")
    project, arrived = bench.project, []
    verifier = bench.event_source(CT_BRIDGE=project.bridge_secret).verifier

    async def deliver(url, headers, body):
        arrived.append(verifier.verify(headers, {}, body, bench.now()))
        return 200

    project.switches.change(bridge_wraps=wraps, test_notice=False)
    project.notices.deliver = deliver
    project.tell("https://hooks.example.com", {"order": ["OrderCreated"]}, cloud_events=cloud_events)
    project.faults.duplicate_events("OrderCreated")
    order = bench.place(KNOWN, 1)
    asyncio.run(project.pump())
    project.faults.forge_signatures("OrderCreated")
    bench.place(KNOWN, 1)
    asyncio.run(project.pump())

    assert [VerifiedEvent, VerifiedEvent, Refusal] == [type(each) for each in arrived]
    assert {("OrderCreated", order)} == {(each.topic, each.subject) for each in arrived[:2]}
    assert 1 == len({each.event_id for each in arrived[:2]})
