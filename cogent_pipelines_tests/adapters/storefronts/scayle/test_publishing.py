"""Stock told with the warehouse's own time, so that nothing is oversold, and what was silently ignored is noticed."""

from datetime import UTC, datetime

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.scayle.settings import EqualTimes, StockShown
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.outcomes import Published, Rejected, Superseded, Unavailable, Unknown, UnknownSku
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import stock
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, entities, error, opened, refused

READ = "GET /variants/key%3DTEE-S/stocks"
WRITE = "POST /variants/key%3DTEE-S/stocks"
COUNTED_AT = datetime(2026, 11, 2, 8, 30, 15, 900_000, tzinfo=UTC)


def figure(quantity=5, expected=None, *, sku="TEE-S", counted_at=COUNTED_AT):
    return StockToPublish(Sku(sku), quantity, expected, f"intent {sku}", counted_at)


def echo(asked):
    return asked.body


def publish(tenant, *figures, **changes):
    with opened(tenant, **changes) as storefront:
        return storefront.publish_stock(list(figures))


def test_a_figure_is_told_with_the_time_at_which_the_warehouse_counted():
    """Not now, a minute later: that would give back what SCAYLE keeps for orders that the warehouse has not got."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, echo)

    outcomes = publish(tenant, figure(5, 8), merchant="default")

    assert [Published()] == outcomes
    assert [
        {
            "quantity": 5,
            "warehouseReferenceKey": "main",
            "changedAt": "2026-11-02T08:30:15+00:00",
            "merchantReferenceKey": "default",
        }
    ] == tenant.bodies(WRITE)


def test_a_figure_of_unknown_age_is_not_told():
    """Any time that was put on it would be a guess, and a late one oversells."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, echo)

    [outcome] = publish(tenant, figure(counted_at=None))

    assert (Rejected, []) == (type(outcome), tenant.bodies(WRITE))
    assert "does not say when the warehouse counted it" in outcome.reasons[0]


@pytest.mark.parametrize(
    ("stored", "expected", "outcome"),
    [
        ([stock(7)], 8, Superseded(7)),
        ([], 8, Superseded(None)),
        ([stock(8, warehouseReferenceKey="other")], 8, Superseded(None)),
        ([stock(8, changed_at="2026-11-02T08:30:16+00:00")], 8, Superseded(8)),
        ([stock(5, changed_at="2026-11-02T08:30:16+00:00")], 5, Published()),
        ([stock(5, changed_at="2026-11-02T08:30:15+00:00")], None, Published()),
        ([stock(4, changed_at="2026-11-02T08:30:15+00:00")], None, Superseded(4)),
    ],
    ids=[
        "something was sold",
        "no figure",
        "another warehouse's",
        "a newer figure",
        "newer, and the same",
        "told before",
        "told before, and sold since",
    ],
)
def test_a_figure_that_must_not_be_told_is_not(stored, expected, outcome):
    """SCAYLE compares nothing for us: what is stored is read first."""
    tenant = Tenant().on(READ, entities(*stored)).on(WRITE, echo)

    assert ([outcome], []) == (publish(tenant, figure(5, expected)), tenant.bodies(WRITE))


