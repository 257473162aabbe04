"""Stock and its quantity blockers: what may still be sold, and what an update changes.

An update is absolute and carries the moment of which it speaks. One that is older than the last processed is dropped with a
success; any other sets the quantity and releases every blocker that is older than it (stock page, read 2026-11). Who stamps
an old count with "now" therefore releases units that are sold already, and they are sold again: `unaccounted` and
`beyond_the_floor` are how the books catch it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cogent_pipelines.simulators.scayle.records import (
    Blocker,
    Item,
    ItemState,
    Merchant,
    Reservation,
    ShopCountry,
    Stock,
    Variant,
    Warehouse,
)
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import iso

HISTORY_LIMIT = 500


def lay(tenant: Tenant, variant: Variant, warehouse: Warehouse, merchant: Merchant, offered: int) -> Stock:
    """Say as the shopkeeper, not as a client, how many units are offered as of now."""
    now = tenant.now()
    stock = variant.stocks.setdefault((warehouse.id, merchant.id), Stock(variant, warehouse, merchant, 0, now))
    stock.quantity, stock.changed_at = offered + blocked(tenant, stock), now
    stock.unaccounted = []
    _trace(stock, now, "laid", changed_at=iso(now), quantity=stock.quantity)
    return stock


def update(
    tenant: Tenant,
    stock: Stock | None,
    *,
    variant: Variant,
    warehouse: Warehouse,
    merchant: Merchant,
    quantity: int | None,
    changed_at: datetime,
    without_stock: bool | None,
    expected_on: date | None,
) -> Stock:
    """Take in what a client says of a stock; gives what is stored afterwards, which may be what was stored before."""
    if stock is None:
        stock = lay(tenant, variant, warehouse, merchant, 0)
    elif _stale(tenant, stock, changed_at):
        stock.ignored += 1
        _trace(stock, tenant.now(), "ignored", changed_at=iso(changed_at), quantity=quantity)
        return stock
    stock.updates += 1
    stock.changed_at = changed_at
    stock.quantity = stock.quantity if quantity is None else quantity
    stock.without_stock = stock.without_stock if without_stock is None else without_stock
    stock.expected_on = expected_on
    released = _release(stock, changed_at)
    _trace(
        stock,
        tenant.now(),
        "updated",
        changed_at=iso(changed_at),
        quantity=quantity,
        released=[row.item.id for row in released],
    )
    tenant.stock_event("product-variant-stock-updated", stock)
    return stock


def _stale(tenant: Tenant, stock: Stock, changed_at: datetime) -> bool:
    if changed_at == stock.changed_at:
        return tenant.switches.equal_changed_at == "ignore"
    return changed_at < stock.changed_at


def _release(stock: Stock, changed_at: datetime) -> list[Blocker]:
    """Let go of every blocker that is older than an update, and remember whose sender could not know of."""
    released = [row for row in stock.blockers if row.taken_at < changed_at]
    stock.blockers = [row for row in stock.blockers if row.taken_at >= changed_at]
    stock.released += len(released)
    # What the sender has been told of since is his to take off from now on.
    stock.unaccounted = [item for item in stock.unaccounted if item.order.seen_at is None and not item.gone]
    stock.unaccounted += [row.item for row in released if row.item.order.seen_at is None]
    return released


def blocked(tenant: Tenant, stock: Stock) -> int:
    """Units taken out of the quantity by confirmed orders and by reservations that have not run out."""
    now = tenant.now()
    held = [row for row in stock.reservations.values() if row.expires_at is None or row.expires_at > now]
    return len(stock.blockers) + len(held)


def sellable(tenant: Tenant, stock: Stock) -> int:
    return max(0, stock.quantity - blocked(tenant, stock))


def stock_for_sale(variant: Variant, shop_country: ShopCountry) -> list[Stock]:
    """The stocks that count in a shop country, the one used first before the others.

    A warehouse counts where it is attached to the merchant and to the shop country (multi-merchant page, read 2026-11).
    """
    rows = [
        stock
        for stock in variant.stocks.values()
        if stock.warehouse.id in stock.merchant.warehouses and stock.warehouse.id in shop_country.priorities
    ]
    return sorted(
        rows, key=lambda row: (-shop_country.priorities[row.warehouse.id], row.merchant.priority, row.warehouse.id)
    )


def allot(tenant: Tenant, variant: Variant, shop_country: ShopCountry, units: int) -> list[Stock] | None:
    """Say where so many units of an article would come from, one by one; None where too few are left."""
    found: list[Stock] = []
    rows = stock_for_sale(variant, shop_country)
    for row in rows:
        found += [row] * min(units - len(found), sellable(tenant, row))
    without = next((row for row in rows if row.without_stock), None)
    if without is not None:
        found += [without] * (units - len(found))
    return found if len(found) == units else None


def block(tenant: Tenant, items: Iterable[Item], at: datetime) -> None:
    """Take a quantity blocker for each unit, and count those of which there is none."""
    for item in items:
        stock = item.stock
        free = stock.quantity - blocked(tenant, stock)
        if not stock.without_stock and free - len(stock.unaccounted) <= 0:
            stock.oversold += 1
        stock.blockers.append(Blocker(item, at))
        sku = item.variant.key
        tenant.sold[sku] += 1
        if sku in tenant.on_the_floor and tenant.sold[sku] > tenant.on_the_floor[sku]:
            tenant.beyond_the_floor[sku] += 1
        _trace(stock, at, "blocked", item=item.id)


def unblock(tenant: Tenant, items: Iterable[Item]) -> None:
    """The checkout lets go of units; what an update had released already is not given back twice."""
    for item in items:
        item.stock.blockers = [row for row in item.stock.blockers if row.item is not item]
        _trace(item.stock, tenant.now(), "unblocked", item=item.id)


def give_up(tenant: Tenant, item: Item, state: ItemState) -> None:
    """A unit will not be sent; whether its blocker goes with it is another matter."""
    if item.order.confirmed_at is not None:
        tenant.sold[item.variant.key] -= 1
    item.stock.unaccounted = [row for row in item.stock.unaccounted if row is not item]
    item.state = state


def reserve(tenant: Tenant, stock: Stock, key: str, seconds: int | None) -> Reservation | None:
    """Hold one unit for a while; None where nothing is left to hold."""
    if sellable(tenant, stock) <= 0 and not stock.without_stock:
        return None
    expires = None if seconds is None else tenant.now() + timedelta(seconds=seconds)
    reservation = Reservation(tenant.next("reservation"), key, stock, expires)
    stock.reservations[reservation.id] = tenant.reservations[reservation.id] = reservation
    return reservation


def oversold_units(tenant: Tenant) -> int:
    """Units sold that nobody has: by the floor's own count where it was told, else by what no sender can have known."""
    return sum(oversold_by_sku(tenant).values())


def oversold_by_sku(tenant: Tenant) -> dict[str, int]:
    found = {}
    for sku, variant in tenant.variants_by_key.items():
        if sku in tenant.on_the_floor:
            units = tenant.beyond_the_floor[sku]
        else:
            units = sum(stock.oversold for stock in variant.stocks.values())
        if units:
            found[sku] = units
    return found


def _trace(stock: Stock, at: datetime, what: str, **more: object) -> None:
    stock.history.append({"at": iso(at), "what": what, **more})
    del stock.history[:-HISTORY_LIMIT]
