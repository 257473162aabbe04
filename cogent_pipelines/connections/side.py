"""What a vendor's block of the YAML can do, whichever vendor it is: open its side, and say who vouches for its events."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from cogent_pipelines.connections.block import Block
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.ports.storefront import Storefront
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines.ports.webhook import WebhookVerifier


@dataclass(frozen=True, slots=True)
class EventSource:
    """Who proves an event genuine. `max_age` None where the vendor's clock is not ours.

    `query` is what the vendor is given to add to our address; it may hold a secret. `login` is the user and password that
    stand in front of the host in it, for vendors that prove themselves so.
    """

    verifier: WebhookVerifier
    max_age: timedelta | None
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)


class _Side(Block, ABC):
    vendor: str

    @abstractmethod
    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """Who vouches for this side's events; None where no secret is named, and the side is polled.

        Raises:
            MissingVariables: a secret is named and not set.
        """


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

    @abstractmethod
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> AbstractContextManager[Warehouse]:
        """The warehouse, its wire closed with the block.

        Raises:
            MissingVariables: the environment lacks what the YAML names.
        """
