"""One flow of a replay in a process of its own, as in production: works, listens to the ledger, works again.

Started as `python -m …worker FLOW`. The first line on standard input says with what; when standard input ends, so does
the work, and the last line on standard output says what was done.
"""

import dataclasses
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from time import process_time
from typing import Any, Protocol

import orjson

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.connections.assembly import VendorServices, build_storefront, build_warehouse
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.courier import courier
from cogent_pipelines.flows.despatch_to_fulfilment import fulfil_due_parcels, read_despatches
from cogent_pipelines.flows.garbage import collected_seldom
from cogent_pipelines.flows.order_capture import capture_by_poll
from cogent_pipelines.flows.order_injection import inject_due_orders
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION
from cogent_pipelines.ledger.listening import work_of
from cogent_pipelines.ports.clock import SystemClock

# How soon a vendor is asked again when nothing was new, and how seldom at most.
_FIRST_LOOK_SECONDS = 0.25
_LAST_LOOK_SECONDS = 2.0
_POOL = 4


class Report(Protocol):
    """What a flow says of one step."""

    @property
    def worked(self) -> bool: ...

    @property
    def trouble(self) -> str: ...

    def __add__(self, other: Any, /) -> Any: ...


Step = Callable[[], tuple[Report, ...]]


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told."""

    settings: ConnectionSettings
    ledger_url: str
    seed: int

    def as_line(self) -> bytes:
        told = {"settings": self.settings.model_dump(mode="json"), "ledger_url": self.ledger_url, "seed": self.seed}
        return orjson.dumps(told) + b"\n"

    @classmethod
    def of(cls, line: bytes) -> "Job":
        told = orjson.loads(line)
        return cls(ConnectionSettings.model_validate(told["settings"]), told["ledger_url"], told["seed"])


@contextmanager
def _capture(job: Job, connection: Connection, ledger: Ledger) -> Iterator[Step]:
    clock = SystemClock()
    services = VendorServices.shared(ledger, connection.name, clock)
    with build_storefront(job.settings, services=services, environment=os.environ) as storefront:
        yield lambda: (capture_by_poll(connection, storefront=storefront, ledger=ledger, clock=clock),)


@contextmanager
def _inject(job: Job, connection: Connection, ledger: Ledger) -> Iterator[Step]:
    clock, random = SystemClock(), Random(job.seed)
    services = VendorServices.shared(ledger, connection.name, clock)
    with build_warehouse(job.settings, services=services, environment=os.environ) as warehouse, courier() as out:
        yield lambda: (
            inject_due_orders(connection, warehouse=warehouse, ledger=ledger, clock=clock, random=random, courier=out),
        )


@contextmanager
def _fulfil(job: Job, connection: Connection, ledger: Ledger) -> Iterator[Step]:
    clock, random = SystemClock(), Random(job.seed)
    services = VendorServices.shared(ledger, connection.name, clock)
    with ExitStack() as both:
        storefront = both.enter_context(build_storefront(job.settings, services=services, environment=os.environ))
        warehouse = both.enter_context(build_warehouse(job.settings, services=services, environment=os.environ))
        yield lambda: (
            read_despatches(connection, warehouse=warehouse, ledger=ledger, clock=clock),
            fulfil_due_parcels(connection, storefront=storefront, ledger=ledger, clock=clock, random=random),
        )


FLOWS = {ORDER_CAPTURE: _capture, ORDER_INJECTION: _inject, DESPATCH_TO_FULFILMENT: _fulfil}


def work(job: Job, flow: str, stopped: threading.Event) -> dict[str, Any]:
    """Repeat one flow until stopped; answers its counts."""
    connection = job.settings.connection()
    done: dict[int, Report] = {}
    with Ledger.connect(job.ledger_url, largest_pool=_POOL) as ledger, ExitStack() as opened, collected_seldom():
        step = opened.enter_context(FLOWS[flow](job, connection, ledger))
        listener = opened.enter_context(ledger.listening())
        words = [work_of(connection.name, flow)]
        pause = _FIRST_LOOK_SECONDS
        while not stopped.is_set():
            parts = step()
            for number, part in enumerate(parts):
                done[number] = done[number] + part if number in done else part
            if any(part.worked for part in parts):
                pause = _FIRST_LOOK_SECONDS
            elif not listener.wait(pause, words=words):
                pause = min(2 * pause, _LAST_LOOK_SECONDS)
    return _counts(done.values())


def _counts(reports: Any) -> dict[str, Any]:
    counts: dict[str, Any] = {"cpu_seconds": round(process_time(), 2)}
    for report in reports:
        for field in dataclasses.fields(report):
            value = getattr(report, field.name)
            if isinstance(value, int | str) and value:
                counts[field.name] = value
    return counts


def _stop_when_input_ends(stopped: threading.Event) -> None:
    # Not through the buffer, which the interpreter would want to lock when it ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stopped.set()


def main(flow: str) -> None:
    job = Job.of(sys.stdin.buffer.readline())
    stopped = threading.Event()
    threading.Thread(target=_stop_when_input_ends, args=(stopped,), daemon=True).start()
    sys.stdout.buffer.write(orjson.dumps(work(job, flow, stopped)) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
