"""The integration templates: which fields an import may carry, of what kind and length, and which are the key.

Names, kinds and lengths follow the tables that connector vendors publish; headings marked "assumed" appear in no source
and are this simulator's own. A tenant may rename headings and leave columns or whole templates out; `Headings` gives
one tenant's view. What a row of a template does to the warehouse is `imports`, what reading one gives is `reads`.
"""

from dataclasses import dataclass

from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.values import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a template, under its default heading."""

    name: str
    kind: Kind = "text"
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """One integration template; `key` are the fields by which a row is found again."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    saves: bool = True

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def _text(length: int | None, *names: str) -> list[Field]:
    return [Field(name, "text", length) for name in names]


def _of(kind: Kind, *names: str) -> list[Field]:
    return [Field(name, kind) for name in names]


def _address(prefix: str) -> list[Field]:
    parts = ("Line1", "Line2", "City", "Region", "Postcode", "Country", "Reference")
    return _text(100, *(f"{prefix}{part}" for part in parts))


def _attributes(count: int, length: int = 500) -> list[Field]:
    return _text(length, *(f"Attribute{number}" for number in range(1, count + 1)))


_ITEM_TYPES = [
    *_text(50, "ItemCode", "Name", "Barcode", "ItemGroup"),
    *_of("decimal", "RetailPrice"),
    Field("Description", "text", 250),
    Field("UnitOfMeasure", "text", 10),
    *_of("int", "DefaultEconomicOrderQuantity", "DefaultLeadTime"),
    Field("DefaultSuppliersPartNumber", "text", 50),
    *_of("bool", "HasSerialNumbers", "UseManufacturersSerialNumber"),
    *_of("int", "ReorderPoint"),
    *_text(50, "Traceability"),
    *_of("int", "ShelfLife", "DefaultNumberItemsPerContainer"),
    Field("DefaultContainerType", "text", 50),
    *_of("int", "DefaultNumberItemsPerOuterCase", "DefaultNumberItemsPerInnerCase"),
    *_of("decimal", "BuyPrice", "WholesalePrice", "Weight"),
    Field("WeightMeasure", "text", 10),
    *_of("decimal", "Height", "Width", "Depth"),
    Field("DimensionMeasure", "text", 10),
    Field("Tags", "text", 8000),
    *_attributes(15),
    Field("TaxCode", "text", 50),
    *_of("int", "MinimumPickLocationQuantity", "DefaultReplenishmentQuantity"),
]

_SALES_ORDERS = [
    Field("SalesOrderNumber", "text", 30),
    *_text(50, "Customer", "CustomerPurchaseOrderReferenceNumber"),
    *_address("ShippingAddress"),
    *_address("InvoiceAddress"),
    *_of("bool", "IsPartialShipment"),
    Field("Status", "text", 50),
    *_of("date", "RequestedDeliveryDate"),
    *_of("decimal", "ShippingCost"),
    Field("Email", "text", 500),
    Field("ContactName", "text", 100),
    *_of("decimal", "TotalSale", "Discount", "TaxPaid"),
    *_of("date", "CreatedDate"),
    Field("PaymentMethod", "text", 50),
    Field("ServiceType", "text", 100),
    Field("ChannelName", "text", 50),
    # Seen in a connector's schemas and another's samples; lengths assumed.
    Field("Site", "text", 50),
    *_of("bool", "OnHold", "StopShip"),
    *_text(100, "DespatchTrackingNumber", "CarrierName"),
    *_attributes(5),
]

_SALES_ORDER_ITEMS = [
    Field("SalesOrderNumber", "text", 30),
    Field("ItemCode", "text", 50),
    *_of("int", "QuantityOrdered"),
    *_of("date", "RequestedDeliveryDate"),
    Field("Line", "text", 16),
    *_of("int", "Sequence"),
    *_of("decimal", "SalePrice"),
    *_attributes(3),
]

_CUSTOMERS = [
    *_text(50, "Name", "Reference", "FirstName", "LastName", "Phone", "Mobile"),
    Field("Email", "text", 500),
    *_of("decimal", "CreditLimit"),
    Field("CreditStatus", "text", 50),
    *_of("bool", "Wholesaler"),
    Field("CustomerType", "text", 50),
]

_PURCHASE_ORDERS = [
    *_text(50, "PurchaseOrderNumber", "Status", "Reference", "Supplier"),
    *_address("Address"),
    *_of("date", "RequestedDeliveryDate", "SubmittedDate"),
    Field("User", "text", 50),
    *_of("date", "EndDate", "ExpectedDeliveryDate"),
    Field("Site", "text", 50),
]

_PURCHASE_ORDER_ITEMS = [
    *_text(50, "PurchaseOrderNumber", "ItemCode", "Status"),
    *_of("int", "Quantity"),
    *_of("date", "RequestedDeliveryDate"),
    Field("Line", "text", 16),
    *_of("int", "Sequence"),
    *_of("decimal", "CostPrice"),
    *_of("date", "ExpectededDeliveryDate"),  # spelt so in the published template
]

_SUPPLIERS = [
    *_text(50, "Name", "Reference", "FirstName", "LastName", "Phone", "Mobile"),
    Field("Email", "text", 500),
    *_of("decimal", "CreditLimit"),
    Field("Notes", "text", 500),
]


