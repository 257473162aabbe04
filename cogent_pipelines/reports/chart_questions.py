"""What the charts are drawn from: counts and durations of the last day, each by one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.reading import frame_of

LOOK_BACK = timedelta(days=1)
_STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
_MOST_BARS = 48
_MOST_LATENCIES = 50_000


@dataclass(frozen=True, slots=True)
class Flow:
    """Orders captured and acknowledged per `step`, from the first step in which anything happened to now."""

    step: timedelta
    counts: pd.DataFrame


def clock_of(ledger: Ledger) -> datetime:
    """What time is it, as far as the ledger is concerned?"""
    now: datetime = frame_of(ledger, "select now() as at", {})["at"].iloc[0].to_pydatetime()
    return now


def order_flow(ledger: Ledger, connection: str, *, now: datetime) -> Flow:
    """How many orders came in, and how many got to the warehouse, step by step?"""
    since = now - LOOK_BACK
    first = frame_of(
        ledger,
        """
        select least(
            (select min(captured_at) from storefront_order where connection = %(connection)s and captured_at > %(since)s),
            (select min(acknowledged_at) from sales_order where connection = %(connection)s and acknowledged_at > %(since)s)
        ) as at
        """,
        {"connection": connection, "since": since},
    )["at"].iloc[0]
    began = since if pd.isna(first) else first.to_pydatetime()
    step = next((each for each in _STEPS if (now - began) / each <= _MOST_BARS), _STEPS[-1])
    counts = frame_of(
        ledger,
        """
        with step as (
            select at from generate_series(
                date_bin(%(step)s::interval, %(began)s, 'epoch'::timestamptz), %(now)s, %(step)s::interval) as at
        ), captured as (
            select date_bin(%(step)s::interval, captured_at, 'epoch'::timestamptz) as at, count(*) as orders
            from storefront_order
            where connection = %(connection)s and captured_at >= %(began)s and captured_at <= %(now)s group by 1
        ), acknowledged as (
            select date_bin(%(step)s::interval, acknowledged_at, 'epoch'::timestamptz) as at, count(*) as orders
            from sales_order
            where connection = %(connection)s and acknowledged_at >= %(began)s and acknowledged_at <= %(now)s group by 1
        )
        select step.at, coalesce(captured.orders, 0) as captured, coalesce(acknowledged.orders, 0) as acknowledged
        from step left join captured using (at) left join acknowledged using (at) order by step.at
        """,
        {"connection": connection, "began": began, "now": now, "step": step},
    )
    return Flow(step, counts)


def latencies(ledger: Ledger, connection: str, *, now: datetime) -> "pd.Series[float]":
    """How many seconds did each order take from capture to the warehouse, over the last day?"""
    frame = frame_of(
        ledger,
        """
        select extract(epoch from acknowledged_at - captured_at) as seconds from sales_order
        where connection = %(connection)s and acknowledged_at > %(since)s and acknowledged_at <= %(now)s
        order by acknowledged_at desc limit %(limit)s
        """,
        {"connection": connection, "since": now - LOOK_BACK, "now": now, "limit": _MOST_LATENCIES},
    )
    return frame["seconds"].astype("float64")
