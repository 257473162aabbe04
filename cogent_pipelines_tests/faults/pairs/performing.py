"""What each kind of step does at any two vendors; what it does anywhere is in `faults.performing`."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from cogent_pipelines.simulators.common.trade import NotPossible, WantedLine, Wish
from cogent_pipelines_tests.faults.pairs.router import BACK, FRONT, Strike
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.faults.performing import Given, Steps
from cogent_pipelines_tests.faults.router import Errand

_AWAY = 503
_SAID_OTHERWISE = {"html_page_acted": {"kind": "html_page", "acted": True}, "refuse": {"status": _AWAY}}


# ---- at the shop


def _buy(world: PairFaultWorld, given: Given) -> None:
    wish = Wish(
        tuple(WantedLine(sku, units) for sku, units in given["lines"]),
        shipping_minor=given["shipping"],
        discount_minor=given["discount"],
        paid="kept" not in given,
    )
    order = world.shop.place(wish)
    if order is not None:
        world.orders[given["order"]] = order.ref
        if not wish.paid:
            world.unpaid.add(order.ref)
    world.write_down()


def _cancel(world: PairFaultWorld, given: Given) -> None:
    order = world.order(given["order"])
    if order is not None and not order.cancelled and not order.parcels and not _has_left(world, given):
        with suppress(NotPossible):
            world.shop.cancel(order.ref)
    world.write_down()


def _has_left(world: PairFaultWorld, given: Given) -> bool:
    order = world.order(given["order"])
    sold = world.sold(order) if order else None
    return sold is not None and bool(sold.parcels)


# ---- at the warehouse


def _goods(world: PairFaultWorld, given: Given) -> None:
    """Goods come in, or are found broken or missing; never more than lie there free."""
    free = world.floor.books().stock[given["sku"]]
    by = max(given["by"], -max(0, free))
    if by < 0:
        world.diary.broken.add(given["sku"])
    if by:
        world.floor.adjust(given["sku"], by=by)
    world.write_down()


def _despatch(world: PairFaultWorld, given: Given) -> None:
    order = world.order(given["order"])
    sold = world.sold(order) if order else None
    if sold is not None:
        some = {line.sku: given["each"] for line in sold.lines} if "each" in given else None
        _send(world, sold.ref, quantities=some, tracking=given["tracking"])
    world.write_down()


def _shift(world: PairFaultWorld, given: Given) -> None:
    """Everything that can leave leaves, every other one without a number yet."""
    del given
    for place, sold in enumerate(world.floor.books().sales_orders):
        if sold.released:
            _send(world, sold.ref, tracking="later" if place % 2 else "now")
    world.write_down()


def _send(world: PairFaultWorld, ref: str, **how: Any) -> None:
    left = [at for whose, at in world.diary.left.items() if whose.split(" ")[0] == ref]
    if left and world.clock.now() < max(left) + timedelta(seconds=world.back.parcel_gap_seconds):
        return
    # There may be nothing of it that can leave, or no way to send a part.
    with suppress(NotPossible):
        world.floor.despatch(ref, **how)


def _tracking(world: PairFaultWorld, given: Given) -> None:
    del given
    world.floor.tracking_arrives()
    world.write_down()


# ---- what goes wrong


def _fault(world: PairFaultWorld, given: Given) -> None:
    rule = {**given, **_SAID_OTHERWISE.get(given["kind"], {})}
    call, kind, times, after = (rule.pop(name) for name in ("call", "kind", "times", "after"))
    world.router.strikes.append(Strike(call, kind, times, after, rule))


def _outage(world: PairFaultWorld, given: Given) -> None:
    """The vendor answers nothing but errors for so long."""
    until = world.clock.now() + timedelta(seconds=given["seconds"])
    world.outage_until = max(world.outage_until, until)
    if given["side"] == BACK:
        world.floor.outage(given["seconds"])
    else:
        world.router.front_away_until = until


def _events(world: PairFaultWorld, given: Given) -> None:
    front, back = world.fault_books()
    rule = {name: value for name, value in given.items() if name != "side"}
    (front if given["side"] == FRONT else back).add(rule.pop("kind"), **rule)


def _meanwhile(world: PairFaultWorld, given: Given) -> None:
    kind, inner = given["step"]
    world.router.errands.append(Errand(given["operation"], given["after"], lambda: STEPS[kind](world, inner)))


STEPS: Steps = {
    "buy": _buy,
    "cancel": _cancel,
    "goods": _goods,
    "despatch": _despatch,
    "shift": _shift,
    "tracking": _tracking,
    "fault": _fault,
    "outage": _outage,
    "events": _events,
    "meanwhile": _meanwhile,
}
