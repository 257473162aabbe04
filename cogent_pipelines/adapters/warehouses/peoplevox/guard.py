"""Which orders of a batch are at the warehouse already, told in far fewer calls than one per hundred orders.

Putting an order in that is there already would put it on hold again, or add lines to it: so nothing is sent blindly. But
asking for every reference costs a quarter of the calls that injecting takes. References of one sale begin alike, though, so
a few prefixes read everything of ours in their range, and the answer serves the following batches too: nobody else creates
orders under our references while this process holds the injection's lock. What this process itself sent is remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cogent_pipelines.adapters.warehouses.peoplevox import finding, headings, search, translate, version
from cogent_pipelines.adapters.warehouses.peoplevox.wire import Wire
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority

_GOOD_FOR = timedelta(minutes=2)
# A screen that turns out too wide costs up to three calls of a thousand rows: for a handful one plain question is better.
_WORTH_SCREENING = 20
_BATCHES_OF_REST = 20


@dataclass(slots=True)
class Guard:
    """Answers which of our references are taken. One per process; not for use from several threads."""

    wire: Wire
    _read_at: dict[str, datetime] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _ours: set[str] = field(default_factory=set)
    _narrower: int = 0
    _rest: int = 0

    def taken(self, refs: Sequence[str]) -> set[str]:
        """Those that may be there: found there, or sent by this process before.

        Raises:
            VendorError: the warehouse could not be asked.
        """
        open_questions = [ref for ref in refs if ref not in self._ours and not self._answered(ref)]
        if open_questions and self.wire.settings.screen_by_prefix:
            self._screen(open_questions)
            open_questions = [ref for ref in open_questions if not self._answered(ref)]
        exact = set(finding.find_headers(self.wire, open_questions)) if open_questions else set()
        return {ref for ref in refs if ref in exact or ref in self._ours or ref in self._taken}

    def sending(self, refs: Sequence[str]) -> None:
        """From now on these may be there."""
        self._ours.update(refs)

    def _answered(self, ref: str) -> bool:
        now = self.wire.clock.now()
        return any(ref.startswith(prefix) and now - at < _GOOD_FOR for prefix, at in self._read_at.items())

    def _screen(self, refs: Sequence[str]) -> None:
        """Read everything in the range of a few prefixes, if that is no more than a page."""
        if self._rest:
            self._rest -= 1
            return
        if len(refs) < _WORTH_SCREENING:
            return
        widths = _widths(refs, self.wire.settings.limits.terms_per_search)
        for prefixes in widths[self._narrower :]:
            if self._read(prefixes):
                return
            self._narrower = min(self._narrower + 1, len(widths))
        self._narrower, self._rest = 0, _BATCHES_OF_REST

    def _read(self, prefixes: Sequence[str]) -> bool:
        name = headings.chosen(self.wire.settings, version.SALES_ORDERS)["SalesOrderNumber"]
        clause = search.either(search.starts_with(name, prefix) for prefix in prefixes)
        asked_at = self.wire.clock.now()
        try:
            page = self.wire.get(version.SALES_ORDERS, clause, priority=Priority.INJECTION)
        except VendorRefused:
            # A tenant whose version does not know StartsWith is asked outright.
            return False
        if not self.wire.is_whole(page, version.SALES_ORDERS, clause, priority=Priority.INJECTION):
            return False
        self._taken.update(header.ref for header in translate.headers(page.table, self.wire.settings))
        self._read_at.update(dict.fromkeys(prefixes, asked_at))
        return True


def _widths(refs: Sequence[str], terms: int) -> list[list[str]]:
    """Sets of prefixes to try, the widest first.

    The widest reaches some ten times further than the references themselves, so that the batches that follow are answered
    too; the narrowest is as close to the references as one search allows. Prefixes must be shorter than the references, or
    nothing is gained over asking outright.
    """
    close = _longest(refs, 2)
    lengths = dict.fromkeys(length for length in (close - 1, close, _longest(refs, terms)) if length > 0)
    return [sorted({ref[:length] for ref in refs}) for length in lengths]


def _longest(refs: Sequence[str], most: int) -> int:
    """The greatest length at which the references have no more than so many different beginnings; 0 where there is none."""
    for length in range(max(map(len, refs)) - 1, 0, -1):
        if len({ref[:length] for ref in refs}) <= most:
            return length
    return 0
