"""Every kind of door that a vendor's news comes in by: its real verifier, a genuine delivery, and how that is proved.

A door says what a delivery of its vendor looks like; what strangers try at it is in `test_every_door`.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from cogent_pipelines.adapters.storefronts.commercetools.bridge import Proof, signed
from cogent_pipelines.adapters.storefronts.commercetools.webhook import CommercetoolsWebhook
from cogent_pipelines.adapters.storefronts.scayle.webhook import ScayleWebhook
from cogent_pipelines.adapters.storefronts.shopify.webhook import ShopifyWebhook
from cogent_pipelines.adapters.warehouses.peoplevox.webhook import PeoplevoxWebhook
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.adapters.warehouses.rest_profile.webhook import RestProfileWebhook
from cogent_pipelines.ports.webhook import WebhookVerifier
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import message
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import SETTINGS
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes with a body to prove it."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """`prove` is how the vendor vouches for a body at a moment; `covers_body` that the proof is of this body only.

    `body` is a genuine delivery of a moment; `is_json` False where the vendor sends no JSON. `ages` says that a delivery
    bears its time, by which an old one is known.
    """

    name: str
    verifier: Callable[[str], WebhookVerifier]
    body: Callable[[datetime], bytes]
    prove: Callable[[bytes, str, datetime], Shown]
    covers_body: bool
    ages: bool
    is_json: bool = True


def _shopify(body: bytes, secret: str, at: datetime) -> Shown:
    signature = base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()
    return Shown(
        {
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Hmac-Sha256": signature,
            "X-Shopify-Event-Id": "e-1",
            "X-Shopify-Webhook-Id": "d-1",
            "X-Shopify-Triggered-At": at.isoformat(),
        }
    )


def _bridge(body: bytes, secret: str, at: datetime) -> Shown:
    stamp = str(int(at.timestamp()))
    return Shown({"X-Bridge-Timestamp": stamp, "X-Bridge-Signature": signed(secret.encode(), stamp, body)})


def _bridge_secret(body: bytes, secret: str, at: datetime) -> Shown:
    del body, at
    return Shown({"X-Bridge-Secret": secret})


def _basic(body: bytes, secret: str, at: datetime) -> Shown:
    del body, at
    return Shown({"Authorization": "Basic " + base64.b64encode(f"scayle:{secret}".encode()).decode()})


def _in_address(body: bytes, secret: str, at: datetime) -> Shown:
    del body, at
    return Shown(query={"secret": secret})


def _profile_signature(body: bytes, secret: str, at: datetime) -> Shown:
    time = str(int(at.timestamp()))
    return Shown(
        {"X-Time": time, "X-Sign": "sha256=" + hmac.new(secret.encode(), time.encode() + b"." + body, sha256).hexdigest()}
    )


def _profile_header(body: bytes, secret: str, at: datetime) -> Shown:
    del body, at
    return Shown({"Authorization": f"Bearer {secret}"})


def _notice(at: datetime) -> bytes:
    notice = {"notificationType": "Message", "projectKey": "northwind"} | message(1, kind="OrderCreated")
    return _json(notice | {"createdAt": _zulu(at)})


def _delegation(at: datetime) -> bytes:
    del at
    return _json({"orderId": 901, "orderReferenceKey": "ref-901", "items": [{"id": 5}]})


def _scayle_event(at: datetime) -> bytes:
    return _json({"key": "e-1", "type": "order-confirmed", "occurredAt": at.isoformat(), "payload": {"order": {"id": 901}}})


def _status_changed(at: datetime) -> bytes:
    when = at.strftime("%d/%m/%Y %H:%M")
    return f"cogent_event=SalesOrderStatusChanges&cogent_time={when}&cogent_status=X&cogent_order=SO-1&cogent_end=1".encode()


def _profile_event(at: datetime) -> bytes:
    return _json({"Id": 5, "Kind": "despatched", "Ref": "1001", "At": _zulu(at)})


def _profile_verifier(proof: dict[str, str]) -> Callable[[str], WebhookVerifier]:
    events = {"topic": "=Kind", "subject": "=Ref", "id": "=to_string(Id)", "occurred_at": "=At", "proof": proof}
    sections = {"events": events, "capabilities": {**written()["capabilities"], "webhooks": "events"}}
    return lambda secret: RestProfileWebhook(RestProfileSettings(profile(**sections)), secret)


def _commercetools(proof: Proof) -> Callable[[str], WebhookVerifier]:
    return lambda secret: CommercetoolsWebhook([secret], project="northwind", proof=proof)


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()


def _zulu(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


_SIGNED = {"kind": "hmac", "header": "X-Sign", "prefix": "sha256=", "signed": "{time}.{body}", "time_header": "X-Time"}
_BEARER = {"kind": "header", "header": "Authorization", "prefix": "Bearer "}

DOORS = (
    Door(
        "shopify", lambda secret: ShopifyWebhook([secret]), lambda _: b'{"id": 5790}', _shopify, covers_body=True, ages=True
    ),
    Door("commercetools, signed", _commercetools(Proof.SIGNATURE), _notice, _bridge, covers_body=True, ages=True),
    Door("commercetools, secret", _commercetools(Proof.SECRET), _notice, _bridge_secret, covers_body=False, ages=True),
    Door(
        "scayle, delegation",
        lambda secret: ScayleWebhook([("scayle", secret)]),
        _delegation,
        _basic,
        covers_body=False,
        ages=False,
    ),
    Door(
        "scayle, event",
        lambda secret: ScayleWebhook([("scayle", secret)]),
        _scayle_event,
        _basic,
        covers_body=False,
        ages=True,
    ),
    Door(
        "peoplevox",
        lambda secret: PeoplevoxWebhook(SETTINGS, secret),
        _status_changed,
        _in_address,
        covers_body=False,
        ages=True,
        is_json=False,
    ),
    Door("profile, signed", _profile_verifier(_SIGNED), _profile_event, _profile_signature, covers_body=True, ages=True),
    Door("profile, header", _profile_verifier(_BEARER), _profile_event, _profile_header, covers_body=False, ages=True),
    Door(
        "profile, address", _profile_verifier({"kind": "address"}), _profile_event, _in_address, covers_body=False, ages=True
    ),
)
