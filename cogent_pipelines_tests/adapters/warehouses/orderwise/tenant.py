"""A small OrderWise: as much of OWAPI and of the export definitions as the adapter's tests need, and books to judge by.

Not a simulator: each test sets up what it is about. What is under `answers` replaces the answer to an operation.
"""

import base64
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question

NUMBERS = {question: 100 + at for at, question in enumerate(Question)}
USER, PASSWORD = "robot", "a long password"
SESSION = 7

Json = Any
Answer = tuple[int, Json] | httpx.Response | Exception


@dataclass(slots=True)
class Held:
    """A sales order there: lines are code, ordered, sent."""

    order_id: int
    number: str
    ref: str
    lines: list[list[Any]]
    status: str = "Awaiting despatch"
    sub_status: str | None = None


@dataclass
class Tenant:
    """An ASGI app. `variants` are codes as the database spells them, in use or discontinued."""

    variants: dict[str, bool] = field(default_factory=lambda: {"MUG": True, "PLATE": True, "VP255R ": True, "OLD": False})
    orders: list[Held] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    movements: list[dict[str, Any]] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    kits: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[str] = field(default_factory=lambda: ["Awaiting despatch", "On hold", "Completed"])
    value_lists: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    imports: str = "at_once"
    awaited: list[Held] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    contract_version: Any = None
    calls: list[str] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    given: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    revoked: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)
    is_away: bool = False

    # ---- on the wire

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        content = b""
        while True:
            message = await receive()
            content += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        answer = self.answer(scope["method"], scope["path"], scope["query_string"].decode(), headers, content)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, tuple):
            answer = httpx.Response(answer[0], json=answer[1])
        await send(
            {
                "type": "http.response.start",
                "status": answer.status_code,
                "headers": [(name.encode(), value.encode()) for name, value in answer.headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": answer.content})

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], content: bytes) -> Answer:
        if self.is_away:
            return httpx.Response(503)
        operation, act = self._operation(method, path.lower().removeprefix("/owapi/"), query, content)
        self.calls.append(operation)
        self.urls.append(f"{path}?{query}" if query else path)
        if operation == "token":
            pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if headers.get("authorization") != f"Basic {pair}":
                return httpx.Response(401, content=b'""')
        elif headers.get("authorization", "") not in self._good_tokens():
            return httpx.Response(401)
        planned = self.answers.get(operation)
        if planned:
            answer = planned.pop(0)
            if not isinstance(answer, LostAnswer):
                return answer
            act()
            return httpx.ReadTimeout("no answer")
        return act()

    def _good_tokens(self) -> set[str]:
        return {f"Bearer t{number}" for number in range(1, self.tokens + 1)} - self.revoked

    def _operation(self, method: str, path: str, query: str, content: bytes) -> tuple[str, Callable[[], Answer]]:
        if path == "token/gettoken":
            return "token", self._token
        if (method, path) == ("POST", "sales/order"):
            return "create", lambda: self._create(json.loads(content), parse_qs(query))
        if path.startswith("sales/order/") and path.endswith("/status"):
            return "status", lambda: self._status(int(path.split("/")[2]))
        if path.startswith("sales/order/") and path.endswith("/cancel"):
            return "cancel", lambda: self._cancel(int(path.split("/")[2]))
        if path.startswith("value-lists/"):
            return "value list", lambda: (200, self.value_lists.get(int(path.split("/")[1]), []))
        number = int(path.rpartition("/")[2])
        question = next(question for question, known in NUMBERS.items() if known == number)
        return question, lambda: self._export(question, json.loads(content))

    # ---- what it does

    def _token(self) -> Answer:
        self.tokens += 1
        return 200, f"t{self.tokens}"

    def _create(self, body: Json, query: dict[str, list[str]]) -> Answer:
        self.bodies.append(body)
        if query.get("session_id") != [str(SESSION)]:
            return 400, {"Message": "session does not exist"}
        ref = body["orderHeader"]["eCommerceOrderNumber"]
        known = {code.strip().casefold() for code, in_use in self.variants.items() if in_use}
        unknown = [line["variantCode"] for line in body["orderLines"] if line["variantCode"].strip().casefold() not in known]
        if unknown:
            words = " ".join(
                f"Order number {ref} variant code: {code} does not exist or is not active "
                f"Order number {ref} no variant has been provided"
                for code in unknown
            )
            return 400, {"Message": words}
        held = self.plant(ref, *([line["variantCode"], line["quantity"]] for line in body["orderLines"]), there=False)
        self.created[ref] += 1
        if self.imports == "deferred":
            self.awaited.append(held)
            return 200, {"eCommerceOrderNumber": ref}
        if self.imports == "deferred with ids":
            self.awaited.append(held)
            return 200, {"orderId": held.order_id, "orderNumber": held.number, "eCommerceOrderNumber": ref}
        self.orders.append(held)
        return 200, {"orderId": held.order_id, "orderNumber": held.number, "eCommerceOrderNumber": ref}

    def plant(self, ref: str, *lines: list[Any], there: bool = True, **more: Any) -> Held:
        order_id = 500 + len(self.orders) + len(self.awaited) + 1
        held = Held(order_id, str(41000 + order_id), ref, [[code, units, 0] for code, units in lines], **more)
        if there:
            self.orders.append(held)
        return held

    def import_now(self) -> None:
        self.orders += self.awaited
        self.awaited = []

    def _status(self, order_id: int) -> Answer:
        order = self._order(order_id)
        return 200, {"orderNumber": order.number, "orderStatus": order.status, "subStatus": order.sub_status}

    def _cancel(self, order_id: int) -> Answer:
        self._order(order_id).status = "Cancelled"
        return 200, None

    def _order(self, order_id: int) -> Held:
        return next(self._orders(order_id), Held(order_id, "", "", []))

    def _orders(self, order_id: int) -> Iterator[Held]:
        return (order for order in self.orders if order.order_id == order_id)

    # ---- the definitions

    def _export(self, question: Question, parameters: list[dict[str, Any]]) -> Answer:
        given = {each["name"]: each["value"] for each in parameters}
        self.given.append((question, given))
        rows = self._rows(question, given)
        version = self.contract_version or DEFINITIONS[question].version
        return 200, [{"contract_version": version, **row} for row in rows]

    def _rows(self, question: Question, given: dict[str, Any]) -> list[dict[str, Any]]:
        answers: dict[Question, Callable[[], list[dict[str, Any]]]] = {
            Question.ORDER_BY_REF: lambda: [_header(each) for each in self.orders if _alike(each.ref, given["@ref"])],
            Question.ORDERS_BY_REFS: lambda: [
                _header(each) for each in self.orders if each.ref in given["@refs"].split("|")
            ],
            Question.ORDER_LINES: lambda: _lines(self._order(given["@order_id"])),
            Question.ORDERS_CHANGED: lambda: [row for order in self.orders for row in self._deliveries(order)],
            Question.ORDER_DELIVERIES: lambda: [
                row for order in self._orders(given["@order_id"]) for row in self._deliveries(order)
            ],
            Question.DESPATCH_LINES: lambda: self.movements,
            Question.ORDER_DESPATCH_LINES: lambda: [row for row in self.movements if row["order_id"] == given["@order_id"]],
            Question.STOCK_CHANGED: lambda: [
                row for row in self.stock if (row["calculated_at"] or "1900-01-01T00:00:00") >= given["@since"]
            ],
            Question.KIT_STOCK_CHANGED: lambda: self.kits,
            Question.ITEMS: lambda: [_item(*each) for each in self.variants.items()],
            Question.ITEM_BY_CODE: lambda: [
                _item(*each) for each in self.variants.items() if each[0].replace(" ", "").upper() == given["@code"]
            ],
            Question.STATUSES: lambda: [{"status_id": at, "status_text": text} for at, text in enumerate(self.statuses)],
        }
        return answers[question]()

    def _deliveries(self, order: Held) -> list[dict[str, Any]]:
        own = [row for row in self.deliveries if row["order_id"] == order.order_id]
        nothing = {"consignment_number": None, "tracking_url": None, "shipped_at": None}
        return [{**_header(order), **row} for row in own] or [{**_header(order), **nothing}]

    def delivers(self, order: Held, at: str, *, consignment: str | None = None) -> dict[str, Any]:
        url = f"https://carrier.example/{consignment}" if consignment else None
        row = {"order_id": order.order_id, "consignment_number": consignment, "tracking_url": url, "shipped_at": at}
        self.deliveries.append(row)
        return row

    def moves(self, order: Held, at: str, sku: str, units: Any, *, line_id: int = 1, **more: Any) -> dict[str, Any]:
        row = {
            "movement_id": 9000 + len(self.movements) + 1,
            "order_id": order.order_id,
            "line_id": line_id,
            "sku": sku,
            "qty": units,
            "despatched_at": at,
            **more,
        }
        self.movements.append(row)
        return row


class LostAnswer(Exception):
    """Planned for an operation: the tenant acts, and its answer never arrives."""


def html(status: int) -> httpx.Response:
    return httpx.Response(status, html="<!DOCTYPE html><html><body>Maintenance</body></html>")


def _header(order: Held) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "order_number": order.number,
        "customer_order_ref": order.ref,
        "status_id": 1,
        "status_text": order.status,
    }


def _lines(order: Held) -> list[dict[str, Any]]:
    return [
        {"line_id": at, "order_id": order.order_id, "sku": code, "qty_ordered": ordered, "qty_sent": sent}
        for at, (code, ordered, sent) in enumerate(order.lines, 1)
    ]


def _item(*variant: Any) -> dict[str, Any]:
    code, in_use = variant
    return {"sku": code, "name": code.strip().title(), "is_discontinued": not in_use}


def _alike(one: str, other: str) -> bool:
    """As SQL Server compares."""
    return one.strip().casefold() == other.strip().casefold()


def level(sku: str, free: Any, *, at: str | None = "2026-11-20T11:00:00", location: Any = 1, **more: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "stock_location_id": location,
        "free_qty": free,
        "overall_qty": free,
        "calculated_at": at,
        **more,
    }


def component(
    kit: str, sku: str, each: Any, free: Any, *, at: str = "2026-11-20T11:00:00", location: Any = 1
) -> dict[str, Any]:
    return {
        "sku": kit,
        "component_sku": sku,
        "units_per_kit": each,
        "stock_location_id": location,
        "free_qty": free,
        "calculated_at": at,
    }
