"""What every block of a connection's YAML has in common: no misspelt fields, no secrets, time zones that exist."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

EnvName = Annotated[
    str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", description="The name of an environment variable; never the secret itself.")
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"{name!r} is no time zone; use a name such as Europe/London"
        raise ValueError(msg) from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Block(BaseModel):
    """A misspelt field is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
