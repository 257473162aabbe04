"""Delegations and cancellations, whose answer is what SCAYLE waits for, and events, whose answer nobody reads."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.scayle.settings import CancellationKey
from cogent_pipelines.adapters.storefronts.scayle.webhook import ScayleWebhook
from cogent_pipelines.canonical.identity import ConnectionName
from cogent_pipelines.gateway.reception import Endpoint
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent
from cogent_pipelines_tests.gateway.door import ADDRESS, MemoryInbox, gateway, post, visit

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LOGIN = ("scayle", "s3cr3t:with/signs")

DELEGATION = {
    "id": 88001,
    "orderId": 901,
    "orderReferenceKey": "ref-901",
    "companyId": 1,
    "fulfillingMerchantKey": "default",
    "shopKey": "ms",
    "countryCode": "DE",
    "customer": {"email": "ada@example.com"},
    "addresses": {"shipping": {"firstName": "Ada"}},
    "items": [{"id": 5, "orderItemId": "1", "quantity": 1, "merchantProductVariantReferenceKey": "TEE-S"}],
}
CANCELLATION = {
    "orderReferenceKey": "ref-901",
    "fulfillingMerchantKey": "default",
    "merchantKey": "default",
    "companyId": 1,
    "warehouseIds": [3],
}
EVENT = {
    "key": "0d9e5c1e-0000-4000-8000-000000000001",
    "occurredAt": "2026-11-02T08:59:00+00:00",
    "type": "order-item-returned",
    "meta": {"tenantKey": "acme"},
    "payload": {"order": {"id": 901}},
}


def headers(user=LOGIN[0], password=LOGIN[1]):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def body(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def verify(value, given=None, *, logins=(LOGIN,), **changes):
    webhook = ScayleWebhook(list(logins), **changes)
    return webhook.verify(headers() if given is None else given, {}, body(value), NOW)


def answered(event):
    return event.answer.status, json.loads(event.answer.body)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer " + headers()["Authorization"].split()[1]},
        headers(password="guess"),
        headers(user="someone"),
        headers("", ""),
    ],
)
def test_whoever_does_not_know_the_login_is_refused(given):
    """Whatever the body says; nothing else proves where it comes from."""
    refusal = verify(DELEGATION, given)

    assert RefusalKind.UNVERIFIED is refusal.kind
    assert "s3cr3t" not in refusal.reason


def test_without_a_login_nobody_is_let_in():
    """An empty login is no login, not one that everybody knows."""
    assert RefusalKind.UNVERIFIED is verify(EVENT, headers("", ""), logins=[("", "")]).kind


def test_while_a_password_is_changed_either_is_accepted():
    """And header names ignore case."""
    logins = [("scayle", "new"), LOGIN]

    accepted = [
        verify(EVENT, given, logins=logins)
        for given in (headers(password="new"), {"authorization": headers()["Authorization"].replace("Basic", "basic")})
    ]

    assert [VerifiedEvent, VerifiedEvent] == [type(each) for each in accepted]


def test_a_delegation_is_taken_over_by_its_answer():
    """Status 201 and the order's id; 200 would count as a failure, and after two days as a cancellation."""
    event = verify(DELEGATION)

    assert ("order-delegation", "901") == (event.topic, event.subject)
    assert (201, {"referenceKey": 901, "orderDelegationResult": "acknowledged"}) == answered(event)


def test_a_repeated_delegation_is_the_same_event_with_the_same_answer():
    """SCAYLE delivers at least once; another order is another event."""
    first, again, other = verify(DELEGATION), verify(DELEGATION), verify(DELEGATION | {"orderId": 902})

    assert (first.event_id, first.answer) == (again.event_id, again.answer)
    assert first.event_id != other.event_id


@pytest.mark.parametrize("missing", [None, "", "abc", 0, True, [901]])
def test_a_delegation_without_a_number_goes_by_its_key(missing):
    """The other id in it is of a system that we cannot ask."""
    event = verify(DELEGATION | {"orderId": missing})

    assert ("key=ref-901", "ref-901") == (event.subject, answered(event)[1]["referenceKey"])


def test_a_delegation_that_names_no_order_is_refused():
    """SCAYLE tries again, and a person sees it in the counters; an answer would take over what nobody can find."""
    refusal = verify({"id": 88001, "items": []})

    assert Refusal(RefusalKind.MALFORMED, "the delegation names no order") == refusal


def test_a_cancellation_makes_its_order_be_read_again():
    """It names a warehouse, not items; only `successful` cancels."""
    event = verify(CANCELLATION)

    assert ("order-cancellation", "key=ref-901") == (event.topic, event.subject)
    assert (201, {"orderReferenceKey": "ref-901", "cancellationResult": "successful"}) == answered(event)


