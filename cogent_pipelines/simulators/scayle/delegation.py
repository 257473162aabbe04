"""Handing orders over: the blocking request that asks a merchant to take his items (order-delegation page, read 2026-11).

A minute after confirmation, one request for each merchant; 201 with a JSON body within fifteen seconds is the
acknowledgement, anything else is tried again after 3 min, 5 min and then every 2 h, 23 times. An order that no merchant took
ends cancelled. The request's own field list is partly the vendor's, partly observed in an integration.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.scayle import lifecycle
from cogent_pipelines.simulators.scayle.countries import alpha2
from cogent_pipelines.simulators.scayle.deliver import Answer
from cogent_pipelines.simulators.scayle.order_json import cost_json
from cogent_pipelines.simulators.scayle.records import Item, ItemState, Merchant, Order, OrderState
from cogent_pipelines.simulators.scayle.tenant import COMPANY_ID, Tenant

# The core system's own numbers differ from the Admin API's; only `orderId` and `orderItemId` are sent back.
CORE = 50_000_000
ACCEPTED_RESULTS = frozenset({"acknowledged", "delegated"})


@dataclass(slots=True, eq=False)
class Delegation:
    """One order on its way to one merchant."""

    order: Order
    merchant: Merchant
    due: datetime
    state: str = "waiting"
    """waiting, failed, delegated (taken, not acknowledged), acknowledged, given_up, withdrawn"""
    attempts: int = 0
    under_way: bool = False
    """Sent, and its answer is waited for."""
    answers: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.state in {"waiting", "failed"}


class Delegations:
    """All orders that are handed over, and when each is due."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.rows: dict[tuple[int, int], Delegation] = {}
        self._open: dict[tuple[int, int], Delegation] = {}

    def open_new(self) -> None:
        """Open the delegations of orders that were confirmed; without anybody to ask they count as delegated in time."""
        switches = self.tenant.switches
        for order in list(self.tenant.open_orders.values()):
            if order.state not in {OrderState.CONFIRMED, OrderState.DELEGATED} or order.confirmed_at is None:
                continue
            due = order.confirmed_at + timedelta(seconds=switches.delegation_seconds)
            for merchant in lifecycle.merchants_of(order):
                key = order.id, merchant.id
                if key in self.rows:
                    continue
                if switches.delegation and merchant.delegation_url:
                    self.rows[key] = self._open[key] = Delegation(order, merchant, due)
                elif switches.without_delegation == "delegated" and self.tenant.now() >= due:
                    lifecycle.delegated(self.tenant, order, merchant)

    def due(self) -> list[Delegation]:
        """Those to be sent now; what has nothing left to send is withdrawn."""
        now, found = self.tenant.now(), []
        for key, row in list(self._open.items()):
            if not self._items(row) or row.order.closed:
                row.state = "withdrawn"
                del self._open[key]
            elif row.due <= now and not row.under_way:
                found.append(row)
        return found

    @property
    def next_due(self) -> datetime | None:
        return min((row.due for row in self._open.values() if not row.under_way), default=None)

    def _items(self, row: Delegation) -> list[Item]:
        return [item for item in row.order.items if item.state is ItemState.OPEN and item.stock.merchant is row.merchant]

    def body(self, row: Delegation) -> dict[str, Any]:
        return delegation_json(row.order, row.merchant, self._items(row))

    def answered(self, row: Delegation, answer: Answer) -> None:
        """Take in an answer: taken, or to be tried again, or given up."""
        verdict = self._verdict(answer)
        row.attempts += 1
        row.under_way = False
        row.answers.append(f"{answer.status or 'no answer'} {verdict}")
        if verdict in ACCEPTED_RESULTS:
            row.state = verdict
            self._open.pop((row.order.id, row.merchant.id), None)
            self.tenant.seen(row.order)
            row.order.accepted_at = row.order.accepted_at or self.tenant.now()
            self._take_reference(row, answer)
            lifecycle.delegated(self.tenant, row.order, row.merchant)
            return
        row.state = "failed"
        waits = self.tenant.switches.delegation_waits
        if row.attempts <= len(waits):
            row.due = self.tenant.now() + timedelta(seconds=waits[row.attempts - 1])
            return
        self._give_up(row)

    def _verdict(self, answer: Answer) -> str:
        switches = self.tenant.switches
        if answer.status == 0 and switches.delegation_no_answer == "acknowledged":
            return "acknowledged"
        if answer.status != 201:
            return "failed"
        try:
            told = json.loads(answer.body)
        except ValueError:
            return "failed"
        if not isinstance(told, dict):
            return "failed"
        if switches.delegation_answer == "acknowledgement" and not {"referenceKey", "orderDelegationResult"} <= set(told):
            return "failed"
        result = told.get("orderDelegationResult", "acknowledged")
        return result if result in ACCEPTED_RESULTS else "failed"

    def _take_reference(self, row: Delegation, answer: Answer) -> None:
        if not self.tenant.switches.delegation_answer_sets_reference_key or answer.status == 0:
            return
        reference = json.loads(answer.body).get("referenceKey")
        if reference is not None:
            row.order.reference_key = str(reference)
            self.tenant.orders_by_key[row.order.reference_key] = row.order

    def _give_up(self, row: Delegation) -> None:
        """The merchant never took it: his items are gone, and with the last of them the order."""
        row.state = "given_up"
        self._open.pop((row.order.id, row.merchant.id), None)
        self.tenant.note("delegation given up", order=row.order.id, merchant=row.merchant.key, attempts=row.attempts)
        lifecycle.give_up(self.tenant, row.order, self._items(row), ItemState.OUT_OF_STOCK)


