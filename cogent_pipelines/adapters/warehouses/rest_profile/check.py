"""Proving an account before go-live, without writing: one line for each thing that must be right, and what to do if not."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from cogent_pipelines.adapters.warehouses.rest_profile import despatches, finding, formats, items, stock, translate
from cogent_pipelines.adapters.warehouses.rest_profile.contract import State
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Wire
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError
from cogent_pipelines.ports.vendor_account import Priority
from cogent_pipelines.ports.warehouse import UnreadableDespatch

_PRIORITY = Priority.SWEEP
_NOBODY = "cogent-check-0"
_LOOK_BACK = timedelta(days=2)
_SAMPLE = 3


def check(wire: Wire) -> Iterator[CheckLine]:
    """Every line of the proof; ends after the log-in where that fails."""
    yield _profile(wire)
    login = list(_guarded("log-in", "check the address and the credentials", partial(_log_in, wire)))
    yield from login
    if not all(line.ok for line in login):
        return
    for subject, remedy, work in _steps(wire):
        yield from _guarded(subject, remedy, work)


def _steps(wire: Wire) -> Iterator[tuple[str, str, Callable[[], CheckLine]]]:
    for table in wire.settings.profile.word_lists:
        yield f"words {table}", f"correct maps.{table}.read in the profile", partial(_words, wire, table)
    yield "stock", "correct list_stock in the profile", partial(_stock, wire)
    yield "items", "correct list_items and find_item in the profile", partial(_items, wire)
    yield "parcels", "correct list_shipments in the profile, and its dates", partial(_parcels, wire)
    if wire.has("list_changed_orders"):
        yield "orders", "correct list_changed_orders and maps.status in the profile", partial(_orders, wire)


def _guarded(subject: str, remedy: str, work: Callable[[], CheckLine]) -> Iterator[CheckLine]:
    try:
        yield work()
    except AuthenticationFailed as error:
        yield CheckLine(subject, ok=False, finding=error.message, remedy="check the address and the credentials")
    except VendorError as error:
        yield CheckLine(subject, ok=False, finding=error.message, remedy=remedy)
    except ValueError as error:
        yield CheckLine(subject, ok=False, finding=str(error), remedy=remedy)


def _profile(wire: Wire) -> CheckLine:
    """What of the profile is assumed and not known."""
    profile = wire.settings.profile
    open_ones = [name for name, each in profile.written.assumptions.items() if not each.confirmed]
    remedy = f"ask the vendor, correct the profile, and set `confirmed: true`: {', '.join(open_ones)}" if open_ones else ""
    return CheckLine(
        f"profile {profile.name}",
        ok=True,
        finding=f"{len(profile.operations)} operations, {len(open_ones)} assumptions that nobody has confirmed",
        remedy=remedy,
    )


def _log_in(wire: Wire) -> CheckLine:
    """Looking up an order that nobody has proves credentials, address and search at once."""
    found = finding.find(wire, [_NOBODY], priority=_PRIORITY)
    if found:
        return CheckLine(
            "log-in",
            ok=False,
            finding=f"a search for {_NOBODY} finds orders",
            remedy="correct find_order: it must match exactly",
        )
    return CheckLine("log-in", ok=True, finding=wire.settings.url)


def _words(wire: Wire, table: str) -> CheckLine:
    wire.read_words(frozenset({table}))
    found = wire.maps.values.get(table, {})
    known = wire.maps.values.get("status", {})
    strange = sorted({word for word in found.values() if table.startswith("status") and word not in known})
    remedy = f"these states mean nothing yet; add them to maps.status: {', '.join(strange)}" if strange else ""
    return CheckLine(f"words {table}", ok=True, finding=f"{len(found)} words", remedy=remedy)


def _stock(wire: Wire) -> CheckLine:
    page = next(stock.everything(wire), [])
    if not page:
        return CheckLine("stock", ok=False, finding="no figure at all", remedy="correct list_stock, or the sites")
    missing = sorted(wire.settings.sites - set(stock.sites_of(page)))
    if missing and stock.sites_of(page):
        return CheckLine(
            "stock", ok=False, finding=f"no site {', '.join(missing)}", remedy=f"there are {', '.join(stock.sites_of(page))}"
        )
    odd = next((level for level in page if isinstance(level, UnreadableLevel)), None)
    if odd is not None:
        return CheckLine("stock", ok=False, finding=f"{odd.sku}: {odd.why}", remedy="correct list_stock, or the item there")
    levels = [level for level in page if isinstance(level, StockLevel)]
    sample = ", ".join(f"{level.sku} {level.available}" for level in levels[:_SAMPLE])
    return CheckLine("stock", ok=True, finding=f"such as {sample}")


def _items(wire: Wire) -> CheckLine:
    page = next(items.everything(wire), [])
    sample = [item for item in page if item.active] or page
    if not sample:
        return CheckLine("items", ok=False, finding="no item to sample", remedy="load the catalogue into the warehouse")
    if not any(item.sku == sample[0].sku for item in items.named(wire, [sample[0].sku], priority=_PRIORITY)):
        return CheckLine("items", ok=False, finding=f"{sample[0].sku} is not found by its code", remedy="correct find_item")
    return CheckLine("items", ok=True, finding=f"such as {', '.join(item.sku for item in sample[:_SAMPLE])}")


def _parcels(wire: Wire) -> CheckLine:
    now = wire.clock.now()
    found = [parcel for page in despatches.since(wire, now - _LOOK_BACK) for parcel in page]
    odd = [parcel for parcel in found if isinstance(parcel, UnreadableDespatch)]
    if odd:
        return CheckLine("parcels", ok=False, finding=f"{odd[0].ref}: {odd[0].why}", remedy="correct list_shipments")
    latest = max((parcel.despatched_at for parcel in found if not isinstance(parcel, UnreadableDespatch)), default=None)
    if latest is None:
        return CheckLine("parcels", ok=True, finding="none in two days", remedy="check again after the first despatch")
    if latest > now + timedelta(minutes=1):
        return CheckLine(
            "parcels",
            ok=False,
            finding=f"one is dated {latest}, after now",
            remedy="set the time zone that the vendor prints",
        )
    return CheckLine("parcels", ok=True, finding=f"{len(found)} in two days, the latest at {latest}")


def _orders(wire: Wire) -> CheckLine:
    pages = wire.since("list_changed_orders", wire.clock.now() - _LOOK_BACK, priority=_PRIORITY)
    parts = [translate.part(row, wire) for page in pages for row in page.rows]
    strange = sorted({formats.text(part.status) for part in parts if part.state is State.UNKNOWN})
    remedy = f"these states mean nothing yet; add them to maps.status: {', '.join(strange)}" if strange else ""
    return CheckLine("orders", ok=True, finding=f"{len(parts)} changed in two days", remedy=remedy)
