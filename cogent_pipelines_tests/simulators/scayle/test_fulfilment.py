"""Posting back: parcels, items given up, goods that came back; and what each does to the order."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.trade import TradeLine
from cogent_pipelines.simulators.scayle import ScayleSimulator
from cogent_pipelines_tests.simulators.scayle.conftest import ORDERS, Client, buy, complaints


def test_a_parcel_with_everything_ends_the_order(sim: ScayleSimulator, client: Client) -> None:
    """An empty success; the package that was there from the start carries the tracking number."""
    order = buy(sim)
    planned = client.get(f"{ORDERS}/{order.id}")["packages"]

    answer = client.ship(order)

    told = client.get(f"{ORDERS}/{order.id}")
    assert (204, b"") == (answer.status_code, answer.content)
    assert ("invoice_completed", "order_invoiced", "shipping_delivered") == (
        told["status"],
        told["detailedStatus"]["order"]["code"],
        told["detailedStatus"]["shipping"]["code"],
    )
    [package] = told["packages"]
    assert ([package["id"]], "open") == ([row["id"] for row in planned], planned[0]["deliveryStatus"])
    assert ("shipment_completed", "TRACK-1", {"id": "TRACK-1"}, "RIC-1", "DPD_UK") == (
        package["deliveryStatus"],
        package["shipmentKey"],
        package["tracking"],
        package["returnIdentCode"],
        package["carrierKey"],
    )
    assert {"delivered"} == {item["status"] for item in told["items"]}


def test_each_parcel_is_a_package_with_its_own_items(sim: ScayleSimulator, client: Client) -> None:
    """Until the last has left the order is partly invoiced."""
    order = buy(sim, ("MUG", 2), ("POT", 1))
    first, second, third = (item.id for item in order.items)
    client.ship(order, [first], shipmentKey="A")
    between = client.get(f"{ORDERS}/{order.id}/status")
    client.ship(order, [second, third], shipmentKey="B")

    told = client.get(f"{ORDERS}/{order.id}")
    by_package = {row["id"]: row["shipmentKey"] for row in told["packages"]}
    assert {first: "A", second: "B", third: "B"} == {item["id"]: by_package[item["packageId"]] for item in told["items"]}
    assert ("invoice_partially_completed", "shipping_partially_delivered") == (
        between["status"],
        between["detailedStatus"]["shipping"]["code"],
    )
    assert "invoice_completed" == told["status"]
    assert [("A", (TradeLine("MUG", 1),)), ("B", (TradeLine("MUG", 1), TradeLine("POT", 1)))] == [
        (parcel.tracking_numbers[0], parcel.lines) for parcel in sim.trade.books().orders[0].parcels
    ]
    assert ["partial_invoice"] * 2 == [row["type"] for row in client.get(f"{ORDERS}/{order.id}/invoices")["entities"]]


@pytest.mark.parametrize(("choice", "status"), [("409", 409), ("400", 400), ("accept", 204)])
def test_a_repeated_shipment_is_a_switch_and_never_a_second_parcel(
    make_sim: Callable[..., ScayleSimulator], choice: str, status: int
) -> None:
    """However it is answered, the books note it."""
    sim = make_sim(repeated_shipment=choice)
    client, order = Client(sim), buy(sim)
    client.ship(order)

    assert status == client.ship(order).status_code
    assert 1 == len(sim.trade.books().orders[0].parcels)
    assert ["repeated shipment"] == [row["what"] for row in client.raw("GET", "/_sim/books").json()["duplicates"]]


def test_an_item_that_has_left_does_not_leave_in_another_parcel(sim: ScayleSimulator, client: Client) -> None:
    """Refused as a whole: the item beside it stays."""
    order = buy(sim)
    client.ship(order, [order.items[0].id], shipmentKey="A")

    answer = client.ship(order, shipmentKey="B")

    assert (409, ["shipped", "open"]) == (answer.status_code, [item.state.value for item in order.items])


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"orderId": 1}, 404, "unknown order"),
        ({"orderId": "900001"}, 400, "orderId must be: integer"),
        ({"items": [{"orderItemId": 5}]}, 400, "unknown order item"),
        ({"items": [{"orderItemId": "10976001"}]}, 400, "items[0].orderItemId must be: integer"),
        ({"items": []}, 400, "items must not be empty"),
        ({"carrier": "PIGEON"}, 400, "unknown carrier"),
        ({"shipmentKey": ""}, 400, "shipmentKey must be: filled string"),
        ({"shipmentKey": None}, 400, "shipmentKey is required"),
        ({"shopKey": "xx"}, 400, "unknown shop country"),
        ({"deliveryDate": "soon"}, 400, "deliveryDate must be: any moment"),
        ({"trackingUrl": "https://t"}, 400, "trackingUrl is not a field of this body"),
        ({"merchantReferenceKey": "nobody"}, 400, "unknown merchant"),
    ],
)
def test_a_shipment_that_cannot_be_is_refused_and_changes_nothing(
    sim: ScayleSimulator, client: Client, change: dict[str, Any], status: int, message: str
) -> None:
    """Names, types and references; in the published shape."""
    order = buy(sim)

    answer = client.ship(order, **change)

    assert (status, [message]) == (answer.status_code, complaints(answer))
    assert [True, True] == [item.waits for item in order.items]


@pytest.mark.parametrize("moment", ["2026-11-02T11:30:58+00:00", "2026-11-02 11:30:58"])
def test_a_parcels_time_is_written_either_way(sim: ScayleSimulator, client: Client, moment: str) -> None:
    """With an offset, or as in the guide."""
    order = buy(sim)
    client.ship(order, deliveryDate=moment)

    assert "2026-11-02T11:30:58+00:00" == client.get(f"{ORDERS}/{order.id}")["packages"][0]["shippedAt"]


def test_a_carrier_must_be_attached_to_the_merchant(sim: ScayleSimulator, client: Client) -> None:
    """Known is not enough: per country."""
    order = buy(sim)
    client.ask("POST", "/carriers", json={"key": "BIKE", "name": "Bike"})
    before = client.ship(order, carrier="BIKE").status_code
    client.ask("POST", "/merchants/key%3Ddefault/carriers/key%3DBIKE/countries/gb")

    assert (400, 204) == (before, client.ship(order, carrier="BIKE").status_code)


def test_items_that_cannot_be_sent_leave_the_rest(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """Given up after delegation: undeliverable; the parcel of the rest ends the order."""
    order = buy(sim)
    clock.advance(60)
    client.get(ORDERS)
    first, second = (item.id for item in order.items)

    assert 204 == client.give_up(order, [first]).status_code
    assert 409 == client.ship(order).status_code
    client.ship(order, [second])

    told = client.get(f"{ORDERS}/{order.id}")
    assert ("invoice_completed", ["undeliverable", "delivered"]) == (
        told["status"],
        [item["status"] for item in told["items"]],
    )
    assert 409 == client.give_up(order, [second]).status_code


def test_the_last_item_given_up_cancels_the_order(sim: ScayleSimulator, client: Client) -> None:
    """Nothing is left to send."""
    order = buy(sim)
    client.give_up(order, [item.id for item in order.items])

    assert "cancellation_completed" == client.get(f"{ORDERS}/{order.id}")["status"]
    assert sim.trade.books().orders[0].cancelled


def test_returns_are_found_by_their_key_alone(sim: ScayleSimulator, client: Client) -> None:
    """No order is named; the status says returned, the billing refunded once everything is back."""
    order = buy(sim)
    client.ship(order)
    first, second = (f"R-{item.id}" for item in order.items)

    assert 204 == client.send_back(first).status_code
    between = client.get(f"{ORDERS}/{order.id}/status")["detailedStatus"]
    client.send_back(second)
    after = client.get(f"{ORDERS}/{order.id}")

    assert ("shipping_partially_returned", "billing_completed") == (between["shipping"]["code"], between["billing"]["code"])
    assert ("billing_refunded", {"returned"}) == (
        after["detailedStatus"]["billing"]["code"],
        {item["status"] for item in after["items"]},
    )
    assert "2026-11-09T07:30:27+00:00" == after["items"][0]["returnedAt"]
    assert 409 == client.send_back(second).status_code


def test_an_item_without_a_return_key_returns_under_its_own_number(sim: ScayleSimulator, client: Client) -> None:
    """What the vendor advises anyway."""
    order = buy(sim)
    client.ship(order, items=[{"orderItemId": item.id} for item in order.items])

    assert 204 == client.send_back(*(str(item.id) for item in order.items)).status_code


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([{"returnKey": "R-1", "received": "2026-11-09 07:30:27"}], 400),
        ([{"returnKey": "R-1", "received": "2026-11-09T07:30:27+00:00"}], 400),
        ([{"received": "2026-11-09 07:30:27"}], 400),
        ([], 400),
        ({"returnKey": "R-1"}, 400),
    ],
)
def test_a_return_that_cannot_be_is_refused(client: Client, rows: Any, status: int) -> None:
    """An unknown key, the other date format, no key, nothing, no list."""
    assert status == client.ask("POST", "/fulfillment/return-items", json=rows).status_code


def test_a_fortnight_without_a_parcel_closes_the_order(sim: ScayleSimulator, client: Client, clock: VirtualClock) -> None:
    """It counts as shipped, and is charged; what comes later is taken or refused as a switch says."""
    order = buy(sim)
    clock.advance(60)
    client.get(ORDERS)
    clock.advance(14 * 86400 - 1)
    before = client.get(f"{ORDERS}/{order.id}")["status"]
    clock.advance(1)
    after = client.get(f"{ORDERS}/{order.id}/status")

    assert ("payment_reserved", "invoice_completed", "order_invoiced", "shipping_delivered") == (
        before,
        after["status"],
        after["detailedStatus"]["order"]["code"],
        after["detailedStatus"]["shipping"]["code"],
    )
    assert 1 == client.raw("GET", "/_sim/books").json()["totals"]["force_closed"]
    sim.switches.change(late_shipment="409")
    assert 409 == client.ship(order).status_code
    sim.switches.change(late_shipment="accept")
    assert 204 == client.ship(order).status_code


def test_a_call_may_take_effect_later(make_sim: Callable[..., ScayleSimulator], clock: VirtualClock) -> None:
    """Accepted and not shown yet; a contradiction is found out when nobody listens."""
    sim = make_sim(fulfilment_delay_seconds=30.0)
    client, order = Client(sim), buy(sim)

    assert (204, 204) == (client.ship(order).status_code, client.ship(order).status_code)
    assert "payment_reserved" == client.get(f"{ORDERS}/{order.id}")["status"]
    clock.advance(30)
    assert "invoice_completed" == client.get(f"{ORDERS}/{order.id}")["status"]
    assert 1 == len(sim.trade.books().orders[0].parcels)


def test_a_company_that_there_is_not_is_refused(sim: ScayleSimulator, client: Client) -> None:
    """Whether the header is needed at all is a switch."""
    order = buy(sim)
    told = {"shopKey": "nw", "countryCode": "GB", "orderId": order.id, "items": [{"orderItemId": order.items[0].id}]}
    wrong = client.ask("POST", "/fulfillment/cancellations", json=told, headers={"X-Company-Id": "2"})
    sim.switches.change(company_required=True)

    assert (400, 400) == (wrong.status_code, client.ship(order).status_code)
    right = client.ask("POST", "/fulfillment/cancellations", json=told, headers={"X-Company-Id": "1"})
    assert 204 == right.status_code


def test_what_truly_lies_there_shrinks_by_what_leaves(sim: ScayleSimulator, client: Client) -> None:
    """The floor is told in units that are there now."""
    sim.tenant.floor_holds("MUG", 2)
    client.ship(buy(sim))
    sim.tenant.floor_holds("MUG", 0)

    buy(sim, ("MUG", 1))

    assert 1 == sim.trade.books().oversold_units


def test_a_parcel_names_the_order_with_its_own_shop_country(sim: ScayleSimulator, client: Client) -> None:
    """Another shop's order is an unknown one."""
    sim.tenant.add_shop_country("nw", "DE", currency="EUR", vat=0.19)
    order = buy(sim)

    assert (404, 204) == (
        client.ship(order, countryCode="DE").status_code,
        client.ship(order, countryCode="101").status_code,
    )


