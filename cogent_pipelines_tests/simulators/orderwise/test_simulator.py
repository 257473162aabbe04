"""The whole stand-in: seeded or empty, traded at in nobody's words, told what to do over HTTP, judged by its books."""

import json
from decimal import Decimal

import pytest

from cogent_pipelines.local_stack.stand_ins import VENDORS, open_stand_in
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import Goods, NotPossible, TradeLine
from cogent_pipelines.simulators.orderwise import (
    OrderWiseSimulator,
    Switches,
    connection_details,
    empty_simulator,
    seeded_simulator,
)
from cogent_pipelines_tests.simulators.orderwise.conftest import EXPORTS, Client, order


def test_one_seed_is_one_tenant(clock: VirtualClock):
    """The same again and again, and another with another seed."""
    one, same, other = (json.dumps(seeded_simulator(seed, clock=clock).truth.books()) for seed in (7, 7, 8))

    assert one == same
    assert one != other


def test_a_seeded_tenant_has_been_trading(clock: VirtualClock):
    """Orders gone and orders open, goods on the shelves, nothing amiss."""
    books = seeded_simulator(7, clock=clock).truth.books()

    assert {"Completed", "Awaiting despatch"} == {row["status"] for row in books["sales_orders"].values()}
    assert ({}, {}, [], 40) == (books["duplicates"], books["short"], books["not_adding_up"], len(books["stock"]))


def test_a_seeded_tenant_goes_on_by_itself(clock: VirtualClock):
    simulator = seeded_simulator(7, clock=clock)
    clock.advance(600)
    simulator.tick()

    assert {"Completed"} == {row["status"] for row in simulator.truth.books()["sales_orders"].values()}


def test_the_details_are_all_that_a_client_needs(clock: VirtualClock):
    """With them alone it makes an order and finds it by an installed definition."""
    simulator = empty_simulator(7, clock=clock, exports=EXPORTS)
    simulator.trade.stock([Goods("MUG", "Mug", stock=5)])
    client, told = Client(simulator), connection_details(simulator, "https://northwind.test/")
    base = told["base_url"].removeprefix("https://northwind.test")
    token = client.raw("GET", f"{base}/token/gettoken", auth=(told["username"], told["password"])).json()
    headers = {"Authorization": f"Bearer {token}"}
    body = order() | {"customer": {"id": int(told["customer_id"])}}
    made = client.raw("POST", f"{base}/sales/order?session_id={told['session_id']}", json=body, headers=headers)
    found = client.raw(
        "POST",
        f"{base}/system/export-definition/{told['export_by_ref']}",
        json=[{"name": "@ref", "value": "WEB-1"}],
        headers=headers,
    )

    assert [{"order_id": made.json()["orderId"]}] == found.json()


def test_it_is_one_of_the_stand_ins():
    stand_in = open_stand_in("orderwise", seed=7, port=0, empty=True)
    stand_in.sock.close()

    assert "orderwise" in VENDORS
    assert stand_in.details["base_url"] == stand_in.details["url"] + "/owapi"


def test_trade_says_what_lies_there_and_what_was_ordered(client: Client, sim: OrderWiseSimulator):
    """The client's reference, what it said it is worth, and what is free."""
    made = client.create("WEB-1", ("MUG", 2), orderGross=29.95)

    books = sim.trade.books()
    [sold] = books.sales_orders
    assert ("WEB-1", made["orderNumber"], 1, True, 2995) == (
        sold.ref,
        sold.number,
        sold.created,
        sold.released,
        sold.value_minor,
    )
    assert (TradeLine("MUG", 2),) == sold.lines
    assert ({}, 8) == (books.short, books.stock["MUG"])


def test_trade_shows_a_duplicate_as_one(client: Client, sim: OrderWiseSimulator):
    """Two orders, each of which says that there are two."""
    client.create()
    client.create()

    assert [2, 2] == [sold.created for sold in sim.trade.books().sales_orders]


def test_trade_despatches_by_the_clients_reference(client: Client, sim: OrderWiseSimulator):
    """In parts, with tracking now or later, until nothing is left."""
    client.create("WEB-1", ("MUG", 3), ("SET", 1))
    sim.trade.despatch("WEB-1", quantities={"MUG": 1}, tracking="later")
    sim.trade.despatch("WEB-1")
    before = sim.trade.books().sales_orders[0].parcels
    sim.trade.tracking_arrives()
    after = sim.trade.books().sales_orders[0].parcels

    assert [0, 1] == [len(parcel.tracking_numbers) for parcel in before]
    assert [1, 1] == [len(parcel.tracking_numbers) for parcel in after]
    assert [(TradeLine("MUG", 1),), (TradeLine("MUG", 2), TradeLine("SET", 1))] == [parcel.lines for parcel in after]
    with pytest.raises(NotPossible):
        sim.trade.despatch("WEB-1")


def test_trade_does_only_what_is_possible(client: Client, sim: OrderWiseSimulator):
    client.create("WEB-1")
    client.tell("work", {"hold": "WEB-1"})

    for act in (
        lambda: sim.trade.despatch("WEB-1"),
        lambda: sim.trade.despatch("WEB-2"),
        lambda: sim.trade.adjust("CUP", by=1),
        lambda: sim.trade.despatch_unknown("WEB-3", sku="CUP"),
    ):
        with pytest.raises(NotPossible):
            act()
    assert not sim.trade.books().sales_orders[0].released


