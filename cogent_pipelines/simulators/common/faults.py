"""The fault book: the orders by which a simulator misbehaves, by rule and by seed.

A rule says what goes wrong (`kind`), at which operation (a shell pattern over the vendor's own names), how often
(`times`, after letting `after` matching calls pass, with `probability`), and its `settings`. The same book serves
every vendor; how a refusal is worded is the vendor's own affair. Only the book lives here: applying a rule to an
HTTP answer is `common.gate`, applying one to a webhook is the vendor's.

The transport kinds, in the order in which they are applied to one call:

    slow                     waits `seconds` of vendor time, then goes on
    refuse                   answers `status` (and `retry_after`, `body`) and does nothing
    throttle                 answers with the vendor's own wording of "too fast" and does nothing
    expire_token             forgets the token or session the call came with, so that the vendor refuses it
    html_page                answers `status` with an HTML page; `acted` says whether the work was done before it
    time_out_before_acting   the connection is cut before anything was done
    half_done                does `done` of the items of a batch and then fails (where a vendor has batches)
    drift                    answers with null at `path` where there was data
    fail_after_acting        does the work, then answers `status`
    time_out_after_acting    does the work, then the connection is cut; `hang_seconds` is how long it stalls first
"""

import fnmatch
import random
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    SLOW = "slow"
    REFUSE = "refuse"
    THROTTLE = "throttle"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - the name of a fault
    HTML_PAGE = "html_page"
    TIME_OUT_BEFORE_ACTING = "time_out_before_acting"
    HALF_DONE = "half_done"
    DRIFT = "drift"
    FAIL_AFTER_ACTING = "fail_after_acting"
    TIME_OUT_AFTER_ACTING = "time_out_after_acting"
    LOSE_EVENT = "lose_event"
    DELAY_EVENT = "delay_event"
    DUPLICATE_EVENT = "duplicate_event"
    REORDER_EVENT = "reorder_event"
    FORGE_EVENT = "forge_event"
    VENDOR = "vendor"


EVENT_KINDS = frozenset(
    {
        FaultKind.LOSE_EVENT,
        FaultKind.DELAY_EVENT,
        FaultKind.DUPLICATE_EVENT,
        FaultKind.REORDER_EVENT,
        FaultKind.FORGE_EVENT,
    }
)


@dataclass(slots=True)
class Fault:
    """One rule of the book and how often it has been met and obeyed."""

    id: int
    kind: FaultKind
    operation: str = "*"
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    settings: dict[str, Any] = field(default_factory=dict)
    met: int = 0
    obeyed: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.obeyed >= self.times

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind.value,
            "operation": self.operation,
            "times": self.times,
            "after": self.after,
            "probability": self.probability,
            "settings": self.settings,
            "met": self.met,
            "obeyed": self.obeyed,
        }


