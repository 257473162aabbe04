"""From a profile's text to a profile that works, or to everything that is wrong with the text.

Nothing stops at the first mistake: form, expressions, names and references are all looked at, each with its line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from cogent_pipelines.adapters.warehouses.rest_profile import (
    compiled,
    compiling_operations,
    expressions,
    formats,
    model,
    problems,
    shapes,
    yaml_lines,
)
from cogent_pipelines.adapters.warehouses.rest_profile.compiling_parts import Parts
from cogent_pipelines.adapters.warehouses.rest_profile.contract import (
    NEEDED,
    OPERATIONS,
    ORDER,
    State,
)
from cogent_pipelines.adapters.warehouses.rest_profile.problems import Problem, ProfileFault
from cogent_pipelines.adapters.warehouses.rest_profile.remaining import as_written, remaining
from cogent_pipelines.adapters.warehouses.rest_profile.shapes import Shape
from cogent_pipelines.adapters.warehouses.rest_profile.yaml_lines import Document, NotYaml, Place

UNKNOWN = "?"
"""Stands where nobody knows yet; a profile with one of them does not work."""

_SECRET = re.compile(r"\$\{secret:([^}]*)\}")


def shipped() -> dict[str, Path]:
    """The profiles that come with the package, by name."""
    folder = Path(__file__).parent / "profiles"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load(name_or_path: str) -> compiled.Profile:
    """Read a profile that is shipped, by its name, or any other by its path.

    Raises:
        ProfileFault: it has mistakes.
        OSError: there is no such file.
    """
    if name_or_path in shipped():
        return _shipped(name_or_path)
    return _of_known_text(Path(name_or_path).read_text(encoding="utf-8"), name_or_path)


@lru_cache(maxsize=16)
def _shipped(name: str) -> compiled.Profile:
    """A deployment may have a hundred connections of one vendor, and its profile never changes while it runs."""
    return of_text(shipped()[name].read_text(encoding="utf-8"), name)


@lru_cache(maxsize=16)
def _of_known_text(text: str, name: str) -> compiled.Profile:
    """One's own may be changed meanwhile, and is asked for as often."""
    return of_text(text, name)


def of_text(text: str, name: str) -> compiled.Profile:
    """Compile a profile.

    Raises:
        ProfileFault: it has mistakes.
    """
    try:
        document = yaml_lines.read(text)
    except NotYaml as error:
        raise ProfileFault(name, [Problem(error.line, "file", str(error), error.remedy)]) from None
    parts = Parts(document)
    profile = _Compiler(document, parts).profile()
    if parts.problems or profile is None:
        raise ProfileFault(name, parts.problems)
    return profile


