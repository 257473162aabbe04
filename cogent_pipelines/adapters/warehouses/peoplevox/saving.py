"""Saving rows of one template for many orders: packing them into calls, and what became of each order's rows.

A call that is refused as a whole is taken apart until the order at fault is alone; then the vendor's text is that order's
reason. Saving is an upsert, so sending the innocent ones again doubles nothing. In which order things are saved, and what it
means for the sales order, is in `injection`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from cogent_pipelines.adapters.transport.call import Answer, Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.warehouses.peoplevox import client, csv_table
from cogent_pipelines.adapters.warehouses.peoplevox.client import Response
from cogent_pipelines.adapters.warehouses.peoplevox.payloads import Row
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.ports.errors import VendorRefused

ALLOCATE, DO_NOT_ALLOCATE = 0, 1


class Fate(IntEnum):
    """What became of one order's rows; where they travelled in several calls, the highest counts."""

    SAVED = 0
    IN_DOUBT = 1
    """Some rows of the call were saved, and the answer does not say whose: read back."""
    INTERRUPTED = 2
    """Refused for a reason that passes, maybe after some rows were saved: read back; what is missing goes again later."""
    NOT_DONE = 3
    REFUSED = 4
    UNSURE = 5
    """No answer proves either way."""


@dataclass(frozen=True, slots=True)
class Result:
    fate: Fate
    reason: str = ""
    retry_after: float | None = None


_SAVED = Result(Fate.SAVED)


class Bundle(NamedTuple):
    """The rows of one order: which of our fields they fill, and their values in that order."""

    ref: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    @classmethod
    def of(cls, ref: str, row: Row) -> "Bundle":
        return cls(ref, tuple(row), (tuple(row.values()),))


@dataclass(frozen=True, slots=True)
class Saving:
    """A template, how it is written, and what the rows of one order may leave out."""

    template: str
    headings: Mapping[str, str]
    action: int = ALLOCATE


@dataclass(slots=True)
class CallsLeft:
    """Bounds what taking calls apart may cost, over one batch."""

    count: int
    used: int = field(default=0)

    def take(self) -> bool:
        if self.used >= self.count:
            return False
        self.used += 1
        return True


def save(wire: Wire, saving: Saving, bundles: Sequence[Bundle], calls_left: CallsLeft) -> dict[str, Result]:
    """Save every order's rows; one result per reference."""
    results: dict[str, Result] = {}
    packs = list(_packed(bundles, saving, wire.settings.limits.rows_per_save))
    calls = [_call(wire, saving, pack) for pack in packs]
    for pack, settled in zip(packs, wire.send_all(calls), strict=True):
        _merge(results, _judged(wire, saving, pack, settled, calls_left))
    return results


def _packed(bundles: Sequence[Bundle], saving: Saving, size: int) -> list[list[Bundle]]:
    """As few calls as rows allow, an order's rows together where they fit one call, one set of columns per call.

    Whatever stands in a column that is sent is written, so rows that leave a field out do not travel with rows that have it.
    """
    by_columns: dict[tuple[str, ...], list[Bundle]] = {}
    alike: dict[tuple[str, ...], list[Bundle]] = {}
    for bundle in bundles:
        group = alike.get(bundle.columns)
        if group is None:
            group = alike[bundle.columns] = by_columns.setdefault(_sent(bundle, saving), [])
        group += [bundle] if len(bundle.rows) <= size else _pieces(bundle, size)
    return [pack for group in by_columns.values() for pack in _first_fit(group, size)]


def _pieces(bundle: Bundle, size: int) -> list[Bundle]:
    rows = bundle.rows
    return [bundle._replace(rows=rows[at : at + size]) for at in range(0, len(rows), size)]


def _first_fit(bundles: Sequence[Bundle], size: int) -> list[list[Bundle]]:
    """The longest first, each into the first call that has room for it."""
    packs: list[list[Bundle]] = []
    room: list[int] = []
    at, last = 0, 0
    for bundle in sorted(bundles, key=lambda bundle: -len(bundle.rows)):
        need = len(bundle.rows)
        if need != last:
            at, last = 0, need  # Where one as long found no room, none of this length will.
        while at < len(room) and room[at] < need:
            at += 1
        if at == len(room):
            packs.append([])
            room.append(size)
        packs[at].append(bundle)
        room[at] -= need
    return packs


def _sent(bundle: Bundle, saving: Saving) -> tuple[str, ...]:
    """The columns that the tenant has a heading for."""
    return tuple([name for name in bundle.columns if name in saving.headings])


def _call(wire: Wire, saving: Saving, pack: Sequence[Bundle]) -> Call:
    columns = _sent(pack[0], saving)
    rows: list[tuple[str, ...]] = []
    for bundle in pack:
        rows += bundle.rows if bundle.columns == columns else _cells(bundle, columns)
    text = csv_table.written([saving.headings[name] for name in columns], rows)
    return client.save_call(
        wire.settings, saving.template, text, action=saving.action, subjects=tuple([bundle.ref for bundle in pack])
    )


def _cells(bundle: Bundle, columns: Sequence[str]) -> list[tuple[str, ...]]:
    places = [bundle.columns.index(name) for name in columns]
    return [tuple([row[at] for at in places]) for row in bundle.rows]


