"""Proving a tenant before go-live, without writing: one line for each thing that must be right, and what to do if not."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from cogent_pipelines.adapters.warehouses.orderwise import cells, client, times, version
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Definition, Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelMode, OrderState
from cogent_pipelines.adapters.warehouses.orderwise.wire import Wire
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority

_PRIORITY = Priority.SWEEP
_NOBODY = "~nobody~"
_CREDENTIALS = "check the API user's name and password, and the base URL with its virtual directory"
_INSTALL = "install the definition as shipped under E-Commerce > API Export Definitions, and give its id"


def check(wire: Wire) -> Iterator[CheckLine]:
    """Every line of the proof; ends after the first where the log-in fails."""
    login = _guarded("log-in", _CREDENTIALS, partial(_login, wire))
    yield login
    if not login.ok:
        return
    for definition in DEFINITIONS.values():
        yield _of_definition(wire, definition)
    yield _guarded("statuses", "map them under `statuses`", partial(_statuses, wire))
    yield _guarded("clock", "set time_zone to the database server's", partial(_clock, wire))
    for subject, number, ids in _ids(wire):
        remedy = "let the API user group read value lists (Value lists GET)"
        yield _guarded(subject, remedy, partial(_value_list, wire, subject, number, ids))
    yield _cancelling(wire)


def _guarded(subject: str, remedy: str, work: Callable[[], CheckLine]) -> CheckLine:
    try:
        return work()
    except AuthenticationFailed as error:
        return CheckLine(subject, ok=False, finding=error.message, remedy=_CREDENTIALS if subject == "log-in" else remedy)
    except VendorError as error:
        return CheckLine(subject, ok=False, finding=error.message, remedy=remedy)


def _login(wire: Wire) -> CheckLine:
    """Any read needs a token; the smallest is a look for an order that is not there."""
    try:
        wire.run(Question.ORDER_BY_REF, {"@ref": _NOBODY}, priority=_PRIORITY)
    except AuthenticationFailed as error:
        if "403" not in error.message:
            raise
    except VendorError as error:
        # Whoever is refused this definition was let in; the definition has its own line. Silence is something else.
        if "HTTP 4" not in error.message and "definition" not in error.message:
            raise
    return CheckLine("log-in", ok=True, finding=f"{wire.settings.username} at {wire.settings.base_url}")


def _of_definition(wire: Wire, definition: Definition) -> CheckLine:
    subject = f"definition {definition.question}"
    if not wire.settings.has(definition.question):
        return CheckLine(
            subject, ok=True, finding="not installed", remedy="optional; see the head of its SQL for what it saves"
        )
    return _guarded(subject, _INSTALL, partial(_definition, wire, definition, subject))


def _definition(wire: Wire, definition: Definition, subject: str) -> CheckLine:
    """Run with parameters that find little; what it answers is checked against the contract."""
    recently = times.since(wire.clock.now() - timedelta(days=1), wire.settings)
    harmless: dict[str, Any] = {"@since": recently, "@order_id": 0, "@ref": _NOBODY, "@refs": _NOBODY, "@code": _NOBODY}
    given = {name: harmless[name] for name in definition.parameters}
    rows = wire.run(definition.question, given, priority=_PRIORITY).rows
    which = f"id {wire.settings.definitions[definition.question]}"
    if not rows:
        return CheckLine(subject, ok=True, finding=f"{which}, no rows to judge its columns by")
    lacking = [name for name in definition.optional if name not in rows[0]]
    remedy = f"without {', '.join(lacking)}" if lacking else ""
    return CheckLine(subject, ok=True, finding=f"{which}, {len(rows)} rows as shipped", remedy=remedy)


def _statuses(wire: Wire) -> CheckLine:
    """Every status that the tenant has must be mapped, or the first order in it raises an alert."""
    mapped = wire.settings.statuses
    if not wire.settings.has(Question.STATUSES):
        return CheckLine(
            "statuses", ok=True, finding=f"{len(mapped)} mapped", remedy="install `statuses` to have them compared"
        )
    rows = wire.run(Question.STATUSES, priority=_PRIORITY).rows
    there = sorted({cells.text(row, "status_text") for row in rows if isinstance(row.get("status_text"), str)})
    missing = [text for text in there if text not in mapped]
    if missing:
        words = f"not mapped: {', '.join(map(repr, missing))}"
        return CheckLine("statuses", ok=False, finding=words, remedy="map them under `statuses`")
    if OrderState.CANCELLED not in mapped.values():
        remedy = "say which status means cancelled, if the tenant has one"
        return CheckLine("statuses", ok=True, finding=f"all {len(there)} mapped, none as cancelled", remedy=remedy)
    return CheckLine("statuses", ok=True, finding=f"all {len(there)} mapped")


def _clock(wire: Wire) -> CheckLine:
    """The server's own time, as it prints it, must be ours."""
    recently = times.since(wire.clock.now() - timedelta(days=1), wire.settings)
    answer = wire.run(Question.STOCK_CHANGED, {"@since": recently}, priority=_PRIORITY)
    now = wire.clock.now()
    try:
        printed = [moment for row in answer.rows if (moment := cells.moment_or_none(row, "read_at")) is not None]
    except cells.Unreadable as fault:
        return CheckLine("clock", ok=False, finding=str(fault), remedy=_INSTALL)
    if not printed:
        return CheckLine(
            "clock", ok=True, finding="the server's time is not known", remedy="check again when stock has moved"
        )
    ahead = times.ahead(max(printed, key=times.naive), asked_at=answer.asked_at, answered_at=now, settings=wire.settings)
    if not times.is_tolerated(ahead, wire.settings):
        words = f"the server's clock differs by {ahead.total_seconds():.0f} s in {wire.settings.time_zone}"
        return CheckLine(
            "clock", ok=False, finding=words, remedy="set time_zone to the server's, or clock_tolerance_seconds"
        )
    return CheckLine("clock", ok=True, finding=f"within {abs(ahead.total_seconds()):.0f} s of ours")


