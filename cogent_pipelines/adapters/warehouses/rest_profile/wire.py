"""The profile's operations as our values: rows of an answer, many answers at once, feeds in pages.

How one call is written and judged is in `client`; what rows mean is in `translate`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.adapters.warehouses.rest_profile import client, formats
from cogent_pipelines.adapters.warehouses.rest_profile.client import Understood
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Operation, Response, RowMap
from cogent_pipelines.adapters.warehouses.rest_profile.contract import LOOK_UPS, OF_ONE_SPELLING, ErrorClass, State
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Expression, Maps, NotMapped, ProfileFunctions
from cogent_pipelines.adapters.warehouses.rest_profile.paging import FAULT, Page, Row, Turning
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import VendorError, VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

T = TypeVar("T")

_STATUS = frozenset({"status"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one call: `understood` where the vendor answered in its own protocol."""

    settled: Settled
    understood: Understood | None

    @property
    def means(self) -> ErrorClass | None:
        return self.understood.means if self.understood is not None else None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the judge of answers and whoever reads them on have in common: the tables of words."""

    maps: Maps
    functions: ProfileFunctions

    @classmethod
    def of(cls, settings: RestProfileSettings) -> "Shared":
        maps = settings.maps()
        return cls(maps, ProfileFunctions(maps))


class Wire:
    """One account. Not for use from several threads at once."""

    def __init__(self, settings: RestProfileSettings, vendor: VendorClient, clock: Clock, shared: Shared) -> None:
        self.settings = settings
        self.clock = clock
        self.functions = shared.functions
        self.maps = shared.maps
        self._vendor = vendor
        self._words_read: set[str] = set()

    def operation(self, name: str) -> Operation:
        """The operation of that name.

        Raises:
            VendorRefused: the profile has none.
        """
        found = self.settings.profile.operations.get(name)
        if found is None:
            raise VendorRefused(f"the profile {self.settings.profile.name} has no {name}", operation=name)
        return found

    def has(self, name: str) -> bool:
        return self.settings.profile.has(name)

    # ---- one call, or many at once

    def call(
        self,
        name: str,
        context: formats.Context,
        *,
        priority: Priority,
        subjects: tuple[str, ...] = (),
        step: int = 0,
        page: Mapping[str, str] | None = None,
    ) -> Call:
        """A call, filled in.

        Raises:
            formats.Unwritable: something in it cannot be said.
            VendorError: the vendor's own words could not be read.
        """
        operation = self.operation(name)
        self.read_words(operation.tables)
        return client.call(
            operation.steps[step].request,
            operation,
            {**context, "config": self.settings.config},
            settings=self.settings,
            functions=self.functions,
            priority=priority,
            subjects=subjects,
            page=page,
        )

    def send_all(self, calls: Sequence[Call]) -> list[Reply]:
        """Send at once, as many together as the vendor takes; a reply each, in order."""
        return [Reply(settled, _understood(settled)) for settled in self._vendor.send_all(calls)]

    def read(self, name: str, context: formats.Context, *, priority: Priority, subjects: tuple[str, ...] = ()) -> Page:
        """One answer that must be there; nothing found is no rows.

        Raises:
            VendorError: it is not there, or cannot be read.
        """
        return self.read_each(name, [context], priority=priority, subjects=[subjects])[0]

    def read_each(
        self,
        name: str,
        contexts: Sequence[formats.Context],
        *,
        priority: Priority,
        subjects: Sequence[tuple[str, ...]] = (),
    ) -> list[Page]:
        """The same operation for several things at once.

        Raises:
            VendorError: one of the answers is not there, or cannot be read.
        """
        replies, asked_at = self._asked(name, contexts, priority=priority, subjects=subjects)
        return [self.page(name, reply, asked_at) for reply in replies]

    def read_apart(
        self,
        name: str,
        contexts: Sequence[formats.Context],
        *,
        priority: Priority,
        subjects: Sequence[tuple[str, ...]] = (),
    ) -> list[Page | VendorRefused]:
        """The same, each answer judged by itself: one that is refused, or cannot be read, takes no other with it.

        Raises:
            VendorError: one of the answers is not there, or every one of several is refused.
        """
        replies, asked_at = self._asked(name, contexts, priority=priority, subjects=subjects)
        return none_for_all([self._page_apart(name, reply, asked_at) for reply in replies])

    def _asked(
        self,
        name: str,
        contexts: Sequence[formats.Context],
        *,
        priority: Priority,
        subjects: Sequence[tuple[str, ...]],
    ) -> tuple[list[Reply], datetime]:
        about = subjects or [()] * len(contexts)
        calls = [
            self.call(name, context, priority=priority, subjects=of) for context, of in zip(contexts, about, strict=True)
        ]
        asked_at = self.clock.now()
        return self.send_all(calls), asked_at

    def _page_apart(self, name: str, reply: Reply, asked_at: datetime) -> Page | VendorRefused:
        try:
            return self.page(name, reply, asked_at)
        except VendorRefused as refused:
            if reply.means is ErrorClass.CONFIG:
                raise
            return refused
        except UNFORESEEN as error:
            return VendorRefused(why(error), operation=name)

    def page(self, name: str, reply: Reply, asked_at: datetime) -> Page:
        """The rows of a reply to a read.

        Raises:
            VendorError: the vendor did not answer, or said no.
        """
        if reply.means is ErrorClass.NOT_FOUND:
            if name in LOOK_UPS or self.operation(name).response.empty_when_not_found:
                return Page([], asked_at)
            raise _not_there(reply)
        if reply.means is ErrorClass.DATA and name in OF_ONE_SPELLING:
            return Page([], asked_at)
        if reply.means in {ErrorClass.DATA, ErrorClass.CONFIG, ErrorClass.DUPLICATE, ErrorClass.TOO_LATE}:
            raise _refused(reply, reply.settled.reason)
        reply.settled.answered()
        body = reply.understood.body if reply.understood else None
        response = self.operation(name).response
        rows = self.rows(response, body)
        return Page([row for row in rows if self._concerns(response, row)], asked_at, body, len(rows))

    # ---- feeds

    def pages(self, name: str, context: formats.Context, *, priority: Priority) -> Iterator[Page]:
        """Every page of a list.

        Raises:
            VendorError: a page could not be read, or the list does not end.
        """
        operation = self.operation(name)
        if operation.paging is None:
            yield self.read(name, context, priority=priority)
            return
        turning = Turning(operation, self.functions)
        while (parameters := turning.parameters()) is not None:
            call = self.call(name, context, priority=priority, page=parameters)
            asked_at = self.clock.now()
            [reply] = self.send_all([call])
            page = self.page(name, reply, asked_at)
            yield page
            turning.turn(page)

    def since(self, name: str, moment: datetime, *, priority: Priority) -> Iterator[Page]:
        """Every page of what is new since, with the overlap that the profile wants."""
        cursor, ways = self.operation(name).cursor, self.settings.profile.written.formats
        zone = self.settings.time_zone
        start = formats.earliest(moment - timedelta(seconds=cursor.overlap_s if cursor else 0.0), zone)
        until = self.clock.now()
        if cursor is None or cursor.step != "day":
            context = {"since": formats.written(start, ways, zone), "until": formats.written(until, ways, zone)}
            yield from self.pages(name, context, priority=priority)
            return
        day, last = start.astimezone(ZoneInfo(zone)), until.astimezone(ZoneInfo(zone)).date()
        while day.date() <= last:
            said = formats.written(day, ways, zone)
            yield from self.pages(name, {"since": said, "until": said}, priority=priority)
            day += timedelta(days=1)

    # ---- rows

    def rows(self, response: Response, body: Any) -> list[Row]:
        """The rows of an answer. One that cannot be worked out says so under `paging.FAULT`, and holds up no other.

        Raises:
            VendorRefused: it has another form than the profile says.
        """
        root = self._value(response.root, body)
        return [] if root is None else self._rows(response.rows, root)

    def _concerns(self, response: Response, row: Row) -> bool:
        return not response.only_states or FAULT in row or self.state_of(row) in response.only_states

    def state_of(self, row: Row) -> State:
        """How far the vendor's word says it is."""
        self.read_words(_STATUS)
        try:
            word = self.maps.look_up("status", formats.text(row.get("status")))
        except NotMapped:
            # A word that nobody has mapped is one order's; a feed that ends there is every order's.
            return State.UNKNOWN
        return State(word) if word in set(State) else State.UNKNOWN

    def word(self, table: str, value: Any) -> str:
        """A vendor's word as ours, or ours as the vendor's.

        Raises:
            NotMapped: the table knows nothing of it, and must.
            VendorError: the vendor's own list of words could not be read.
        """
        word = formats.text(value)
        self.read_words(frozenset({table}))
        return self.maps.look_up(table, word) if word else word

    def _rows(self, rows: RowMap, value: Any) -> list[Row]:
        found = [value] if rows.items is None else self._value(rows.items, value)
        if found is None:
            return []
        if not isinstance(found, list):
            raise VendorRefused("the answer holds no list where the profile says there is one")
        return [self._row(rows, each) for each in found if each is not None]

    def _row(self, rows: RowMap, value: Any) -> Row:
        found: dict[str, Any] = {}
        faults: list[str] = []
        for name, expression in rows.fields.items():
            try:
                found[name] = self._value(expression, value)
            except UNFORESEEN as error:
                found[name] = None
                faults.append(_fault_of(name, error))
        for name, below in rows.nested.items():
            found[name] = self._nested(below, value, name, faults)
        return {**found, FAULT: "; ".join(faults)} if faults else found

    def _nested(self, rows: RowMap, value: Any, name: str, faults: list[str]) -> list[Row] | None:
        """Nothing where a list should be is not an empty list: the vendor does not say."""
        try:
            if rows.items is not None and self._value(rows.items, value) is None:
                return None
            found = self._rows(rows, value)
        except (VendorRefused, *UNFORESEEN) as error:
            faults.append(_fault_of(name, error))
            return None
        faults += [f"{name}[{at}].{row[FAULT]}" for at, row in enumerate(found) if FAULT in row]
        return found

    def _value(self, expression: Expression, value: Any) -> Any:
        self.read_words(expression.lookups)
        return expression.of(value, self.functions)

    # ---- the vendor's own words

    def read_words(self, tables: frozenset[str]) -> None:
        """Read the vendor's lists of these words, once each.

        Raises:
            VendorError: a list could not be read.
        """
        for table in tables - self._words_read:
            self._words_read.add(table)
            wanted = self.settings.profile.word_lists.get(table)
            if wanted is not None:
                try:
                    self.maps.values[table] = {**self.maps.values.get(table, {}), **self._listed(wanted.operation)}
                except VendorError:
                    self._words_read.discard(table)
                    raise

    def _listed(self, operation: Operation) -> dict[str, str]:
        call = client.call(
            operation.request,
            operation,
            {"config": self.settings.config},
            settings=self.settings,
            functions=self.functions,
            priority=Priority.DESPATCH,
        )
        [reply] = self.send_all([call])
        if reply.means is ErrorClass.NOT_FOUND:
            raise _not_there(reply)
        reply.settled.answered()
        rows = self.rows(operation.response, reply.understood.body if reply.understood else None)
        return {formats.text(row["key"]): formats.text(row["word"]) for row in rows if FAULT not in row}


