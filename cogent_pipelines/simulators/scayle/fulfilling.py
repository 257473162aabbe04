"""What a merchant posts back: parcels, items he cannot send, goods that came back.

The vendor publishes neither what is refused nor with which status; each such rule asks a switch. A call is judged as a
whole: refused, it has done nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.simulators.scayle import lifecycle, stock
from cogent_pipelines.simulators.scayle.records import Item, ItemState, Merchant, Order, OrderState, Package
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.tenant import Tenant
from cogent_pipelines.simulators.scayle.times import whole_seconds


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment as it was posted; `items` are (order item, return key)."""

    shop_key: str
    country: str
    order_id: int
    carrier: str
    shipment_key: str
    left_at: datetime | None
    return_ident_code: str
    items: tuple[tuple[int, str], ...]
    merchant_key: str


@dataclass(frozen=True, slots=True)
class GivingUp:
    shop_key: str
    country: str
    order_id: int
    items: tuple[int, ...]
    merchant_key: str


@dataclass(frozen=True, slots=True)
class CameBack:
    return_key: str
    received: datetime
    reason: str
    merchant_key: str


def ship(tenant: Tenant, parcel: Parcel) -> None:
    """Take in one parcel."""
    order = _order(tenant, parcel.shop_key, parcel.country, parcel.order_id)
    merchant = _merchant(tenant, parcel.merchant_key)
    _check_carrier(tenant, order, parcel)
    keys = _named_once(dict(parcel.items), len(parcel.items))
    items = _items(tenant, order, list(keys), merchant)
    if _repeated(tenant, order, parcel, items):
        return
    _check_state(tenant, order)
    items = _not_final(tenant, order, items, "shipment of an item that is final")
    if not items:
        return
    package = _package_for(tenant, order, items)
    package.carrier_key, package.shipment_key = parcel.carrier, parcel.shipment_key
    package.return_ident_code = parcel.return_ident_code
    package.shipped_at, package.left_at = whole_seconds(tenant.now()), parcel.left_at
    for item in items:
        item.package = package
        _remember_return_key(tenant, item, keys[item.id])
    lifecycle.sent(tenant, order, items)


def give_up(tenant: Tenant, told: GivingUp) -> None:
    """Take in that items cannot be fulfilled; what has left or is gone already is another matter."""
    order = _order(tenant, told.shop_key, told.country, told.order_id)
    merchant = _merchant(tenant, told.merchant_key)
    _named_once(dict.fromkeys(told.items, ""), len(told.items))
    items = _not_final(tenant, order, _items(tenant, order, told.items, merchant), "cancellation of an item that is final")
    if tenant.switches.merchant_cancellation_releases:
        stock.unblock(tenant, items)
    if items:
        before = order.state in {OrderState.PENDED, OrderState.CONFIRMED}
        lifecycle.give_up(tenant, order, items, ItemState.OUT_OF_STOCK if before else ItemState.UNSHIPPABLE)


def take_back(tenant: Tenant, rows: Sequence[CameBack]) -> None:
    """Take in goods that came back; all entries are one merchant's, each found by its return key alone."""
    if len({row.merchant_key for row in rows}) > 1:
        raise refused(400, "all return items must belong to one merchant")
    found: dict[int, tuple[Item, CameBack]] = {}
    for row in rows:
        item = _by_return_key(tenant, row)
        if item is None:
            continue
        if item.state is ItemState.RETURNED or item.id in found:
            _judge(tenant, tenant.switches.repeated_return, "return of an item that is returned", item=item.id)
            continue
        if item.state is not ItemState.SHIPPED:
            _judge(tenant, tenant.switches.unknown_return_key, "return of an item that has not left", item=item.id)
            continue
        found[item.id] = (item, row)
    if len({item.stock.merchant.id for item, _ in found.values()}) > 1:
        raise refused(400, "all return items must belong to one merchant")
    by_order: dict[tuple[int, str, datetime], list[Item]] = {}
    for item, row in found.values():
        by_order.setdefault((item.order.id, row.reason, row.received), []).append(item)
    for (_, reason, received), items in by_order.items():
        lifecycle.returned(tenant, items[0].order, items, reason, received)


def _by_return_key(tenant: Tenant, row: CameBack) -> Item | None:
    item = tenant.items_by_return_key.get(row.return_key)
    merchant = _merchant(tenant, row.merchant_key)
    if item is not None and merchant is not None and item.stock.merchant is not merchant:
        item = None
    if item is None:
        _judge(tenant, tenant.switches.unknown_return_key, "return with an unknown key", return_key=row.return_key)
    return item


