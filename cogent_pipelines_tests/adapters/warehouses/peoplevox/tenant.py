"""A scripted stand-in for one tenant: it answers SOAP from a small memory, and misbehaves exactly as a test tells it to.

It knows just what these tests need. `calls` holds every request in order, so that a test can count and read them.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import httpx

NS = "{http://www.peoplevox.net/}"

SALES_ORDER_HEADINGS = (
    "SalesOrderNumber,Customer,CustomerPurchaseOrderReferenceNumber,ShippingAddressLine1,ShippingAddressLine2,"
    "ShippingAddressCity,ShippingAddressRegion,ShippingAddressPostcode,ShippingAddressCountry,InvoiceAddressLine1,"
    "InvoiceAddressLine2,InvoiceAddressCity,InvoiceAddressRegion,InvoiceAddressPostcode,InvoiceAddressCountry,Status,"
    "ShippingCost,Email,ContactName,TotalSale,Discount,TaxPaid,CreatedDate,ServiceType,ChannelName,OnHold"
)
LINE_HEADINGS = "SalesOrderNumber,ItemCode,QuantityOrdered,RequestedDeliveryDate,Line,Sequence,SalePrice"


@dataclass(frozen=True)
class Request:
    """One request as it came in: the operation, its parameters by name, and the session it showed."""

    operation: str
    parameters: dict[str, str]
    session: str
    raw: str

    @property
    def template(self) -> str:
        return self.parameters.get("TemplateName") or self.parameters.get("templateName") or ""

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.parameters.get("CsvData", ""))))

    @property
    def search(self) -> str:
        return self.parameters.get("SearchClause", "")


Answer = httpx.Response | Exception | None
Fault = Callable[[Request], Answer]


@dataclass
class Tenant(httpx.AsyncBaseTransport):
    """The transport to hand to a client."""

    headings: dict[str, str] = field(
        default_factory=lambda: {
            "Sales orders": SALES_ORDER_HEADINGS,
            "Sales order items": LINE_HEADINGS,
            "Customers": "Name,Reference,FirstName,LastName,Phone,Mobile,Email",
            "Item types": "ItemCode,Name,Barcode",
        }
    )
    orders: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    customers: dict[str, dict[str, str]] = field(default_factory=dict)
    items: list[dict[str, str]] = field(default_factory=list)
    reports: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    bad_items: set[str] = field(default_factory=set)
    bad_orders: set[str] = field(default_factory=set)
    complaints: dict[str, str] = field(default_factory=dict)
    merges_lines: bool = False
    takes_good_rows: bool = False
    names_orders_in_statuses: bool = True
    sessions: int = 0
    live_session: str = ""
    password: str = "cGFzcw=="
    calls: list[Request] = field(default_factory=list)
    before: list[Fault] = field(default_factory=list)
    after: list[Fault] = field(default_factory=list)
    history: list[tuple[str, str]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, unless a fault answers first; `after` faults replace the answer of something that was carried out."""
        asked = _read(request)
        self.calls.append(asked)
        for fault in self.before:
            answer = fault(asked)
            if answer is not None:
                return _given(answer)
        response = self._answer(asked)
        for fault in self.after:
            answer = fault(asked)
            if answer is not None:
                return _given(answer)
        return response

    def count(self, operation: str, template: str = "") -> int:
        return sum(1 for call in self.calls if call.operation == operation and template in {"", call.template})

    def lines_of(self, ref: str) -> list[tuple[str, str, str]]:
        return [(row["ItemCode"], row["Line"], row["QuantityOrdered"]) for key, row in self.lines.items() if key[0] == ref]

    def is_pickable(self, ref: str) -> bool:
        return ref in self.orders and self.orders[ref].get("OnHold") != "True"

    def _answer(self, asked: Request) -> httpx.Response:
        if asked.operation == "Authenticate":
            if asked.parameters["password"] != self.password:
                return refusal(asked.operation, "System : Security - Invalid Session")
            self.sessions += 1
            self.live_session = f"session{self.sessions}"
            return answer(asked.operation, total=1, detail=f"acme,{self.live_session}")
        if asked.session != self.live_session:
            return refusal(asked.operation, "System : Security - Session Expired")
        return getattr(self, f"_{asked.operation.lower()}")(asked)

    def _getsavetemplate(self, asked: Request) -> httpx.Response:
        if asked.template not in self.headings:
            return answer(asked.operation, response_id=-1, total=-1, detail="template not found")
        return answer(asked.operation, total=1, detail=self.headings[asked.template])

    def _getreportcolumns(self, asked: Request) -> httpx.Response:
        rows = self.reports.get(asked.template, [])
        return answer(asked.operation, total=1, detail=",".join(rows[0]) if rows else "Item code")

    def _getdata(self, asked: Request) -> httpx.Response:
        rows: list[dict[str, str]] = {
            "Sales orders": list(self.orders.values()),
            "Sales order items": list(self.lines.values()),
            "Item types": self.items,
            "Customers": list(self.customers.values()),
        }.get(asked.template, [])
        return self._page(asked, self.headings[asked.template].split(","), [r for r in rows if matches(r, asked.search)])

    def _getreportdata(self, asked: Request) -> httpx.Response:
        rows = self.reports.get(asked.template, [])
        found = [row for row in rows if matches(row, asked.search)]
        order, _, direction = asked.parameters.get("OrderBy", "").removeprefix("[").partition("]")
        if "date" in order.lower():
            found.sort(key=lambda row: _day_first(row[order]), reverse=direction.strip() == "desc")
        columns = [name.strip("[]") for name in asked.parameters.get("Columns", "").split(",") if name]
        return self._page(asked, columns or list(rows[0]), found)

    def _page(self, asked: Request, columns: list[str], rows: list[dict[str, str]]) -> httpx.Response:
        number, size = int(asked.parameters["PageNo"]), int(asked.parameters["ItemsPerPage"])
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row.get(name, "") for name in columns] for row in rows[(number - 1) * size : number * size])
        return answer(asked.operation, total=len(rows), detail=out.getvalue())

    def _savedata(self, asked: Request) -> httpx.Response:
        rows = asked.rows
        bad = [row for row in rows if self._is_bad(row)]
        if bad and not self.takes_good_rows:
            return refusal(asked.operation, f"row refused: {self._complaint(bad[0])}")
        statuses = []
        for row in rows:
            if row not in bad:
                self._keep(asked.template, row)
            name = row.get("SalesOrderNumber") or row.get("Reference", "")
            statuses.append((name if self.names_orders_in_statuses else "", row not in bad))
        detail = f"row refused: {self._complaint(bad[0])}" if bad else ""
        return answer(
            asked.operation, response_id=-1 if bad else 0, total=len(rows) - len(bad), detail=detail, statuses=statuses
        )

    def _is_bad(self, row: dict[str, str]) -> bool:
        return row.get("ItemCode") in self.bad_items or row.get("SalesOrderNumber") in self.bad_orders

    def _complaint(self, row: dict[str, str]) -> str:
        if row.get("ItemCode") in self.bad_items:
            return self.complaints.get(row["ItemCode"], "no such item")
        return "no such thing"

    def _keep(self, template: str, row: dict[str, str]) -> None:
        if template == "Customers":
            self.customers.setdefault(row["Reference"], {}).update(row)
            return
        ref = row["SalesOrderNumber"]
        if template == "Sales orders":
            self.orders.setdefault(ref, {"Status": "New", "OnHold": "False"}).update(row)
            self.history.append((ref, "held" if row.get("OnHold") == "True" else "released"))
        else:
            line = "" if self.merges_lines else row["Line"]
            self.lines.setdefault((ref, row["ItemCode"], line), {}).update(row)
            self.history.append((ref, f"line {row['ItemCode']}"))

    def _subscribepostevent(self, asked: Request) -> httpx.Response:
        return answer(asked.operation, total=1, detail=str(900 + self.count("SubscribePostEvent")))

    def _unsubscribeevent(self, asked: Request) -> httpx.Response:
        return answer(asked.operation, total=1, detail="True")


