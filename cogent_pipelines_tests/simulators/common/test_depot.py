"""What holds at every warehouse that stands on the depot: trading in nobody's words, and calls that nobody would make."""

import pytest

from cogent_pipelines.simulators.common.depot.records import Draft, Stage
from cogent_pipelines.simulators.common.trade import Goods, NotPossible, TradeLine
from cogent_pipelines.simulators.mintsoft import MintsoftSimulator
from cogent_pipelines.simulators.scend import ScendSimulator
from cogent_pipelines_tests.simulators.common.rest_client import RestClient


@pytest.fixture(params=[MintsoftSimulator, ScendSimulator], ids=["mintsoft", "scend"])
def simulator(request, clock):
    simulator = request.param(seed=1, clock=clock)
    simulator.trade.stock([Goods("TEE", "Tee", stock=10), Goods("CAP", "Cap", stock=10)])
    return simulator


@pytest.fixture
def order(simulator):
    def give(ref="1001", **units):
        lines = [simulator.depot.line(sku, quantity) for sku, quantity in (units or {"TEE": 2, "CAP": 1}).items()]
        return simulator.depot.accept(Draft(ref=ref, lines=lines, value_minor=2985))

    return give


def left(simulator):
    """Say what has left for the one order, parcel by parcel."""
    [order] = simulator.trade.books().sales_orders
    return [{line.sku: line.quantity for line in parcel.lines} for parcel in order.parcels]


def test_an_order_is_in_the_books_under_the_clients_reference(simulator, order):
    order()

    [books] = simulator.trade.books().sales_orders
    assert ("1001", 1, True, False, 2985, "GBP", (TradeLine("TEE", 2), TradeLine("CAP", 1))) == (
        books.ref,
        books.created,
        books.released,
        books.cancelled,
        books.value_minor,
        books.currency,
        books.lines,
    )


def test_orders_that_are_there_are_set_to_work_too(simulator, order, clock):
    """So long after they were released, whoever came before the word was given."""
    order()
    clock.advance(10)
    simulator.trade.work_by_itself(seconds=90)
    clock.advance(79)
    simulator.tick()
    early = left(simulator)
    clock.advance(1)
    simulator.tick()

    assert ([], [{"TEE": 2, "CAP": 1}]) == (early, left(simulator))


def test_work_stops_when_it_is_told_to(simulator, order, clock):
    """What was under way is not taken further, and goes on when work does."""
    simulator.trade.work_by_itself(seconds=90)
    order()
    clock.advance(30)
    simulator.tick()
    simulator.trade.work_by_itself(seconds=None)
    clock.advance(3600)
    simulator.tick()
    stopped = left(simulator)
    simulator.trade.work_by_itself(seconds=90)
    simulator.tick()

    assert ([], [{"TEE": 2, "CAP": 1}]) == (stopped, left(simulator))


def test_what_was_left_behind_follows_by_itself(simulator, order, clock):
    """A part leaves by hand, the rest as the clock goes, and nothing leaves twice."""
    simulator.trade.work_by_itself(seconds=90)
    order()
    simulator.trade.despatch("1001", quantities={"TEE": 1})
    clock.advance(3600)
    simulator.tick()

    assert [{"TEE": 1}, {"TEE": 1, "CAP": 1}] == left(simulator)
    assert {"TEE": 8, "CAP": 9} == simulator.trade.books().stock


def test_a_single_line_is_spread_over_its_parcels(simulator, order):
    order(TEE=5)
    simulator.trade.despatch("1001", parcels=3)

    assert [{"TEE": 2}, {"TEE": 2}, {"TEE": 1}] == left(simulator)


@pytest.mark.parametrize("units", [{}, {"TEE": 1}])
def test_what_was_held_goes_on_from_where_it_was(simulator, order, units):
    """Picked it stays picked, and what had left in part has."""
    simulator.switches.change(partial_style="shipments")
    held = order()
    if units:
        simulator.depot.despatch(held, quantities=units)
    else:
        simulator.depot.carry(held, Stage.PICKED)
    before = held.stage
    simulator.depot.hold(held, word="", reasons=["Look at it"])
    with pytest.raises(NotPossible, match="held"):
        simulator.trade.despatch("1001")
    simulator.depot.release(held)

    assert (before, []) == (held.stage, held.reasons)
    simulator.trade.despatch("1001")
    assert {"TEE": 8, "CAP": 9} == simulator.trade.books().stock


