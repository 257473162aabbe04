"""The judge of the demo's day: was anything lost, doubled or oversold, and was every planted trouble found?

The first three are read in the vendors' own books. What was found is asked of Dagster's checks and of the exception
cases, because finding is what those are for.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from cogent_pipelines.local_stack.dagster_api import CheckState, DagsterApi
from cogent_pipelines.local_stack.demo.books import Books, ShopOrder, read_books
from cogent_pipelines.local_stack.demo.day import UNKNOWN_ORDER, Happened
from cogent_pipelines.local_stack.demo.troubles import PLANTED, UNKNOWN_DESPATCH, Proof, Trouble
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse

RUN_SECONDS = 90.0
SCHEMA_CHECK = "schema"
CATALOGUE_ASSETS = ("storefront_products", "wms_items", "sku_audit")
DAILY_ASSETS = ("order_value_reconciliation", "despatch_reconciliation")
EXCEPTIONS_ASSET = "exceptions"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the last line says, and beside it what a person wants to know."""

    orders: int
    acknowledged: int
    held: int
    failed: int
    despatches: int
    fulfilments: int
    stock_published: int
    lost: int
    duplicated: int
    oversold_units: int
    checks_failed: tuple[str, ...]
    seconds: float = 0.0
    first_acknowledged_seconds: float | None = None
    not_found: tuple[str, ...] = ()
    """Planted troubles that nothing found."""
    named: Mapping[str, list[str]] = field(default_factory=dict)
    """Which orders were lost or duplicated."""

    @property
    def good(self) -> bool:
        return not (self.lost or self.duplicated or self.oversold_units or self.not_found)

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        del told["named"]
        return {**told, "checks_failed": list(self.checks_failed), "not_found": list(self.not_found)}


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks both vendors, Dagster and the ledger; changes nothing but Dagster's runs."""

    connection: str
    shop: Shop
    warehouse: Warehouse
    dagster: DagsterApi
    ledger_url: str
    timezone: str
    say: Callable[[str], None]

    def unsettled(self, happened: Happened) -> list[str]:
        """Say what is still under way."""
        return read_books(self.shop, self.warehouse).unsettled(held=held_by_plan(happened))

    def judge(self, happened: Happened) -> Verdict:
        """Have today's reconciliation and every check run, then judge."""
        checks = self._checked()
        books, held = read_books(self.shop, self.warehouse), held_by_plan(happened)
        lost, duplicated = books.lost(held=held), books.duplicated()
        ledger = self._ledger_counts()
        return Verdict(
            orders=len(books.orders),
            acknowledged=ledger["acknowledged"],
            held=ledger["held"],
            failed=ledger["failed"],
            despatches=books.parcels,
            fulfilments=books.fulfilments(),
            stock_published=ledger["stock_published"],
            lost=len(lost),
            duplicated=len(duplicated),
            oversold_units=books.oversold_units(),
            checks_failed=tuple(sorted({check.name for check in checks if check.success is False})),
            first_acknowledged_seconds=happened.first_acknowledged,
            not_found=tuple(t.name for t in PLANTED if not self._found(t, checks, books, happened)),
            named={"lost": lost, "duplicated": duplicated},
        )

    # ---- Dagster's word

    def _checked(self) -> list[CheckState]:
        """Run the catalogue's audit, today's reconciliation, then every check; give what they say."""
        today = datetime.now(UTC).astimezone(ZoneInfo(self.timezone)).date().isoformat()
        tags = [("cogent/connection", self.connection)]
        first = [
            self.dagster.launch(self._keys(*CATALOGUE_ASSETS), tags=tags),
            self.dagster.launch(self._keys(*DAILY_ASSETS), partition=today, tags=tags),
        ]
        self._report_failures(self.dagster.wait_for(first, seconds=RUN_SECONDS))
        every = self.dagster.checks(self.connection)
        business = [check for check in every if check.name != SCHEMA_CHECK or check.asset[-1] == EXCEPTIONS_ASSET]
        last = self.dagster.launch(self._keys(EXCEPTIONS_ASSET), checks=business, tags=tags)
        self._report_failures(self.dagster.wait_for([last], seconds=RUN_SECONDS))
        return [self.dagster.state_of(check) for check in every]

    def _keys(self, *nouns: str) -> list[tuple[str, str]]:
        return [(self.connection, noun) for noun in nouns]

    def _report_failures(self, states: Mapping[str, str]) -> None:
        for run, state in states.items():
            if state != "SUCCESS":
                self.say(f"A run for the verdict ended as {state or 'not ended'}: {self.dagster.url}/runs/{run}")

    # ---- was it found?

    def _found(self, trouble: Trouble, checks: list[CheckState], books: Books, happened: Happened) -> bool:
        by_checks = all(self._check_spoke(name, checks) for name in trouble.checks)
        by_cases = not trouble.cases or self._case_was_opened(trouble, happened)
        by_books = trouble.proof is None or proved(trouble, books, happened)
        return by_checks and by_cases and by_books

    def _check_spoke(self, name: str, checks: list[CheckState]) -> bool:
        named = [check for check in checks if check.name == name]
        return any(check.ever_failed for check in named)

    def _case_was_opened(self, trouble: Trouble, happened: Happened) -> bool:
        """Say whether every order that the trouble was planted in has its case, open or closed since."""
        with psycopg.connect(self.ledger_url) as connection:
            rows = connection.execute(
                "SELECT order_name, message FROM exception_case WHERE connection = %s AND kind = ANY(%s)",
                [self.connection, list(trouble.cases)],
            ).fetchall()
        named = {str(name) for name, _ in rows}
        if trouble is UNKNOWN_DESPATCH:
            return any(UNKNOWN_ORDER in message for _, message in rows)
        return bool(rows) and named.issuperset(str(order["name"]) for order in happened.orders_of(trouble))

    def _ledger_counts(self) -> dict[str, int]:
        with psycopg.connect(self.ledger_url) as connection:
            row = connection.execute(
                """
                SELECT count(*) FILTER (WHERE state = 'acknowledged'),
                       count(*) FILTER (WHERE state IN ('held', 'waiting')),
                       count(*) FILTER (WHERE state = 'failed'),
                       (SELECT count(*) FROM stock_publication WHERE connection = %(name)s AND published_at IS NOT NULL)
                FROM sales_order WHERE connection = %(name)s
                """,
                {"name": self.connection},
            ).fetchone()
        return dict(zip(("acknowledged", "held", "failed", "stock_published"), row or (0, 0, 0, 0), strict=True))


