"""Lists of which one row or the other cannot be read: the others are, and the one is named."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from cogent_pipelines.adapters.transport.whole_answers import is_at_fault
from cogent_pipelines.adapters.warehouses.rest_profile import formats
from cogent_pipelines.adapters.warehouses.rest_profile.paging import Page, Row
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.ports.errors import VendorRefused

T = TypeVar("T")

_log = logging.getLogger(__name__)


def readable(
    page: Page, wire: Wire, read: Callable[[Row], T | None], *, named: Callable[[Row], str], operation: str
) -> list[T]:
    """What a page's rows say, without those that cannot be read and those of which `read` makes nothing.

    A row that stands alone may be spoilt like any other: where a vendor is asked for one thing at a time, it holds up none
    of the rest.

    Raises:
        VendorRefused: there are several, and not one can be read: it is the answer that is at fault.
    """
    found: list[T] = []
    faults: list[str] = []
    for row in page.rows:
        try:
            value = read(row)
        except formats.Unreadable as error:
            faults.append(f"{named(row)}: {error}")
        else:
            found += [] if value is None else [value]
    say(wire, faults)
    refuse_if_all(faults, page, operation)
    return found


def say(wire: Wire, faults: Sequence[str]) -> None:
    for fault in faults:
        _log.warning("%s: %s", wire.settings.profile.name, fault)


def refuse_if_all(faults: Sequence[str], page: Page, operation: str) -> None:
    """An odd row stands aside; many, and nothing but odd ones, say that the profile is wrong.

    Raises:
        VendorRefused: so it is.
    """
    if is_at_fault(faults=len(faults), read=len(page.rows) - len(faults)):
        raise VendorRefused(faults[0], operation=operation)
