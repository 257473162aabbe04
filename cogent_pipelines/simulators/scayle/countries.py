"""The two spellings of a country: alpha-2 in paths, fulfilment bodies and delegation; alpha-3 in addresses and filters."""

from cogent_pipelines.simulators.common.words import words

_PAIRS = words(
    "AT:AUT AU:AUS BE:BEL BG:BGR BR:BRA CA:CAN CH:CHE CN:CHN CY:CYP CZ:CZE DE:DEU DK:DNK EE:EST ES:ESP FI:FIN FR:FRA",
    "GB:GBR GG:GGY GI:GIB GR:GRC HK:HKG HR:HRV HU:HUN IE:IRL IL:ISR IM:IMN IN:IND IS:ISL IT:ITA JE:JEY JP:JPN KR:KOR",
    "LI:LIE LT:LTU LU:LUX LV:LVA MC:MCO MT:MLT MX:MEX NL:NLD NO:NOR NZ:NZL PL:POL PT:PRT RO:ROU RS:SRB SE:SWE SG:SGP",
    "SI:SVN SK:SVK TR:TUR UA:UKR US:USA ZA:ZAF AE:ARE SA:SAU",
)
_ALPHA3 = dict(pair.split(":") for pair in _PAIRS)
_ALPHA2 = {three: two for two, three in _ALPHA3.items()}


def alpha3(code: str) -> str:
    """Raises LookupError for a country that the stand-in does not know."""
    return _ALPHA3[code.upper()]


def alpha2(code: str) -> str:
    """Give the two letters for three."""
    return _ALPHA2[code]
