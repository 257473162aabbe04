"""The account's service: what can be called where, and how it says no."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.door import Call, Operation, Refused, json_response
from cogent_pipelines.simulators.common.depot.wire import too_fast
from cogent_pipelines.simulators.scend.access import Access
from cogent_pipelines.simulators.scend.creating import Creating
from cogent_pipelines.simulators.scend.names import inward, outward
from cogent_pipelines.simulators.scend.operations import Operations
from cogent_pipelines.simulators.scend.switches import Switches


class Service:
    """A `Vendor`."""

    def __init__(
        self, *, access: Access, switches: Switches, clock: Clock, creating: Creating, operations: Operations
    ) -> None:
        self._access = access
        self._switches = switches
        self._clock = clock
        self._creating = creating
        self._operations = operations

    def operations(self) -> Sequence[Operation]:
        """Say what can be called, by the paths of now; literal ones come first."""
        create, do = self._switches.create_method, self._operations
        found = [
            self._operation("CreateOrder", create, "orders", self._creating.create, takes_body=True),
            self._operation("ListOrders", "GET", "orders", do.orders),
            self._operation("ListShipments", "GET", "shipments", do.shipments),
            self._operation("ListStock", "GET", "stock", do.stock),
            self._operation("ListItems", "GET", "items", do.items),
            self._operation("CreateReturn", "POST", "returns", do.announce_return, takes_body=True),
            self._operation("ListReturns", "GET", "returns", do.list_returns),
            self._operation("CancelOrder", "POST", "cancel", do.cancel, takes_body=True),
            self._operation("GetOrder", "GET", "order", do.order),
            self._operation("GetReturn", "GET", "return", do.read_return),
            self._operation("GetItem", "GET", "item", do.item),
            self._operation("SaveItem", "PUT", "item", do.save_item, takes_body=True),
        ]
        if self._switches.auth_kind == "token_exchange":
            found.append(self._operation("Token", "POST", "token", self._access.exchange, takes_body=True, free=True))
        return found

    def _operation(
        self,
        name: str,
        method: str,
        path: str,
        act: Callable[[Call], Any],
        *,
        takes_body: bool = False,
        free: bool = False,
    ) -> Operation:
        where = self._switches.base_path + self._switches.paths[path]
        return Operation(name=name, method=method, path=where, act=act, takes_body=takes_body, free=free)

    def admit(self, request: Request) -> None:
        self._access.admit(request)

    def forget(self, request: Request) -> None:
        self._access.forget(request)

    def read(self, body: Any) -> Any:
        return inward(body, self._switches)

    def write(self, content: Any) -> Any:
        return outward(content, self._switches)

    def word(self, refused: Refused) -> Response:
        told = {"Code": refused.code or "ERROR", "Message": refused.message, **refused.more}
        in_200 = self._switches.error_form == "in_200" and refused.status in (400, 404, 409, 422)
        if in_200:
            told = {"Success": False, **told}
        return json_response(outward(told, self._switches), 200 if in_200 else refused.status, refused.headers)

    def too_fast(self, seconds: float) -> Refused:
        return too_fast(seconds, self._clock.now(), self._switches)
