"""An order from an import draft: its prices are taken as they are told, nothing is computed but each line's total."""

from typing import Any

from cogent_pipelines.simulators.commercetools import money
from cogent_pipelines.simulators.commercetools.catalogue import Catalogue
from cogent_pipelines.simulators.commercetools.custom_fields import custom_of
from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.errors import required_field
from cogent_pipelines.simulators.commercetools.project import Project


def imported_order(project: Project, catalogue: Catalogue, draft: Document, client: str | None) -> Document:
    """Give the order that a checked draft describes.

    Raises:
        Refused: something that it refers to does not exist.
    """
    if not draft.get("lineItems") and not draft.get("customLineItems"):
        raise required_field("lineItems")
    store, unit = draft.get("store"), draft.get("businessUnit")
    order = without_nothing(
        **project.fresh(client),
        type="Order",
        businessUnit=project.key_reference(project.business_units, unit) if unit else None,
        store=project.key_reference(project.stores, store) if store else None,
        lineItems=[_line(project, catalogue, item) for item in draft.get("lineItems") or []],
        customLineItems=[],
        totalPrice=_cents(draft["totalPrice"]),
        taxedPrice=_taxed(draft.get("taxedPrice")),
        taxRoundingMode=draft.get("taxRoundingMode", "HalfEven"),
        taxCalculationMode=draft.get("taxCalculationMode", "LineItemLevel"),
        inventoryMode=draft.get("inventoryMode", "None"),
        shippingMode="Single",
        shippingInfo=_shipping(draft.get("shippingInfo")),
        shipping=[],
        discountCodes=[],
        directDiscounts=[],
        refusedGifts=[],
        origin=draft.get("origin", "Customer"),
        orderState=draft.get("orderState", "Open"),
        syncInfo=[],
        returnInfo=[],
        custom=custom_of(project, draft.get("custom"), "order"),
    )
    return {**order, **{name: draft[name] for name in _AS_TOLD if draft.get(name) is not None}}


_AS_TOLD = (
    "orderNumber",
    "purchaseOrderNumber",
    "customerId",
    "customerEmail",
    "billingAddress",
    "shippingAddress",
    "itemShippingAddresses",
    "paymentState",
    "shipmentState",
    "country",
    "completedAt",
)


def _line(project: Project, catalogue: Catalogue, draft: Document) -> Document:
    told = draft["variant"]
    known = catalogue.find(told.get("sku", ""))
    variant = known.variant if known else {"id": told.get("id", 1), **told}
    price = _cents(draft["price"]["value"])
    channel, selling = draft.get("supplyChannel"), draft.get("distributionChannel")
    quantity, currency = draft["quantity"], price["currencyCode"]
    total = price["centAmount"] * quantity
    rate: Any = draft.get("taxRate")
    return without_nothing(
        id=project.new_id(),
        key=draft.get("key"),
        productId=known.product["id"] if known else draft.get("productId", project.new_id()),
        name=draft["name"],
        productType=catalogue.product_type,
        variant=variant,
        price={"id": project.new_id(), "value": price},
        quantity=quantity,
        totalPrice=money.cents(total, currency),
        discountedPricePerQuantity=[],
        taxedPrice=money.taxed(total, currency, rate) if rate and rate["includedInPrice"] else None,
        taxedPricePortions=[],
        taxRate=rate,
        perMethodTaxRate=[],
        state=[{"quantity": quantity, "state": {"typeId": "state", "id": project.first_state["id"]}}],
        supplyChannel=project.reference(project.channels, channel) if channel else None,
        distributionChannel=project.reference(project.channels, selling) if selling else None,
        priceMode="Platform",
        lineItemMode="Standard",
        inventoryMode=draft.get("inventoryMode"),
        custom=custom_of(project, draft.get("custom"), "line-item"),
    )


def _cents(draft: Document) -> Document:
    return money.cents(draft["centAmount"], draft["currencyCode"])


def _taxed(draft: Document | None) -> Document | None:
    if draft is None:
        return None
    net, gross = _cents(draft["totalNet"]), _cents(draft["totalGross"])
    portions = [{**each, "amount": _cents(each["amount"])} for each in draft.get("taxPortions") or []]
    tax = money.cents(gross["centAmount"] - net["centAmount"], gross["currencyCode"])
    return {"totalNet": net, "totalGross": gross, "taxPortions": portions, "totalTax": tax}


def _shipping(draft: Document | None) -> Document | None:
    if draft is None:
        return None
    return without_nothing(
        shippingMethodName=draft["shippingMethodName"],
        price=_cents(draft["price"]),
        shippingRate={"price": _cents(draft["shippingRate"]["price"]), "tiers": []},
        taxRate=draft.get("taxRate"),
        deliveries=[],
        shippingMethodState=draft.get("shippingMethodState", "MatchesCart"),
    )
