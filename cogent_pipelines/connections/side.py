"""What a vendor's block of the YAML can do, whichever vendor it is: open its side, and say who vouches for its events."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field
from pydantic.fields import FieldInfo

from cogent_pipelines.connections.block import Block
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.ports.webhook import WebhookVerifier


@dataclass(frozen=True, slots=True)
class EventSource:
    """Who proves an event genuine. `max_age` None where the vendor's clock is not ours.

    `query` is what the vendor is given to add to our address; it may hold a secret. `login` is the user and password that
    stand in front of the host in it, for vendors that prove themselves so. `largest_body` in bytes, for vendors whose events
    may have more than the gateway takes of others.
    """

    verifier: WebhookVerifier
    max_age: timedelta | None
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    largest_body: int | None = None


# What a new connection has where nobody can know better: the file loads, and the person sees what to replace.
_TO_FILL_IN = "to be filled in"


class _Side(Block, ABC):
    usual: ClassVar[tuple[str, ...]] = ()
    """Fields that a new connection begins with although each may be left out: of several ways, the usual one."""

    vendor: str

    @classmethod
    def begun(cls, vendor: str, variable: Callable[[str], str]) -> dict[str, Any]:
        """What a new connection begins with: every required field and the usual ones, each with a value that loads.

        `variable` names the environment variable for a field or a secret; other fields have their first example.
        """
        del vendor
        fields = [(name, field) for name, field in cls.model_fields.items() if name != "vendor"]
        begun = [(name, field) for name, field in fields if field.is_required() or name in cls.usual]
        return {name: _first_value(name, field, variable) for name, field in begun}

    @abstractmethod
    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Who vouches for this side's events; None where no secret is named, and the side is polled.

        Raises:
            MissingVariables: a secret is named and not set.
        """


def _first_value(name: str, field: FieldInfo, variable: Callable[[str], str]) -> Any:
    if name.endswith("_env"):
        return variable(name)
    return field.examples[0] if field.examples else _TO_FILL_IN


class StorefrontSide(_Side):
    """Any storefront's block. `by_snapshot` is a trait of the vendor's: see `StockRules`."""

    by_snapshot: ClassVar[bool] = False

    @abstractmethod
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> AbstractContextManager[Storefront]:
        """The storefront, its wire closed with the block.

        Raises:
            MissingVariables: the environment lacks what the YAML names.
        """


class WarehouseSide(_Side):
    """Any warehouse's block."""

    sites: list[str] = Field(default_factory=list, description="Site references whose stock counts; empty means all.")

    def seen_within(self, looks_back: timedelta) -> timedelta | None:
        """How long a movement of stock may take until it is among the changes, beyond what every reading looks back.

        None where nobody knows. See `StockRules`.
        """
        del looks_back
        return timedelta(0)

    @abstractmethod
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> AbstractContextManager[Warehouse]:
        """The warehouse, its wire closed with the block.

        Raises:
            MissingVariables: the environment lacks what the YAML names.
        """