def none_for_all(found: list[T | VendorRefused]) -> list[T | VendorRefused]:
    """What was asked for one by one; where every one of several was refused, it is the call that is refused.

    Raises:
        VendorRefused: so it is.
    """
    first = found[0] if found else None
    if len(found) > 1 and isinstance(first, VendorRefused) and all(isinstance(each, VendorRefused) for each in found):
        raise first
    return found


def _not_there(reply: Reply) -> VendorRefused:
    """A list is there also when it is empty: nothing in its place is a wrong address, or a proxy's word."""
    path = urlsplit(reply.settled.reply.call.url).path
    return _refused(reply, f"nothing is found at {path}, which is no empty list ({reply.settled.reason})")


def _refused(reply: Reply, reason: str) -> VendorRefused:
    settled = reply.settled
    return VendorRefused(reason, operation=settled.reply.call.operation, exchange_id=settled.exchange_id)


def _fault_of(name: str, error: Exception) -> str:
    """The field and what is wrong with it, never a value."""
    match error:
        case NotMapped():
            return f"field {name}: {error}"
        case VendorRefused():
            return f"field {name} is no list"
    return f"field {name} is not of the kind that the profile takes it for ({type(error).__name__})"


def _understood(settled: Settled) -> Understood | None:
    parsed = settled.reading.parsed if settled.reading is not None else None
    return parsed if isinstance(parsed, Understood) else None
