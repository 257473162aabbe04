"""Reading who buys and where it goes from an order as it is handed in."""

from collections.abc import Iterable, Mapping
from typing import Any

from cogent_pipelines.simulators.shopify.people import (
    Address,
    Attribute,
    Company,
    CompanyContact,
    CompanyLocation,
    Customer,
    PurchasingCompany,
)
from cogent_pipelines.simulators.shopify.shop import Shop


def address_of(shop: Shop, given: Mapping[str, Any] | None) -> Address | None:
    """Read an address; snake_case or the API's own camelCase names."""
    if not given:
        return None

    def value(*names: str) -> str | None:
        return next((given[name] for name in names if given.get(name) is not None), None)

    return Address(
        shop.numbers.next("MailingAddress"),
        value("first_name", "firstName"),
        value("last_name", "lastName"),
        value("company"),
        value("address1"),
        value("address2"),
        value("city"),
        value("province"),
        value("province_code", "provinceCode"),
        value("zip", "postcode"),
        value("country"),
        value("country_code", "countryCode", "countryCodeV2"),
        value("phone"),
    )


def customer_of(shop: Shop, spec: Mapping[str, Any]) -> Customer | None:
    given = spec.get("customer")
    if not given:
        return None
    email = given.get("email") or spec.get("email")
    known = shop.customers_by_email.get(email) if email else None
    if known:
        return known
    customer = Customer(
        shop.numbers.next("Customer"),
        given.get("first_name"),
        given.get("last_name"),
        email,
        given.get("phone"),
        list(given.get("tags") or []),
        shop.now_ms(),
    )
    shop.customers[customer.id] = customer
    if email:
        shop.customers_by_email[email] = customer
    return customer


def purchaser_of(shop: Shop, spec: Mapping[str, Any], customer: Customer | None) -> PurchasingCompany | None:
    given = spec.get("company")
    if not given:
        return None
    now = shop.now_ms()
    company = shop.companies_by_name.get(given["name"])
    if company is None:
        company = Company(shop.numbers.next("Company"), given["name"], given.get("external_id"), now)
        shop.companies[company.id] = company
        shop.companies_by_name[company.name] = company
    place = given.get("location") or {}
    name = place.get("name") or company.name
    found = [row for row in shop.company_locations.values() if row.company is company and row.name == name]
    location = found[0] if found else None
    if location is None:
        number = shop.numbers.next("CompanyLocation")
        location = CompanyLocation(number, company, name, place.get("external_id"), now)
        shop.company_locations[location.id] = location
    contact = None
    if customer is not None:
        title = (given.get("contact") or {}).get("title")
        contact = CompanyContact(shop.numbers.next("CompanyContact"), company, customer, title, now)
    return PurchasingCompany(company, location, contact)


def attributes_of(given: Mapping[str, str] | Iterable[Mapping[str, str]] | None) -> tuple[Attribute, ...]:
    if not given:
        return ()
    if isinstance(given, Mapping):
        return tuple(Attribute(str(key), str(value)) for key, value in given.items())
    return tuple(Attribute(str(row["key"]), str(row["value"])) for row in given)
