"""Fields of customers, companies and addresses."""

from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.ids import gid, iso
from cogent_pipelines.simulators.shopify.people import Address, Customer


def register(registry: Registry) -> None:
    registry.plain(
        "MailingAddress",
        id=lambda a: f"gid://shopify/MailingAddress/{a.id}?model_name=Address",
        firstName=lambda a: a.first_name,
        lastName=lambda a: a.last_name,
        name=lambda a: " ".join(part for part in (a.first_name, a.last_name) if part) or None,
        company=lambda a: a.company,
        address1=lambda a: a.address1,
        address2=lambda a: a.address2,
        city=lambda a: a.city,
        province=lambda a: a.province,
        provinceCode=lambda a: a.province_code,
        zip=lambda a: a.zip,
        country=lambda a: a.country,
        countryCode=lambda a: a.country_code,
        countryCodeV2=lambda a: a.country_code,
        phone=lambda a: a.phone,
        latitude=lambda _: None,
        longitude=lambda _: None,
        coordinatesValidated=lambda _: False,
        timeZone=lambda _: None,
        formattedArea=lambda a: ", ".join(part for part in (a.city, a.province_code, a.country) if part),
    )

    @registry.resolver("MailingAddress", "formatted")
    def _formatted(address: Address, arguments: Arguments, _: RequestContext) -> list[str]:
        name = " ".join(part for part in (address.first_name, address.last_name) if part)
        rows = [name if arguments.get("withName") else None, address.company if arguments.get("withCompany") else None]
        rows += [address.address1, address.address2, address.city, address.province, address.zip, address.country]
        return [row for row in rows if row]

    registry.plain(
        "Customer",
        id=lambda c: gid("Customer", c.id),
        legacyResourceId=lambda c: str(c.id),
        firstName=lambda c: c.first_name,
        lastName=lambda c: c.last_name,
        displayName=lambda c: " ".join(p for p in (c.first_name, c.last_name) if p) or c.email or "",
        email=lambda c: c.email,
        phone=lambda c: c.phone,
        defaultEmailAddress=lambda c: c if c.email else None,
        defaultPhoneNumber=lambda c: c if c.phone else None,
        tags=lambda c: c.tags,
        note=lambda _: None,
        locale=lambda _: "en",
        state=lambda _: "DISABLED",
        taxExempt=lambda _: False,
        verifiedEmail=lambda c: bool(c.email),
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain("CustomerEmailAddress", emailAddress=lambda c: c.email, validFormat=lambda _: True)
    registry.plain("CustomerPhoneNumber", phoneNumber=lambda c: c.phone)

    @registry.resolver("Customer", "numberOfOrders")
    def _orders_of(customer: Customer, _: Arguments, context: RequestContext) -> str:
        return str(sum(order.customer is customer for order in context.shop.orders.values()))

    registry.plain(
        "PurchasingCompany",
        company=lambda p: p.company,
        location=lambda p: p.location,
        contact=lambda p: p.contact,
    )
    registry.plain(
        "Company",
        id=lambda c: gid("Company", c.id),
        name=lambda c: c.name,
        externalId=lambda c: c.external_id,
        note=lambda _: None,
        createdAt=lambda c: iso(c.created_at),
        customerSince=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain(
        "CompanyLocation",
        id=lambda c: gid("CompanyLocation", c.id),
        company=lambda c: c.company,
        name=lambda c: c.name,
        externalId=lambda c: c.external_id,
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
    registry.plain(
        "CompanyContact",
        id=lambda c: gid("CompanyContact", c.id),
        company=lambda c: c.company,
        customer=lambda c: c.customer,
        title=lambda c: c.title,
        isMainContact=lambda _: True,
        createdAt=lambda c: iso(c.created_at),
        updatedAt=lambda c: iso(c.created_at),
    )
