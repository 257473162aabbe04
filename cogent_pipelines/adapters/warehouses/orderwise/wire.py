"""One tenant on the wire: definitions run, rows checked against the contract that the definition was shipped with.

A definition that somebody edited in OrderWise is refused by name, whatever its rows say. What rows mean is in `translate`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.orderwise import client
from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Definition, Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a definition answered; `asked_at` is just before it was asked."""

    rows: list[Row]
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Wire:
    """Settings and the client, together with the clock."""

    settings: OrderWiseSettings
    vendor: VendorClient
    clock: Clock

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send together; never raises for what came of them."""
        return self.vendor.send_all(calls)

    def ask(self, call: Call) -> Any:
        """The answer to a read, parsed.

        Raises:
            VendorError: there is none.
        """
        return _parsed(self.vendor.send(call))

    def run(self, question: Question, parameters: Mapping[str, Any] | None = None, *, priority: Priority) -> Rows:
        """The rows of a definition.

        Raises:
            VendorError: it could not be run, or answers otherwise than shipped.
        """
        return self.run_each(question, [parameters or {}], priority=priority)[0]

    def run_each(self, question: Question, each: Sequence[Mapping[str, Any]], *, priority: Priority) -> list[Rows]:
        """The same definition once per set of parameters, together.

        Raises:
            VendorError: one of them could not be run, or answers otherwise than shipped.
        """
        definition, number = DEFINITIONS[question], self._number(question)
        calls = [client.export_call(self.settings, question, number, given, priority=priority) for given in each]
        asked_at = self.clock.now()
        answers = [_parsed(settled) for settled in self.vendor.send_all(calls)]
        return [Rows(rows_of(answer, definition, number), asked_at) for answer in answers]

    def _number(self, question: Question) -> int:
        number = self.settings.definitions.get(question)
        if number is None:
            raise VendorRefused(f"no id is configured of the export definition {question}", operation=f"export {question}")
        return number


def rows_of(answer: Any, definition: Definition, number: int) -> list[Row]:
    """The rows of an answer to a definition, which are as shipped.

    Raises:
        VendorRefused: they are not; the text says which definition, and in what.
    """
    operation = f"export {definition.question}"
    which = f"export definition {number} ({definition.question})"
    if answer is None:
        return []
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise VendorRefused(f"{which} does not answer with a list of rows", operation=operation)
    for row in answer:
        _check_version(row.get("contract_version"), definition.version, which, operation)
        lacking = [name for name in definition.columns if name not in row]
        if lacking:
            words = f"{which} answers without {', '.join(lacking)}: somebody has edited it; install it again as shipped"
            raise VendorRefused(words, operation=operation)
    return answer


def _check_version(said: Any, known: int, which: str, operation: str) -> None:
    if isinstance(said, int | float) and not isinstance(said, bool) and said == known:
        return
    found = "no contract_version" if said is None else f"contract_version {str(said)[:40]}"
    words = f"{which} answers {found}; this version reads {known}: install the definition that it ships with"
    raise VendorRefused(words, operation=operation)


def _parsed(settled: Settled) -> Any:
    settled.answered()
    return settled.reading.parsed if settled.reading else None
