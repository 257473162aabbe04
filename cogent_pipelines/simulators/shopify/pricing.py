"""What a checkout takes off and puts on: discounts spread over lines, taxes worked out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from cogent_pipelines.simulators.shopify.money import Bag, Currencies, bag_of_presentment, minor_units, split
from cogent_pipelines.simulators.shopify.records import Allocation, Discount, Order, Tax
from cogent_pipelines.simulators.shopify.shop import Shop


class _Target(NamedTuple):
    target: str
    selection: str
    method: str


def spread_discounts(shop: Shop, order: Order, spec: Mapping[str, Any]) -> None:  # noqa: ARG001 - one shape for all steps
    applied: list[Discount] = []
    allocations: dict[int, list[Allocation]] = {}
    for line, row in zip(order.lines, spec["lines"], strict=True):
        for given in row.get("discounts") or ():
            discount = _application(order, applied, given, _Target("LINE_ITEM", "ENTITLED", "EACH"))
            minor = _worth(order, given, line.original_total.presentment)
            _allocate(allocations, line.id, discount, minor, order.currencies)
    for given in spec.get("discounts") or ():
        discount = _application(order, applied, given, _Target("LINE_ITEM", "ALL", "ACROSS"))
        left = [
            line.original_total.presentment - sum(a.amount.presentment for a in allocations.get(line.id, ()))
            for line in order.lines
        ]
        for line, part in zip(order.lines, split(_worth(order, given, sum(left)), left), strict=True):
            if part:
                _allocate(allocations, line.id, discount, part, order.currencies)
    for line in order.lines:
        line.allocations = tuple(allocations.get(line.id, ()))
    _discount_shipping(order, spec, applied)
    order.discounts = tuple(applied)


def _discount_shipping(order: Order, spec: Mapping[str, Any], applied: list[Discount]) -> None:
    given_shipping = spec.get("shipping") or []
    rows = [given_shipping] if isinstance(given_shipping, Mapping) else given_shipping
    for line, row in zip(order.shipping_lines, rows, strict=True):
        found: dict[int, list[Allocation]] = {}
        for given in row.get("discounts") or ():
            discount = _application(order, applied, given, _Target("SHIPPING_LINE", "ENTITLED", "EACH"))
            _allocate(found, line.id, discount, _worth(order, given, line.price.presentment), order.currencies)
        line.allocations = tuple(found.get(line.id, ()))


def _application(order: Order, applied: list[Discount], given: Mapping[str, Any], target: _Target) -> Discount:
    kind = given.get("kind") or ("code" if given.get("code") else "manual")
    if kind not in {"code", "automatic", "manual"}:
        raise ValueError(f"a discount is code, automatic or manual, not {kind}")
    label = given.get("code") or given.get("title") or "Discount"
    percentage = float(given["percentage"]) if given.get("percentage") is not None else None
    minor = minor_units(given["amount"], order.currencies.presentment) if percentage is None else None
    selection = "EXPLICIT" if kind == "manual" and target.selection == "ENTITLED" else target.selection
    discount = Discount(
        len(applied),
        kind,
        label,
        given.get("description"),
        minor,
        percentage,
        order.currencies.presentment,
        target.target,
        selection,
        target.method,
    )
    for known in applied:
        # The same code on several lines is one application.
        if known[1:] == discount[1:] and kind == "code":
            return known
    applied.append(discount)
    return discount


def _worth(order: Order, given: Mapping[str, Any], base: int) -> int:
    if given.get("percentage") is not None:
        share = Decimal(base) * Decimal(str(given["percentage"])) / 100
        return min(base, int(share.quantize(Decimal(1), rounding="ROUND_HALF_UP")))
    return min(base, minor_units(given["amount"], order.currencies.presentment))


def _allocate(into: dict[int, list[Allocation]], key: int, discount: Discount, minor: int, currencies: Currencies) -> None:
    into.setdefault(key, []).append(Allocation(discount, bag_of_presentment(minor, currencies)))


def add_taxes(shop: Shop, order: Order, spec: Mapping[str, Any]) -> None:
    title = spec.get("tax_title") or shop.switches.tax_title
    rate = spec.get("tax_rate")
    for line, row in zip(order.lines, spec["lines"], strict=True):
        if line.taxable:
            line.taxes = shop.shared(taxes_of(order, row, line.net, title=title, rate=row.get("tax_rate", rate)))
    given = spec.get("shipping") or []
    rows = [given] if isinstance(given, Mapping) else given
    for shipping, row in zip(order.shipping_lines, rows, strict=True):
        shipping.taxes = taxes_of(order, row, shipping.net, title=title, rate=row.get("tax_rate", rate))


def taxes_of(order: Order, row: Mapping[str, Any], net: Bag, *, title: str, rate: float | str | None) -> tuple[Tax, ...]:
    """Work out the tax lines on an amount: those given, or the rate's."""
    if row.get("tax_lines") is not None:
        return tuple(
            Tax(
                given.get("title") or title,
                float(given.get("rate", 0)),
                bag_of_presentment(minor_units(given["amount"], order.currencies.presentment), order.currencies),
            )
            for given in row["tax_lines"]
        )
    if rate is None:
        return ()
    share = Decimal(str(rate))
    whole = share + 1 if order.taxes_included else Decimal(1)
    scaled, base = int(share * 1_000_000), int(whole * 1_000_000)
    return (Tax(title, float(share), net.share(scaled, base)),)