def _template(
    name: str, key: tuple[str, ...], fields: list[Field], required: tuple[str, ...] | None = None, *, saves: bool = True
) -> Template:
    return Template(name, key, tuple(fields), key if required is None else required, saves)


_ALL = (
    _template("Item types", ("ItemCode",), _ITEM_TYPES, ("ItemCode", "Barcode")),
    _template("Item type groups", ("Name",), _text(50, "Name", "ProductGroup")),
    _template(
        "Item type kittings",
        ("ParentItemCode", "ChildItemCode"),
        [*_text(50, "ParentItemCode", "ChildItemCode"), *_of("int", "Quantity")],
        ("ParentItemCode", "ChildItemCode", "Quantity"),
    ),
    _template("Customers", ("Reference",), _CUSTOMERS),
    _template(
        "Customer addresses",
        ("CustomerReference", "AddressReference"),
        [Field("CustomerReference", "text", 50), *_address("Address")],
        ("CustomerReference",),
    ),
    _template("Sales orders", ("SalesOrderNumber",), _SALES_ORDERS),
    _template(
        "Sales order items",
        ("SalesOrderNumber", "ItemCode", "Line"),
        _SALES_ORDER_ITEMS,
        ("SalesOrderNumber", "ItemCode"),
    ),
    _template("Purchase orders", ("PurchaseOrderNumber",), _PURCHASE_ORDERS),
    _template(
        "Purchase order items",
        ("PurchaseOrderNumber", "ItemCode", "Line"),
        _PURCHASE_ORDER_ITEMS,
        ("PurchaseOrderNumber", "ItemCode"),
    ),
    _template("Suppliers", ("Reference",), _SUPPLIERS),
    _template(
        "Supplier addresses",
        ("SupplierReference", "AddressReference"),
        [Field("SupplierReference", "text", 50), *_address("Address")],
        ("SupplierReference",),
    ),
    # Headings assumed from here on, but for Service types and Sites.
    _template("Carriers", ("Name",), _text(100, "Name", "Number", "Reference")),
    _template("Service types", ("Carrier", "Code"), _text(100, "Carrier", "Name", "Code")),
    _template("Sites", ("Reference",), _text(50, "Name", "Reference")),
    _template("Locations", ("Barcode",), _text(50, "Barcode", "Name", "LocationType", "Site")),
    _template("Location groups", ("Name",), _text(50, "Name", "LocationGroupType", "Site")),
    _template("Location group types", ("Name",), _text(50, "Name")),
    _template("Item type suppliers", ("ItemCode", "Supplier"), _text(50, "ItemCode", "Supplier", "SuppliersPartNumber")),
    _template("Item type units", ("ItemCode", "UnitType"), [*_text(50, "ItemCode", "UnitType"), *_of("int", "Quantity")]),
    _template("Unit types", ("Name",), _text(50, "Name")),
    _template("Package types", ("Name",), [*_text(50, "Name"), *_of("decimal", "Weight", "Height", "Width", "Depth")]),
    _template("Tax codes", ("Code",), [*_text(50, "Code", "Name"), *_of("decimal", "Rate")]),
    _template("Roles", ("Name",), _text(50, "Name"), saves=False),
    _template("Return reasons", ("Code",), _text(50, "Code", "Name")),
    _template("Payment methods", ("Name",), _text(50, "Name", "Code")),
    _template(
        "Despatches",
        ("DespatchNumber",),
        [
            *_text(50, "DespatchNumber", "SalesOrderNumber", "Carrier", "ServiceType"),
            *_of("date", "DespatchDate"),
            *_text(100, "TrackingNumber"),
            *_of("int", "NumberOfPackages"),
            *_text(50, "Site"),
        ],
        saves=False,
    ),
    _template(
        "Despatch packages",
        ("DespatchNumber", "PackageName"),
        [
            *_text(50, "DespatchNumber", "PackageName", "SalesOrderNumber"),
            *_text(100, "TrackingNumber"),
            *_of("date", "DespatchDate"),
            *_of("int", "NumberOfItems"),
        ],
        saves=False,
    ),
)

TEMPLATES: dict[str, Template] = {template.name.casefold(): template for template in _ALL}


class Headings:
    """One tenant's view of one template: its own headings, in its own order."""

    __slots__ = ("by_heading", "fields", "headings", "template")

    def __init__(self, template: Template, switches: Switches) -> None:
        self.template = template
        chosen = switches.template_columns.get(template.name)
        self.fields = [f for f in template.fields if chosen is None or f.name in chosen or f.name in template.key]
        renamed = switches.tenant_headings.get(template.name, {})
        self.headings = [renamed.get(f.name, f.name) for f in self.fields]
        self.by_heading = {h.casefold(): f for h, f in zip(self.headings, self.fields, strict=True)}


def tenant_headings(template_name: str, switches: Switches) -> Headings | None:
    """Give a tenant's headings; `None` where no such template exists or the tenant has not configured it."""
    template = TEMPLATES.get(template_name.strip().casefold())
    if template is None or template.name in switches.unconfigured_templates:
        return None
    return Headings(template, switches)