@dataclass(slots=True)
class _Compiler:
    document: Document
    parts: Parts

    # ---- the whole

    def profile(self) -> compiled.Profile | None:
        for place, line in self.document.twice:
            self.parts.problems.append(
                Problem(line, ".".join(map(str, place)), f"{place[-1]} stands twice", "take one of them out")
            )
        for place in _unknowns(self.document.value, ()):
            self.parts.fault(place, "this is not known yet", "fill it in from the vendor's papers")
        written = self._form()
        if written is None:
            return None
        self.parts.tables = frozenset(self._named("maps"))
        self.parts.config = dict.fromkeys(self._named("parameters"))
        word_lists = dict(self._word_lists(written))
        compiled_ones = {
            name: compiling_operations.operation(self.parts, name, part) for name, part in written.operations.items()
        }
        operations = {name: each for name, each in compiled_ones.items() if each is not None}
        self._references(written)
        self._parcels(written)
        self._capabilities(written)
        self._maps(written)
        self._formats(written.formats)
        rules = tuple(self._rule(("errors", at), rule) for at, rule in enumerate(written.errors))
        log_in, token = self._auth(written)
        pattern = self._checks(written.checks)
        events = self._events(written.events) if written.events is not None else None
        return compiled.Profile(written, operations, rules, word_lists, token, log_in, pattern, events)

    def _form(self) -> model.ProfileModel | None:
        """The document as a profile; where its form has mistakes, what is left without them."""
        try:
            return model.ProfileModel.model_validate(self.document.value)
        except ValidationError as error:
            known = {problem.place for problem in self.parts.problems}
            for each in error.errors(include_url=False):
                place = as_written(each["loc"], self.document.value)
                if ".".join(map(str, place)) not in known:
                    self.parts.fault(place, *problems.of_form(each))
        left, self.parts.unjudged = remaining(self.document.value)
        return left

    def _named(self, section: str) -> Mapping[str, Any]:
        """What the file has in a section, whatever its form."""
        found = self.document.value.get(section)
        return {str(name): below for name, below in found.items()} if isinstance(found, dict) else {}

    # ---- everything else

    def _rule(self, place: Place, part: model.ErrorRule) -> compiled.Rule:
        for name in part.operations:
            if name not in OPERATIONS:
                self.parts.fault(
                    (*place, "operations"), f"there is no operation {name}", f"use one of {', '.join(OPERATIONS)}"
                )
        header = part.when_header
        return compiled.Rule(
            part.means,
            frozenset(part.when_status),
            (header.name, self.parts.regex((*place, "when_header", "matches"), header.matches)) if header else None,
            self.parts.optional((*place, "when"), part.when),
            self.parts.regex((*place, "when_text"), part.when_text) if part.when_text else None,
            frozenset(part.operations),
            self.parts.optional((*place, "message"), part.message),
            part.wait,
            self.parts.regex((*place, "wait", "text"), part.wait.text) if part.wait and part.wait.text else None,
        )

    def _word_lists(self, written: model.ProfileModel) -> Iterator[tuple[str, compiled.WordList]]:
        for name, table in written.maps.items():
            if table.read is not None:
                part = model.OperationPart(request=table.read.request, response=table.read.response)
                made = compiling_operations.made(
                    self.parts, f"words {name}", part, OPERATIONS["list_words"], ("maps", name, "read")
                )
                yield name, compiled.WordList(name, made)

    def _maps(self, written: model.ProfileModel) -> None:
        for name, table in written.maps.items():
            if table.on_missing == "default" and table.default is None:
                remedy = "add `default:`, or take on_missing out"
                self.parts.fault(("maps", name, "on_missing"), "there is no default", remedy)
        status = written.maps.get("status")
        if status is None:
            if "status" not in self._named("maps"):
                self.parts.fault(("maps",), "there is no table status", "add `status:` with the vendor's words for states")
            return
        states: list[tuple[Place, str]] = [(("values", word), state) for word, state in status.values.items()]
        if status.default is not None:
            states.append((("default",), status.default))
        for where, state in states:
            if state not in set(State):
                self.parts.fault(("maps", "status", *where), f"{state} is no state", f"use one of {', '.join(State)}")

    def _formats(self, part: model.Formats) -> None:
        try:
            ZoneInfo(part.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.parts.fault(("formats", "zone"), f"{part.zone!r} is no time zone", "use a name such as Europe/London")
        for at, pattern in enumerate(part.dates_in):
            if not formats.reads_dates(pattern):
                remedy = "use iso8601, epoch_s, epoch_ms, or a strptime pattern such as %d/%m/%Y %H:%M"
                self.parts.fault(("formats", "dates_in", at), f"{pattern!r} is no form of a date", remedy)
        if not formats.writes_dates(part.dates_out):
            remedy = "use iso8601, or a strftime pattern such as %d/%m/%Y %H:%M"
            self.parts.fault(("formats", "dates_out"), f"{part.dates_out!r} is no form of a date", remedy)

    def _checks(self, part: model.Checks) -> re.Pattern[str] | None:
        for section, names in (("required", part.required), ("longest", list(part.longest))):
            for name in names:
                for part_of_it, known in shapes.unknown_names(_path_of(name), ORDER):
                    self.parts.fault(("checks", section), f"{name}: an order has no {part_of_it} there", known)
        return self.parts.regex(("checks", "sku", "pattern"), part.sku.pattern) if part.sku else None

    def _events(self, part: model.EventsPart) -> compiled.Events:
        if part.proof.kind != "address" and not part.proof.header:
            self.parts.fault(("events", "proof"), "it does not say which header", "add `header:`")
        if "{time}" in part.proof.signed and not part.proof.time_header:
            self.parts.fault(("events", "proof"), "it does not say where the time is", "add `time_header:`")
        expression = self.parts.optional
        return compiled.Events(
            part.proof,
            topic=expression(("events", "topic"), part.topic),
            subject=expression(("events", "subject"), part.subject),
            id=expression(("events", "id"), part.id),
            occurred_at=expression(("events", "occurred_at"), part.occurred_at),
        )

    def _auth(self, written: model.ProfileModel) -> tuple[compiled.Request | None, expressions.Expression | None]:
        for place, name in _secrets_in(self.document.value.get("auth"), ("auth",)):
            if name not in self._named("secrets"):
                known = ", ".join(self._named("secrets")) or "none"
                self.parts.fault(place, f"there is no secret {name}", f"add it under `secrets:`; there are {known}")
        for place, _ in _secrets_in({**self.document.value, "auth": None, "assumptions": None}, ()):
            self.parts.fault(place, "a secret stands outside of auth", "secrets are for `auth:` only")
        auth = written.auth
        if not isinstance(auth, model.TokenExchange):
            return None, None
        in_body = auth.extract.source == "json"
        token = self.parts.optional(("auth", "extract", "value"), auth.extract.value) if in_body else None
        if auth.extract.source != "text" and not auth.extract.value:
            self.parts.fault(("auth", "extract"), "it does not say where the token is", "add `value:`")
        given: Shape = {"config": self.parts.config}
        return self.parts.request(("auth", "request"), "log-in", auth.request, given, []), token

    def _references(self, written: model.ProfileModel) -> None:
        """What operations need of each other."""
        has, named = written.operations, self._named("operations")
        for name in NEEDED:
            if name not in named:
                self.parts.fault(("operations",), f"{name} is missing", f"add it: {OPERATIONS[name].purpose}")
        for name, part in has.items():
            for section, wanted in (("precheck", part.precheck), ("confirm", part.confirm)):
                if wanted is not None and wanted.operation not in named:
                    place: Place = ("operations", name, section)
                    self.parts.fault(place, f"there is no {wanted.operation}", "add that operation")
                elif wanted is not None and wanted.operation != (reads := _reads_the_state(has)) and not self.parts.unjudged:
                    remedy = f"write {reads}, or change what find_order answers"
                    self.parts.fault(("operations", name, section, "operation"), f"the state is read by {reads}", remedy)
        cancel, changes = has.get("cancel_order"), has.get("list_stock_changes")
        if cancel is not None and cancel.precheck is None:
            self.parts.fault(("operations", "cancel_order"), "the live state is not asked", "add `precheck:`")
        said = set(changes.response.fields) if changes is not None else {"item_ref"}
        if not ({"sku", "available"} <= said or "item_ref" in said):
            place = ("operations", "list_stock_changes", "response", "fields")
            self.parts.fault(place, "it names neither figures nor items", "add `sku:` and `available:`, or `item_ref:`")

    def _parcels(self, written: model.ProfileModel) -> None:
        """Goods that nobody can name were never despatched."""
        has = written.operations
        of_orders = {"get_lines"} <= set(has) and written.capabilities.partial_shipment in {"order_parts", "none"}
        for name in ("list_shipments", "find_shipments"):
            shipments = has.get(name)
            # Looked up by order, one without lines may have those of the order.
            if shipments is not None and not _says_what_is_in_it(shipments) and not (name == "find_shipments" and of_orders):
                place: Place = ("operations", name, "response", "fields")
                remedy = "add `lines:`, or `parcels:` with lines of their own"
                self.parts.fault(place, "it cannot be told what is in a parcel", remedy)

    def _capabilities(self, written: model.ProfileModel) -> None:
        """What is promised must be there."""
        can = written.capabilities
        promises = [
            (can.cancel == "rest", "cancel", "cancel_order"),
            (can.returns != "none", "returns", "list_returns"),
            (can.returns == "create_and_read", "returns", "create_return"),
            (can.stock_delta == "changes", "stock_delta", "list_stock_changes"),
        ]
        for promised, capability, operation in promises:
            if promised and operation not in self._named("operations"):
                place: Place = ("capabilities", capability)
                self.parts.fault(place, f"{operation} is missing", f"add it, or take {capability} back")
        if (can.webhooks == "events") != (self.document.value.get("events") is not None):
            self.parts.fault(("capabilities", "webhooks"), "it does not fit `events:`", "have both of them, or neither")
        if can.cancel == "manual" and not can.manual_cancel:
            self.parts.fault(
                ("capabilities",), "nobody is told how to cancel", "add `manual_cancel:` with what a person does"
            )


def _reads_the_state(operations: Mapping[str, model.OperationPart]) -> str:
    """An order that is found with its lines is known; else it is read by itself as well, where it can be."""
    found = operations.get("find_order")
    brings_lines = found is not None and "lines" in found.response.fields
    return "get_order" if "get_order" in operations and not brings_lines else "find_order"


def _says_what_is_in_it(shipments: model.OperationPart) -> bool:
    fields = shipments.response.fields
    parcels = fields.get("parcels")
    return "lines" in fields or (isinstance(parcels, model.RowPart) and "lines" in parcels.fields)


def _path_of(name: str) -> Mapping[str, Any]:
    """A dotted name as the syntax tree that an expression of it has."""
    fields = [{"type": "field", "children": [], "value": part} for part in name.split(".")]
    return {"type": "subexpression", "children": fields}


def _unknowns(value: Any, place: Place) -> Iterator[Place]:
    if value == UNKNOWN:
        yield place
    elif isinstance(value, dict):
        for name, below in value.items():
            yield from _unknowns(below, (*place, name))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            yield from _unknowns(below, (*place, at))


def _secrets_in(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        for name in _SECRET.findall(value):
            yield place, name
    elif isinstance(value, dict):
        for name, below in value.items():
            yield from _secrets_in(below, (*place, name))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            yield from _secrets_in(below, (*place, at))
