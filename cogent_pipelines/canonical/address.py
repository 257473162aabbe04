"""A postal address as a storefront gives it. Personal data: keep out of logs, metadata and previews."""

from cogent_pipelines.canonical.values import value


@value(frozen=True, slots=True)
class Address:
    """Empty text stands for what the customer left out; `country_code` is ISO 3166-1 alpha-2."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country_code: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return f"Address(country_code={self.country_code!r}, …)"
