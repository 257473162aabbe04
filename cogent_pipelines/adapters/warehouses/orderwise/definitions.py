"""The export definitions that a tenant installs: one question each, its parameters, and the columns that must come back.

The SQL is in `exports/`, one file per question under the question's name. How a definition is run is in `wire`, what its
rows mean in `translate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from cogent_pipelines.adapters.warehouses.orderwise import version


class Question(StrEnum):
    """The value is the file's name, and the key under which a connection gives the tenant's id of the definition."""

    ORDER_BY_REF = "order_by_ref"
    ORDERS_BY_REFS = "orders_by_refs"
    ORDER_LINES = "order_lines"
    ORDERS_CHANGED = "orders_changed"
    DESPATCH_LINES = "despatch_lines"
    ORDER_DELIVERIES = "order_deliveries"
    ORDER_DESPATCH_LINES = "order_despatch_lines"
    STOCK_CHANGED = "stock_changed"
    KIT_STOCK_CHANGED = "kit_stock_changed"
    ITEMS = "items"
    ITEM_BY_CODE = "item_by_code"
    STATUSES = "statuses"


@dataclass(frozen=True, slots=True)
class Definition:
    """`columns` must be in every row; `optional` ones make more certain what is read, and may be missing.

    `version` is that of the contract that the rows must be written to.
    """

    question: Question
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    required: bool = True
    version: int = version.CONTRACT_VERSION

    @property
    def sql(self) -> str:
        """The text that a person pastes into OrderWise."""
        return (files(__package__) / "exports" / f"{self.question}.sql").read_text("utf-8")


_KITS = version.CONTRACT_VERSION_OF_KITS
_ORDER = ("order_id", "order_number", "customer_order_ref", "status_text")
_DELIVERY = (*_ORDER, "consignment_number", "tracking_url", "shipped_at")
_OF_DELIVERY = ("dropship_lines", "courier")
_MOVEMENT = ("movement_id", "order_id", "line_id", "sku", "qty", "despatched_at")
_OF_MOVEMENT = ("moved_sku", "units_per_kit")
_STOCK = ("sku", "stock_location_id", "free_qty", "overall_qty", "calculated_at")
_KIT_STOCK = ("sku", "component_sku", "units_per_kit", "stock_location_id", "free_qty", "calculated_at")
_ITEM = ("sku", "name", "is_discontinued")

DEFINITIONS: Mapping[Question, Definition] = {
    each.question: each
    for each in (
        Definition(Question.ORDER_BY_REF, ("@ref",), _ORDER),
        Definition(Question.ORDERS_BY_REFS, ("@refs",), _ORDER, required=False),
        Definition(Question.ORDER_LINES, ("@order_id",), ("line_id", "order_id", "sku", "qty_ordered", "qty_sent")),
        Definition(Question.ORDERS_CHANGED, ("@since",), _DELIVERY, _OF_DELIVERY),
        Definition(Question.DESPATCH_LINES, ("@since",), _MOVEMENT, _OF_MOVEMENT, version=_KITS),
        Definition(Question.ORDER_DELIVERIES, ("@order_id",), _DELIVERY, _OF_DELIVERY),
        Definition(Question.ORDER_DESPATCH_LINES, ("@order_id",), _MOVEMENT, _OF_MOVEMENT, version=_KITS),
        Definition(Question.STOCK_CHANGED, ("@since",), _STOCK, ("is_kit", "read_at")),
        Definition(Question.KIT_STOCK_CHANGED, ("@since",), _KIT_STOCK, ("read_at",), required=False, version=_KITS),
        Definition(Question.ITEMS, (), _ITEM),
        Definition(Question.ITEM_BY_CODE, ("@code",), _ITEM, required=False),
        Definition(Question.STATUSES, (), ("status_id", "status_text"), required=False),
    )
}
