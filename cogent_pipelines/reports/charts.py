"""Small pictures beside the tables, as PNG: how orders flow, and how long they take.

matplotlib is imported when a picture is drawn, through its objects only: no global state, no display, any thread.
"""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.reports.chart_questions import clock_of, latencies, order_flow
from cogent_pipelines.reports.words import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT, _DPI = 6.4, 2.4, 100
_INK, _SOFT, _FAINT = "#1f2937", "#6b7280", "#e5e7eb"
_TICKS = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36000)
_FINE_TICKS = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.5,
    0.7,
    1,
    2,
    3,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    1800,
    3600,
)
_WIDE = 2.0
_STOREFRONT, _WAREHOUSE, _ALARM = "#9db7e8", "#1d4ed8", "#b45309"


def orders_per_hour(ledger: Ledger, connection: str, *, now: datetime | None = None, timezone: str = "UTC") -> bytes:
    """Orders captured and acknowledged over the last day, by shorter steps where the day has only begun.

    `now` None takes the database's clock.
    """
    now = now or clock_of(ledger)
    flow = order_flow(ledger, connection, now=now)
    figure, axes = _picture(f"Orders per {_called(flow.step)}")
    total = int(flow.counts["captured"].sum()), int(flow.counts["acknowledged"].sum())
    if not any(total):
        return _png(_with_nothing(figure, axes))
    from matplotlib import dates  # noqa: PLC0415 - heavy; see above

    zone = ZoneInfo(timezone)
    at = dates.date2num([moment.to_pydatetime() for moment in flow.counts["at"]])  # type: ignore[no-untyped-call]
    width = flow.step / timedelta(days=1)
    captured = flow.counts["captured"].astype("int64").to_numpy()
    acknowledged = flow.counts["acknowledged"].astype("int64").to_numpy()
    axes.bar(at, captured, width * 0.92, align="edge", color=_STOREFRONT, label=f"captured {total[0]:,}")
    axes.bar(
        at + width * 0.23, acknowledged, width * 0.46, align="edge", color=_WAREHOUSE, label=f"at the warehouse {total[1]:,}"
    )
    locator = dates.AutoDateLocator(minticks=4, maxticks=9, tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M", tz=zone))  # type: ignore[no-untyped-call]
    axes.set_xlim(at[0] - width * 0.5, at[-1] + width * 1.1)
    _whole_numbers(axes)
    _legend(axes)
    axes.text(1.0, -0.2, _zone_words(timezone, now), transform=axes.transAxes, ha="right", fontsize=7, color=_SOFT)
    return _png(figure)


def injection_latency(ledger: Ledger, connection: str, *, now: datetime | None = None) -> bytes:
    """How long the last day's orders took from capture to the warehouse, with the median and the slowest hundredth."""
    import numpy as np  # noqa: PLC0415 - comes with the picture

    seconds = latencies(ledger, connection, now=now or clock_of(ledger)).clip(lower=0.001)
    figure, axes = _picture(f"From capture to the warehouse, {counted(len(seconds), 'order')}")
    if seconds.empty:
        return _png(_with_nothing(figure, axes))
    low, high = np.log10(seconds.min()), np.log10(seconds.max())
    spread = max(high - low, 0.5)
    edges = np.logspace(low - spread * 0.03, low + spread * 1.03, 49)
    axes.hist(seconds, bins=list(edges), color=_STOREFRONT, edgecolor="white", linewidth=0.5)
    axes.set_xscale("log")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, axes.get_ylim()[1] * 1.18)
    for name, share, colour in (("p50", 0.5, _WAREHOUSE), ("p99", 0.99, _ALARM)):
        at = float(seconds.quantile(share, interpolation="nearest"))
        _marked(axes, f"{name} {lasting(at)}", at, colour, side="left" if np.log10(at) < low + spread * 0.75 else "right")
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: PLC0415 - as above

    ticks = _TICKS if spread > _WIDE else _FINE_TICKS
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if edges[0] <= tick <= edges[-1]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: lasting(value)))
    _whole_numbers(axes)
    return _png(figure)


def lasting(seconds: float) -> str:
    """`40 ms`, `1.5 s`, `12 min`, `3 h`: a duration as short as it can be said."""
    for unit, length, until in (("ms", 0.001, 1.0), ("s", 1.0, 60.0), ("min", 60.0, 3600.0)):
        if seconds < until:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds / 3600:.3g} h"


def _picture(title: str) -> "tuple[Figure, Axes]":
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - as above
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=10, color=_INK, fontweight="bold")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_SOFT)
    axes.tick_params(axis="both", labelsize=8, colors=_SOFT, length=0)
    axes.tick_params(axis="x", which="minor", length=0)
    axes.grid(axis="y", color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _with_nothing(figure: "Figure", axes: "Axes") -> "Figure":
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, "nothing in the last day", transform=axes.transAxes, ha="center", color=_SOFT, fontsize=9)
    return figure


def _marked(axes: "Axes", words: str, seconds: float, colour: str, *, side: str) -> None:
    axes.axvline(seconds, color=colour, linewidth=1.6)
    axes.annotate(
        words,
        (seconds, 0.97),
        xycoords=("data", "axes fraction"),
        xytext=(4 if side == "left" else -4, 0),
        textcoords="offset points",
        ha=side,
        va="top",
        fontsize=9,
        fontweight="bold",
        color=colour,
    )


def _whole_numbers(axes: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter  # noqa: PLC0415 - as above

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _legend(axes: "Axes") -> None:
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2,
        frameon=False,
        fontsize=8,
        labelcolor=_INK,
        handlelength=1.0,
        borderaxespad=0.2,
    )


def _called(step: timedelta) -> str:
    if step >= timedelta(hours=1):
        return "hour"
    minutes = int(step / timedelta(minutes=1))
    return "minute" if minutes == 1 else f"{minutes} minutes"


def _zone_words(timezone: str, now: datetime) -> str:
    return (
        f"{now.astimezone(ZoneInfo(timezone)):%d %b}, {timezone}"
        if timezone != "UTC"
        else f"{now.astimezone(UTC):%d %b}, UTC"
    )


def _png(figure: Any) -> bytes:
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
