"""Which of our fields a tenant's template has, and under which heading. What goes into the fields is in `payloads`."""

from collections.abc import Mapping, Sequence

from cogent_pipelines.adapters.warehouses.peoplevox import version
from cogent_pipelines.adapters.warehouses.peoplevox.settings import (
    HEADER_HEADINGS,
    LINE_HEADINGS,
    LineIdentity,
    PeoplevoxSettings,
    ReleasePolicy,
)
from cogent_pipelines.ports.errors import VendorRefused

CUSTOMER_HEADINGS: Mapping[str, str] = {
    name: name for name in ("Name", "Reference", "FirstName", "LastName", "Phone", "Email")
}
ITEM_HEADINGS: Mapping[str, str] = {name: name for name in ("ItemCode", "Name", "Barcode")}

_REQUIRED = {
    version.SALES_ORDERS: (
        "SalesOrderNumber",
        "ShippingAddressLine1",
        "ShippingAddressCity",
        "ShippingAddressPostcode",
        "ShippingAddressCountry",
        "Status",
    ),
    version.SALES_ORDER_ITEMS: ("SalesOrderNumber", "ItemCode", "QuantityOrdered"),
    version.CUSTOMERS: ("Name", "Reference"),
    version.ITEM_TYPES: ("ItemCode",),
}


def defaults(template: str) -> Mapping[str, str]:
    """The vendor's own headings of the fields that we use."""
    return {
        version.SALES_ORDERS: HEADER_HEADINGS,
        version.SALES_ORDER_ITEMS: LINE_HEADINGS,
        version.CUSTOMERS: CUSTOMER_HEADINGS,
        version.ITEM_TYPES: ITEM_HEADINGS,
    }[template]


def chosen(settings: PeoplevoxSettings, template: str) -> dict[str, str]:
    """Our field → the heading that the settings say the tenant uses; fields that it says it has not are left out."""
    overrides = {
        version.SALES_ORDERS: settings.headings.sales_orders,
        version.SALES_ORDER_ITEMS: settings.headings.sales_order_items,
        version.CUSTOMERS: settings.headings.customers,
        version.ITEM_TYPES: settings.headings.item_types,
    }[template]
    return {name: heading for name, heading in {**defaults(template), **overrides}.items() if heading}


def required(settings: PeoplevoxSettings, template: str) -> tuple[str, ...]:
    """Fields without which an order would be wrong, or could be picked before it is whole."""
    names = _REQUIRED[template]
    if template == version.SALES_ORDERS and settings.release_policy is ReleasePolicy.HOLD_FLAG:
        names += ("OnHold",)
    if template == version.SALES_ORDER_ITEMS and settings.line_identity is LineIdentity.ITEM_AND_LINE:
        names += ("Line",)
    return names


def configured(settings: PeoplevoxSettings, template: str, tenant: Sequence[str]) -> dict[str, str]:
    """Our field → the tenant's heading in the tenant's own spelling, for the fields that the template has.

    Raises:
        VendorRefused: a required heading is missing; the text names template and heading.
    """
    spelling = {heading.strip().casefold(): heading.strip() for heading in tenant}
    wanted = chosen(settings, template)
    found = {name: spelling[h.strip().casefold()] for name, h in wanted.items() if h.strip().casefold() in spelling}
    missing = [wanted.get(name, name) for name in required(settings, template) if name not in found]
    if missing:
        names = ", ".join(repr(heading) for heading in missing)
        raise VendorRefused(
            f"template {template!r} has no heading {names}: add it to the template in Peoplevox "
            "(Integration → Configure), or name the tenant's own heading in the settings"
        )
    return found


def absent(settings: PeoplevoxSettings, template: str, tenant: Sequence[str]) -> tuple[str, ...]:
    """Headings that are not required, that we would fill, and that the template lacks: their values are not sent."""
    spelling = {heading.strip().casefold() for heading in tenant}
    return tuple(h for h in chosen(settings, template).values() if h.strip().casefold() not in spelling)
