"""Bulk stock requests: many stock updates as one job that is worked off in its own time.

A request may be sent in chunks (`requestStatus: incomplete`, then its key again); closed, it is pending, processing and
processed by the clock (bulk-requests page and SDK examples, read 2026-11). How fast, in which order and what the callbacks
say is not published.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cogent_pipelines.simulators.scayle import bodies, endpoints_stock, paging
from cogent_pipelines.simulators.scayle.calls import Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.refusals import Refused, error_body, refused

_STOCK_URL = re.compile(r"/variants/(?P<variant>[^/]+)/stocks")
CALLBACKS = {"requestUrl": "string", "operationUrl": "string", "requestStatus": "string", "bulkRequestKey": "integer"}
OPERATION = {"key": "filled string", "url": "filled string", "method": "string", "headers": "object", "body": "object"}


@dataclass(slots=True, eq=False)
class Operation:
    key: str
    variant: str
    body: dict[str, Any]
    status: str = "new"
    status_code: int = 0
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class BulkRequest:
    id: int
    call: Call
    callbacks: dict[str, Any]
    operations: list[Operation] = field(default_factory=list)
    status: str = "new"
    closed_at: datetime | None = None
    done: int = 0

    @property
    def next_due(self) -> datetime | None:
        """When its next operation is worked off."""
        if self.closed_at is None or self.done == len(self.operations):
            return None
        switches = self.call.switches
        return self.closed_at + timedelta(
            seconds=switches.bulk_start_seconds + self.done / switches.bulk_operations_per_second
        )

    def progress(self) -> dict[str, int]:
        return {
            "totalOperations": len(self.operations),
            "processedOperations": sum(row.status in {"processed", "failed"} for row in self.operations),
            "failedOperations": sum(row.status == "failed" for row in self.operations),
        }

    def as_json(self) -> dict[str, Any]:
        return {"key": self.id, "status": self.status, "progress": self.progress()}


class BulkRequests:
    """All requests of a tenant, worked off as time goes by."""

    def __init__(self) -> None:
        self.rows: dict[int, BulkRequest] = {}
        self._open: list[BulkRequest] = []

    def add(self, request: BulkRequest) -> None:
        self.rows[request.id] = request
        self._open.append(request)

    @property
    def next_due(self) -> datetime | None:
        return min((row.next_due for row in self._open if row.next_due is not None), default=None)

    def tick(self) -> None:
        """Work off what is due by now."""
        for request in list(self._open):
            self._advance(request)
            if request.status in {"processed", "cancelled"}:
                self._open.remove(request)

    def _advance(self, request: BulkRequest) -> None:
        if request.closed_at is None or request.status == "cancelled":
            return
        tenant, switches = request.call.tenant, request.call.switches
        begins = request.closed_at + timedelta(seconds=switches.bulk_start_seconds)
        if tenant.now() < begins:
            request.status = "pending"
            return
        request.status = "processing"
        allowed = (tenant.now() - begins).total_seconds() * switches.bulk_operations_per_second
        for row in request.operations[request.done : int(allowed) + 1]:
            self._act(request, row)
            request.done += 1
        if request.done == len(request.operations):
            request.status = "processed"
            self._tell(request, "requestUrl", request.as_json())

    def _act(self, request: BulkRequest, row: Operation) -> None:
        call = Call(request.call.simulator, {"variantIdentifier": row.variant}, (), request.call.headers, b"")
        try:
            row.answer = endpoints_stock.take_in(call, call.variant(), row.body)
            row.status, row.status_code = "processed", call.switches.stock_created_status
        except Refused as error:
            row.answer = error_body(error.complaints, call.switches.empty_context)
            row.status, row.status_code = "failed", error.status
        self._tell(request, "operationUrl", operation_json(request, row))

    def _tell(self, request: BulkRequest, which: str, body: dict[str, Any]) -> None:
        address = request.callbacks.get(which)
        if address and request.call.switches.bulk_callbacks:
            request.call.simulator.webhooks.post("bulk-request", address, body)


def operation_json(request: BulkRequest, row: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"key": row.key, "status": row.status, "bulkRequest": request.as_json()}
    if row.status_code:
        found["response"] = {"statusCode": row.status_code, "body": row.answer}
    return found


# ---- the endpoints


def post_bulk(call: Call) -> Reply:
    told = bodies.read(
        call.document(), {"callbacks": "object", "operations": "list"}, call.switches, required=("operations",)
    )
    callbacks = bodies.read(told.get("callbacks", {}), CALLBACKS, call.switches, where="callbacks")
    state = callbacks.get("requestStatus", "complete")
    if state not in {"complete", "incomplete"}:
        raise refused(400, "requestStatus must be complete or incomplete", requestStatus=state)
    for name in ("requestUrl", "operationUrl"):
        if name in callbacks and not call.simulator.takes_address(callbacks[name]):
            raise refused(400, f"callbacks.{name} is not an address", field=f"callbacks.{name}")
    operations = [_operation(call, row, n) for n, row in enumerate(told["operations"])]
    keys = [row.key for row in operations]
    # Keys are not looked at again across chunks (bulk-requests page, read 2026-11).
    if len(set(keys)) != len(keys):
        raise refused(400, "operation keys must be unique")
    request = _request(call, callbacks)
    running = sum(len(row.operations) - row.done for row in call.simulator.bulk.rows.values() if row.status != "cancelled")
    if running + len(operations) > call.switches.bulk_operations_max:
        raise refused(400, "too many running operations", limit=call.switches.bulk_operations_max)
    if request.id not in call.simulator.bulk.rows:
        call.simulator.bulk.add(request)
    request.operations += operations
    if state == "complete":
        _close(call, request)
    return Reply({"key": request.id})


def _request(call: Call, callbacks: dict[str, Any]) -> BulkRequest:
    key = callbacks.get("bulkRequestKey")
    if key is None:
        return BulkRequest(call.tenant.next("bulk", 123), call, callbacks)
    request = call.simulator.bulk.rows.get(key)
    if request is None:
        raise refused(404, "bulk request not found", bulkRequestKey=key)
    if request.closed_at is not None or request.status == "cancelled":
        raise refused(409, "a completed bulk request cannot be extended", bulkRequestKey=key)
    return request


def _operation(call: Call, row: Any, number: int) -> Operation:
    where = f"operations[{number}]"
    told = bodies.read(row, OPERATION, call.switches, required=("key", "url", "method", "body"), where=where)
    address = _STOCK_URL.fullmatch(told["url"])
    if address is None or told["method"] != "POST":
        raise refused(400, f"{where} must be POST /variants/{{variantIdentifier}}/stocks", url=told["url"])
    return Operation(told["key"], address["variant"], told["body"])


def _close(call: Call, request: BulkRequest) -> None:
    if call.switches.bulk_order == "reversed":
        request.operations.reverse()
    elif call.switches.bulk_order == "shuffled":
        call.tenant.random.shuffle(request.operations)
    request.closed_at = call.tenant.now()
    request.status = "pending"


def _found(call: Call) -> BulkRequest:
    request = call.simulator.bulk.rows.get(call.number("bulkRequestKey"))
    if request is None:
        raise refused(404, "bulk request not found", bulkRequestKey=call.parts["bulkRequestKey"])
    return request


def list_bulk(call: Call) -> Reply:
    rows = call.simulator.bulk.rows.values()
    return Reply(paging.page(rows, call, BulkRequest.as_json, place=paging.by_number))


def get_bulk(call: Call) -> Reply:
    return Reply(_found(call).as_json())


def get_operation(call: Call) -> Reply:
    request = _found(call)
    row = next((row for row in request.operations if row.key == call.parts["operationKey"]), None)
    if row is None:
        raise refused(404, "operation not found", operationKey=call.parts["operationKey"])
    return Reply(operation_json(request, row))


def cancel_bulk(call: Call) -> Reply:
    request = _found(call)
    if request.status == "processed":
        raise refused(409, "the bulk request is processed", bulkRequestKey=request.id)
    request.status = "cancelled"
    return Reply({"key": request.id, "status": request.status})


ENDPOINTS = (
    Endpoint("createBulkRequest", "POST", "/variants/stocks/bulk-requests", "stocks", "stocksWrite", post_bulk),
    Endpoint("listBulkRequests", "GET", "/bulk-requests", "bulk", "globalRead", list_bulk),
    Endpoint("getBulkRequest", "GET", "/bulk-requests/{bulkRequestKey}/status", "bulk", "globalRead", get_bulk),
    Endpoint(
        "getBulkOperation",
        "GET",
        "/bulk-requests/{bulkRequestKey}/operations/{operationKey}/status",
        "bulk",
        "globalRead",
        get_operation,
    ),
    Endpoint("cancelBulkRequest", "PUT", "/bulk-requests/{bulkRequestKey}/cancel", "bulk", "globalWrite", cancel_bulk),
)
