"""Parcels to record, for tests of recording."""

import httpx

from cogent_pipelines.canonical.despatch import Tracking
from cogent_pipelines.canonical.fulfilment import FulfilmentLine, Parcel
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import opened
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import (
    uuid,
)

LOST = httpx.ReadTimeout("lost")


def parcel(*lines, ref="D1", number="T1", of=1, carrier="Royal Mail"):
    return Parcel(
        ref,
        uuid(of),
        tuple(FulfilmentLine(line_ref, units) for line_ref, units in lines or [("line-1", 1)]),
        Tracking(carrier, number=number),
        notify_customer=True,
    )


def create(shop, *parcels, **settings):
    with opened(shop, **settings) as storefront:
        return storefront.create_fulfilments(parcels)
