"""OrderWise on the bench: the real adapter over a stand-in, whichever stands in.

A stand-in says how it is reached and lets a test plant, take away and look into its books. The hand-made tenant of the
adapter's own tests is one; a simulator joins as another class with the same methods.
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx
from starlette.types import ASGIApp

from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.sales_order import SalesOrder
from cogent_pipelines.connections.assembly import VendorServices
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock
from cogent_pipelines.ports.warehouse import Warehouse
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import REQUIRED
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import (
    PASSWORD,
    SESSION,
    USER,
    Held,
    LostAnswer,
    Tenant,
    level,
)
from cogent_pipelines_tests.contracts.benches import KNOWN, OTHER
from cogent_pipelines_tests.journeys.wire import OurClock, Router, WorldClock

HOST = "northwind.orderwisecloud.com"


class OrderWiseStandIn(Protocol):
    """`block` is the connection's YAML for it, `environment` the variables that the block names."""

    app: ASGIApp
    block: dict[str, Any]
    environment: dict[str, str]

    def times_created(self, ref: str) -> int: ...

    def lose_the_next_answer(self) -> None: ...

    def go_away(self) -> None: ...

    def discontinue(self, code: str) -> None: ...

    def set_stock(self, code: str, units: int) -> None: ...

    def despatch(self, ref: str) -> None: ...

    def give_consignment_numbers(self) -> None: ...


class HandMadeOrderWise:
    """The small tenant that the adapter's tests use, with two known variants in stock."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._tenant = Tenant(variants={KNOWN: True, OTHER: True})
        self.app: ASGIApp = self._tenant
        self.block: dict[str, Any] = {
            "session_id": SESSION,
            "customer_id": 1001,
            "delivery_methods": {"": 3},
            "export_definitions": {str(question): number for question, number in REQUIRED.items()},
        }
        self.environment = {"OW_USER": USER, "OW_PASSWORD": PASSWORD}
        self.set_stock(KNOWN, 10)
        self.set_stock(OTHER, 10)

    def times_created(self, ref: str) -> int:
        return self._tenant.created[ref]

    def lose_the_next_answer(self) -> None:
        self._tenant.answers["create"] = [LostAnswer()]

    def go_away(self) -> None:
        self._tenant.is_away = True

    def discontinue(self, code: str) -> None:
        self._tenant.variants[code] = False

    def set_stock(self, code: str, units: int) -> None:
        others = [row for row in self._tenant.stock if row["sku"] != code]
        self._tenant.stock = [*others, level(code, float(units), at=self._now)]

    def despatch(self, ref: str) -> None:
        [held] = [order for order in self._tenant.orders if order.ref == ref]
        self._leave(held)

    def _leave(self, held: Held) -> None:
        held.status = "Completed"
        for at, (code, ordered, _) in enumerate(held.lines, 1):
            held.lines[at - 1][2] = ordered
            self._tenant.moves(held, self._now, code, float(ordered), line_id=at)
        self._tenant.delivers(held, self._now)

    def give_consignment_numbers(self) -> None:
        for at, delivery in enumerate(self._tenant.deliveries):
            delivery["consignment_number"] = f"CN{at}"

    @property
    def _now(self) -> str:
        """As the server prints it: in winter London's time is ours."""
        return self._clock.now().astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


class OrderWiseBench:
    """What the contract needs, over any stand-in."""

    def __init__(self, stands_in: type[HandMadeOrderWise] = HandMadeOrderWise) -> None:
        # In winter, so that the zone of the server is no matter of the contract.
        self.clock = WorldClock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
        self._stand_in: OrderWiseStandIn = stands_in(self.clock)
        router: httpx.AsyncBaseTransport = Router(self.clock, {HOST: self._stand_in.app})
        self._services = VendorServices.in_memory(OurClock(self.clock), engine=router)
        self._block = OrderWiseBlock.model_validate(
            {
                "vendor": "orderwise",
                "base_url": f"https://{HOST}/owapi",
                "username_env": "OW_USER",
                "password_env": "OW_PASSWORD",
                "rate_limited": False,
                **self._stand_in.block,
            }
        )
        self._open = ExitStack()
        self.port = self.another_process()

    def now(self) -> datetime:
        return self.clock.now()

    def another_process(self) -> Warehouse:
        return self._open.enter_context(self._block.open(self._services, self._stand_in.environment))

    def times_created(self, ref: SalesOrderRef) -> int:
        return self._stand_in.times_created(ref)

    def refuses(self, order: SalesOrder) -> None:
        """Nothing to do: the variant of that order is unknown here."""

    def loses_an_answer(self, order: SalesOrder) -> None:
        self._stand_in.lose_the_next_answer()

    def goes_away(self) -> None:
        self._stand_in.go_away()

    def deactivates(self, sku: Sku) -> None:
        self._stand_in.discontinue(sku)

    def has(self, sku: Sku, units: int) -> None:
        self.clock.advance(60)
        self._stand_in.set_stock(sku, units)

    def sends(self, order: SalesOrder) -> None:
        self._stand_in.despatch(order.ref)

    def tracking_arrives(self) -> None:
        self._stand_in.give_consignment_numbers()

    def close(self) -> None:
        self._open.close()
