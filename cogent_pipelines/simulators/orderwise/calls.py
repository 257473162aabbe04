"""What an operation is given and what it gives back; who serves it is `front`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cogent_pipelines.simulators.orderwise.company import Company
from cogent_pipelines.simulators.orderwise.ids import number_in
from cogent_pipelines.simulators.orderwise.refusals import Refused

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Call:
    company: Company
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def whole(self, name: str, default: int) -> int:
        """Read a whole number of the query."""
        text = self.query.get(name, str(default))
        number = number_in(text)
        if number is None:
            raise Refused(400, f"The value '{text}' is not valid for {name}.")
        return number

    def said(self, name: str) -> bool:
        return self.query.get(name, "").casefold() == "true"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    document: Any


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`permission` is the category; the verb is the method."""

    name: str
    method: str
    path: str
    permission: str
    act: Callable[[Call], Reply]


def ok(document: Any) -> Reply:
    return Reply(200, document)


def page(call: Call, rows: Iterable[tuple[int, Row]]) -> list[Row]:
    """Give a page: rows whose id is above `last_id`, `limit` of them at most."""
    last, limit = call.whole("last_id", 0), call.whole("limit", call.company.switches.default_page)
    return [row for number, row in sorted(rows, key=lambda pair: pair[0]) if number > last][:limit]