def answer(
    operation: str,
    *,
    response_id: int = 0,
    total: int = 0,
    detail: str = "",
    statuses: list[tuple[str, bool]] | None = None,
) -> httpx.Response:
    """An answer in the service's own words."""
    listed = "".join(
        f"<IntegrationStatusResponse><Reference>{escape(name)}</Reference>"
        f"<Status>{'Success' if ok else 'Error'}</Status></IntegrationStatusResponse>"
        for name, ok in statuses or []
    )
    return httpx.Response(
        200,
        headers={"Content-Type": "text/xml; charset=utf-8"},
        text=(
            '<?xml version="1.0" encoding="utf-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<{operation}Response xmlns="http://www.peoplevox.net/"><{operation}Result>'
            f"<ResponseId>{response_id}</ResponseId><TotalCount>{total}</TotalCount><Detail>{escape(detail)}</Detail>"
            + (f"<Statuses>{listed}</Statuses>" if statuses is not None else "")
            + f"</{operation}Result></{operation}Response></soap:Body></soap:Envelope>"
        ),
    )


def refusal(operation: str, detail: str) -> httpx.Response:
    return answer(operation, response_id=-1, total=0, detail=detail)


def fault(text: str, code: str = "soap:Server") -> httpx.Response:
    body = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
        f"<faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
    )
    return httpx.Response(500, text=body)


def html(status: int = 200) -> httpx.Response:
    return httpx.Response(status, text="<!DOCTYPE html><html><body>We will be back soon</body></html>")


def once(operation: str, template: str, given: Callable[[Request], Answer] | Answer, *, skip: int = 0) -> Fault:
    """A fault that strikes one call, after letting `skip` like it pass."""
    left = [skip, 1]

    def strike(asked: Request) -> Answer:
        if asked.operation != operation or (template and asked.template != template) or not left[1]:
            return None
        if left[0]:
            left[0] -= 1
            return None
        left[1] = 0
        return given(asked) if callable(given) else given

    return strike


def matches(row: dict[str, str], clause: str) -> bool:
    """Just enough of the search dialect: Equals, Contains and StartsWith OR-ed, and a lower bound on a date."""
    bound = re.search(r"\[([^\]]+)\] >= DateTime\((\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\)", clause)
    if bound and _day_first(row[bound[1]]) < tuple(map(int, bound.groups()[1:])):
        return False
    terms = re.findall(r'\[?([\w .]+?)\]?\.(Equals|Contains|StartsWith)\("([^"]*)"\)', clause)
    return not terms or any(_holds(row.get(name, ""), how, value) for name, how, value in terms)


def _holds(text: str, how: str, value: str) -> bool:
    return {"Equals": text.strip() == value, "Contains": value in text, "StartsWith": text.startswith(value)}[how]


def _day_first(text: str) -> tuple[int, ...]:
    day, month, year, *clock = map(int, re.findall(r"\d+", text))
    return (year, month, day, *clock, *([0] * (3 - len(clock))))


def _given(answer: httpx.Response | Exception) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _read(request: httpx.Request) -> Request:
    raw = request.content.decode()
    root = ET.fromstring(raw)
    body = root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    assert body is not None
    operation = body[0]
    parameters = {element.tag.removeprefix(NS): element.text or "" for element in operation.iter()}
    session = root.find(f".//{NS}SessionId")
    return Request(operation.tag.removeprefix(NS), parameters, (session.text or "") if session is not None else "", raw)
