"""Which fields each resource has and of which kind, so that a predicate over a field that does not exist is refused.

Written as text: `name` is a text, `name:n` a number, `name:b` a boolean, `name:t` a moment, `name:a` whatever comes,
`name:Enum` one of an enumeration, `name(…)` an object or a list of objects, `name(*)` an object of any names.
Names are those of the vendor's published types (read 2026-11).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from cogent_pipelines.simulators.commercetools import values

_PIECE = re.compile(r"\s*([A-Za-z_][\w]*)(?::(\w+))?|\s*(\()|\s*(\))|\s*(\*)")
_KINDS = {"n": "number", "b": "flag", "t": "moment", "a": "any"}


class Fields:
    """The fields of one object; `open` ones have every name."""

    __slots__ = ("_known", "open")

    def __init__(self, known: Mapping[str, "str | Fields"], *, open_: bool = False) -> None:
        self._known = dict(known)
        self.open = open_

    @property
    def names(self) -> set[str]:
        return set(self._known)

    def kind(self, name: str) -> "str | Fields | None":
        """Say what a field is; None where there is no such field."""
        if name in self._known:
            return self._known[name]
        return _ANYTHING if self.open else None


_ANYTHING = "any"

_REF = "(typeId id obj(*))"
_BARE = "id version:n createdAt:t lastModifiedAt:t "
_WHO = "(clientId externalUserId customer(typeId id))"
_BASE = f"{_BARE} createdBy{_WHO} lastModifiedBy{_WHO} "
_MONEY = "(type currencyCode centAmount:n fractionDigits:n preciseAmount:n)"
_TAXED = f"(totalNet{_MONEY} totalGross{_MONEY} totalTax{_MONEY} taxPortions(name rate:n amount{_MONEY}))"
_RATE = "(id key name amount:n includedInPrice:b country state subRates(name amount:n))"
_CUSTOM = f"custom(type{_REF} fields(*)) "
_ADDRESS = (
    "(id key country title salutation firstName lastName streetName streetNumber additionalStreetInfo postalCode city "
    "region state company department building apartment pOBox phone mobile email fax additionalAddressInfo externalId "
    f"{_CUSTOM})"
)
_ITEMS = "items(id quantity:n)"
_TRACKING = "trackingData(trackingId carrier provider providerTransaction isReturn:b)"
_MEASURES = "measurements(heightInMillimeter:n lengthInMillimeter:n widthInMillimeter:n weightInGram:n)"
_PARCELS = f"parcels(id key createdAt:t {_MEASURES} {_TRACKING} {_ITEMS} {_CUSTOM})"
_DELIVERIES = f"deliveries(id key createdAt:t {_ITEMS} {_PARCELS} address{_ADDRESS} {_CUSTOM})"
_PRICE = f"(id key value{_MONEY} country customerGroup{_REF} channel{_REF} validFrom:t validUntil:t)"
_VARIANT = (
    f"(id:n sku key price{_PRICE} prices{_PRICE} attributes(name value:a) images(url label) assets(id key) "
    "availability(isOnStock:b availableQuantity:n restockableInDays:n id version:n channels(*)))"
)
_STATE = f"state(quantity:n state{_REF})"
_DISCOUNTED = f"(quantity:n discountedPrice(value{_MONEY} includedDiscounts(discount{_REF} discountedAmount{_MONEY})))"
_LINES = (
    f"lineItems(id key productId productKey name(*) productSlug(*) productType{_REF} variant{_VARIANT} price{_PRICE} "
    f"quantity:n totalPrice{_MONEY} discountedPricePerQuantity{_DISCOUNTED} taxedPrice{_TAXED} taxRate{_RATE} {_STATE} "
    f"supplyChannel{_REF} distributionChannel{_REF} priceMode lineItemMode:LineItemMode inventoryMode:InventoryMode "
    f"addedAt:t lastModifiedAt:t shippingDetails(valid:b targets(addressKey quantity:n shippingMethodKey)) {_CUSTOM})"
)
_CUSTOM_LINES = (
    f"customLineItems(id key name(*) slug money{_MONEY} quantity:n totalPrice{_MONEY} taxedPrice{_TAXED} taxRate{_RATE} "
    f"{_STATE} priceMode taxCategory{_REF} {_CUSTOM})"
)
_SHIPPING_INFO = (
    f"shippingInfo(shippingMethodName price{_MONEY} shippingRate(price{_MONEY} freeAbove{_MONEY}) taxedPrice{_TAXED} "
    f"taxRate{_RATE} taxCategory{_REF} shippingMethod{_REF} shippingMethodState {_DELIVERIES} "
    f"discountedPrice(value{_MONEY}))"
)
_RETURNS = (
    "returnInfo(returnTrackingId returnDate:t items(id key quantity:n type comment lineItemId customLineItemId "
    f"shipmentState:ReturnShipmentState paymentState:ReturnPaymentState createdAt:t lastModifiedAt:t {_CUSTOM}))"
)
_PRODUCT_DATA = (
    f"name(*) description(*) slug(*) categories{_REF} categoryOrderHints(*) metaTitle(*) metaDescription(*) "
    f"metaKeywords(*) searchKeywords(*) masterVariant{_VARIANT} variants{_VARIANT} attributes(name value:a) "
)
_TEXTS: dict[str, str] = {
    "order": (
        f"{_BASE} orderNumber purchaseOrderNumber customerId customerEmail customerGroup{_REF} anonymousId "
        f"businessUnit(typeId key) store(typeId key) {_LINES} {_CUSTOM_LINES} totalPrice{_MONEY} taxedPrice{_TAXED} "
        f"taxedShippingPrice{_TAXED} discountOnTotalPrice(discountedAmount{_MONEY}) taxMode taxRoundingMode "
        f"taxCalculationMode inventoryMode:InventoryMode billingAddress{_ADDRESS} shippingAddress{_ADDRESS} shippingMode "
        f"shippingKey {_SHIPPING_INFO} shipping(shippingKey {_SHIPPING_INFO} shippingAddress{_ADDRESS}) "
        f"itemShippingAddresses{_ADDRESS} discountCodes(discountCode{_REF} state) paymentInfo(payments{_REF}) country "
        f"locale origin cart{_REF} quote{_REF} orderState:OrderState shipmentState:ShipmentState "
        f"paymentState:PaymentState state{_REF} syncInfo(channel{_REF} externalId syncedAt:t) {_RETURNS} "
        f"refusedGifts{_REF} directDiscounts(id value(*) target(*)) discountTypeCombination(*) "
        f"recurringOrder{_REF} "
        f"priceRoundingMode shippingRateInput(*) shippingCustomFields(type{_REF} fields(*)) "
        f"lastMessageSequenceNumber:n completedAt:t {_CUSTOM}"
    ),
    "order-edit": f"{_BASE} key resource{_REF} stagedActions(*) result(*) comment {_CUSTOM}",
    "inventory-entry": (
        f"{_BASE} key sku supplyChannel{_REF} quantityOnStock:n availableQuantity:n minCartQuantity:n maxCartQuantity:n "
        f"restockableInDays:n expectedDelivery:t reservationExpirationInMinutes:n "
        f"stockLevels(reorderPoint:n safetyStock:n) {_CUSTOM}"
    ),
    "channel": f"{_BASE} key roles:ChannelRoleEnum name(*) description(*) address{_ADDRESS} {_CUSTOM} geoLocation(*) "
    "reviewRatingStatistics(*)",
    "message": (
        f"{_BASE} sequenceNumber:n resource{_REF} resourceVersion:n type "
        "resourceUserProvidedIdentifiers(key externalId orderNumber customerNumber sku slug(*))"
    ),
    "store": (
        f"{_BASE} key name(*) languages countries(code) distributionChannels{_REF} supplyChannels{_REF} "
        f"productSelections(active:b productSelection{_REF}) {_CUSTOM} storefront(*)"
    ),
    "business-unit": (
        f"{_BASE} key status storeMode unitType name contactEmail stores(typeId key) addresses{_ADDRESS} "
        f"shippingAddressIds billingAddressIds defaultShippingAddressId defaultBillingAddressId associateMode "
        f"associates(customer{_REF}) parentUnit(typeId key) topLevelUnit(typeId key) approvalRuleMode {_CUSTOM} "
        f"customerGroupAssignments(customerGroup{_REF}) inheritedStores(typeId key) inheritedAssociates(*)"
    ),
    "subscription": f"{_BASE} key status destination(type queueUrl topic projectId topicArn uri) format(type) "
    "messages(resourceTypeId types) changes(resourceTypeId) events(resourceTypeId types)",
    "type": f"{_BASE} key name(*) description(*) resourceTypeIds fieldDefinitions(name required:b type(name))",
    "state": f"{_BASE} key type name(*) description(*) initial:b builtIn:b roles transitions{_REF}",
    "product-projection": (
        f"{_BARE} key productType{_REF} {_PRODUCT_DATA} reviewRatingStatistics(*) hasStagedChanges:b published:b "
        f"taxCategory{_REF} "
        f"state{_REF} priceMode"
    ),
    "product": (
        f"{_BASE} key productType{_REF} taxCategory{_REF} state{_REF} priceMode warnings(*) "
        f"reviewRatingStatistics(*) masterData(published:b hasStagedChanges:b "
        f"current({_PRODUCT_DATA}) staged({_PRODUCT_DATA}))"
    ),
}


@cache
def fields_of(type_id: str) -> Fields:
    """Give the fields of a resource by its type id."""
    return _parsed(iter(_PIECE.finditer(_TEXTS[type_id])))


def _parsed(pieces: Iterator["re.Match[str]"]) -> Fields:
    known: dict[str, str | Fields] = {}
    open_, last = False, ""
    for piece in pieces:
        name, suffix, opens, closes, star = piece.groups()
        if closes:
            break
        if opens:
            known[last] = _parsed(pieces)
        elif star:
            open_ = True
        else:
            last = name
            known[name] = _kind(suffix)
    return Fields(known, open_=open_)


def _kind(suffix: str | None) -> str:
    if suffix is None:
        return "text"
    if suffix in _KINDS:
        return _KINDS[suffix]
    return f"enum:{suffix}:{'|'.join(values.ENUMS[suffix])}"


OPEN = Fields({}, open_=True)
"""An object of which nothing is known."""