def test_a_figure_is_told_as_it_stood_when_it_was_counted():
    """Two were ordered since, and SCAYLE keeps them back by itself: taken off twice they would never be sold."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, echo)
    level = StockToPublish(Sku("TEE-S"), 5, 8, "i", COUNTED_AT, at_snapshot=7)

    assert ([Published()], [7]) == (publish(tenant, level), [body["quantity"] for body in tenant.bodies(WRITE)])


@pytest.mark.parametrize(
    ("shown", "stored", "expected", "outcome"),
    [
        (StockShown.STORED, 8, 8, Published()),
        (StockShown.STORED, 8, 6, Published()),
        (StockShown.STORED, 8, 9, Superseded(8)),
        (StockShown.OFFERED, 8, 8, Published()),
        (StockShown.OFFERED, 8, 6, Superseded(8)),
        (StockShown.OFFERED, 8, 9, Superseded(8)),
    ],
)
def test_what_is_kept_back_for_orders_may_still_be_in_the_stored_figure(shown, stored, expected, outcome):
    """Then it can be more than is offered, and never less; which it is, the documents do not say."""
    tenant = Tenant().on(READ, entities(stock(stored))).on(WRITE, echo)

    assert [outcome] == publish(tenant, figure(5, expected), stock_shown=shown)


def test_an_answer_that_shows_what_is_left_is_as_good():
    """Seven were told, and two of them are kept back."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, stock(5))
    level = StockToPublish(Sku("TEE-S"), 5, 8, "i", COUNTED_AT, at_snapshot=7)

    assert [Published()] == publish(tenant, level, stock_shown=StockShown.OFFERED)


@pytest.mark.parametrize("stored", [[], [stock(8)], [stock(8, changed_at=None)]], ids=["none", "older", "without a time"])
def test_a_first_figure_expects_nothing(stored):
    """There is nothing yet to compare with."""
    tenant = Tenant().on(READ, entities(*stored)).on(WRITE, echo)

    assert [Published()] == publish(tenant, figure(5))


def test_a_figure_that_was_dropped_in_silence_is_noticed():
    """The answer is a success, and shows what is stored instead."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, stock(7, changed_at="2026-11-02T08:31:00+00:00"))

    assert [Superseded(7)] == publish(tenant, figure(5, 8))


@pytest.mark.parametrize(
    ("how", "changed_at"),
    [
        (EqualTimes.AS_THEY_ARE, "2026-11-02T08:30:15+00:00"),
        (EqualTimes.ONE_SECOND_LATER, "2026-11-02T08:30:16+00:00"),
    ],
)
def test_a_new_figure_of_the_same_snapshot_is_told_as_the_connection_has_it(how, changed_at):
    """Whether SCAYLE takes equal times is not published."""
    tenant = Tenant().on(READ, entities(stock(8, changed_at="2026-11-02T08:30:15+00:00"))).on(WRITE, echo)

    outcomes = publish(tenant, figure(5, 8), equal_times=how)

    assert ([Published()], [changed_at]) == (outcomes, [body["changedAt"] for body in tenant.bodies(WRITE)])


def test_the_figure_of_our_merchant_counts():
    """A variant has one for each merchant and warehouse."""
    rows = [stock(1, merchantReferenceKey="theirs"), stock(8, merchantReferenceKey="ours")]
    tenant = Tenant().on(READ, entities(*rows)).on(WRITE, echo)

    assert [Published()] == publish(tenant, figure(5, 8), merchant="ours")


def test_strangers_and_wrong_guesses_hold_up_nobody():
    """One outcome each, in order."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, echo)
    tenant.on("GET /variants/key%3DCOAT-L/stocks", entities(stock(3)))

    outcomes = publish(tenant, figure(sku="NOSUCH"), figure(5, 8), figure(2, 4, sku="COAT-L"))

    assert [UnknownSku("SCAYLE has no variant with the reference key NOSUCH"), Published(), Superseded(3)] == outcomes