def _ids(wire: Wire) -> Iterator[tuple[str, int, set[int]]]:
    fields = wire.settings.order
    yield "delivery methods", version.DELIVERY_METHODS, set(fields.delivery_methods.values())
    rates = {fields.tax_rate_id, fields.untaxed_rate_id, *fields.tax_rates.values()} - {None}
    yield "tax rates", version.TAX_RATES, {rate for rate in rates if rate is not None}
    place = {fields.stock_location_id} if fields.stock_location_id is not None else set()
    yield "stock locations", version.STOCK_LOCATIONS, set(wire.settings.stock_locations) | place


def _value_list(wire: Wire, subject: str, number: int, ids: set[int]) -> CheckLine:
    """Ids are the tenant's own: what each stands for is shown, to be compared by whoever knows."""
    if not ids:
        return CheckLine(subject, ok=True, finding="none configured")
    names = _names(wire.ask(client.value_list_call(wire.settings, number)))
    missing = sorted(ids - set(names))
    known = ", ".join(f"{each} {names[each]}" for each in sorted(names))
    if missing:
        words = f"no {', '.join(map(str, missing))} in value list {number}"
        return CheckLine(subject, ok=False, finding=words, remedy=f"the tenant has {known or 'none'}")
    return CheckLine(subject, ok=True, finding=", ".join(f"{each} {names[each]}" for each in sorted(ids)))


def _names(answer: Any) -> dict[int, str]:
    """Names by id; the spelling of the fields is not certain (one public client, read 2026-11)."""
    names: dict[int, str] = {}
    for entry in answer if isinstance(answer, list) else ():
        fields = {name.casefold(): value for name, value in entry.items()} if isinstance(entry, dict) else {}
        if isinstance(fields.get("id"), int):
            name = fields.get("name") or fields.get("description") or ""
            names[fields["id"]] = name if isinstance(name, str) else ""
    return names


def _cancelling(wire: Wire) -> CheckLine:
    if wire.settings.cancel is CancelMode.BY_HAND:
        remedy = "people at the warehouse get a task for every cancellation"
        return CheckLine("cancelling", ok=True, finding="by hand", remedy=remedy)
    return CheckLine("cancelling", ok=True, finding="by the tenant's own call, proved by reading the status")
