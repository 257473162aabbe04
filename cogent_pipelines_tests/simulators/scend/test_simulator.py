"""The account as a whole: faults, limits, control over HTTP, and the accounts that one starts with."""

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.common.gate import AnswerLost
from cogent_pipelines.simulators.scend import connection_details, empty_simulator, seeded_simulator
from cogent_pipelines_tests.simulators.common.rest_client import RestClient
from cogent_pipelines_tests.simulators.scend.conftest import BASE


def test_an_answer_can_be_lost_after_the_act(client, order, simulator):
    """The order is there, and a second try hears so."""
    simulator.faults.time_out_after_acting("CreateOrder")

    with pytest.raises(AnswerLost):
        client.post(f"{BASE}/orders", order())

    assert 409 == client.post(f"{BASE}/orders", order()).status_code
    assert 1 == simulator.truth.times_created("1001")


@pytest.mark.parametrize("acted", [True, False])
def test_an_html_page_can_come_instead(client, order, simulator, acted):
    simulator.faults.answer_html("CreateOrder", status=200, acted=acted)

    answer = client.post(f"{BASE}/orders", order())

    assert "text/html" in answer.headers["content-type"]
    assert int(acted) == simulator.truth.times_created("1001")


def test_refusals_throttling_and_drift_can_be_ordered(client, simulator):
    simulator.faults.refuse_before_acting("ListStock", status=503)
    simulator.faults.throttle("ListItems", retry_after=5)
    simulator.faults.drift("ListShipments", path="*.Parcels")
    simulator.trade.despatch_unknown("1", sku="MUG")

    throttled = client.get(f"{BASE}/items")
    assert 503 == client.get(f"{BASE}/stock").status_code
    assert (429, "5", "TOO_MANY_REQUESTS") == (
        throttled.status_code,
        throttled.headers["retry-after"],
        throttled.json()["Code"],
    )
    assert [None] == [row["Parcels"] for row in client.get(f"{BASE}/shipments").json()]


def test_too_many_calls_are_refused(client, switches, clock):
    switches.change(rate_limit_calls=1, rate_limit_seconds=10)
    statuses = [client.get(f"{BASE}/stock").status_code for _ in range(2)]
    clock.advance(10)

    assert [200, 429, 200] == [*statuses, client.get(f"{BASE}/stock").status_code]
    assert 1 == client.get("/_sim/calls").json()["throttled"]


def test_quarantine_ends_when_somebody_lets_the_order_go(client, created, simulator):
    """Nothing can leave before, and rejecting it instead ends it."""
    first, second = created("1", address={"City": None}), created("2", address={"City": None})
    early = client.post("/_sim/trade/despatch", {"ref": "1"}).status_code
    client.post("/_sim/work", [{"release": "1"}, {"reject": "2", "reasons": ["No such town"]}])

    orders = [client.get(f"{BASE}/orders/{one}").json() for one in (first, second)]
    assert (409, [("ALLOCATED", []), ("REJECTED", ["No such town"])]) == (
        early,
        [(order["Status"], order["Reasons"]) for order in orders],
    )
    assert [False, True] == [order.cancelled for order in simulator.trade.books().sales_orders]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("work", {"despatch": "NOSUCH"}),
        ("work", {"receive_return": "NOSUCH"}),
        ("work", {"until": "nowhere"}),
        ("stock", {"sku": "NOSUCH", "by": 1}),
        ("outage", {}),
        ("items", [{}]),
    ],
)
def test_the_control_says_what_it_cannot_do(client, path, body):
    answer = client.post(f"/_sim/{path}", body)

    assert 400 == answer.status_code
    assert answer.json()["error"]


def test_items_are_planted_over_http(client):
    client.post("/_sim/items", [{"sku": "BAG", "title": "Bag", "on_hand": 4}, {"sku": "TEE", "active": False}])

    [bag] = client.get(f"{BASE}/stock", Sku="BAG").json()
    assert (4, False) == (bag["Available for Sale"], client.get(f"{BASE}/items/TEE").json()["Active"])


def test_a_switch_of_an_impossible_value_changes_nothing(client, switches):
    for wrong in ({"duplicate": "perhaps"}, {"zone": "Nowhere/Town"}, {"nonsense": 1}, {"page_size": True}):
        answer = client.call("PATCH", "/_sim/switches", json={"find_nothing": "404", **wrong})
        assert 400 == answer.status_code

    assert "empty" == switches.find_nothing


@pytest.mark.parametrize(
    ("give", "orders"), [(lambda: seeded_simulator(7, clock=VirtualClock()), 8), (lambda: empty_simulator(7), 0)]
)
def test_whoever_has_the_details_can_trade(give, orders):
    simulator = give()
    details = connection_details(simulator, "http://127.0.0.1:1")
    client = RestClient(simulator.app)
    client.headers["Authorization"] = f"Bearer {details['token']}"

    path = details["base_url"].removeprefix(details["url"])
    assert orders == len(client.get(f"{path}/orders").json())


def test_a_seeded_accounts_orders_leave_by_themselves():
    """As the clock goes, without anybody's doing."""
    clock = VirtualClock()
    simulator = seeded_simulator(7, clock=clock)
    clock.advance(3600)
    simulator.tick()

    assert 8 == len(simulator.truth.books()["despatches"])
