"""Who buys and where it goes: customers, companies, addresses."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple


class Attribute(NamedTuple):
    key: str
    value: str


class Address(NamedTuple):
    id: int
    first_name: str | None
    last_name: str | None
    company: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province: str | None
    province_code: str | None
    zip: str | None
    country: str | None
    country_code: str | None
    phone: str | None


@dataclass(slots=True)
class Customer:
    id: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    tags: list[str]
    created_at: int
    gql: ClassVar[str] = "Customer"


@dataclass(slots=True)
class Company:
    id: int
    name: str
    external_id: str | None
    created_at: int
    gql: ClassVar[str] = "Company"


@dataclass(slots=True)
class CompanyLocation:
    id: int
    company: Company
    name: str
    external_id: str | None
    created_at: int
    gql: ClassVar[str] = "CompanyLocation"


@dataclass(slots=True)
class CompanyContact:
    id: int
    company: Company
    customer: Customer
    title: str | None
    created_at: int
    gql: ClassVar[str] = "CompanyContact"


@dataclass(slots=True)
class PurchasingCompany:
    company: Company
    location: CompanyLocation
    contact: CompanyContact | None
    gql: ClassVar[str] = "PurchasingCompany"