def test_a_warehouse_that_is_not_there_is_a_refusal_and_no_unknown_sku():
    """The variant was read a moment ago."""
    tenant = Tenant().on(READ, entities()).on(WRITE, refused(404, "WAREHOUSE_NOT_FOUND", "no such warehouse"))

    assert [Rejected(("HTTP 404: WAREHOUSE_NOT_FOUND: no such warehouse",))] == publish(tenant, figure())


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (503, Unavailable),
        (500, Unknown),
        (httpx.ReadTimeout("lost"), Unknown),
        (httpx.ConnectError("refused"), Unavailable),
        (400, Rejected),
        (204, Unknown),
        ({"quantity": "five"}, Unknown),
    ],
)
def test_what_became_of_a_write_is_never_guessed(reply, outcome):
    """A lost answer is unknown, and so is one that does not show the figure."""
    tenant = Tenant().on(READ, entities(stock(8))).on(WRITE, reply)

    assert [outcome] == [type(each) for each in publish(tenant, figure(5, 8))]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [(503, Unavailable), (500, Unavailable), (400, Rejected), ({"no": "list"}, Rejected), (entities({"quantity": 1}), None)],
)
def test_a_look_that_failed_changed_nothing(reply, outcome):
    """Nothing is written where what is stored could not be read."""
    tenant = Tenant().on(READ, reply).on(WRITE, echo)

    found = publish(tenant, figure(5, 8))

    assert [outcome or Superseded] == [type(each) for each in found]
    assert [] == tenant.bodies(WRITE)


def test_a_key_that_is_not_accepted_stops_everything():
    """Nothing was told."""
    tenant = Tenant().on(READ, 401)

    with pytest.raises(AuthenticationFailed):
        publish(tenant, figure())


def test_a_variant_that_is_denied_costs_only_its_own_figure():
    """The key is good for the others."""
    tenant = Tenant().on(READ, 403).on("GET /variants/key%3DTEE-M/stocks", entities(stock(8)))
    tenant.on("POST /variants/key%3DTEE-M/stocks", echo)

    assert [Rejected, Published] == [type(each) for each in publish(tenant, figure(), figure(5, 8, sku="TEE-M"))]


class Index:
    """The ledger's catalogue, as far as it matters here."""

    def __init__(self, **known):
        self.known, self.asked = known, []

    def find(self, skus):
        self.asked += skus
        return {sku: self.known[sku] for sku in skus if sku in self.known}


def test_a_reference_key_that_may_be_written_in_two_ways_is_named_by_its_number():
    """Clients differ in how a space or a slash goes into a path; the catalogue knows the variant's number."""
    sku = "TEE S/1+"
    index = Index(**{sku: ["70"]})
    tenant = Tenant().on("GET /variants/70/stocks", entities(stock(8))).on("POST /variants/70/stocks", echo)
    tenant.on(READ, entities(stock(8))).on(WRITE, echo)

    with opened(tenant, skus=index) as storefront:
        outcomes = storefront.publish_stock([figure(5, 8, sku=sku), figure(5, 8)])

    assert ([Published(), Published()], [sku]) == (outcomes, index.asked)


def test_a_reference_key_that_the_catalogue_does_not_know_is_encoded():
    """Every character that could mean something else."""
    tenant = Tenant().on("GET /variants/key%3DTEE%20S%2F1%2B/stocks", entities(stock(8)))

    assert [Superseded(8)] == publish(tenant, figure(5, 9, sku="TEE S/1+"))


# ---- many at once

SKUS = [f"SKU-{number}" for number in range(4)]
BULK = "POST /variants/stocks/bulk-requests"


def bulk_tenant(*states, **responses):
    """Four variants of 8 each; `states` are those of the request, `responses` are by operation key."""
    tenant = Tenant().on(BULK, {"key": 123})
    for sku in SKUS:
        tenant.on(f"GET /variants/key%3D{sku}/stocks", entities(stock(8)))
    tenant.on("GET /bulk-requests/123/status", *({"key": 123, "status": state} for state in states))
    for place in range(len(SKUS)):
        given = {"key": f"stock-{place}", "status": "processed", "response": {"statusCode": 200, "body": stock(place)}}
        tenant.on(f"GET /bulk-requests/123/operations/stock-{place}/status", given | responses.get(f"stock_{place}", {}))
    return tenant


def all_figures():
    return [figure(place, 8, sku=sku) for place, sku in enumerate(SKUS)]