def test_a_cancellation_may_name_its_order_by_what_the_delegation_was_answered_with():
    """The documents do not say whose reference it is; a key that is no number stays one."""
    by_id = verify(CANCELLATION | {"orderReferenceKey": 901}, cancellation_key=CancellationKey.ORDER_ID)
    by_key = verify(CANCELLATION, cancellation_key=CancellationKey.ORDER_ID)

    assert ("901", "key=ref-901") == (by_id.subject, by_key.subject)
    assert 901 == answered(by_id)[1]["orderReferenceKey"]


def test_a_cancellation_of_another_warehouse_is_another_event():
    """An order may be in several."""
    assert verify(CANCELLATION).event_id != verify(CANCELLATION | {"warehouseIds": [4]}).event_id


def test_how_a_cancellation_is_answered_is_the_connections_choice():
    """The word for a refusal is not published."""
    assert "failed" == answered(verify(CANCELLATION, cancellation_result="failed"))[1]["cancellationResult"]


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        (EVENT, "901"),
        (EVENT | {"payload": {"id": 901, "basketKey": "b", "items": []}}, "901"),
        (EVENT | {"payload": {"items": [{"id": 1}]}}, ""),
        (EVENT | {"payload": {"orderId": 901}}, "901"),
        (EVENT | {"payload": None}, ""),
        (EVENT | {"type": "product-updated", "payload": {"id": 9, "items": []}}, ""),
        (EVENT | {"type": "customer-updated", "payload": {"id": 7}}, ""),
    ],
    ids=["newer", "older", "older, items only", "by order id", "nothing", "a product", "a customer"],
)
def test_an_event_names_its_order_where_it_says(event, subject):
    """In either envelope; where it does not, the next poll finds what changed."""
    assert subject == verify(event).subject


def test_an_event_has_its_own_key_type_and_time_and_no_answer():
    """The key is equal on every delivery; the type is missing from some."""
    event, bare = verify(EVENT), verify({"key": "k", "payload": {}})

    assert (EVENT["key"], "order-item-returned", NOW - timedelta(minutes=1), None) == (
        event.event_id,
        event.topic,
        event.occurred_at,
        event.answer,
    )
    assert ("event", None) == (bare.topic, bare.occurred_at)


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b"null", b'"x"', {}, {"key": "", "payload": {}}, {"payload": {}}, {"orderReferenceKey": ""}]
)
def test_what_is_no_event_is_refused(value):
    """It could not be told apart from others."""
    assert RefusalKind.MALFORMED is verify(value).kind


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.dictionaries(
            st.sampled_from([*DELEGATION, *CANCELLATION, *EVENT]), inner | st.lists(inner, max_size=2)
        ),
        max_leaves=8,
    )
)
def test_no_stranger_can_make_it_raise(value):
    """Bodies of every kind, with the right login: an event or a refusal."""
    assert isinstance(verify(value), VerifiedEvent | Refusal)


# ---- at the gateway


def at_the_gateway(inbox):
    return gateway(inbox, endpoints=[Endpoint(ConnectionName("northwind_uk"), "storefront", ScayleWebhook([LOGIN]), None)])


@pytest.mark.parametrize("what", [DELEGATION, CANCELLATION], ids=["delegation", "cancellation"])
def test_the_gateway_answers_201_every_time_and_keeps_it_once(what):
    """The same body for a repetition."""
    inbox = MemoryInbox()

    async def three_times(client):
        return [await client.post(ADDRESS, content=body(what), headers=headers()) for _ in range(3)]

    answers = visit(at_the_gateway(inbox), three_times)

    assert [201] * 3 == [answer.status_code for answer in answers]
    assert [answers[0].json()] * 3 == [answer.json() for answer in answers]
    assert 1 == len(inbox.events)


def test_the_gateway_takes_nothing_over_that_it_could_not_keep():
    """SCAYLE then delegates it again."""
    inbox = MemoryInbox()
    inbox.away = True

    assert 503 == post(at_the_gateway(inbox), {"content": body(DELEGATION), "headers": headers()}).status_code


def test_an_event_without_an_answer_of_its_own_gets_a_plain_200():
    assert 200 == post(at_the_gateway(MemoryInbox()), {"content": body(EVENT), "headers": headers()}).status_code


def test_a_login_in_the_address_is_the_login_in_the_header():
    """As every HTTP client makes it; the signs in the password survive the way."""
    inbox = MemoryInbox()
    app = at_the_gateway(inbox)

    async def by_address():
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.post(f"http://scayle:s3cr3t%3Awith%2Fsigns@gateway{ADDRESS}", content=body(DELEGATION))

    assert 201 == asyncio.run(by_address()).status_code
