"""The account's service: who may call, what can be called, and how it says no."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cogent_pipelines.simulators.common.clock import Clock
from cogent_pipelines.simulators.common.depot.door import Call, Operation, Refused, json_response
from cogent_pipelines.simulators.common.depot.fields import BadField, Fields
from cogent_pipelines.simulators.common.depot.wire import too_fast
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.keys import Keys
from cogent_pipelines.simulators.mintsoft.switches import Switches

_KEY = "ms-apikey"
_DENIED = "Authorization has been denied for this request."


class Service:
    """A `Vendor`."""

    def __init__(self, *, keys: Keys, switches: Switches, clock: Clock, operations: Sequence[Operation]) -> None:
        self._keys = keys
        self._switches = switches
        self._clock = clock
        self._operations = [*self._own(), *operations]

    def operations(self) -> Sequence[Operation]:
        return self._operations

    def _own(self) -> list[Operation]:
        return [
            Operation(name="Auth", method="POST", path="/api/Auth", act=self.log_in, takes_body=True, free=True),
            Operation(name="Warehouses", method="GET", path="/api/Warehouse", act=lambda _: _WAREHOUSES),
            Operation(name="Couriers", method="GET", path="/api/Courier/Services", act=lambda _: _COURIERS),
            Operation(
                name="Countries", method="GET", path="/api/RefData/Countries", act=lambda _: list(reference.COUNTRIES)
            ),
        ]

    def log_in(self, call: Call) -> Any:
        """Give a key, as a JSON string and nothing around it."""
        fields = Fields(call.body)
        key = self._keys.give(fields.text("Username"), fields.text("Password"))
        if key is None:
            raise Refused(self._switches.refused_login_status, "Invalid username or password")
        return key

    def admit(self, request: Request) -> None:
        # A key in the address was the way until May 2024 (vendor's help, read 2026-11) and is no way any more.
        if not self._keys.good(request.headers.get(_KEY, "")):
            raise Refused(self._switches.refused_key_status, _DENIED)

    def forget(self, request: Request) -> None:
        self._keys.forget(request.headers.get(_KEY, ""))

    def read(self, body: Any) -> Any:
        return body

    def write(self, content: Any) -> Any:
        return content

    def word(self, refused: Refused) -> Response:
        if isinstance(refused, BadField):
            told: Any = {"Message": "The request is invalid.", "ModelState": {refused.name: [refused.why]}}
        else:
            told = {"Message": refused.message}
        return json_response(told, refused.status, refused.headers)

    def too_fast(self, seconds: float) -> Refused:
        return too_fast(seconds, self._clock.now(), self._switches)


_WAREHOUSES = [{"ID": reference.WAREHOUSE_ID, "Name": reference.WAREHOUSE, "Code": reference.WAREHOUSE_CODE, "Active": True}]
_COURIERS = [{"ID": courier.id, "Name": courier.name, "CourierType": courier.kind} for courier in reference.COURIERS]