def held_by_plan(happened: Happened) -> frozenset[str]:
    """Give the orders that must stay away from the warehouse until a person acts."""
    return frozenset(
        str(order["id"]).rsplit("/", 1)[-1] for trouble in PLANTED if trouble.held for order in happened.orders_of(trouble)
    )


def proved(trouble: Trouble, books: Books, happened: Happened) -> bool:
    """Ask the books whether a trouble did no harm."""
    planted = [_in(books, order) for order in happened.orders_of(trouble)]
    if trouble.proof is Proof.NOTHING_OVERSOLD:
        return happened.refused > 0 and books.oversold_units() == 0
    if trouble.proof is Proof.AT_THE_WAREHOUSE_ONCE:
        return bool(planted) and all(_at_the_warehouse_once(order, books) for order in planted)
    in_two = [len(order.fulfilments) > 1 and order.fulfilled == order.ordered for order in planted]
    return bool(in_two) and all(in_two)


def _at_the_warehouse_once(order: ShopOrder, books: Books) -> bool:
    found = books.counterparts[order.identity]
    return len(found) == 1 and found[0].created == 1


def _in(books: Books, order: Mapping[str, Any]) -> ShopOrder:
    identity = str(order["id"]).rsplit("/", 1)[-1]
    return next(found for found in books.orders if found.identity == identity)
