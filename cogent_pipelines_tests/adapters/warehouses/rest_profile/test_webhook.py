"""An event is believed only with its proof, and says no more than what is worth reading."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.problems import ProfileFault
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.webhook import RestProfileWebhook
from cogent_pipelines.ports.webhook import Refusal, RefusalKind, VerifiedEvent
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written
from cogent_pipelines_tests.factories.orders import NINE

SECRET = "a secret of sixteen"
BODY = b'{"Id": 5, "Kind": "despatched", "Ref": "1001", "At": "2026-11-02T08:59:00Z"}'
EVENTS = {"topic": "=Kind", "subject": "=Ref", "id": "=to_string(Id)", "occurred_at": "=At"}
SIGNED = {"kind": "hmac", "header": "X-Sign", "prefix": "sha256=", "signed": "{time}.{body}", "time_header": "X-Time"}


def events_of(proof, **changes):
    return {
        "events": {**EVENTS, "proof": proof, **changes},
        "capabilities": {**written()["capabilities"], "webhooks": "events"},
    }


def webhook(proof, **changes):
    return RestProfileWebhook(RestProfileSettings(profile(**events_of(proof, **changes))), SECRET)


def signature(content, *, encode=lambda digest: digest.hex()):
    return encode(hmac.new(SECRET.encode(), content, hashlib.sha256).digest())


@pytest.mark.parametrize(
    ("proof", "headers", "query"),
    [
        (SIGNED, {"x-sign": f"sha256={signature(b'77.' + BODY)}", "X-TIME": "77"}, {}),
        (
            {"kind": "hmac", "header": "X-Sign", "encoding": "base64"},
            {"X-Sign": signature(BODY, encode=lambda digest: base64.b64encode(digest).decode())},
            {},
        ),
        ({"kind": "header", "header": "Authorization", "prefix": "Bearer "}, {"Authorization": f"Bearer {SECRET}"}, {}),
        ({"kind": "address"}, {}, {"secret": SECRET}),
    ],
)
def test_an_event_with_its_proof_is_taken_and_with_another_is_not(proof, headers, query):
    verifier = webhook(proof)

    event = verifier.verify(headers, query, BODY, NINE)
    wrong = {name: value[:-1] + "x" for name, value in {**headers, **query}.items()}

    assert isinstance(event, VerifiedEvent)
    assert ("5", "despatched", "1001", datetime(2026, 11, 2, 8, 59, tzinfo=UTC)) == (
        event.event_id,
        event.topic,
        event.subject,
        event.occurred_at,
    )
    for given in ({}, wrong):
        assert Refusal(RefusalKind.UNVERIFIED, "the proof is missing or wrong") == verifier.verify(given, given, BODY, NINE)


def test_a_signature_covers_every_byte():
    headers = {"X-Sign": f"sha256={signature(b'77.' + BODY)}", "X-Time": "77"}

    for body, time in ((BODY + b" ", "77"), (BODY, "78")):
        assert isinstance(webhook(SIGNED).verify({**headers, "X-Time": time}, {}, body, NINE), Refusal)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"Kind": ""}', b"<html>", b'{"Kind": null}'])
def test_what_says_no_kind_is_malformed(body):
    refusal = webhook({"kind": "address"}).verify({}, {"secret": SECRET}, body, NINE)

    assert RefusalKind.MALFORMED is refusal.kind


def test_without_an_id_of_its_own_a_repetition_at_once_is_a_duplicate_and_a_later_one_is_not():
    """Stock that returns to an earlier figure must be read again."""
    verifier = webhook({"kind": "address"}, id="", occurred_at="=Nothing")
    first, again, later = (
        verifier.verify({}, {"secret": SECRET}, BODY, NINE + timedelta(seconds=seconds)) for seconds in (0, 1, 60)
    )

    assert (True, False, None) == (first.event_id == again.event_id, first.event_id == later.event_id, first.occurred_at)
    assert 3 == len({first.delivery_id, again.delivery_id, later.delivery_id})


def test_a_short_secret_and_a_profile_without_events_are_refused():
    with pytest.raises(ValueError, match="at least 16"):
        RestProfileWebhook(RestProfileSettings(profile(**events_of({"kind": "address"}))), "short")
    with pytest.raises(ValueError, match="has no events"):
        RestProfileWebhook(RestProfileSettings(profile()), SECRET)


@pytest.mark.parametrize(
    ("sections", "finding"),
    [
        (events_of({"kind": "hmac"}), "it does not say which header"),
        (events_of({"kind": "hmac", "header": "X", "signed": "{time}{body}"}), "it does not say where the time is"),
        ({"events": {**EVENTS, "proof": {"kind": "address"}}}, "it does not fit `events:`"),
        ({"capabilities": {**written()["capabilities"], "webhooks": "events"}}, "it does not fit `events:`"),
    ],
)
def test_events_that_cannot_be_proved_are_a_mistake_of_the_profile(sections, finding):
    with pytest.raises(ProfileFault) as fault:
        compiling.of_text(yaml.safe_dump(written(**sections)), "tried")

    assert [finding] == [problem.finding for problem in fault.value.problems]
