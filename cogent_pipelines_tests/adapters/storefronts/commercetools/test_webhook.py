"""Events that a queue bridge passes on."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.storefronts.commercetools.bridge import Proof, signed
from cogent_pipelines.adapters.storefronts.commercetools.webhook import CommercetoolsWebhook
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import message, uuid

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "the bridge's own"


def notice(**more):
    return {"notificationType": "Message", "projectKey": "northwind"} | message(1, kind="OrderCreated") | more


def change(kind="ResourceUpdated", **more):
    return {
        "notificationType": kind,
        "projectKey": "northwind",
        "resource": {"typeId": "order", "id": uuid(1)},
        "version": 3,
        "modifiedAt": "2026-11-02T08:59:00.000Z",
    } | more


def cloud_event(data, **more):
    return {
        "specversion": "1.0",
        "id": "ce-1",
        "type": "com.commercetools.order.message.OrderCreated",
        "source": "/northwind/orders",
        "subject": uuid(1),
        "time": "2026-11-02T08:58:00.000Z",
        "sequence": "1",
        "data": data,
    } | more


def deliver(payload, *, secrets=(SECRET,), sign_with=SECRET, sent=NOW, at=NOW, project="northwind", **headers):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    stamp = str(int(sent.timestamp()))
    given = {"X-Bridge-Timestamp": stamp, "X-Bridge-Signature": signed(sign_with.encode(), stamp, body)} | headers
    return CommercetoolsWebhook(secrets, project=project).verify(given, {}, body, at)


def test_a_message_in_the_platform_format_is_read():
    """Its id is equal on every delivery; its subject is the order."""
    found = deliver(notice())

    assert (uuid(5001), "OrderCreated", uuid(1), NOW) == (found.event_id, found.topic, found.subject, found.occurred_at)


def test_the_same_message_as_a_cloud_event_is_the_same_event():
    """A project that changes its format is not told everything twice."""
    plain, wrapped = deliver(notice()), deliver(cloud_event(notice()))

    assert (plain.event_id, plain.topic, plain.subject) == (wrapped.event_id, wrapped.topic, wrapped.subject)
    assert "ce-1" == wrapped.delivery_id


@pytest.mark.parametrize("kind", ["ResourceCreated", "ResourceUpdated", "ResourceDeleted"])
def test_a_change_is_known_by_resource_and_version(kind):
    """It has no id of its own."""
    found = deliver(change(kind))

    assert (f"{kind} order {uuid(1)} 3", f"{kind} order", uuid(1)) == (found.event_id, found.topic, found.subject)
    assert found.event_id != deliver(change(kind, version=4)).event_id
    assert datetime(2026, 11, 2, 8, 59, tzinfo=UTC) == found.occurred_at


@pytest.mark.parametrize(
    "payload", [notice(resource={"typeId": "customer", "id": "c"}), change(resource={"typeId": "product", "id": "p"})]
)
def test_an_event_about_something_else_has_no_order(payload):
    """It is kept, and nothing is read for it."""
    assert "" == deliver(payload).subject


def test_a_payload_that_was_too_large_still_names_its_order():
    """The order is read anyway."""
    left_out = {"reason": "Payload too large.", "payloadType": "OrderCreated"}
    slim = {key: value for key, value in notice().items() if key != "type"} | {"payloadNotIncluded": left_out}

    assert ("OrderCreated", uuid(1)) == (deliver(slim).topic, deliver(slim).subject)
    wrapped = deliver(cloud_event({"payloadNotIncluded": left_out}))
    assert ("ce-1", "OrderCreated", uuid(1)) == (wrapped.event_id, wrapped.topic, wrapped.subject)


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"sign_with": "another"}, "does not fit"),
        ({"secrets": ()}, "no bridge secret"),
        ({"X-Bridge-Signature": ""}, "no signature"),
        ({"X-Bridge-Timestamp": ""}, "no timestamp"),
        ({"X-Bridge-Timestamp": "1"}, "does not fit"),
        ({"sent": NOW - timedelta(hours=1)}, "too old"),
        ({"sent": NOW + timedelta(hours=1)}, "from the future"),
        ({"project": "southwind"}, "another project"),
    ],
)
def test_what_does_not_prove_itself_is_refused(given_, words):
    """And says why, without a secret and without the body."""
    found = deliver(notice(), **given_)

    assert RefusalKind.UNVERIFIED is found.kind
    assert words in found.reason
    assert SECRET not in found.reason


def test_a_recorded_delivery_cannot_be_sent_again_with_a_new_time():
    """The signature covers it."""
    body, old = json.dumps(notice()).encode(), str(int((NOW - timedelta(hours=1)).timestamp()))
    headers = {"X-Bridge-Timestamp": str(int(NOW.timestamp())), "X-Bridge-Signature": signed(SECRET.encode(), old, body)}

    assert isinstance(CommercetoolsWebhook([SECRET]).verify(headers, {}, body, NOW), Refusal)


@pytest.mark.parametrize(
    ("header", "is_taken"), [({"X-Bridge-Secret": SECRET}, True), ({"X-Bridge-Secret": "another"}, False), ({}, False)]
)
def test_a_push_that_can_sign_nothing_shows_the_secret_itself(header, is_taken):
    """Where the connection says so; a signature is no proof then, nor a secret otherwise."""
    body = json.dumps(notice()).encode()
    verifier = CommercetoolsWebhook([SECRET], proof=Proof.SECRET)

    assert is_taken is isinstance(verifier.verify(header, {}, body, NOW), VerifiedEvent)
    assert isinstance(CommercetoolsWebhook([SECRET]).verify(header, {}, body, NOW), Refusal)


def pubsub(payload):
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    return {"message": {"data": data, "messageId": "1"}, "subscription": "projects/p/subscriptions/s"}


def sns(payload):
    return {"Type": "Notification", "MessageId": "1", "TopicArn": "arn", "Message": json.dumps(payload)}


def event_bridge(payload):
    return {"version": "0", "id": "1", "detail-type": "Message", "source": "aws.partner/commercetools", "detail": payload}


@pytest.mark.parametrize("envelope", [pubsub, sns, event_bridge])
@pytest.mark.parametrize("form", [notice, lambda: cloud_event(notice())])
def test_a_notification_may_lie_in_the_envelope_of_a_clouds_push(envelope, form):
    """Either format; it is the same event."""
    assert deliver(notice()).event_id == deliver(envelope(form())).event_id


@pytest.mark.parametrize(
    "payload", [pubsub([]), sns(5), {**pubsub({}), "message": {}}, {"Type": "Notification", "Message": "<"}]
)
def test_an_envelope_without_a_notification_is_malformed(payload):
    """Genuine, and nothing to be known by."""
    assert RefusalKind.MALFORMED is deliver(payload).kind


def test_a_secret_may_be_rotated():
    """Both are taken meanwhile; whatever case the headers come in."""
    assert isinstance(deliver(notice(), secrets=("new", SECRET)), VerifiedEvent)


@pytest.mark.parametrize(
    "payload", [b"<html>", [1], {"notificationType": "Message"}, {"id": "x"}, {"specversion": "1.0", "data": 5}]
)
def test_what_is_genuine_and_no_event_is_malformed(payload):
    """The bridge passes on something else."""
    assert RefusalKind.MALFORMED is deliver(payload).kind


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "notificationType",
                "projectKey",
                "id",
                "type",
                "resource",
                "version",
                "specversion",
                "data",
                "subject",
                "createdAt",
            ]
        ),
        _JSON,
    ),
    st.text(max_size=20),
)
def test_whatever_comes_is_an_event_or_a_refusal(payload, stamp):
    """A stranger cannot raise anything."""
    body = json.dumps(payload).encode()
    headers = {"x-bridge-timestamp": stamp, "x-bridge-signature": signed(SECRET.encode(), stamp, body)}

    assert isinstance(CommercetoolsWebhook([SECRET]).verify(headers, {}, body, NOW), VerifiedEvent | Refusal)
    assert isinstance(deliver(payload), VerifiedEvent | Refusal)