def test_trade_counts_what_was_promised_and_is_not_there(client: Client, sim: OrderWiseSimulator):
    client.create("WEB-1", ("POT", 4))
    sim.trade.adjust("POT", by=-3)

    assert ({"POT": 3}, -3) == (sim.trade.books().short, sim.trade.books().stock["POT"])


def test_a_strange_parcel_is_not_among_the_orders_of_clients(sim: OrderWiseSimulator):
    """It leaves whether or not the books say that it is there."""
    sim.trade.adjust("MUG", by=-10)
    sim.trade.despatch_unknown("STRANGE", sku="MUG")

    assert ((), {"MUG": 1}) == (sim.trade.books().sales_orders, sim.trade.books().short)
    assert ["STRANGE"] == [row["ecommerce_number"] for row in sim.truth.books()["sales_orders"].values()]


def test_trade_works_by_itself_while_it_is_told_to(client: Client, sim: OrderWiseSimulator, clock: VirtualClock):
    """Orders that were there before as well."""
    client.create("WEB-1")
    sim.trade.work_by_itself(seconds=60)
    sim.trade.tick()
    clock.advance(60)
    sim.trade.tick()
    assert 1 == len(sim.trade.books().sales_orders[0].parcels)

    sim.trade.work_by_itself(seconds=None)
    client.create("WEB-2")
    clock.advance(600)
    sim.trade.tick()
    assert () == sim.trade.books().sales_orders[1].parcels


def test_an_article_is_changed_by_stocking_it_again(client: Client, sim: OrderWiseSimulator):
    """Taken off sale, no order has it."""
    sim.trade.stock([Goods("MUG", "Mug", stock=3, active=False)])

    assert (400, 3) == (client.post_order(order()).status_code, sim.trade.books().stock["MUG"])


def test_it_is_traded_at_over_http(client: Client):
    client.tell("trade/goods", [{"sku": "CUP", "title": "Cup", "stock": 2}])
    client.create("WEB-1", ("CUP", 1))
    client.tell("trade/despatch", {"ref": "WEB-1"})
    books = client.raw("GET", "/_sim/trade/books").json()

    assert ("WEB-1", 1, 1) == (
        books["sales_orders"][0]["ref"],
        len(books["sales_orders"][0]["parcels"]),
        books["stock"]["CUP"],
    )


def test_switches_are_read_and_changed_by_name(client: Client):
    """A misspelt one changes nothing."""
    assert 60 == client.tell("switches", {"token_seconds": 60})["token_seconds"]
    for wrong in (
        {"token_second": 1},
        {"duplicates": "maybe"},
        {"works_by_itself": 1},
        {"zone": "Nowhere/At-all"},
        {"status_names": {"hold": "X"}},
    ):
        assert 400 == client.raw("POST", "/_sim/switches", json={"token_seconds": 5, **wrong}).status_code
    assert 60 == client.raw("GET", "/_sim/switches").json()["token_seconds"]


def test_a_switch_left_out_of_a_table_keeps_what_it_had():
    switches = Switches()
    switches.change(status_names={"held": "Parked"})

    assert ("Parked", "Completed") == (switches.status_names["held"], switches.status_names["completed"])


def test_the_control_side_says_what_was_called(client: Client):
    client.create()
    client.tell("clock", {"advance_seconds": 30})
    told = client.raw("GET", "/_sim/calls").json()

    assert ({"token": 1, "create_sales_order": 1}, 1) == (told["calls"], told["tokens"])
    assert "2026-11-02T09:00:30+00:00" == client.raw("GET", "/_sim/clock").json()["now"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("work", {"despatch": "NONE"}), ("work", {"dance": 1}), ("stock", {"code": "NONE", "by": 1}), ("variants", {})],
)
def test_what_the_control_side_cannot_do_is_said(client: Client, path: str, body: dict[str, object]):
    assert "error" in client.raw("POST", f"/_sim/{path}", json=body).json()


def test_the_books_hold_everything_that_went_wrong(client: Client):
    """Over HTTP, of either company."""
    client.create()
    client.create()
    client.post_order(order("WEB-2", ("NONE", 1)))
    books = client.raw("GET", "/_sim/books").json()

    assert ({"WEB-1": 2}, ["WEB-1"]) == (books["times_created"], list(books["duplicates"]))
    assert ["WEB-2"] == [row["ecommerce_number"] for row in books["refused"]]
    assert {} == client.raw("GET", "/_sim/books?company=OWAPITEST").json()["sales_orders"]
    assert 404 == client.raw("GET", "/_sim/books?company=other").status_code


def test_a_kits_parts_may_be_fractions(client: Client, sim: OrderWiseSimulator):
    client.tell("variants", {"code": "HALF", "components": {"LID": 0.5}})
    client.create("WEB-1", ("HALF", 3))

    assert Decimal("4.5") == sim.live.stock.free(sim.live.by_code["LID"].id)
