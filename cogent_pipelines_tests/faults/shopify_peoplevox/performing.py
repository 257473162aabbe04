"""What each kind of step does at this shop and this warehouse; what any world does is in `faults.performing`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from cogent_pipelines.simulators.peoplevox.floor import NothingToDespatch
from cogent_pipelines.simulators.shopify.ordering import OutOfStock
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines_tests.faults.router import Errand
from cogent_pipelines_tests.faults.shopify_peoplevox.world import FaultWorld
from cogent_pipelines_tests.journeys import shopkeeper

Given = Mapping[str, Any]


# ---- at the shop


def _buy(world: FaultWorld, given: Given) -> None:
    unpaid = {"financial_status": "pending"} if given.get("kept") == "unpaid" else {}
    with suppress(OutOfStock):
        order = world.place(*((sku, units) for sku, units in given["lines"]), **unpaid)
        world.orders[given["order"]] = order
        if given.get("kept"):
            world.kept_until[given["order"]] = None
        if given.get("kept") == "on_hold":
            with world.nobody_listens_in():
                shopkeeper.hold(world, order)


def _pay(world: FaultWorld, given: Given) -> None:
    if _let_go(world, given) is not None:
        _by_shopkeeper(world, given, shopkeeper.mark_as_paid)


def _release(world: FaultWorld, given: Given) -> None:
    if _let_go(world, given) is not None:
        _by_shopkeeper(world, given, shopkeeper.release)


def _let_go(world: FaultWorld, given: Given) -> Order | None:
    order = world.orders.get(given["order"])
    if order is None or order.cancelled_at is not None or world.kept_until.get(given["order"], 0) is not None:
        return None
    world.kept_until[given["order"]] = world.clock.now()
    return order


def _note(world: FaultWorld, given: Given) -> None:
    _by_shopkeeper(world, given, lambda w, order: shopkeeper.write_note(w, order, f"note at {w.clock.now().isoformat()}"))


def _cancel(world: FaultWorld, given: Given) -> None:
    order = world.orders.get(given["order"])
    if order is not None and not order.fulfilments:
        _by_shopkeeper(world, given, shopkeeper.cancel)


def _readdress(world: FaultWorld, given: Given) -> None:
    home = {"firstName": "Ada", "lastName": "Fenwick", "city": "Leeds", "zip": "LS10 1LE", "countryCode": "GB"}
    _by_shopkeeper(world, given, lambda w, order: shopkeeper.correct_address(w, order, address1="9 Mill Lane", **home))


def _reduce(world: FaultWorld, given: Given) -> None:
    """One unit less of the first line that has two."""
    order = world.orders.get(given["order"])
    line = next((line for line in order.lines if line.unfulfilled_quantity > 1), None) if order else None
    if line is not None:
        _by_shopkeeper(world, given, lambda w, o: shopkeeper.change_quantity(w, o, line, line.current_quantity - 1))


def _by_shopkeeper(world: FaultWorld, given: Given, act: Callable[[FaultWorld, Order], None]) -> None:
    order = world.orders.get(given["order"])
    if order is not None and order.cancelled_at is None:
        # The shop may say no, to an edit of what has left, say; then nothing has happened.
        with world.nobody_listens_in(), suppress(AssertionError):
            act(world, order)


# ---- at the warehouse


def _goods(world: FaultWorld, given: Given) -> None:
    """Goods come in, or are found broken or missing; never more than lie there."""
    level = world.tenant.warehouse.stock.level(given["sku"], "PrimarySite")
    by = max(given["by"], -int(level.available))
    if by:
        world.tenant.warehouse.adjust_stock(given["sku"], by=by)


def _despatch(world: FaultWorld, given: Given) -> None:
    order = world.orders.get(given["order"])
    there = world.tenant.warehouse.orders.get(world.number_of(order)) if order else None
    if there is None or not there.open or there.held:
        return
    some = {line.item_code: given["each"] for line in there.lines.values()} if "each" in given else None
    with suppress(NothingToDespatch):
        how = {"parcels": given.get("parcels", 1), "tracking": given["tracking"]}
        world.tenant.warehouse.floor.despatch(there.number, quantities=some, **how)


def _shift(world: FaultWorld, given: Given) -> None:
    """Everything that can leave leaves, now and then without a number yet."""
    del given
    for there in list(world.tenant.warehouse.orders.values()):
        if there.open and there.lines and not there.held:
            with suppress(NothingToDespatch):
                tracking = "later" if int(there.number[-1]) % 2 else "now"
                world.tenant.warehouse.floor.despatch(there.number, tracking=tracking)


def _tracking(world: FaultWorld, given: Given) -> None:
    del given
    world.tenant.warehouse.floor.tracking_arrives()


# ---- what goes wrong


def _fault(world: FaultWorld, given: Given) -> None:
    rule = {name: value for name, value in given.items() if name != "vendor"}
    book = (world.shop if given["vendor"] == "shop" else world.tenant).faults
    if rule["kind"] == "html_page_acted":
        rule |= {"kind": "html_page", "acted": True}
    if rule["kind"] == "refuse":
        rule["status"] = _AWAY
    book.add(rule.pop("kind"), **rule)


def _meanwhile(world: FaultWorld, given: Given) -> None:
    kind, inner = given["step"]
    errand = Errand(given["operation"], given["after"], lambda: STEPS[kind](world, {**inner, "kept": ""}))
    world.router.errands.append(errand)


_AWAY = 503
STEPS: dict[str, Callable[[FaultWorld, Given], None]] = {
    "buy": _buy,
    "pay": _pay,
    "release": _release,
    "note": _note,
    "cancel": _cancel,
    "readdress": _readdress,
    "reduce": _reduce,
    "goods": _goods,
    "despatch": _despatch,
    "shift": _shift,
    "tracking": _tracking,
    "fault": _fault,
    "meanwhile": _meanwhile,
}
