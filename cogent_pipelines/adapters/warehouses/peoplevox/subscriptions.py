"""Being told of events: subscribing afresh, and ending what was subscribed before.

Subscriptions cannot be listed, so their ids have to be kept by whoever calls this. New ones are made before old ones end: an
event told twice is dropped by its id, an event told to nobody is lost until the next sweep.
"""

import logging
from collections.abc import Sequence

from cogent_pipelines.adapters.warehouses.peoplevox import client, event_bodies
from cogent_pipelines.adapters.warehouses.peoplevox.client import text_element
from cogent_pipelines.adapters.warehouses.peoplevox.event_bodies import EventKind
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)


def ensure(wire: Wire, callback_url: str, known_ids: Sequence[int]) -> tuple[int, ...]:
    """Have our events posted to this address and to no other that we know of; answers the ids to keep.

    Raises:
        VendorError: a subscription was not made; those made in this call are ended, the known ones stay.
    """
    made: list[int] = []
    try:
        for kind in event_bodies.KINDS:
            made.append(_subscribe(wire, kind, callback_url))  # noqa: PERF401 - what was made must be known on failure
    except VendorError:
        _end(wire, made)
        raise
    still_there = _end(wire, [known for known in known_ids if known not in made])
    return (*made, *still_there)


def _subscribe(wire: Wire, kind: EventKind, callback_url: str) -> int:
    encoded = str(wire.settings.event_values_encoded).lower()
    body = (
        text_element("eventType", kind.name)
        + text_element("filter", "")
        + text_element("postUrl", callback_url)
        + text_element("postParams", kind.template)
        + text_element("encodeParameterData", encoded)
    )
    call = client.call(wire.settings, "SubscribePostEvent", body, about=kind.name, writes=True, priority=Priority.SWEEP)
    detail = wire.ask(call).detail.strip()
    if not detail.isdecimal():
        raise VendorRefused(f"no subscription id in the answer: {detail!r}", operation=call.operation)
    return int(detail)


def _end(wire: Wire, ids: Sequence[int]) -> list[int]:
    """End subscriptions; answers those that may still be there, because the vendor could not be asked."""
    still_there = []
    for known in ids:
        body = f"<subscriptionId>{known}</subscriptionId>"
        try:
            wire.ask(client.call(wire.settings, "UnsubscribeEvent", body, about=str(known), writes=True))
        except VendorRefused as error:
            # The vendor knows no such subscription: that is what was wanted.
            _log.info("subscription %d was not there: %s", known, error.message)
        except VendorError as error:
            _log.warning("subscription %d may still be there: %s", known, error.message)
            still_there.append(known)
    return still_there
