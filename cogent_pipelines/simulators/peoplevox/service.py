"""The operations: what each call of the service does and answers.

Everything that is wrong with a request is an answer with ResponseId -1 and a text; only a message that cannot be
read at all is a fault. The texts, but for the two about sessions, are this simulator's own.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from cogent_pipelines.simulators.peoplevox.csv_text import write_csv
from cogent_pipelines.simulators.peoplevox.entities import DEFAULT_SITE
from cogent_pipelines.simulators.peoplevox.events import EventDesk
from cogent_pipelines.simulators.peoplevox.imports import Importer, ImportRefused, ImportResult
from cogent_pipelines.simulators.peoplevox.query import Column, Page, View, matching, ordered, page_of, shuffled, written
from cogent_pipelines.simulators.peoplevox.reads import rows_of, view_of
from cogent_pipelines.simulators.peoplevox.reports import Reports
from cogent_pipelines.simulators.peoplevox.search import And, BadSearch, Clause, Narrowing, parse
from cogent_pipelines.simulators.peoplevox.sessions import NoSession, Sessions
from cogent_pipelines.simulators.peoplevox.soap import Answer, Fault, integer
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.templates import tenant_headings
from cogent_pipelines.simulators.peoplevox.values import zone
from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse
from cogent_pipelines.simulators.peoplevox.wsdl import EVENT_TYPES

Arguments = dict[str, str]
_REMEMBERED = 8


def refusal(text: str, total_count: int = 0) -> Answer:
    return Answer(-1, total_count, text)


class Service:
    """The operations of one tenant."""

    def __init__(self, warehouse: Warehouse, sessions: Sessions, desk: EventDesk, seed: int) -> None:
        self._warehouse = warehouse
        self._sessions = sessions
        self._desk = desk
        self._seed = seed
        self._importer = Importer(warehouse)
        self._reports = Reports(warehouse)
        self._remembered: OrderedDict[tuple[Any, ...], list[Any]] = OrderedDict()
        self._operations: dict[str, Callable[[Arguments], Answer]] = {
            "GetData": self._get_data,
            "GetDataWithSitesFilters": self._get_data,
            "GetReportData": self._get_report_data,
            "GetReportColumns": self._get_report_columns,
            "GetSaveTemplate": self._get_save_template,
            "SubscribeEvent": self._subscribe,
            "SubscribeEventWithSitesFilters": self._subscribe,
            "SubscribePostEvent": self._subscribe,
            "SubscribePostEventWithSitesFilters": self._subscribe,
            "UnsubscribeEvent": self._unsubscribe,
        }

    @property
    def _switches(self) -> Switches:
        return self._warehouse.switches

    def knows(self, operation: str) -> bool:
        return operation in self._operations or operation in ("Authenticate", "SaveData")

    def act(self, operation: str, arguments: Arguments, session: str, *, only: int | None = None) -> Answer:
        """Do one operation; `only` lets an import die after so many rows."""
        self._warehouse.tick()
        if operation == "Authenticate":
            return self._authenticate(arguments)
        try:
            self._sessions.use(session)
            act = self._operations.get(operation)
            answer = act(arguments) if act else self._save_data(arguments, only)
        except NoSession as error:
            return refusal(str(error))
        except BadSearch as error:
            return refusal(f"The search cannot be understood: {error}")
        self._warehouse.tick()
        return answer

    # ---- logging in

    def _authenticate(self, arguments: Arguments) -> Answer:
        client_id = arguments.get("clientId", "")
        session = self._sessions.log_in(client_id, arguments.get("username", ""), arguments.get("password", ""))
        if session is None:
            if self._switches.region == "us":
                return refusal("System : Security - Invalid Session")  # so a connector vendor reports of that region
            return refusal("System : Security - Invalid Login")  # unknown wording
        return Answer(0, 1, f"{self._sessions.account.client_id},{session}")

    # ---- templates

    def _get_save_template(self, arguments: Arguments) -> Answer:
        name = arguments.get("templateName", "")
        headings = tenant_headings(name, self._switches)
        if headings is None:
            return refusal(f"The template '{name}' is not configured", -1)
        return Answer(0, 1, ",".join(headings.headings))

    def _save_data(self, arguments: Arguments, only: int | None) -> Answer:
        name, action = arguments.get("TemplateName", ""), integer(arguments, "Action")
        try:
            result = self._importer.run(name, arguments.get("CsvData", ""), action, only=only)
        except ImportRefused as error:
            return refusal(str(error))
        return Answer(0 if result.complete else -1, result.saved, self._told(result), result.rows)

    def _told(self, result: ImportResult) -> str:
        if result.complete:
            return "Import completed"
        messages = result.messages or ["The import was interrupted"]
        how = self._switches.save_detail
        return "" if how == "none" else messages[0] if how == "first_row" else "\n".join(messages)

    # ---- reading

    def _get_data(self, arguments: Arguments) -> Answer:
        name = arguments.get("TemplateName", "")
        headings = tenant_headings(name, self._switches)
        if headings is None:
            return refusal(f"The template '{name}' is not configured")
        clause = parse(arguments.get("SearchClause", ""), zone(self._switches.zone_data))
        sites = self._sites_test(arguments.get("sitesFilter", ""))
        view = view_of(self._warehouse, headings)

        def rows() -> list[Any]:
            found = matching(rows_of(self._warehouse, headings, self._narrowing(clause)), clause, view, self._switches)
            if headings.template.name == "Sales orders" and arguments.get("sitesFilter"):
                found = [order for order in found if sites(order.text("Site") or DEFAULT_SITE)]
            return found

        return self._read(arguments, view, rows, lambda: rows_of(self._warehouse, headings, Narrowing(None)))

    def _get_report_data(self, arguments: Arguments) -> Answer:
        switches, name = self._switches, arguments.get("TemplateName", "")
        report = self._reports.named(name)
        if report is None or report.name in switches.unconfigured_templates:
            return refusal(f"The report '{name}' was not found")
        clause = self._report_clause(arguments)
        view = report.view()
        asked = arguments.get("Columns", "")
        if asked.strip() and not switches.columns_ignored:
            view = View(view.columns, [view.column(column) for column in _column_names(asked)], report=True)

        def rows() -> list[Any]:
            found = matching(self._reports.rows(report, self._narrowing(clause)), clause, view, switches)
            return ordered(found, arguments.get("OrderBy", ""), view)

        return self._read(arguments, view, rows, lambda: self._reports.rows(report, Narrowing(None)))

    def _report_clause(self, arguments: Arguments) -> Clause | None:
        switches = self._switches
        if switches.columns_ignored:
            return None
        searched = parse(arguments.get("SearchClause", ""), zone(switches.zone_report))
        filtered = arguments.get("FilterClause", "")
        if not filtered.strip() or switches.filter_clause == "ignored":
            return searched
        if switches.filter_clause == "error":
            raise BadSearch("FilterClause is not understood")
        further = parse(filtered, zone(switches.zone_report))
        return And((searched, further)) if searched is not None and further is not None else further or searched

    def _narrowing(self, clause: Clause | None) -> Narrowing:
        return Narrowing(clause, exact_case=not self._switches.search_ignores_case)

    def _read(
        self, arguments: Arguments, view: View, rows: Callable[[], list[Any]], everything: Callable[[], Iterable[Any]]
    ) -> Answer:
        found = self._remember(arguments, rows)
        total = sum(1 for _ in everything()) if self._switches.total_count_ignores_search else len(found)
        page = Page(number=integer(arguments, "PageNo"), size=integer(arguments, "ItemsPerPage"))
        shown = page_of(found, page, self._switches)
        hidden = arguments.get("__hidden__")
        columns: list[Column] = [column for column in view.written if column.name != hidden]
        return Answer(0, total, written(shown, columns, self._switches, report=view.report))

    def _remember(self, arguments: Arguments, rows: Callable[[], list[Any]]) -> list[Any]:
        """Keep the rows of a question while nothing changes, so that its next page costs nothing."""
        switches = self._switches
        asked = tuple(sorted((k, v) for k, v in arguments.items() if k not in ("PageNo", "ItemsPerPage", "Columns")))
        key = (*asked, self._warehouse.version, repr(switches))
        timeless = not switches.report_lag_seconds and not switches.report_window_days
        found = self._remembered.get(key) if timeless else None
        if found is None:
            found = rows()
            if switches.shuffle_unordered and not arguments.get("OrderBy"):
                found = shuffled(found, self._seed)
            self._remembered[key] = found
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def _get_report_columns(self, arguments: Arguments) -> Answer:
        name = arguments.get("templateName", "")
        report = self._reports.named(name)
        if report is None:
            return refusal(f"The report '{name}' was not found")
        names = [column.name for column in report.columns]
        return Answer(0, len(names), write_csv(names, [], Switches()).rstrip("\n"))

    # ---- events

    def _subscribe(self, arguments: Arguments) -> Answer:
        event, url = arguments.get("eventType", ""), arguments.get("callbackUrl") or arguments.get("postUrl", "")
        if event not in EVENT_TYPES:
            raise Fault(f"Server was unable to read request. '{event}' is not a valid value for SubscriptionEventTypes.")
        if not url:
            return refusal("A url is required")
        encode = arguments.get("encodeParameterData", "").strip().lower()
        number = self._desk.subscribe(
            event,
            url,
            post_params=arguments.get("postParams", "") if "postUrl" in arguments else None,
            encode=encode in ("true", "1") if encode else None,
            wants_site=self._sites_test(arguments.get("sitesFilter", "")),
            filter_text=arguments.get("filter", ""),
        )
        self._warehouse.wanted_events = self._desk.wanted()
        return Answer(0, 1, str(number))

    def _sites_test(self, text: str) -> Callable[[str], bool]:
        """Make `Site.Reference = "PrimarySite"` into a test of a site's reference."""
        clause = parse(text, zone("UTC"))
        if clause is None:
            return lambda _: True
        column = Column("Site.Reference", str)
        view = View({"site.reference": column, "reference": column}, [column], report=False)
        switches = self._switches
        matching([""], clause, view, switches)  # so that a clause that cannot work is refused now
        return lambda site: bool(matching([site], clause, view, switches))

    def _unsubscribe(self, arguments: Arguments) -> Answer:
        number = integer(arguments, "subscriptionId")
        if not self._desk.unsubscribe(number):
            return refusal(f"No subscription {number}")  # unknown wording
        self._warehouse.wanted_events = self._desk.wanted()
        return Answer(0, 1, "True")


def _column_names(text: str) -> list[str]:
    """Split `[Item code],[Available]` or `Item code, Available`."""
    names = [part.strip() for part in text.replace("\n", " ").split(",")]
    return [name[1:-1].strip() if name.startswith("[") and name.endswith("]") else name for name in names if name]