def _judged(
    wire: Wire, saving: Saving, pack: Sequence[Bundle], settled: Settled, calls_left: CallsLeft
) -> dict[str, Result]:
    verdict = _verdict(settled)
    if isinstance(verdict, Response):
        verdict = client.discreet(verdict, wire.settings)
    if isinstance(verdict, Result):
        if verdict.fate is Fate.REFUSED or _is_fault(settled):
            return _taken_apart(wire, saving, pack, verdict, calls_left)
        return {bundle.ref: verdict for bundle in pack}
    rows = sum(len(bundle.rows) for bundle in pack)
    if verdict.ok and verdict.total == rows and not verdict.failed:
        return {bundle.ref: _SAVED for bundle in pack}
    reason = verdict.detail.strip() or "refused without a reason"
    if not verdict.ok and verdict.total <= 0 and len(verdict.failed) == len(verdict.references):
        return _taken_apart(wire, saving, pack, Result(Fate.REFUSED, reason), calls_left)
    return _by_status(wire, saving, pack, verdict, calls_left)


def _verdict(settled: Settled) -> Response | Result:
    """The vendor's answer, or what the lack of one means."""
    match settled.standing:
        case Standing.ANSWERED:
            reply = settled.reply
            if isinstance(reply, Answer):
                try:
                    return client.parse(reply.content)
                except VendorRefused as error:
                    return Result(Fate.UNSURE, error.message)
            return Result(Fate.UNSURE, settled.reason)
        case Standing.UNSURE:
            return Result(Fate.UNSURE, settled.reason)
        case Standing.REFUSED if _is_fault(settled):
            return Result(Fate.REFUSED, settled.reason)
        case Standing.NOT_DONE | Standing.REFUSED | Standing.DENIED:
            # A refusal of the call as such says nothing against the orders in it.
            return Result(Fate.NOT_DONE, settled.reason, settled.retry_after)


def _is_fault(settled: Settled) -> bool:
    """Whether the service itself stumbled over the call: then one bad row may be why."""
    return isinstance(settled.reply, Answer) and settled.reason.startswith("SOAP fault")


def _by_status(
    wire: Wire, saving: Saving, pack: Sequence[Bundle], response: Response, calls_left: CallsLeft
) -> dict[str, Result]:
    """A half-done call: the row statuses say whose rows failed, where they name orders; else it has to be read back."""
    reason = response.detail.strip()
    by_ref = {bundle.ref: bundle for bundle in pack}
    named = {reference.strip() for reference in response.references}
    rows = sum(len(bundle.rows) for bundle in pack)
    if named != set(by_ref) or len(response.references) != rows:
        return dict.fromkeys(by_ref, Result(Fate.IN_DOUBT, reason))
    failed = {reference.strip() for reference in response.failed}
    results = {ref: _SAVED for ref in by_ref if ref not in failed}
    suspects = [by_ref[ref] for ref in failed]
    if suspects:
        results |= _taken_apart(
            wire, saving, suspects, Result(Fate.REFUSED, reason or "refused without a reason"), calls_left
        )
    return results


def _taken_apart(
    wire: Wire, saving: Saving, pack: Sequence[Bundle], verdict: Result, calls_left: CallsLeft
) -> dict[str, Result]:
    """Send the orders of a refused call in smaller calls, until those at fault stand alone.

    What blames the moment is no refusal of the order; but only alone is it known that no other row was the cause.
    """
    if len(pack) == 1:
        transient = verdict.fate is Fate.REFUSED and wire.settings.is_transient(verdict.reason)
        return {pack[0].ref: Result(Fate.INTERRUPTED, verdict.reason) if transient else verdict}
    results: dict[str, Result] = {}
    for part in _parts(pack, verdict.reason):
        if calls_left.take():
            [settled] = wire.send_all([_call(wire, saving, part)])
            results |= _judged(wire, saving, part, settled, calls_left)
        else:
            waiting = f"refused in one call with others, and not yet found whose fault it is: {verdict.reason}"
            results |= {bundle.ref: Result(Fate.NOT_DONE, waiting) for bundle in part}
    return results


def _parts(pack: Sequence[Bundle], reason: str) -> list[Sequence[Bundle]]:
    """Those that the vendor's text seems to be about, and the others; halves where it names nobody."""
    suspects = [bundle for bundle in pack if _is_named(bundle, reason)]
    if 0 < len(suspects) < len(pack):
        return [[bundle for bundle in pack if bundle not in suspects], suspects]
    half = len(pack) // 2
    return [pack[:half], pack[half:]]


def _is_named(bundle: Bundle, reason: str) -> bool:
    names = {bundle.ref}
    if "ItemCode" in bundle.columns:
        at = bundle.columns.index("ItemCode")
        names |= {row[at] for row in bundle.rows}
    return any(len(name) > 2 and name in reason for name in names)  # noqa: PLR2004 - shorter ones occur by chance


def _merge(results: dict[str, Result], more: Mapping[str, Result]) -> None:
    for ref, result in more.items():
        known = results.get(ref)
        if known is None or result.fate > known.fate:
            results[ref] = result
