"""Goods that come back: announced under their RMA, and read once the warehouse has them.

The RMA is what links the storefront's return, the customer's label and the warehouse's goods-in. Restocking and
refunding are separate decisions, made elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines.adapters.warehouses.rest_profile import finding, formats
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Row
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.outcomes import AlreadyThere, Recorded, RecordReturnOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.DESPATCH


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """Units of one SKU that came back; `restocked` None where the warehouse does not say."""

    sku: Sku
    quantity: int
    reason: str = ""
    disposition: str = ""
    restocked: bool | None = None


@dataclass(frozen=True, slots=True)
class WarehouseReturn:
    """One return as the warehouse has it. `confirmed` says that it has checked the goods in."""

    ref: str
    rma: str
    sales_order_ref: SalesOrderRef
    lines: tuple[ReturnedLine, ...]
    received_at: datetime | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class AnnouncedReturn:
    """Goods that a customer will send back, under the storefront's RMA."""

    rma: str
    sales_order_ref: SalesOrderRef
    lines: tuple[ReturnedLine, ...]
    note: str = ""


def since(wire: Wire, moment: datetime) -> Iterator[list[WarehouseReturn]]:
    """Returns that changed since.

    Raises:
        VendorError: they could not be read.
    """
    for page in wire.since("list_returns", moment, priority=_PRIORITY):
        yield [_return(row, wire) for row in page.rows]


def announce(wire: Wire, announced: AnnouncedReturn) -> RecordReturnOutcome:
    """Tell the warehouse what will come back, in as many steps as the profile has.

    Raises:
        VendorError: the order could not be looked up; nothing was written.
    """
    context = {"external_ref": announced.sales_order_ref, "rma": announced.rma, "note": announced.note or None}
    lines: list[dict[str, object]] = [
        {"sku": line.sku, "quantity": line.quantity, "reason": line.reason or None} for line in announced.lines
    ]
    operation = wire.operation("create_return")
    if "wms_ref" in operation.asks_for:
        known = finding.wms_refs(wire, [announced.sales_order_ref], priority=_PRIORITY).get(announced.sales_order_ref)
        if isinstance(known, VendorRefused):
            raise known
        if not known:
            return Rejected((f"the warehouse has no order {announced.sales_order_ref}",))
        context["wms_ref"] = known[0]
    return _Announcing(wire, {**context, "lines": _with_item_refs(wire, lines)}).outcome()


def _with_item_refs(wire: Wire, lines: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """The warehouse's own references of the items, where its calls want those."""
    if "item_ref" not in wire.operation("create_return").asks_for or not wire.has("find_item"):
        return [{**line, "item_ref": None} for line in lines]
    pages = wire.read_each("find_item", [{"sku": line["sku"]} for line in lines], priority=_PRIORITY)
    refs = {formats.text(row.get("sku")): row.get("item_ref") for page in pages for row in page.rows}
    return [{**line, "item_ref": refs.get(formats.text(line["sku"]))} for line in lines]


@dataclass(slots=True)
class _Announcing:
    wire: Wire
    context: dict[str, object]

    def outcome(self) -> RecordReturnOutcome:
        """Step by step; what is half done and cannot be finished is unknown, for a person to look at."""
        operation = self.wire.operation("create_return")
        for at, step in enumerate(operation.steps):
            lines = self.context["lines"]
            rounds = lines if step.for_each == "lines" and isinstance(lines, list) else [None]
            for line in rounds:
                refused = self._step(at, {**self.context, "line": line} if line else self.context)
                if refused is not None:
                    return refused if at == 0 else Unknown(f"half done: {_words(refused)}")
        return Recorded(formats.text(self.context.get("return_ref")) or formats.text(self.context.get("rma")))

    def _step(self, at: int, context: dict[str, object]) -> RecordReturnOutcome | None:
        subjects = (formats.text(context["external_ref"]),)
        try:
            call = self.wire.call("create_return", context, priority=_PRIORITY, subjects=subjects, step=at)
        except formats.Unwritable as error:
            return Rejected((str(error),))
        [reply] = self.wire.send_all([call])
        settled = reply.settled
        match reply.means:
            case ErrorClass.OK:
                return self._learnt(at, _body(reply.understood))
            case ErrorClass.DUPLICATE:
                return AlreadyThere(formats.text(context["rma"]))
            case ErrorClass.DATA | ErrorClass.CONFIG | ErrorClass.NOT_FOUND | ErrorClass.TOO_LATE:
                return Rejected((settled.reason,))
        if settled.standing in {Standing.NOT_DONE, Standing.DENIED}:
            return Unavailable(settled.reason, settled.retry_after)
        return Rejected((settled.reason,)) if settled.standing is Standing.REFUSED else Unknown(settled.reason)

    def _learnt(self, at: int, body: object) -> RecordReturnOutcome | None:
        """What the next step needs to know; an outcome where the answer cannot be read."""
        rows = self.wire.rows(self.wire.operation("create_return").steps[at].response, body)
        for row in rows[:1]:
            if FAULT in row:
                return Unknown(f"the answer cannot be read: {row[FAULT]}")
            self.context.update({name: value for name, value in row.items() if value is not None})
        return None


def _body(understood: object) -> object:
    return getattr(understood, "body", None)


def _words(outcome: RecordReturnOutcome) -> str:
    match outcome:
        case Rejected(reasons):
            return "; ".join(reasons)
        case Unavailable(reason) | Unknown(reason):
            return reason
    return type(outcome).__name__


def _return(row: Row, wire: Wire) -> WarehouseReturn:
    ways, zone = wire.settings.profile.written.formats, wire.settings.time_zone
    received = row.get("received_at")
    if FAULT in row:
        raise VendorRefused(f"return {formats.text(row.get('ref'))}: {row[FAULT]}", operation="list_returns")
    try:
        return WarehouseReturn(
            ref=formats.text(row.get("ref")),
            rma=formats.text(row.get("rma")).strip(),
            sales_order_ref=SalesOrderRef(formats.text(row.get("external_ref"))),
            lines=tuple(_line(each) for each in row.get("lines") or []),
            received_at=formats.moment(received, ways.dates_in, zone, "received_at") if received is not None else None,
            confirmed=row.get("confirmed") is None or formats.flag(row.get("confirmed")),
        )
    except formats.Unreadable as error:
        raise VendorRefused(f"return {formats.text(row.get('ref'))}: {error}", operation="list_returns") from error


def _line(row: Row) -> ReturnedLine:
    sku = formats.text(row.get("sku"))
    restocked = row.get("restocked")
    return ReturnedLine(
        Sku(sku),
        formats.whole(row.get("quantity"), f"the quantity of {sku}"),
        formats.text(row.get("reason")),
        formats.text(row.get("disposition")),
        None if restocked is None else formats.flag(restocked),
    )
