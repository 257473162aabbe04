"""A profile, ready to work with: expressions compiled, references resolved. How it comes about is in `compiling`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from cogent_pipelines.adapters.warehouses.rest_profile import model
from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass, OperationContract, State
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression, ProfileFunctions


@dataclass(frozen=True, slots=True)
class Template:
    """Text with places to be filled in: literals and expressions take turns, a literal first."""

    literals: tuple[str, ...]
    places: tuple[Expression, ...]

    def filled(self, context: Mapping[str, Any], functions: ProfileFunctions) -> str:
        """Fill in, each value escaped for an address.

        Raises:
            ValueError: a value is missing.
        """
        text = self.literals[0]
        for place, after in zip(self.places, self.literals[1:], strict=True):
            value = place.of(context, functions)
            if value is None or value == "":
                raise ValueError(f"{place.source} is empty, and the address needs it")
            text += quote(str(value), safe="") + after
        return text


@dataclass(frozen=True, slots=True)
class Request:
    """One call; trees hold literals and expressions."""

    label: str
    method: str
    path: Template
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    json: Any = None
    form: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RowMap:
    """How rows are taken out of an answer; without `items` the whole is one row."""

    items: Expression | None
    fields: Mapping[str, Expression]
    nested: Mapping[str, "RowMap"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    root: Expression
    rows: RowMap
    ok_when: Expression | None = None
    message: Expression | None = None
    only_states: frozenset[State] = frozenset()
    empty_when_not_found: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    request: Request
    response: Response
    for_each: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """`settings` as written, with its two expressions compiled."""

    settings: model.Paging
    total: Expression | None
    next: Expression | None


@dataclass(frozen=True, slots=True)
class Operation:
    """`asks_for` are the names that its requests need; `tables` are the words it looks up."""

    name: str
    contract: OperationContract
    steps: tuple[Step, ...]
    paging: Paging | None = None
    cursor: model.Cursor | None = None
    precheck: model.Precheck | None = None
    confirm: model.Confirm | None = None
    strategy: str = "lookup_first"
    shows_within_s: float = 0.0
    cost: float = 1.0
    asks_for: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()

    @property
    def request(self) -> Request:
        return self.steps[0].request

    @property
    def response(self) -> Response:
        return self.steps[0].response


@dataclass(frozen=True, slots=True)
class Rule:
    """An error rule; conditions left empty always hold."""

    means: ErrorClass
    statuses: frozenset[int] = frozenset()
    header: tuple[str, re.Pattern[str]] | None = None
    when: Expression | None = None
    text: re.Pattern[str] | None = None
    operations: frozenset[str] = frozenset()
    message: Expression | None = None
    wait: model.Wait | None = None
    wait_text: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class WordList:
    """A table of words that the vendor itself keeps."""

    table: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Events:
    """What the vendor posts to us."""

    proof: model.EventProof
    topic: Expression | None
    subject: Expression | None
    id: Expression | None
    occurred_at: Expression | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One vendor. `written` are the sections whose plain values are used as they are."""

    written: model.ProfileModel
    operations: Mapping[str, Operation]
    rules: tuple[Rule, ...]
    word_lists: Mapping[str, WordList]
    token: Expression | None
    log_in: Request | None
    sku_pattern: re.Pattern[str] | None
    events: Events | None = None

    @property
    def name(self) -> str:
        return self.written.name

    @property
    def title(self) -> str:
        return self.written.title

    @property
    def ships_whole_orders(self) -> bool:
        """Whether an order, or a part of it with a reference of its own, leaves as one."""
        return self.written.capabilities.partial_shipment in {"order_parts", "none"}

    def has(self, operation: str) -> bool:
        return operation in self.operations

    def step_of(self, label: str) -> Step | None:
        """The step that a call came from, by the call's name."""
        for operation in (*self.operations.values(), *(each.operation for each in self.word_lists.values())):
            for step in operation.steps:
                if step.request.label == label:
                    return step
        return None
