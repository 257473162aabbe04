"""Mistakes on the way of a parcel to the storefront."""

from typing import Any

from cogent_pipelines.adapters.storefronts.shopify import handover
from cogent_pipelines.adapters.storefronts.shopify.recorded import Recognition, wanted_by
from cogent_pipelines.adapters.warehouses.peoplevox import despatches
from cogent_pipelines.canonical.fulfilment import Parcel
from cogent_pipelines.flows import despatch_reading, despatch_to_fulfilment
from cogent_pipelines.ledger.fulfilments import Fulfilments
from cogent_pipelines_tests.faults.bugs.mistake import Bug, both, replaced

_placed, _read_back = despatch_reading.placed, despatch_to_fulfilment.read_back


def _never_recognised(parcel: Parcel, *_: Any, **__: Any) -> Recognition:
    return Recognition((), wanted_by(parcel))


def _sent_again(claim: Any, there: Any, *, taken: Any, now: Any) -> Any:
    del there
    return _read_back(claim, [], taken=taken, now=now)


def _all_but_the_last_line(*given: Any) -> Any:
    lines = _placed(*given)
    return lines[:-1] if len(lines) > 1 else lines


BUGS = (
    Bug(
        "twice_after_doubt",
        "a parcel in doubt is told again without a look",
        both(
            replaced(handover, "recognise", _never_recognised),
            replaced(handover, "recognise_at_last", _never_recognised),
            replaced(despatch_to_fulfilment, "read_back", _sent_again),
        ),
        ("shopify",),
    ),
    Bug(
        "lines_lost",
        "of a parcel with several lines the last is lost",
        replaced(despatch_reading, "placed", _all_but_the_last_line),
    ),
    Bug(
        "first_page",
        "only the first page of the despatches is read",
        replaced(despatches, "_is_last", lambda _: True),
        ("peoplevox",),
    ),
    Bug(
        "tracking_forgotten",
        "a tracking number that comes later is not told",
        replaced(Fulfilments, "tracking_arrived", lambda *_, **__: 0),
    ),
)
