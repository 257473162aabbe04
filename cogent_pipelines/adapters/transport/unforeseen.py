"""An answer that nobody foresaw, as an error that a flow knows.

Wherever a vendor's answer is read, a field may be missing or of another kind than published. What concerns one item is named
and set aside where items are read; here ends what is left: no answer of a vendor's may bring a flow down.
"""

import csv
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cogent_pipelines.adapters.transport.redaction import described
from cogent_pipelines.ports.errors import VendorRefused

T = TypeVar("T")

_log = logging.getLogger(__name__)

UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, csv.Error)
"""What reading raises where the text is not as it should be."""

_LONGEST_FIELD = 80


def why(error: BaseException) -> str:
    """What could not be read, for people: the field where that is known, never a value."""
    _log.error("an answer could not be read: %s", described(error))
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {place.tb_frame.f_code.co_name}" if place is not None else ""
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return f"the answer cannot be read: field {error.args[0][:_LONGEST_FIELD]!r} is missing{where}"
    return f"the answer cannot be read: {type(error).__name__}{where}"


@contextmanager
def readable(operation: str) -> Iterator[None]:
    """Turn what reading raises into the error that says so.

    Raises:
        VendorRefused: an answer is not as published.
    """
    try:
        yield
    except UNFORESEEN as error:
        raise VendorRefused(why(error), operation=operation) from error


def pages(operation: str, feed: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The same for a feed, whose pages are read one after the other. What the taker of a page raises stays its own."""
    with readable(operation):
        source = feed()
    while True:
        with readable(operation):
            page = next(source, None)
        if page is None:
            return
        yield page