def test_tracking_can_be_late_or_never(simulator, order, clock):
    simulator.switches.change(tracking_delay_seconds=600)
    order()
    simulator.depot.despatch(simulator.depot.by_ref["1001"][0])

    def numbers():
        simulator.tick()
        return [n for o in simulator.trade.books().sales_orders for p in o.parcels for n in p.tracking_numbers]

    before = numbers()
    clock.advance(600)
    after = numbers()
    simulator.switches.change(tracking_missing_probability=1.0)
    order("1002", TEE=1)
    simulator.depot.despatch(simulator.depot.by_ref["1002"][0])
    clock.advance(6000)

    assert ([], 1, 1) == (before, len(after), len(numbers()))


def test_stock_comes_late_and_is_promised_then(simulator, order, clock):
    """Where allocation takes a while, it is in no hurry; a despatch by hand finds what is due."""
    simulator.switches.change(allocate_after_seconds=60)
    order()
    with pytest.raises(NotPossible, match="1001"):
        simulator.trade.despatch("1001")
    clock.advance(60)
    simulator.trade.despatch("1001")

    assert [{"TEE": 2, "CAP": 1}] == left(simulator)


def test_short_orders_may_reserve_nothing(simulator, order):
    simulator.switches.change(reserve_short_orders=False)
    order(TEE=12)

    assert (10, {"TEE": 2}) == (simulator.trade.books().stock["TEE"], simulator.trade.books().short)


# ---- calls that nobody would make


@pytest.fixture
def call(simulator):
    """Call with good credentials, for either vendor."""
    client = RestClient(simulator.app)
    if isinstance(simulator, MintsoftSimulator):
        told = {"Username": simulator.account.username, "Password": simulator.account.password}
        client.headers["ms-apikey"] = client.post("/api/Auth", told).json()
        return lambda body: client.call("PUT", "/api/Order", **body)
    client.headers["Authorization"] = f"Bearer {simulator.access.token}"
    return lambda body: client.call("POST", "/sim/scend/v1/orders", **body)


def an_order(**changes):
    """Give a body that either vendor takes."""
    line = {"SKU": "TEE", "Sku": "TEE", "Quantity": 1, "UnitPrice": 1, **changes.pop("line", {})}
    body = {
        "OrderNumber": "1",
        "ClientReference": "1",
        "FirstName": "Ada",
        "Address1": "9 Mill Lane",
        "PostCode": "LS1",
        "Country": "GB",
        "CourierService": "AUTO",
        "WarehouseId": 3,
        "OrderItems": [line],
        "Lines": [line],
        "DeliveryAddress": {"Name": "A", "Line1": "9", "City": "Leeds", "PostCode": "LS1", "CountryCode": "GB"},
    }
    return {**body, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"line": {"Quantity": 10**30}},
        {"line": {"Quantity": 1e300}},
        {"line": {"Quantity": -(2**31)}},
        {"line": {"Quantity": True}},
        {"line": {"Quantity": []}},
        {"line": {"UnitPrice": 1e300}},
        {"line": {"UnitPrice": []}},
        {"line": {"SKU": {}, "Sku": {}}},
        {"OrderNumber": ["1"], "ClientReference": ["1"]},
        {"OrderItems": 7, "Lines": 7},
        {"OrderValue": "1e999999", "TotalValue": "1e999999"},
    ],
)
def test_nonsense_is_a_refusal_and_changes_nothing(simulator, call, changes):
    """Never a failure of the simulator's own."""
    answer = call({"json": an_order(**changes)})

    assert answer.status_code in (400, 422) or not answer.json()[0]["Success"]
    assert () == simulator.trade.books().sales_orders


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[" * 50_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"OrderNumber": "\\ud800"}', b"null", b""]
)
def test_what_is_no_order_at_all_is_a_bad_request(call, content):
    assert 400 == call({"content": content, "headers": {"content-type": "application/json"}}).status_code


def test_an_order_that_both_take(simulator, call):
    """The body that is spoiled above is a good one."""
    answer = call({"json": an_order()})

    assert answer.is_success
    assert ["1"] == [order.ref for order in simulator.trade.books().sales_orders]


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "1.5", "%00", "SC-", "-1"])
def test_a_strange_id_is_not_found(simulator, call, number):
    client = RestClient(simulator.app)
    if isinstance(simulator, MintsoftSimulator):
        told = {"Username": simulator.account.username, "Password": simulator.account.password}
        client.headers["ms-apikey"] = client.post("/api/Auth", told).json()
        places = ["/api/Order/", "/api/Product/", "/api/Return/"]
    else:
        client.headers["Authorization"] = f"Bearer {simulator.access.token}"
        places = ["/sim/scend/v1/orders/", "/sim/scend/v1/returns/", "/sim/scend/v1/items/"]

    assert [404, 404, 404] == [client.get(place + number).status_code for place in places]