def _judge(tenant: Tenant, verdict: str, what: str, /, **context: object) -> None:
    """Note what is contradictory, and refuse it unless a switch says that it is taken silently."""
    tenant.note(what, verdict=verdict, **context)
    if verdict != "accept":
        raise refused(int(verdict), what, **context)


def _order(tenant: Tenant, shop_key: str, country: str, order_id: int) -> Order:
    shop_country = tenant.shop_country(shop_key, country)
    if shop_country is None:
        raise refused(400, "unknown shop country", shopKey=shop_key, countryCode=country)
    order = tenant.orders.get(order_id)
    if order is None or order.shop_country is not shop_country:
        tenant.note("fulfilment of an unknown order", order=order_id)
        raise refused(int(tenant.switches.unknown_order), "unknown order", orderId=order_id)
    return order


def _merchant(tenant: Tenant, key: str) -> Merchant | None:
    if not key:
        return None
    merchant = tenant.merchants_by_key.get(key)
    if merchant is None:
        raise refused(400, "unknown merchant", merchantReferenceKey=key)
    return merchant


def _check_carrier(tenant: Tenant, order: Order, parcel: Parcel) -> None:
    country, verdict = order.shop_country.country, tenant.switches.unknown_carrier
    if parcel.carrier not in tenant.carriers_by_key:
        _judge(tenant, verdict, "unknown carrier", carrier=parcel.carrier)
        return
    merchants = {item.stock.merchant.id: item.stock.merchant for item in order.items}.values()
    attached = any((parcel.carrier, country) in merchant.carriers for merchant in merchants)
    if tenant.switches.carrier_must_be_attached and not attached:
        _judge(tenant, verdict, "carrier not attached to the merchant for this country", carrier=parcel.carrier)


def _named_once(keys: dict[int, str], told: int) -> dict[int, str]:
    if len(keys) != told:
        raise refused(400, "an order item is named twice")
    return keys


def _items(tenant: Tenant, order: Order, numbers: Sequence[int], merchant: Merchant | None) -> list[Item]:
    found = []
    for number in numbers:
        item = tenant.items.get(number)
        if item is None or item.order is not order or (merchant is not None and item.stock.merchant is not merchant):
            _judge(tenant, tenant.switches.unknown_order_item, "unknown order item", order=order.id, orderItemId=number)
            continue
        found.append(item)
    return found


def _repeated(tenant: Tenant, order: Order, parcel: Parcel, items: Sequence[Item]) -> bool:
    """Say whether this parcel is in already, wholly or for some of its items."""
    again = [item for item in items if item.left and item.package.shipment_key == parcel.shipment_key]
    if not again:
        return False
    _judge(
        tenant,
        tenant.switches.repeated_shipment,
        "repeated shipment",
        order=order.id,
        shipment_key=parcel.shipment_key,
        items=[item.id for item in again],
    )
    return True


def _check_state(tenant: Tenant, order: Order) -> None:
    if order.force_closed:
        _judge(tenant, tenant.switches.late_shipment, "shipment after the forced closure", order=order.id)
    if order.state is OrderState.PENDED:
        _judge(tenant, "409", "shipment of an order whose payment is open", order=order.id)


def _not_final(tenant: Tenant, order: Order, items: Sequence[Item], what: str) -> list[Item]:
    final = [item.id for item in items if not item.waits]
    if final:
        _judge(tenant, tenant.switches.final_item, what, order=order.id, items=final)
    return lifecycle.waiting(items)


def _package_for(tenant: Tenant, order: Order, items: Sequence[Item]) -> Package:
    """The package these items were planned in, if it has not left; what stays behind moves to one of its own."""
    planned = items[0].package
    if planned.shipped_at is not None:
        return _fresh(tenant, order, planned)
    behind = [item for item in order.items if item.package is planned and item not in items]
    if behind:
        left = _fresh(tenant, order, planned)
        for item in behind:
            item.package = left
    return planned


def _fresh(tenant: Tenant, order: Order, like: Package) -> Package:
    package = Package(tenant.next("package", 41), like.merchant, like.warehouse, like.carrier_key)
    order.packages.append(package)
    return package


def _remember_return_key(tenant: Tenant, item: Item, key: str) -> None:
    if not key and tenant.switches.return_key_unsaid == "item_id":
        key = str(item.id)
    if not key:
        return
    known = tenant.items_by_return_key.get(key)
    if known is not None and known is not item:
        tenant.note("return key given twice", return_key=key, items=[known.id, item.id])
    item.return_key = key
    tenant.items_by_return_key[key] = item
