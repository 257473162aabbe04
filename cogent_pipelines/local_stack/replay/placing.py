"""One invoice as the JSON with which the stand-in storefront takes an order; addresses made up from the country, by seed.

The source has no addresses. Those made here are plausible in form and belong to nobody.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from cogent_pipelines.local_stack.replay.invoices import Invoice, InvoiceLine, Nature

UK = "United Kingdom"
_VAT = "0.2"

# ISO code, a town, and a postcode in the country's form ('9' a digit, 'A' a letter; empty where there is none).
_PLACES: Mapping[str, tuple[str, str, str]] = {
    UK: ("GB", "Leeds", "LS9 9AA"),
    "EIRE": ("IE", "Dublin", "D99 A9A9"),
    "Channel Islands": ("JE", "St Helier", "JE9 9AA"),
    "Germany": ("DE", "Köln", "99999"),
    "France": ("FR", "Lyon", "99999"),
    "Netherlands": ("NL", "Utrecht", "9999 AA"),
    "Spain": ("ES", "Sevilla", "99999"),
    "Belgium": ("BE", "Gent", "9999"),
    "Switzerland": ("CH", "Bern", "9999"),
    "Australia": ("AU", "Perth", "9999"),
    "Portugal": ("PT", "Porto", "9999-999"),
    "Norway": ("NO", "Bergen", "9999"),
    "Cyprus": ("CY", "Limassol", "9999"),
    "Italy": ("IT", "Torino", "99999"),
    "Finland": ("FI", "Turku", "99999"),
    "Japan": ("JP", "Kobe", "999-9999"),
    "Sweden": ("SE", "Lund", "999 99"),
    "Hong Kong": ("HK", "Kowloon", ""),
    "Poland": ("PL", "Gdańsk", "99-999"),
    "Denmark": ("DK", "Aarhus", "9999"),
    "Austria": ("AT", "Graz", "9999"),
    "Singapore": ("SG", "Singapore", "999999"),
    "Iceland": ("IS", "Akureyri", "999"),
    "Greece": ("GR", "Patras", "999 99"),
    "Canada": ("CA", "Halifax", "A9A 9A9"),
    "Malta": ("MT", "Sliema", "AAA 9999"),
    "Lebanon": ("LB", "Tripoli", "9999"),
    "Israel": ("IL", "Haifa", "9999999"),
    "Lithuania": ("LT", "Kaunas", "99999"),
    "Brazil": ("BR", "Recife", "99999-999"),
    "United Arab Emirates": ("AE", "Sharjah", ""),
    "USA": ("US", "Portland", "99999"),
    "Bahrain": ("BH", "Manama", "999"),
    "Czech Republic": ("CZ", "Brno", "999 99"),
    "Saudi Arabia": ("SA", "Jeddah", "99999"),
    "RSA": ("ZA", "Durban", "9999"),
    # The source says no more; both are sent where the retailer's own parcels went most.
    "European Community": ("BE", "Brussel", "9999"),
    "Unspecified": ("GB", "Leeds", "LS9 9AA"),
}
_STREETS = ("Mill Lane", "Station Road", "High Street", "Park View", "Church Walk", "Orchard Close", "Harbour Road")
_FIRST = ("Alex", "Sam", "Robin", "Kim", "Charlie", "Jo", "Max", "Nicky", "Pat", "Toni")
_LAST = ("Ashdown", "Birch", "Carver", "Denholm", "Easton", "Fielding", "Garland", "Holt", "Ingram", "Jessop")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def order_of(invoice: Invoice, *, seed: int) -> dict[str, Any]:
    """Turn an invoice into an order: goods and vouchers as lines, charges as shipping lines, VAT inside UK prices.

    Raises:
        KeyError: the country is not one that the source is known to hold.
    """
    random = Random(f"{seed}/{invoice.customer or invoice.number}")
    address = _address(invoice.country, random)
    taxed = address["country_code"] == "GB"
    return {
        "name": invoice.number,
        "created_at": f"{invoice.at:%Y-%m-%dT%H:%M:%S}Z",
        "lines": [_line(line) for line in invoice.lines if line.nature is not Nature.CHARGE] or [_nothing(invoice)],
        "shipping": [_charge(line) for line in invoice.lines if line.nature is Nature.CHARGE],
        "taxes_included": True,
        "email": f"buyer-{invoice.customer or invoice.number}@example.com",
        "shipping_address": address,
        **({"tax_rate": _VAT, "tax_title": "VAT"} if taxed else {}),
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    placed: dict[str, Any] = {
        "sku": line.sku,
        "title": line.title or line.sku,
        "quantity": line.quantity,
        "price": str(line.unit_price),
    }
    if line.nature is Nature.VOUCHER:
        placed |= {"gift_card": True, "requires_shipping": False, "taxable": False}
    return placed


def _nothing(invoice: Invoice) -> dict[str, Any]:
    """A storefront order has a line; an invoice of charges alone gets one that is a note and costs nothing."""
    return {"title": f"Charges of invoice {invoice.number}", "quantity": 1, "price": "0", "requires_shipping": False}


def _charge(line: InvoiceLine) -> dict[str, Any]:
    price = line.value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"title": line.title or line.sku, "code": line.sku, "price": str(price)}


def _address(country: str, random: Random) -> dict[str, str]:
    code, city, form = _PLACES[country]
    return {
        "first_name": random.choice(_FIRST),
        "last_name": random.choice(_LAST),
        "address1": f"{random.randint(1, 240)} {random.choice(_STREETS)}",
        "city": city,
        "zip": "".join(_filled(mark, random) for mark in form),
        "country": country,
        "country_code": code,
    }


def _filled(mark: str, random: Random) -> str:
    if mark == "9":
        return str(random.randint(1, 9))
    return random.choice(_LETTERS) if mark == "A" else mark
