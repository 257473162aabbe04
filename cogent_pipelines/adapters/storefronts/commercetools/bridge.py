"""How the bridge between a project's queue and our gateway proves itself, and in what it may wrap a notification.

commercetools sends subscriptions to queues and buses only, never to a web address (API reference, `types/subscription`).
What passes them on is the merchant's, with a secret that both sides hold. Two proofs are taken; which, a setting says:

`signature`, for a bridge that is a small function (a queue trigger, a Lambda):

    X-Bridge-Timestamp: 1764230400            seconds since 1970 when it was sent
    X-Bridge-Signature: v1=5f2b…              hex HMAC-SHA256 of `<timestamp>.<body>` under the secret

The signature covers the time, so that a delivery that somebody recorded cannot be sent again later; no other header is read,
as none is covered. A bridge signs when it sends: an event that waited in its queue for a day is not old.

`secret`, for a cloud's own push that can add a fixed header and compute nothing (an EventBridge API destination, a proxy in
front of a push subscription):

    X-Bridge-Secret: …                        the secret itself, over TLS

Here a recorded delivery could be sent again; being known by its id, it has no effect.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson

TIMESTAMP_HEADER = "x-bridge-timestamp"
SIGNATURE_HEADER = "x-bridge-signature"
SECRET_HEADER = "x-bridge-secret"  # noqa: S105 - the name of a header

_SCHEME = "v1="
_AHEAD = timedelta(minutes=5)
_LONGEST_NUMBER = 12

Json = dict[str, Any]


class Proof(StrEnum):
    """How a bridge shows that it is ours."""

    SIGNATURE = "signature"
    SECRET = "secret"  # noqa: S105 - the name of a proof


class Bridge:
    """One bridge. Several secrets are accepted while one is being rotated."""

    def __init__(self, secrets: Sequence[str], proof: Proof, max_age: timedelta) -> None:
        """`max_age` is how old a signed delivery may be."""
        self._secrets = tuple(secret.encode() for secret in secrets if secret)
        self._proof = proof
        self._max_age = max_age

    def fault(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> str:
        """Why a delivery is not the bridge's; empty where it is. `headers` have lower-case names."""
        if not self._secrets:
            return "no bridge secret is configured"
        if not body:
            return "the body is empty"
        if self._proof is Proof.SECRET:
            given = headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
            return "" if self._any_fits(given, list(self._secrets)) else "there is no secret, or it does not fit"
        return self._fault_of_signature(headers, body, received_at)

    def _fault_of_signature(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> str:
        stamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
        if not signature or not stamp:
            return "there is no signature or no timestamp"
        wanted = [signed(secret, stamp, body).encode() for secret in self._secrets]
        if not self._any_fits(signature.encode("utf-8", "replace"), wanted):
            return "the signature does not fit"
        sent_at = _seconds(stamp)
        if sent_at is None or not -_AHEAD <= received_at - sent_at <= self._max_age:
            return "the delivery is too old, from the future, or has no time that can be read"
        return ""

    @staticmethod
    def _any_fits(given: bytes, wanted: Sequence[bytes]) -> bool:
        # Every one is tried, whichever fits: the time taken says nothing.
        return any([hmac.compare_digest(each, given) for each in wanted])  # noqa: C419 - a generator would stop early


def signed(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the bridge puts into its signature header."""
    return _SCHEME + hmac.new(secret, timestamp.encode("utf-8", "replace") + b"." + body, sha256).hexdigest()


def unwrapped(payload: Json) -> Json:
    """The notification out of the envelope of a cloud's own push, or as it is where there is none.

    Google Pub/Sub puts it in base 64 into a message, Amazon SNS as a text, EventBridge as an object.

    Raises:
        ValueError: there is an envelope, and no notification in it.
    """
    message = payload.get("message")
    if isinstance(message, dict) and "subscription" in payload:
        return _object(_decoded(message.get("data")))
    if payload.get("Type") == "Notification" and "Message" in payload:
        return _object(payload["Message"])
    if "detail-type" in payload and "detail" in payload:
        return _object(payload["detail"])
    return payload


def _decoded(data: Any) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ValueError("the envelope holds no data") from error


def _object(content: Any) -> Json:
    found = orjson.loads(content) if isinstance(content, bytes | str) else content
    if isinstance(found, dict):
        return found
    raise ValueError("the envelope holds no object")


def _seconds(stamp: str) -> datetime | None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_NUMBER):
        return None
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
