"""Listing orders: the published filters, and the order in which they come.

The list of filters is published as far as `lastName`; what else there may be is refused or ignored as a switch says. The
sort order is not published either (list-orders page, read 2026-11).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cogent_pipelines.simulators.scayle.calls import Call
from cogent_pipelines.simulators.scayle.order_json import detailed_codes, overall_status
from cogent_pipelines.simulators.scayle.records import Order, ShopCountry
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.times import iso_moment

WITH = frozenset({"legacyCustomData", "items.legacyCustomData", "customer.legacyCustomData"})
STATUSES = frozenset(
    {
        "order_open",
        "payment_pending",
        "payment_reserved",
        "invoice_partially_completed",
        "invoice_completed",
        "cancellation_pending",
        "cancellation_completed",
    }
)
Test = Callable[[Order], bool]
_LATEST = 10**12


def wanted(call: Call) -> frozenset[str]:
    """Read `with=`."""
    found = frozenset(part for key, value in call.query if key == "with" for part in value.split(",") if part)
    if unknown := found - WITH:
        raise refused(400, "unknown nested resource", **{"with": sorted(unknown)})
    return found


def tests(call: Call) -> list[Test]:
    """Turn the query into tests that an order must pass, all of them."""
    found = []
    for key, value in call.query:
        if key in {"limit", "cursor", "with"}:
            continue
        name = key[8:-1] if key.startswith("filters[") and key.endswith("]") else ""
        make = FILTERS.get(name)
        if make is not None:
            found.append(make(call, value))
        elif call.switches.unknown_filters == "refuse":
            raise refused(400, "unknown parameter", parameter=key)
    return found


def _number(value: str) -> int:
    if not value.isascii() or not value.isdecimal():
        raise refused(400, "a number is expected", value=value)
    return int(value)


def _listed(value: str) -> frozenset[str]:
    return frozenset(part.strip() for part in value.split(",") if part.strip())


def _ids(read: Callable[[Order], int]) -> Callable[[Call, str], Test]:
    def make(_: Call, value: str) -> Test:
        chosen = {_number(part) for part in _listed(value)}
        return lambda order: read(order) in chosen

    return make


def _least(read: Callable[[Order], Any], parse: Callable[[Call, str], Any]) -> Callable[[Call, str], Test]:
    def make(call: Call, value: str) -> Test:
        bound = parse(call, value)
        return lambda order: read(order) >= bound

    return make


def _most(read: Callable[[Order], Any], parse: Callable[[Call, str], Any]) -> Callable[[Call, str], Test]:
    def make(call: Call, value: str) -> Test:
        bound = parse(call, value)
        return lambda order: read(order) <= bound

    return make


def _texts(read: Callable[[Order], str]) -> Callable[[Call, str], Test]:
    def make(_: Call, value: str) -> Test:
        chosen = _listed(value)
        return lambda order: read(order) in chosen

    return make


def _status(call: Call, value: str) -> Test:
    chosen = _listed(value)
    if unknown := chosen - STATUSES:
        raise refused(400, "unknown status", status=sorted(unknown))
    return lambda order: overall_status(order, call.switches) in chosen


def _detailed(_: Call, value: str) -> Test:
    chosen = _listed(value)
    if any(part.count(".") != 1 for part in chosen):
        raise refused(400, "detailedStatus is group.code", detailedStatus=value)
    return lambda order: any(f"{group}.{code}" in chosen for group, code in detailed_codes(order).items())


def _moment(call: Call, value: str) -> Any:
    moment = iso_moment(value, call.switches.naive_time_zone)
    if moment is None:
        # A `+` that was not encoded arrives as a space.
        raise refused(400, "an ISO 8601 date is expected", value=value)
    return moment


def _int(_: Call, value: str) -> int:
    return _number(value)


FILTERS: dict[str, Callable[[Call, str], Test]] = {
    "id": _ids(lambda order: order.id),
    "minId": _least(lambda order: order.id, _int),
    "maxId": _most(lambda order: order.id, _int),
    "minCreatedAt": _least(lambda order: order.created_at, _moment),
    "maxCreatedAt": _most(lambda order: order.created_at, _moment),
    "minUpdatedAt": _least(lambda order: order.updated_at, _moment),
    "maxUpdatedAt": _most(lambda order: order.updated_at, _moment),
    "referenceKey": _texts(lambda order: order.reference_key),
    "customerReferenceKey": _texts(lambda order: order.customer.reference_key),
    "customerId": _ids(lambda order: order.customer.id),
    "minCustomerId": _least(lambda order: order.customer.id, _int),
    "maxCustomerId": _most(lambda order: order.customer.id, _int),
    "billingAddressCountryCode": _texts(lambda order: str(order.billing["countryCode"])),
    "shippingAddressCountryCode": _texts(lambda order: str(order.shipping["countryCode"])),
    "status": _status,
    "detailedStatus": _detailed,
    "firstName": _texts(lambda order: order.customer.first_name),
    "lastName": _texts(lambda order: order.customer.last_name),
}


def chosen(orders: Iterable[Order], shop_country: ShopCountry, conditions: list[Test], sort: str) -> Iterator[Order]:
    """Give a shop country's orders that pass, in the order of the list."""
    rows = (order for order in orders if order.shop_country is shop_country and all(test(order) for test in conditions))
    # Numbers only grow, so that the orders stand by number.
    return rows if sort == "id" else iter(sorted(rows, key=PLACES[sort]))


def _by_number(order: Order) -> str:
    return f"{order.id:012d}"


def _newest_first(order: Order) -> str:
    return f"{_LATEST - order.id:012d}"


def _by_update(order: Order) -> str:
    return f"{int(order.updated_at.timestamp()):012d} {order.id:012d}"


PLACES: dict[str, Callable[[Order], str]] = {"id": _by_number, "newest_first": _newest_first, "updated": _by_update}
