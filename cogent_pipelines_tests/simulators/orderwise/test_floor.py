"""What the floor does is seen in parcels, quantities, statuses and stock, as the tenant's tables show them."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines_tests.simulators.orderwise.conftest import LONG_AGO, Client


def stock_of(client: Client, sku: str) -> tuple[float, float]:
    [row] = [row for row in client.export("stock", since=LONG_AGO) if row["sku"] == sku]
    return row["free_qty"], row["overall_qty"]


def test_an_order_promises_its_goods_and_a_despatch_takes_them(client: Client):
    """Free falls when it is taken in, what lies there when it leaves."""
    client.create("WEB-1", ("MUG", 3))
    assert (7.0, 10.0) == stock_of(client, "MUG")
    client.tell("work", {"despatch": "WEB-1"})
    assert (7.0, 7.0) == stock_of(client, "MUG")


def test_a_whole_despatch_completes_the_order(client: Client):
    """With a consignment number and the courier's link."""
    made = client.create()
    client.tell("work", {"despatch": "WEB-1"})

    [row] = client.export("orders_changed", since=LONG_AGO)
    number = row["consignment_number"]
    assert f"https://dpd.example.test/parcels/{number}?source=ow" == row["tracking_url"]
    assert "Completed" == client.get(f"sales/order/{made['orderId']}/status")["orderStatus"]


def test_a_part_may_leave_and_the_rest_later(client: Client, clock: VirtualClock):
    """Required is sent plus to be sent; the order repeats, once for each delivery."""
    made = client.create("WEB-1", ("MUG", 3), ("POT", 1))
    client.tell("work", {"despatch": "WEB-1", "quantities": {"MUG": 2}})
    assert "Partially despatched" == client.get(f"sales/order/{made['orderId']}/status")["orderStatus"]
    lines = client.export("lines", order_id=made["orderId"])
    assert [("MUG", 3.0, 2.0, 1.0), ("POT", 1.0, 0.0, 1.0)] == [
        (row["sku"], row["ordered"], row["sent"], row["to_send"]) for row in lines
    ]

    clock.advance(60)
    client.tell("work", {"despatch": "WEB-1"})
    rows = client.export("orders_changed", since="2026-11-02T09:01:00")
    assert ({"Completed"}, 2) == ({row["status_text"] for row in rows}, len({row["consignment_number"] for row in rows}))
    assert [1.0, 1.0] == [row["qty"] for row in client.export("moved", since="2026-11-02T09:01:00")]


def test_units_go_into_as_many_parcels_as_asked(client: Client, sim: OrderWiseSimulator):
    """Never into an empty one, and none is lost."""
    client.create("WEB-1", ("MUG", 2), ("POT", 1))
    client.tell("work", {"despatch": "WEB-1", "parcels": 5})

    [order] = sim.truth.orders_of("WEB-1")
    assert [1, 1, 1] == [sum(delivery.units.values()) for delivery in order.deliveries]
    assert {"MUG": 2.0, "POT": 1.0} == sim.truth.sent_units(order)


def test_parcels_may_share_one_delivery(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(parcels_as="joined"))
    client.create()
    client.tell("work", {"despatch": "WEB-1", "parcels": 2})

    [row] = client.export("orders_changed", since=LONG_AGO)
    assert 2 == len(row["consignment_number"].split(","))


@pytest.mark.parametrize(("shown", "blank"), [("null", None), ("empty", "")])
def test_tracking_may_come_later(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock, shown: str, blank):
    """Until then there is a delivery without a number; the order is amended when the number comes."""
    client = Client(make_sim(no_tracking_as=shown))
    client.create()
    client.tell("work", {"despatch": "WEB-1", "tracking": "later"})
    assert [blank] == [row["consignment_number"] for row in client.export("orders_changed", since=LONG_AGO)]

    clock.advance(60)
    assert [{"tracked": 1}] == client.tell("work", {"tracking": True})
    [row] = client.export("orders_changed", since="2026-11-02T09:01:00")
    assert row["consignment_number"].startswith("CN")


