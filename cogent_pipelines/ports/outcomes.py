"""What became of one item of a batch: a closed set per call, so that a flow can match every case."""

from dataclasses import dataclass

from cogent_pipelines.canonical.identity import SalesOrderRef
from cogent_pipelines.canonical.sales_order import HeldSalesOrder


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Now there, whole and released. `warehouse_ref` is the warehouse's own id, or the reference we chose."""

    warehouse_ref: str


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """Was there before this call, whole; nothing was written."""

    ref: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for its own fault; the vendor's exact words."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Not carried out; may succeed later. `retry_after` in seconds where the vendor asked for it."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and nothing proves whether it was carried out. Never sent again before a read-back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Sent, and the vendor says that it took it; it is not to be seen there yet.

    Its absence proves nothing from now on: it is looked for, and never sent again unless a person says so. `warehouse_ref`
    is the id that the vendor answered with, or the reference we chose.
    """

    reason: str
    warehouse_ref: str


@dataclass(frozen=True, slots=True)
class Found:
    sales_order: HeldSalesOrder


@dataclass(frozen=True, slots=True)
class NotFound:
    ref: SalesOrderRef


@dataclass(frozen=True, slots=True)
class Published:
    """The storefront now says what it was told."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """The storefront no longer believed what we expected; nothing was written. `actual` where it says."""

    actual: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownSku:
    """The storefront has no such SKU, does not count it, or has it more than once; `reason` says which."""

    reason: str


@dataclass(frozen=True, slots=True)
class Created:
    ref: str


CreateSalesOrderOutcome = Acknowledged | AlreadyThere | Rejected | Taken | Unavailable | Unknown
FindSalesOrderOutcome = Found | NotFound
PublishStockOutcome = Published | Superseded | UnknownSku | Rejected | Unavailable | Unknown
CreateFulfilmentOutcome = Created | AlreadyThere | Rejected | Unavailable | Unknown


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The warehouse will not send it."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """It cannot be stopped any more; `state` is the warehouse's own word for how far it is."""

    state: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Asked, and the warehouse has not decided yet."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The vendor has no such call; `manual_step` is what a person does instead."""

    manual_step: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The storefront shows it; it may have shown it before."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The storefront has the return, under this id of its own."""

    ref: str


CancelSalesOrderOutcome = Cancelled | TooLate | Pending | NotFound | Unsupported | Rejected | Unavailable | Unknown
MarkExportedOutcome = Marked | Rejected | Unavailable | Unknown
RecordReturnOutcome = Recorded | AlreadyThere | Rejected | Unavailable | Unknown