def test_many_figures_go_as_one_request_and_each_is_followed():
    """Waited for, then asked for one by one; the time is the warehouse's here, too."""
    tenant = bulk_tenant("new", "processing", "processed")

    outcomes = publish(tenant, *all_figures(), bulk_from=4)

    assert [Published()] * 4 == outcomes
    [body] = tenant.bodies(BULK)
    assert {"requestStatus": "complete"} == body["callbacks"]
    assert {
        "key": "stock-2",
        "url": "/variants/key%3DSKU-2/stocks",
        "method": "POST",
        "body": {"quantity": 2, "warehouseReferenceKey": "main", "changedAt": "2026-11-02T08:30:15+00:00"},
    } == body["operations"][2]


def test_few_figures_go_one_by_one():
    """What need not be told does not count."""
    tenant = bulk_tenant("processed")
    for sku in SKUS:
        tenant.on(f"POST /variants/key%3D{sku}/stocks", echo)

    outcomes = publish(tenant, *all_figures()[:3], figure(8, 9, sku=SKUS[3]), bulk_from=4)

    assert ([Published()] * 3 + [Superseded(8)], []) == (outcomes, tenant.bodies(BULK))


def test_each_operation_has_its_own_outcome():
    """Dropped in silence, refused, never run."""
    tenant = bulk_tenant(
        "processed",
        stock_0={"response": {"statusCode": 200, "body": stock(7)}},
        stock_1={"status": "failed", "response": {"statusCode": 404, "body": error("WAREHOUSE_NOT_FOUND")}},
        stock_2={"status": "new", "response": None},
    )

    outcomes = publish(tenant, *all_figures(), bulk_from=4)

    assert [
        Superseded(7),
        Rejected(("HTTP 404: WAREHOUSE_NOT_FOUND: no",)),
        Unavailable("bulk request 123: the operation is new"),
        Published(),
    ] == outcomes


def test_a_request_that_takes_too_long_is_in_doubt():
    """It may be carried out yet."""
    tenant = bulk_tenant("processing")

    outcomes = publish(tenant, *all_figures(), bulk_from=4)

    assert [Unknown("bulk request 123: still processing after 0:01:00")] * 4 == outcomes


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (503, Unavailable),
        (500, Unknown),
        (httpx.ReadTimeout("lost"), Unknown),
        ({"no": "key"}, Unknown),
    ],
)
def test_what_became_of_a_bulk_request_is_never_guessed(reply, outcome):
    """For all of its figures alike."""
    tenant = bulk_tenant("processed").on(BULK, reply)

    assert [outcome] * 4 == [type(each) for each in publish(tenant, *all_figures(), bulk_from=4)]


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_where_bulk_requests_are_refused_figures_are_told_one_by_one(status):
    """Not one of them is at fault; only the first, here, is refused for its own."""
    tenant = bulk_tenant("processed").on(BULK, status)
    for sku in SKUS[1:]:
        tenant.on(f"POST /variants/key%3D{sku}/stocks", echo)

    assert [Rejected, Published, Published, Published] == [
        type(each) for each in publish(tenant, *all_figures(), bulk_from=4)
    ]


@pytest.mark.parametrize(
    ("status", "body"), [(429, {}), (400, error("RATE_LIMIT_EXCEED")), (500, {}), (502, {}), (503, error("BUSY"))]
)
def test_an_operation_that_failed_for_scayles_own_trouble_is_tried_again(status, body):
    """No person can mend it."""
    tenant = bulk_tenant("processed", stock_0={"status": "failed", "response": {"statusCode": status, "body": body}})

    assert Unavailable is type(publish(tenant, *all_figures(), bulk_from=4)[0])


@pytest.mark.parametrize("response", [{"statusCode": 200, "body": []}, {"statusCode": 200, "body": {"quantity": "x"}}])
def test_an_operation_that_does_not_show_its_figure_is_in_doubt(response):
    tenant = bulk_tenant("processed", stock_0={"response": response})

    assert Unknown is type(publish(tenant, *all_figures(), bulk_from=4)[0])