def test_a_late_number_may_leave_the_order_unamended(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    """A client that asks for changes only does not see it then."""
    client = Client(make_sim(tracking_amends_order=False))
    client.create()
    client.tell("work", {"despatch": "WEB-1", "tracking": "later"})
    clock.advance(60)
    client.tell("work", {"tracking": True})

    assert [] == client.export("orders_changed", since="2026-11-02T09:01:00")


def test_an_order_may_complete_without_tracking_at_all(client: Client):
    client.create()
    client.tell("work", {"despatch": "WEB-1", "tracking": "never"})

    assert [{"tracked": 0}] == client.tell("work", {"tracking": True})
    assert [("Completed", None)] == [
        (row["status_text"], row["consignment_number"]) for row in client.export("orders_changed", since=LONG_AGO)
    ]


def test_an_order_may_wait_for_its_invoice(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    client = Client(make_sim(complete_after_seconds=600))
    made = client.create()
    client.tell("work", {"despatch": "WEB-1"})
    path = f"sales/order/{made['orderId']}/status"

    assert "Invoice Waiting to be Printed" == client.get(path)["orderStatus"]
    clock.advance(600)
    assert "Completed" == client.get(path)["orderStatus"]


def test_a_kit_takes_its_components(client: Client):
    """It has no stock of its own; what moved for its line are its parts."""
    client.create("WEB-1", ("SET", 2))
    assert ((6.0, 10.0), (2.0, 4.0)) == (stock_of(client, "MUG"), stock_of(client, "POT"))
    assert "SET" not in {row["sku"] for row in client.export("stock", since=LONG_AGO)}

    client.tell("work", {"despatch": "WEB-1"})
    moved = {row["moved_sku"]: row["qty"] for row in client.export("moved", since=LONG_AGO)}
    assert {"POT": 2.0, "MUG": 4.0} == moved


def test_a_kit_may_move_as_itself(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(kit_movements="kit", kit_stock="zero"))
    client.create("WEB-1", ("SET", 1))
    client.tell("work", {"despatch": "WEB-1"})

    assert [("SET", 1.0)] == [(row["moved_sku"], row["qty"]) for row in client.export("moved", since=LONG_AGO)]
    assert (0.0, 0.0) == stock_of(client, "SET")


def test_an_alternate_code_takes_its_masters_stock(client: Client):
    client.tell("variants", {"code": "MUG-OLD", "alternate_of": "MUG"})
    client.create("WEB-1", ("MUG-OLD", 2))

    assert (8.0, 10.0) == stock_of(client, "MUG")
    assert "MUG-OLD" not in {row["sku"] for row in client.export("stock", since=LONG_AGO)}


def test_stock_may_be_negative_and_in_fractions(client: Client, sim: OrderWiseSimulator):
    """What was sold and is not there is free stock below nought, and short in the books."""
    client.tell("stock", {"code": "LID", "on_hand": 2.5})
    client.create("WEB-1", ("LID", 4))

    assert ((-1.5, 2.5), {"LID": 1.5}) == (stock_of(client, "LID"), sim.truth.short())


def test_what_is_not_there_does_not_leave(client: Client, sim: OrderWiseSimulator):
    """Only what is; and when more comes it is for who waits longest."""
    client.create("WEB-1", ("POT", 6))
    client.create("WEB-2", ("POT", 1))
    first, second = (sim.truth.orders_of(ref)[0] for ref in ("WEB-1", "WEB-2"))

    assert 400 == client.raw("POST", "/_sim/work", json={"despatch": "WEB-2"}).status_code
    client.tell("stock", {"code": "POT", "by": 2})
    assert (Decimal(6), Decimal(0)) == (first.lines[0].allocated, second.lines[0].allocated)
    client.tell("work", {"despatch": "WEB-1"})
    assert {"POT": 6.0} == sim.truth.sent_units(first)


def test_goods_found_missing_are_taken_from_the_last_order(client: Client, sim: OrderWiseSimulator):
    """Nothing is allocated that does not lie there."""
    client.create("WEB-1", ("MUG", 6))
    client.create("WEB-2", ("MUG", 4))
    client.tell("stock", {"code": "MUG", "by": -3})

    allocated = [sim.truth.orders_of(ref)[0].lines[0].allocated for ref in ("WEB-1", "WEB-2")]
    assert [Decimal(6), Decimal(1)] == allocated
    assert {"MUG": 3.0} == sim.truth.short()


def test_figures_lag_what_happened(make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock):
    """A figure is as old as its recalculation, and says so."""
    client = Client(make_sim(recalculate_after_seconds=120))
    clock.advance(120)
    client.create("WEB-1", ("MUG", 4))
    assert (10.0, 10.0) == stock_of(client, "MUG")

    clock.advance(120)
    rows = client.export("stock", since="2026-11-02T09:03:00")
    assert [("MUG", 6.0, "2026-11-02T09:04:00")] == [(row["sku"], row["free_qty"], row["calculated_at"]) for row in rows]


def test_orders_move_on_by_themselves_where_they_are_told_to(
    make_sim: Callable[..., OrderWiseSimulator], clock: VirtualClock
):
    """Picked, then gone; one that is on hold stays."""
    client = Client(make_sim(works_by_itself=True, pick_after_seconds=60, despatch_after_seconds=60))
    made = [client.create(ref) for ref in ("WEB-1", "WEB-2")]
    client.tell("work", {"hold": "WEB-2"})
    path = f"sales/order/{made[0]['orderId']}/status"

    clock.advance(60)
    assert "Picking" == client.get(path)["subStatus"]
    clock.advance(60)
    assert ("Completed", None) == ((shown := client.get(path))["orderStatus"], shown["subStatus"])
    assert "On hold" == client.get(f"sales/order/{made[1]['orderId']}/status")["orderStatus"]


def test_a_parcel_may_leave_for_an_order_that_no_client_put_in(client: Client, sim: OrderWiseSimulator):
    """It is seen beside the others under the reference that somebody typed, and is nobody's duplicate."""
    client.tell("work", {"despatch_unknown": "PHONE-1", "code": "MUG"})

    assert ["PHONE-1"] == [row["ref"] for row in client.export("orders_changed", since=LONG_AGO)]
    assert (0, {}) == (sim.truth.times_created("PHONE-1"), sim.truth.duplicates())


def test_a_kit_that_is_changed_later_takes_what_it_was_when_it_was_ordered(client: Client):
    """Nothing is promised or taken twice."""
    client.create("WEB-1", ("SET", 1))
    client.tell("variants", {"code": "SET", "components": {"LID": 1}})
    client.tell("work", {"despatch": "WEB-1"})

    assert ((8.0, 8.0), (6.0, 6.0)) == (stock_of(client, "MUG"), stock_of(client, "LID"))


@pytest.mark.parametrize("row", [{"components": {"SET": 1}}, {"components": {"MUG": 0}}, {"alternate_of": "SET"}])
def test_what_no_warehouse_could_hold_is_refused(client: Client, row: dict[str, object]):
    """A kit of kits, a kit of nothing, another name for a kit."""
    assert 400 == client.raw("POST", "/_sim/variants", json={"code": "ODD", **row}).status_code


def test_a_switch_changes_what_was_written_already(client: Client, sim: OrderWiseSimulator):
    """The server's zone, and how a missing number is shown."""
    client.create()
    client.tell("work", {"despatch": "WEB-1", "tracking": "later"})
    client.export("orders_changed", since=LONG_AGO)
    sim.switches.change(zone="Europe/Berlin", no_tracking_as="empty")

    assert [("", "2026-11-02T10:00:00")] == [
        (row["consignment_number"], row["changed_at"]) for row in client.export("orders_changed", since=LONG_AGO)
    ]
    assert ["2026-11-02T10:00:00"] == [row["at"] for row in client.export("moved", since=LONG_AGO)]
