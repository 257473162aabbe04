"""One company's own account of what happened, for tests and for `/_sim/books`.

Everything here is read from the books; nothing is changed. A client under test is judged by this account.
"""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.orderwise.entities import Delivery, Order

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.company import Company


class Truth:
    """Answers about one company's books."""

    def __init__(self, company: "Company") -> None:
        self._company = company

    def orders_of(self, reference: str) -> list[Order]:
        """Give the orders that a client put in under this eCommerceOrderNumber, in the order of coming."""
        found = self._company.importing.by_reference.get(reference, [])
        return [order for order in found if order.session_id is not None]

    def times_created(self, reference: str) -> int:
        return len(self.orders_of(reference))

    def duplicates(self) -> dict[str, list[str]]:
        """Give the numbers of the orders that came twice in one session, by the client's reference.

        Stray spaces and case do not make another order; another session does.
        """
        groups: dict[tuple[int, str], list[Order]] = defaultdict(list)
        for order in self._company.orders.values():
            if order.session_id is not None:
                groups[order.session_id, order.ecommerce_number.strip().casefold()].append(order)
        found: dict[str, list[str]] = defaultdict(list)
        for group in groups.values():
            if len(group) > 1:
                found[group[0].ecommerce_number] += [order.number for order in group]
        return dict(found)

    def status(self, order: Order) -> str:
        return self._company.switches.status_names[order.stage]

    def sent_units(self, order: Order) -> dict[str, float]:
        """Give what has left of an order, by code."""
        return {code: units for code, units in self._units(order, "sent").items() if units}

    def short(self) -> dict[str, float]:
        """Give the units that are promised to orders and are not there, by code."""
        company = self._company
        missing = {company.variants[number].code: -company.stock.free(number) for number in company.stock.by_variant}
        return {code: float(units) for code, units in sorted(missing.items()) if units > 0}

    def not_adding_up(self) -> list[str]:
        """Give the numbers of orders whose total is not the sum of their lines and their delivery."""
        return [order.number for order in self._company.orders.values() if order.value != order.lines_value]

    def books(self) -> dict[str, Any]:
        """Give everything as JSON."""
        company = self._company
        return {
            "now": company.now().isoformat(),
            "company": company.name,
            "times_created": dict(Counter(o.ecommerce_number for o in company.orders.values() if o.session_id is not None)),
            "duplicates": self.duplicates(),
            "short": self.short(),
            "not_adding_up": self.not_adding_up(),
            "waiting": [waiting.draft.ecommerce_number for waiting in company.importing.waiting],
            "failed_imports": company.importing.failed,
            "refused": company.importing.refused,
            "sales_orders": {order.number: self.order(order) for order in company.orders.values()},
            "stock": self.stock(),
            "exports": {definition.name: number for number, definition in company.definitions.by_id.items()},
        }

    def stock(self) -> list[dict[str, Any]]:
        company = self._company
        return [
            {
                "code": company.variants[level.variant_id].code,
                "location": level.location_id,
                "overall": float(level.overall),
                "promised": float(level.promised),
                "allocated": float(level.allocated),
                "free": float(level.free),
                "shown_free": float(level.shown_free),
            }
            for level in company.stock.levels.values()
        ]

    def order(self, order: Order) -> dict[str, Any]:
        return {
            "id": order.id,
            "number": order.number,
            "session_id": order.session_id,
            "ecommerce_number": order.ecommerce_number,
            "cust_order_ref": order.cust_order_ref,
            "customer_id": order.customer_id,
            "order_type": order.order_type,
            "status": self.status(order),
            "pick": order.pick.value,
            "created_at": order.created_at.isoformat(),
            "value": str(order.value),
            "lines_value": str(order.lines_value),
            "delivery_method_id": order.delivery_method_id,
            "address": order.address,
            "instructions": order.instructions,
            "ignored_fields": order.ignored_fields,
            "lines": [
                {
                    "code": self._company.variants[line.variant_id].code,
                    "quantity": float(line.quantity),
                    "allocated": float(line.allocated),
                    "sent": float(line.sent),
                    "gross": str(line.gross),
                    "tax_rate_id": line.tax_rate_id,
                    "location": line.location_id,
                }
                for line in order.lines
            ],
            "deliveries": [self._delivery(order, delivery) for delivery in order.deliveries],
        }

    def _delivery(self, order: Order, delivery: Delivery) -> dict[str, Any]:
        return {
            "id": delivery.id,
            "at": delivery.at.isoformat(),
            "consignment": delivery.consignment,
            "units": {code: float(units) for code, units in delivered(self._company, order, delivery).items()},
        }

    def _units(self, order: Order, what: str) -> dict[str, float]:
        units: dict[str, float] = defaultdict(float)
        for line in order.lines:
            units[self._company.variants[line.variant_id].code] += float(getattr(line, what))
        return dict(units)


def delivered(company: "Company", order: Order, delivery: Delivery) -> dict[str, Any]:
    """Say what a delivery holds, by the code that was ordered; a kit counts as the kit."""
    codes = {line.id: company.variants[line.variant_id].code for line in order.lines}
    units: dict[str, Any] = defaultdict(int)
    for line_id, quantity in delivery.units.items():
        units[codes[line_id]] += quantity
    return dict(units)
