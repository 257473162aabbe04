"""Parcels to record, and what the shop answers, for tests of recording."""

import httpx

from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines_tests.adapters.storefronts.shopify.store import Store

CLOSED = "Fulfillment order 1 has an unfulfillable status= closed."
LOST = httpx.ReadTimeout("no answer")


def parcel(units=None, *, despatch="D1", order="1", number="RM1", **tracking):
    units = {1: 2} if units is None else units
    lines = tuple(FulfilmentLine(str(line), quantity) for line, quantity in units.items())
    return Parcel(despatch, order, lines, Tracking(number=number, **tracking), notify_customer=True)


def made(number=1):
    return {"fulfillmentCreate": {"fulfillment": {"id": f"gid://shopify/Fulfillment/{number}"}, "userErrors": []}}


def said_no(*messages):
    errors = [{"field": ["fulfillment"], "message": message} for message in messages]
    return {"fulfillmentCreate": {"fulfillment": None, "userErrors": errors}}


def tracked(*messages):
    errors = [{"field": None, "message": message} for message in messages]
    return {"fulfillmentTrackingInfoUpdate": {"fulfillment": None, "userErrors": errors}}


def a_store(*orders):
    """One reading after the other of one order, or one reading of several."""
    return Store().on("HandOver", *({"nodes": [one]} for one in orders))


class Known:
    """Remembers fulfilments as the ledger would."""

    def __init__(self, **despatches):
        self._despatches = {ref.removeprefix("f"): despatch for ref, despatch in despatches.items()}

    def despatches_of(self, refs):
        return self._despatches
