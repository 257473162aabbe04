"""Promises about events: proved, told apart, read whatever signs are in them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.peoplevox import event_bodies
from cogent_pipelines.adapters.warehouses.peoplevox.event_bodies import AVAILABILITY, STATUS, TRACKING
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import PeoplevoxWebhook, callback_url
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import NOON, SETTINGS
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import once, refusal

SECRET = "an-unguessable-secret"
AT = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)


def posted(kind, *, encode=False, **values) -> bytes:
    """Put values into a template as the vendor does."""
    text = kind.template
    for name, placeholder in kind.fields.items():
        value = values.get(name, "")
        text = text.replace("{" + placeholder + "}", quote(value, safe="") if encode else value)
    return text.encode()


def verify(body: bytes, *, at: datetime = AT, secret: str = SECRET, settings=SETTINGS):
    return PeoplevoxWebhook(settings, SECRET).verify({}, {"secret": secret}, body, at)


def test_an_event_says_what_it_is_about():
    """Its kind, its order, its moment."""
    event = verify(posted(STATUS, order="SO-1", status="Despatched", time="20/11/2026 11:58:00"))

    assert isinstance(event, VerifiedEvent)
    assert ("SalesOrderStatusChanges", "SO-1") == (event.topic, event.subject)
    assert datetime(2026, 11, 20, 11, 58, tzinfo=UTC) == event.occurred_at


@pytest.mark.parametrize("secret", ["", "another-secret-alike", SECRET[:-1]])
def test_without_the_secret_nothing_is_believed(secret):
    """The address is the only proof there is."""
    refused = verify(posted(AVAILABILITY, item="MUG", available="5"), secret=secret)

    assert RefusalKind.UNVERIFIED == refused.kind


def test_a_short_secret_is_refused():
    """It could be guessed."""
    with pytest.raises(ValueError, match="at least 16"):
        PeoplevoxWebhook(SETTINGS, "short")


@given(st.text(alphabet="&#=+% ?;{}/ABC12é", min_size=1).filter(str.strip))
def test_any_sign_in_a_value_is_survived(item):
    """Values may be put in as they are, or percent-encoded."""
    for encoded in (False, True):
        read = event_bodies.read(posted(AVAILABILITY, encode=encoded, item=item, available="5"), encoded=encoded)
        assert read is not None
        assert (item.strip(), "5") == (read.subject, read.values["available"])


def test_a_template_whose_ampersands_were_escaped_once_more_is_read():
    """One client writes them so."""
    body = posted(AVAILABILITY, item="MUG", available="5").replace(b"&", b"&amp;")

    assert "MUG" == verify(body).subject


@pytest.mark.parametrize("body", [b"", b"item=MUG&available=5", b"\xff\xfe", posted(AVAILABILITY, available="5")])
def test_what_is_not_of_our_making_is_refused(body):
    """Genuine by its secret, and of no use."""
    refused = verify(body)

    assert isinstance(refused, Refusal)
    assert RefusalKind.MALFORMED == refused.kind


def test_an_event_delivered_twice_is_one_event():
    """Whenever the second comes."""
    body = posted(TRACKING, order="SO-1", despatch="DES1", tracking="T1")
    first, second = verify(body), verify(body, at=AT + timedelta(days=2))

    assert first.event_id == second.event_id
    assert first.delivery_id != second.delivery_id


def test_a_stock_figure_that_returns_is_a_new_event():
    """5, 4, 5: the second 5 must be heard; a duplicate of it at once need not."""
    body = posted(AVAILABILITY, item="MUG", available="5")
    first, at_once, later = (
        verify(body),
        verify(body, at=AT + timedelta(seconds=1)),
        verify(body, at=AT + timedelta(minutes=1)),
    )

    assert first.event_id == at_once.event_id
    assert first.event_id != later.event_id


def test_the_same_status_at_another_time_is_another_event():
    """An order may go back and forth."""
    bodies = [posted(STATUS, order="SO-1", status="New", time=f"20/11/2026 11:5{n}:00") for n in (1, 2)]

    assert 2 == len({verify(body).event_id for body in bodies})


def test_subscriptions_are_made_afresh_and_the_old_ones_ended(tenant, connect):
    """In that order: an event told twice does no harm, one told to nobody does."""
    ids = connect().warehouse.ensure_subscriptions(callback_url("https://hooks.example/pvx", SECRET), [17, 18])

    assert (901, 902, 903) == ids
    made = [call for call in tenant.calls if "ubscribe" in call.operation]
    assert ["SubscribePostEvent"] * 3 + ["UnsubscribeEvent"] * 2 == [call.operation for call in made]
    assert f"https://hooks.example/pvx?secret={SECRET}" == made[0].parameters["postUrl"]
    assert AVAILABILITY.template == made[0].parameters["postParams"]
    assert ["17", "18"] == [call.parameters["subscriptionId"] for call in made[3:]]


def test_a_subscription_that_fails_leaves_the_known_ones_alone(tenant, connect):
    """What was made in the same breath is ended again."""
    tenant.before = [once("SubscribePostEvent", "", refusal("SubscribePostEvent", "no such event"), skip=1)]

    with pytest.raises(VendorRefused, match="no such event"):
        connect().warehouse.ensure_subscriptions("https://hooks.example/pvx", [17])
    assert ["901"] == [c.parameters["subscriptionId"] for c in tenant.calls if c.operation == "UnsubscribeEvent"]


def test_an_event_without_a_moment_has_none():
    """Nothing is made up."""
    assert None is verify(posted(AVAILABILITY, item="MUG", available="5"), at=NOON).occurred_at
