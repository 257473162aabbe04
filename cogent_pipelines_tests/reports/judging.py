"""What the checks make of the books, for tests of them."""

from cogent_pipelines.reports.checks import CHECKS, CheckFinding, finding_of
from cogent_pipelines_tests.factories.orders import NORTHWIND
from cogent_pipelines_tests.reports.books import NOW, Books


def judged(books: Books, check: str) -> CheckFinding:
    return finding_of(books.ledger, NORTHWIND, check, now=NOW)


def failing(books: Books) -> list[str]:
    return [check for check in CHECKS if not judged(books, check).passed]
