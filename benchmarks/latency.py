"""Order-to-acknowledged latency: from the webhook's arrival in the inbox to the warehouse's acknowledgement in the ledger.

Orders come in steadily while everything runs, Dagster included. The runs that listen are up before the measured time
begins; a second stack has runs that do not listen, a run per batch; a third keeps the vendor's real limit.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import orjson

from benchmarks.bed import CONNECTION, SEED
from benchmarks.figures import Figure, Given, Row
from benchmarks.full_stack import ARTICLES, VENDORS_WINDOW, FullStack, Wanted, full_stack, sku
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock

NAME = "latency"
BAR = "p50 within 1 s, p99 within 3 s, at 5 orders a second"
_P50, _P99 = 1.0, 3.0
_ORDERS_PER_SECOND = 5
_WARM_UP_SECONDS = 20.0
_LONGEST_WARM_UP_SECONDS = 120.0
_WARM_SECONDS = 2.0
_SETTLE_SECONDS = 180.0
_LINGER_SECONDS = 20.0
_ADDRESS = {
    "first_name": "Ada",
    "last_name": "King",
    "address1": "12 Row Lane",
    "city": "York",
    "zip": "YO1 7HH",
    "country": "United Kingdom",
    "country_code": "GB",
}


class NotSettled(RuntimeError):
    """Orders were still under way long after the last one was placed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of every order that came in the measured time."""

    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]

    def as_json(self) -> dict[str, Any]:
        named = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
        return {"orders": len(self.seconds), **{name: round(self.quantile(share), 3) for name, share in named.items()}}


def measure(given: Given) -> Figure:
    variants = {
        "listening": Wanted(linger_seconds=_LINGER_SECONDS),
        "a run per batch": Wanted(linger_seconds=0.0),
        "the vendor's limit": Wanted(linger_seconds=_LINGER_SECONDS, window_seconds=VENDORS_WINDOW),
    }
    found: dict[str, Measured] = {}
    for name, wanted in variants.items():
        given.say(f"latency: {name}, {given.options.seconds:.0f} s of {_ORDERS_PER_SECOND} orders a second")
        with full_stack(given, wanted) as stack:
            found[name] = measured_latency(stack, given.options.seconds)
    ours, batch, limited = found.values()
    rows = [
        Row(f"{name} ({share})", f"{ours.quantile(q):.2f} s", f"{batch.quantile(q):.2f} s (a run per batch)")
        for name, share, q in (("median", "p50", 0.5), ("slow", "p99", 0.99), ("slowest", "max", 1.0))
    ]
    kept = Row(
        "with the vendor's 15 calls in 15 s: p50, p99", f"{limited.quantile(0.5):.2f} s, {limited.quantile(0.99):.2f} s"
    )
    return Figure(
        NAME,
        BAR,
        ours.quantile(0.5) <= _P50 and ours.quantile(0.99) <= _P99,
        (*rows, kept),
        {name.replace(" ", "_").replace("'", ""): measured.as_json() for name, measured in found.items()},
        (
            f"{_ORDERS_PER_SECOND} orders a second for {given.options.seconds:.0f} s, webhook to ledger, Dagster running",
            "the runs that listen were up before the measured time; the vendor's limit is lifted where not said otherwise",
        ),
    )


def measured_latency(stack: FullStack, seconds: float) -> Measured:
    """Warm up, then let orders come for so long, and take each one's time."""
    orders = _orders(Random(SEED))
    _warm_up(stack, orders)
    # The last webhooks of the warm-up are still on their way.
    time.sleep(_WARM_SECONDS)
    began = SystemClock().now()
    placed = _place(stack, orders, seconds)
    return Measured(_settled(stack, began, placed))


def _orders(chance: Random) -> Iterator[bytes]:
    while True:
        lines = [
            {"sku": sku(chance.randrange(ARTICLES)), "quantity": chance.randint(1, 3)} for _ in range(chance.randint(1, 3))
        ]
        yield orjson.dumps(
            {
                "lines": lines,
                "shipping": {"title": "Standard", "code": "STD", "price": "3.95"},
                "tax_rate": "0.2",
                "taxes_included": True,
                "email": "ada@example.com",
                "shipping_address": _ADDRESS,
            }
        )


def _warm_up(stack: FullStack, orders: Iterator[bytes]) -> None:
    """Let orders come until runs are up and the last ones went through quickly, or for so long."""
    limit = time.monotonic() + _LONGEST_WARM_UP_SECONDS
    while time.monotonic() < limit:
        began = SystemClock().now()
        placed = _place(stack, orders, _WARM_UP_SECONDS / 2)
        latest = _latencies(stack.ledger, began)[-_ORDERS_PER_SECOND:]
        if len(latest) == _ORDERS_PER_SECOND and max(latest) < _WARM_SECONDS and placed:
            return


def _place(stack: FullStack, orders: Iterator[bytes], seconds: float) -> int:
    """Place orders evenly."""
    began = time.monotonic()
    count = max(1, int(seconds * _ORDERS_PER_SECOND))
    for number in range(count):
        while (wait := began + number / _ORDERS_PER_SECOND - time.monotonic()) > 0:
            time.sleep(wait)
        stack.shop.place([next(orders)])
        if number % (10 * _ORDERS_PER_SECOND) == 0:
            stack.check()
    return count


def _settled(stack: FullStack, since: datetime, placed: int) -> tuple[float, ...]:
    limit = time.monotonic() + _SETTLE_SECONDS
    while len(found := _latencies(stack.ledger, since)) < placed:
        stack.check()
        if time.monotonic() > limit:
            raise NotSettled(f"{placed} orders were placed, {len(found)} are acknowledged")
        time.sleep(1.0)
    return tuple(sorted(found))


def _latencies(ledger: Ledger, since: datetime) -> list[float]:
    """Seconds of each acknowledged order whose first event came since, in the order in which they came."""
    with ledger.pool.session() as session:
        rows = session.execute(
            """
            select extract(epoch from sent.acknowledged_at - told.received_at)::float8
            from sales_order as sent
            join (
                select subject, min(received_at) as received_at from inbox
                where connection = %(connection)s and source = 'storefront' group by subject
            ) as told on told.subject = sent.order_ref
            where sent.connection = %(connection)s and sent.acknowledged_at is not null and told.received_at >= %(since)s
            order by told.received_at
            """,
            {"connection": CONNECTION, "since": since},
        ).fetchall()
    return [seconds for (seconds,) in rows]