def test_returns_of_two_merchants_do_not_come_together(sim: ScayleSimulator, client: Client) -> None:
    """Nor is one merchant's item another's; refused as a whole."""
    tenant = sim.tenant
    other, warehouse = tenant.add_merchant("other", "Other"), tenant.add_warehouse("theirs")
    tenant.open_shop(sim.shop_country, warehouse, other, priority=200)
    client.put_stock(1, tenant.now(), warehouseReferenceKey="theirs", merchantReferenceKey="other")
    order = buy(sim, ("MUG", 2))
    theirs, ours = order.items
    client.ship(order, [theirs.id], shipmentKey="A")
    client.ship(order, [ours.id], shipmentKey="B")

    def back(*rows: tuple[int, str]) -> int:
        told = [
            {"returnKey": f"R-{number}", "received": "2026-11-09 07:30:27", "merchantReferenceKey": key}
            for number, key in rows
        ]
        return client.ask("POST", "/fulfillment/return-items", json=told).status_code

    assert 400 == back((theirs.id, "other"), (ours.id, "default"))
    assert 400 == client.send_back(f"R-{theirs.id}", f"R-{ours.id}").status_code
    assert 400 == back((ours.id, "other"))
    assert ["shipped", "shipped"] == [item.state.value for item in order.items]
    assert (204, 204) == (back((theirs.id, "other")), back((ours.id, "default")))
