"""Asking the tenant: reads that answer with tables, and its own headings. What the tables mean is in `translate`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.peoplevox import client, csv_table, headings
from cogent_pipelines.adapters.warehouses.peoplevox.client import Response, text_element
from cogent_pipelines.adapters.warehouses.peoplevox.csv_table import Table
from cogent_pipelines.adapters.warehouses.peoplevox.settings import PeoplevoxSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines.ports.vendor_account import Priority

# So many pages alike in a row are no chance.
_MOST_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read. `total` counts matches over all pages; `asked_at` is just before the call was handed over."""

    table: Table
    total: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What is asked of a report; `columns` empty means all of them."""

    report: str
    search: str = ""
    order_by: str = ""
    columns: tuple[str, ...] = ()


class Wire:
    """One tenant, as questions and answers."""

    def __init__(self, settings: PeoplevoxSettings, vendor: VendorClient, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.keeps_lines_apart = False
        """Whether two lines with one item code were seen to stay two lines: learnt once, it holds for the tenant."""
        self._vendor = vendor
        self._headings: dict[str, dict[str, str]] = {}
        self._columns: dict[str, frozenset[str]] = {}
        self._counts_everything: bool | None = None
        self._last_page: tuple[object, list[list[str]]] | None = None
        self._repeats = 0

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Several calls at once, each settled for itself."""
        return self._vendor.send_all(calls)

    def ask(self, call: Call) -> Response:
        """One call that must succeed.

        Raises:
            VendorError: it did not; the vendor's own text is in it.
        """
        return self._understood(self._vendor.send(call))

    def get(self, template: str, search: str, *, priority: Priority, page: int = 1, size: int | None = None) -> Page:
        found = self.get_each(template, [search], priority=priority, page=page, size=size)[0]
        return self._moved_on((template, search), page, found)

    def get_each(
        self,
        template: str,
        searches: Sequence[str],
        *,
        priority: Priority,
        page: int = 1,
        size: int | None = None,
    ) -> list[Page]:
        """The same page of several searches, asked at once."""
        rows = size or self.settings.limits.page_size
        calls = [
            client.get_call(self.settings, template, search, page=page, size=rows, priority=priority) for search in searches
        ]
        return self._pages(calls)

    def report(self, query: ReportQuery, *, priority: Priority, page: int = 1) -> Page:
        return self._moved_on(query, page, self.report_each([query], priority=priority, page=page)[0])

    def report_each(self, queries: Sequence[ReportQuery], *, priority: Priority, page: int = 1) -> list[Page]:
        """The same page of several queries, asked at once."""
        calls = [
            client.report_call(
                self.settings,
                query.report,
                query.search,
                page=page,
                size=self.settings.limits.page_size,
                order_by=query.order_by,
                columns=query.columns,
                priority=priority,
            )
            for query in queries
        ]
        return self._pages(calls)

    def _pages(self, calls: Sequence[Call]) -> list[Page]:
        asked_at = self.clock.now()
        answers = [self._understood(settled) for settled in self._vendor.send_all(calls)]
        return [Page(csv_table.read(answer.detail), max(answer.total, 0), asked_at) for answer in answers]

    def _understood(self, settled: Settled) -> Response:
        """The answer of a read, or the error that says what to do.

        Raises:
            VendorError: no answer, or the vendor said no.
        """
        answer = settled.answered()
        operation = answer.call.operation
        try:
            response = client.discreet(client.parse(answer.content), self.settings)
        except VendorRefused as error:
            # A page that cannot be read today may be whole when asked again; reading has no effect to double.
            raise VendorUnavailable(error.message, operation=operation) from error
        if not response.ok:
            raise VendorRefused(
                response.detail.strip() or "refused without a reason", operation=operation, exchange_id=answer.exchange_id
            )
        return response

    def _moved_on(self, asked: object, number: int, page: Page) -> Page:
        """The page, unless it has been the same several times: a tenant that repeats a page would be read for ever.

        Once or twice proves nothing: a page of new rows moves all others on by one page, and rows may be alike.

        Raises:
            VendorRefused: it is the same page again and again.
        """
        repeated = number > 1 and bool(page.table.rows) and self._last_page == (asked, page.table.rows)
        self._repeats = self._repeats + 1 if repeated else 0
        if self._repeats >= _MOST_REPEATS:
            raise VendorRefused(f"page {number} is the page before it again, for the {_MOST_REPEATS}th time")
        self._last_page = (asked, page.table.rows)
        return page

    def is_whole(self, page: Page, template: str, clause: str, *, priority: Priority) -> bool:
        """Whether a first page holds all that was searched for.

        A page may be shorter than asked for while more is counted: because the tenant's version counts everything whatever
        was searched, or because the server has a maximum of its own. The second page tells which, and is asked for once.
        """
        rows = len(page.table.rows)
        if not rows or page.total <= rows:
            return True
        if rows >= self.settings.limits.page_size:
            return False
        if self._counts_everything is None:
            self._counts_everything = not self.get(template, clause, page=2, priority=priority).table.rows
        return self._counts_everything

    def headings(self, template: str) -> dict[str, str]:
        """Our field → the tenant's heading; asked once.

        Raises:
            VendorRefused: the template is not configured, or lacks a heading that we need.
        """
        if template not in self._headings:
            self._headings[template] = headings.configured(self.settings, template, self.tenant_headings(template))
        return self._headings[template]

    def tenant_headings(self, template: str, *, priority: Priority = Priority.INJECTION) -> tuple[str, ...]:
        """The heading line as the tenant configured it."""
        body = text_element("templateName", template)
        call = client.call(self.settings, "GetSaveTemplate", body, about=template, priority=priority)
        try:
            answer = self.ask(call)
        except VendorRefused as error:
            raise _not_configured(template, f": {error.message}") from error
        found = csv_table.headings_in(answer.detail) if answer.total >= 0 else ()
        if not found:
            raise _not_configured(template, "")
        return found

    def report_columns(self, report: str, *, priority: Priority = Priority.SWEEP) -> frozenset[str]:
        """A report's columns in lower case, asked once; empty where this version of the service cannot say."""
        if report not in self._columns:
            body = text_element("templateName", report)
            call = client.call(self.settings, "GetReportColumns", body, about=report, priority=priority)
            try:
                answer = self.ask(call)
            except VendorRefused:
                self._columns[report] = frozenset()
            else:
                self._columns[report] = frozenset(name.casefold() for name in csv_table.headings_in(answer.detail))
        return self._columns[report]


def _not_configured(template: str, why: str) -> VendorRefused:
    where = f"Integration → {template} → Configure"
    return VendorRefused(f"template {template!r} is not configured in Peoplevox ({where}){why}", operation="GetSaveTemplate")
