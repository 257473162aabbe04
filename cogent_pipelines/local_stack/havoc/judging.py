"""Waiting until everything has settled, and judging it by the stand-ins' own books."""

import time
from collections.abc import Callable

from cogent_pipelines.local_stack.demo.books import Books, read_books
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.havoc.outcome import Outcome

_LOOK_SECONDS = 2.0
_NAMED = 20


def settled(shop: Shop, warehouse: Warehouse, *, patience_seconds: float, meanwhile: Callable[[], None]) -> Books:
    """Read the books until nothing is under way, or nothing has moved for so long; give them as they are then."""
    moved_at, last = time.monotonic(), ""
    while True:
        meanwhile()
        books = read_books(shop, warehouse)
        waiting = books.unsettled(held=())
        if not waiting:
            return books
        now = f"{len(waiting)} {hash(tuple(waiting))}"
        if now != last:
            last, moved_at = now, time.monotonic()
        if time.monotonic() - moved_at > patience_seconds:
            return books
        time.sleep(_LOOK_SECONDS)


def judge(books: Books, placed: int, outcome: Outcome) -> None:
    """Add to the outcome what the books say."""
    lost, doubled = books.lost(held=()), books.duplicated()
    unfulfilled = [order.name for order in books.orders if order.fulfilled != order.ordered]
    outcome.orders += len(books.orders)
    outcome.lost += len(lost)
    outcome.duplicated += len(doubled)
    outcome.unfulfilled += len(unfulfilled)
    outcome.oversold_units += books.oversold_units()
    named = {"lost": lost, "duplicated": doubled, "not wholly fulfilled": unfulfilled}
    outcome.violations += [f"{what}: {', '.join(names[:_NAMED])}" for what, names in named.items() if names]
    outcome.violations += _more(books, placed)


def _more(books: Books, placed: int) -> list[str]:
    found: list[str] = []
    if placed != len(books.orders):
        found.append(f"{placed} orders were placed, the shop has {len(books.orders)}")
    if strangers := books.strangers():
        found.append(f"sales orders that nobody ordered: {', '.join(strangers[:_NAMED])}")
    if books.parcels != books.fulfilments():
        found.append(f"{books.parcels} parcels left, the shop was told of {books.fulfilments()}")
    if books.oversold_units():
        found.append(f"{books.oversold_units()} units were sold that nobody has")
    # What is left over and has no name yet: stock that differs, an order that has not left.
    return found + books.unsettled(held=())[:_NAMED]
