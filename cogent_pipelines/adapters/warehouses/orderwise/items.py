"""The warehouse's catalogue: all of it, or what it has under a spelling or nearly."""

import logging
from collections.abc import Iterator, Sequence

from cogent_pipelines.adapters.warehouses.orderwise import translate
from cogent_pipelines.adapters.warehouses.orderwise.cells import Unreadable
from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.adapters.warehouses.orderwise.translate import loosely
from cogent_pipelines.adapters.warehouses.orderwise.wire import Row, Wire
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_log = logging.getLogger(__name__)
_PAGE = 5_000


def everything(wire: Wire) -> Iterator[list[Item]]:
    """Every variant, discontinued ones included.

    Raises:
        VendorError: the definition could not be run, or nothing of what it says can be read.
    """
    found = _read_catalogue(wire, Priority.SWEEP)
    for at in range(0, len(found), _PAGE):
        yield found[at : at + _PAGE]


def named(wire: Wire, skus: Sequence[str]) -> list[Item]:
    """Variants whose code is one of the SKUs, apart from case and spaces. One that cannot be read is left out.

    Raises:
        VendorError: the definition could not be run, or nothing of what it says can be read.
    """
    wanted = {loosely(sku) for sku in skus if sku.strip()}
    if not wanted:
        return []
    if wire.settings.has(Question.ITEM_BY_CODE):
        given = [{"@code": code.upper()} for code in sorted(wanted)]
        answers = wire.run_each(Question.ITEM_BY_CODE, given, priority=Priority.INJECTION)
        found, _ = _read([row for answer in answers for row in answer.rows])
    else:
        found = _read_catalogue(wire, Priority.INJECTION)
    return [item for item in {item.sku: item for item in found}.values() if loosely(item.sku) in wanted]


def _read_catalogue(wire: Wire, priority: Priority) -> list[Item]:
    found, fault = _read(wire.run(Question.ITEMS, priority=priority).rows)
    if fault and not found:
        raise VendorRefused(fault, operation="export items")
    return found


def _read(rows: Sequence[Row]) -> tuple[list[Item], str]:
    """Those that can be read, and what is wrong with another, where there is one."""
    found = []
    fault = ""
    for row in rows:
        try:
            found.append(translate.item(row))
        except Unreadable as error:
            fault = f"items: {error}"
            _log.warning("a row cannot be read: %s", fault)
    return found, fault