def delegation_json(order: Order, merchant: Merchant, items: list[Item]) -> dict[str, Any]:
    """What a merchant is sent: his items, one line for each unit."""
    country = order.shop_country
    customer = order.customer
    return {
        "id": CORE + order.id,
        "orderId": order.id,
        "orderReferenceKey": order.reference_key,
        "companyId": COMPANY_ID,
        "fulfillingMerchantKey": merchant.key,
        "customerPublicKey": customer.public_key,
        "shopKey": country.shop_key,
        "shopId": country.id,
        "countryCode": country.country,
        "languageCode": country.language.partition("_")[0],
        "paymentMethod": "creditcard",
        "carrier": {"key": next((item.package.carrier_key for item in items), "")},
        "customData": order.custom,
        "customer": {
            "email": customer.email,
            "referenceKey": customer.reference_key,
            "publicKey": customer.public_key,
            "customData": customer.custom,
        },
        "addresses": {
            "billing": _address(order.billing),
            "shipping": _address(order.shipping),
        },
        "cost": cost_json(order),
        "items": [_item(item) for item in items],
    }


def _address(address: dict[str, Any]) -> dict[str, Any]:
    recipient = address.get("recipient", {})
    street, number = address.get("street", ""), address.get("houseNumber", "")
    return {
        "firstName": recipient.get("firstName", ""),
        "lastName": recipient.get("lastName", ""),
        "gender": recipient.get("gender"),
        "street": street,
        "houseNumber": number,
        "streetHouseNumber": f"{street} {number}".strip(),
        "additional": address.get("additional"),
        "zipCode": address.get("zipCode", ""),
        "city": address.get("city", ""),
        "state": address.get("state"),
        "countryCode": alpha2(address["countryCode"]),
        "phoneNumber": address.get("phone"),
        "collectionPoint": address.get("collectionPoint"),
    }


def _item(item: Item) -> dict[str, Any]:
    rate = item.order.shop_country.vat
    key, warehouse = item.stock.merchant.key, item.stock.warehouse.key
    return {
        "id": CORE + item.id,
        # A string here, a number in the fulfilment calls (observed).
        "orderItemId": str(item.id),
        "quantity": 1,
        "merchantKey": key,
        "merchantProductVariantId": item.variant.id,
        "merchantProductVariantReferenceKey": item.variant.key,
        "productVariantId": item.variant.id,
        "name": item.variant.product.name,
        "localizedName": item.variant.product.name,
        "currencyCode": item.order.shop_country.currency,
        "price": item.with_tax,
        "priceWithoutTax": item.without_tax,
        # Whole percent here, a fraction in the Admin API (observed).
        "tax": round(rate * 100),
        "taxAmount": item.with_tax - item.without_tax,
        "warehouseReferenceKey": warehouse,
        "shippingWarehouseReferenceKey": warehouse,
        "packagingGroupId": item.package.id,
        "vendorSize": item.variant.size,
        "customData": item.custom,
    }
