"""The account's own lists: warehouse, client, couriers, countries, reasons for returns. Data and look-ups only."""

from dataclasses import dataclass

from cogent_pipelines.simulators.common.words import words

CLIENT_ID = 3
CLIENT_CODE = "NW"
WAREHOUSE_ID = 3
WAREHOUSE = "Main Warehouse"
WAREHOUSE_CODE = "MAIN"


@dataclass(frozen=True, slots=True)
class Courier:
    id: int
    name: str
    kind: str
    url: str


COURIERS = (
    Courier(12, "ROYAL MAIL TRACKED 48", "RoyalMail", "https://track.royal-mail.example.com/"),
    Courier(13, "DPD NEXT DAY", "DPD", "https://track.dpd.example.com/"),
    Courier(14, "EVRI STANDARD", "Evri", "https://track.evri.example.com/"),
)
# Generic words that an account's rules turn into a courier's service.
_GENERIC = {"AUTO": COURIERS[0], "STANDARD": COURIERS[0], "NEXT DAY": COURIERS[1]}

RETURN_REASONS = ((1, "Does not fit"), (2, "Arrived damaged"), (3, "Changed mind"), (4, "Wrong item"))

_PAIRS = words(
    "GB:GBR AT:AUT AU:AUS BE:BEL BG:BGR BR:BRA CA:CAN CH:CHE CN:CHN CY:CYP CZ:CZE DE:DEU DK:DNK EE:EST ES:ESP FI:FIN",
    "FR:FRA GG:GGY GI:GIB GR:GRC HK:HKG HR:HRV HU:HUN IE:IRL IL:ISR IM:IMN IN:IND IS:ISL IT:ITA JE:JEY JP:JPN KR:KOR",
    "LI:LIE LT:LTU LU:LUX LV:LVA MC:MCO MT:MLT MX:MEX NL:NLD NO:NOR NZ:NZL PL:POL PT:PRT RO:ROU RS:SRB SE:SWE SG:SGP",
    "SI:SVN SK:SVK TR:TUR UA:UKR US:USA ZA:ZAF AE:ARE SA:SAU NG:NGA KE:KEN EG:EGY MA:MAR TH:THA VN:VNM MY:MYS PH:PHL",
)
_NAMES = {
    "GB": "United Kingdom",
    "IE": "Ireland",
    "FR": "France",
    "DE": "Germany",
    "ES": "Spain",
    "IT": "Italy",
    "NL": "Netherlands",
    "US": "United States",
}
COUNTRIES = tuple(
    {"ID": number, "Name": _NAMES.get(two, two), "Code": two, "Code3": three}
    for number, (two, three) in enumerate((pair.split(":") for pair in _PAIRS), start=1)
)


def country_of(text: str) -> int | None:
    """Find a country by its two or three letters or its name; UK is GB."""
    wanted = {"UK": "GB"}.get(text.strip().upper(), text.strip().upper())
    for country in COUNTRIES:
        if wanted in (country["Code"], country["Code3"], str(country["Name"]).upper()):
            return int(str(country["ID"]))
    return None


def courier_of(*, name: str, number: int | None) -> Courier | None:
    """Find a courier's service by its number, its name, or a word that stands for one."""
    for courier in COURIERS:
        if courier.id == number or courier.name == name.strip().upper():
            return courier
    return _GENERIC.get(name.strip().upper())