class FaultBook:
    """All rules in force; repeatable by seed, safe to use from several threads."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._faults: list[Fault] = []
        self._next_id = 1
        self._lock = threading.Lock()
        self.obeyed_log: list[tuple[str, str]] = []

    # ---- writing the book

    def add(
        self,
        kind: FaultKind | str,
        *,
        operation: str = "*",
        times: int | None = 1,
        after: int = 0,
        probability: float = 1.0,
        **settings: Any,
    ) -> Fault:
        """Add a rule; `times=None` means for ever."""
        if not 0.0 <= probability <= 1.0:
            raise ValueError(f"probability must lie between 0 and 1, not {probability}")
        with self._lock:
            fault = Fault(self._next_id, FaultKind(kind), operation, times, after, probability, dict(settings))
            self._next_id += 1
            self._faults.append(fault)
            return fault

    def add_from_json(self, spec: Mapping[str, Any]) -> Fault:
        """Add a rule from its JSON form; what is not a rule's own field is a setting."""
        own = {"kind", "operation", "times", "after", "probability", "settings"}
        if "kind" not in spec:
            raise ValueError("a fault needs a kind, one of: " + ", ".join(FaultKind))
        settings = {**spec.get("settings", {}), **{k: v for k, v in spec.items() if k not in own}}
        return self.add(
            spec["kind"],
            operation=spec.get("operation", "*"),
            times=spec.get("times", 1),
            after=spec.get("after", 0),
            probability=spec.get("probability", 1.0),
            **settings,
        )

    def clear(self, fault_id: int | None = None) -> int:
        """Strike one rule, or all; says how many."""
        with self._lock:
            kept = [] if fault_id is None else [fault for fault in self._faults if fault.id != fault_id]
            struck = len(self._faults) - len(kept)
            self._faults = kept
            return struck

    # ---- reading it

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def draw(self, operation: str, kinds: Collection[FaultKind] | None = None) -> list[Fault]:
        """Say which rules strike this call, and count them as obeyed."""
        if not self._faults:
            return []
        struck: list[Fault] = []
        with self._lock:
            for fault in self._faults:
                if fault.spent or (kinds is not None and fault.kind not in kinds):
                    continue
                if not fnmatch.fnmatchcase(operation, fault.operation):
                    continue
                fault.met += 1
                if fault.met <= fault.after:
                    continue
                if fault.probability < 1.0 and self._random.random() >= fault.probability:
                    continue
                fault.obeyed += 1
                self.obeyed_log.append((fault.kind.value, operation))
                struck.append(fault)
        return struck

    # ---- the rules most asked for, by name

    def refuse_before_acting(
        self,
        operation: str = "*",
        *,
        status: int = 503,
        retry_after: float | None = None,
        times: int | None = 1,
        **more: Any,
    ) -> Fault:
        return self.add(FaultKind.REFUSE, operation=operation, times=times, status=status, retry_after=retry_after, **more)

    def throttle(self, operation: str = "*", *, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.THROTTLE, operation=operation, times=times, **more)

    def expire_token(self, operation: str = "*", *, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.EXPIRE_TOKEN, operation=operation, times=times, **more)

    def answer_html(
        self,
        operation: str = "*",
        *,
        status: int = 200,
        acted: bool = False,
        times: int | None = 1,
        **more: Any,
    ) -> Fault:
        return self.add(FaultKind.HTML_PAGE, operation=operation, times=times, status=status, acted=acted, **more)

    def fail_after_acting(self, operation: str = "*", *, status: int = 500, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.FAIL_AFTER_ACTING, operation=operation, times=times, status=status, **more)

    def time_out_after_acting(
        self, operation: str = "*", *, times: int | None = 1, hang_seconds: float = 0.0, **more: Any
    ) -> Fault:
        kind = FaultKind.TIME_OUT_AFTER_ACTING
        return self.add(kind, operation=operation, times=times, hang_seconds=hang_seconds, **more)

    def time_out_before_acting(
        self, operation: str = "*", *, times: int | None = 1, hang_seconds: float = 0.0, **more: Any
    ) -> Fault:
        kind = FaultKind.TIME_OUT_BEFORE_ACTING
        return self.add(kind, operation=operation, times=times, hang_seconds=hang_seconds, **more)

    def slow(self, operation: str = "*", *, seconds: float, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.SLOW, operation=operation, times=times, seconds=seconds, **more)

    def drift(self, operation: str = "*", *, path: str, times: int | None = 1, **more: Any) -> Fault:
        """Null where data was; `path` is dotted, `*` stands for every row of a list."""
        return self.add(FaultKind.DRIFT, operation=operation, times=times, path=path, **more)

    def half_done(self, operation: str = "*", *, done: int, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.HALF_DONE, operation=operation, times=times, done=done, **more)

    def lose_events(self, topic: str = "*", *, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.LOSE_EVENT, operation=topic, times=times, **more)

    def delay_events(self, topic: str = "*", *, seconds: float, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.DELAY_EVENT, operation=topic, times=times, seconds=seconds, **more)

    def duplicate_events(self, topic: str = "*", *, copies: int = 2, times: int | None = 1, **more: Any) -> Fault:
        """Deliver one event `copies` times in all, at once."""
        return self.add(FaultKind.DUPLICATE_EVENT, operation=topic, times=times, copies=copies, **more)

    def reorder_events(self, topic: str = "*", *, behind: int = 1, times: int | None = 1, **more: Any) -> Fault:
        """Hold an event back until `behind` later ones have gone out."""
        return self.add(FaultKind.REORDER_EVENT, operation=topic, times=times, behind=behind, **more)

    def forge_signatures(self, topic: str = "*", *, times: int | None = 1, **more: Any) -> Fault:
        return self.add(FaultKind.FORGE_EVENT, operation=topic, times=times, **more)
