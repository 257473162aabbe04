"""The server's times, which bear no zone, and ours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cogent_pipelines.adapters.warehouses.orderwise.settings import OrderWiseSettings

_A_MINUTE = timedelta(minutes=1)


def naive(moment: datetime) -> datetime:
    """As printed: all of one server's times bear a zone, or none does."""
    return moment.replace(tzinfo=None)


def from_server(printed: datetime, settings: OrderWiseSettings) -> datetime:
    """The moment that the server printed; in an hour that occurs twice, the first of the two."""
    aware = printed if printed.tzinfo else printed.replace(tzinfo=ZoneInfo(settings.time_zone))
    return aware.astimezone(UTC)


def ahead(printed: datetime, *, asked_at: datetime, answered_at: datetime, settings: OrderWiseSettings) -> timedelta:
    """By how much the server's clock, which it printed meanwhile, is ahead of ours, at the least; less than nothing: behind.

    In an hour that occurs twice, by whichever reading of it differs less.
    """
    read = [from_server(printed.replace(fold=fold), settings) for fold in (0, 1)]
    nothing = timedelta(0)
    differ = [max(nothing, moment - answered_at) + min(nothing, moment - asked_at) for moment in read]
    return min(differ, key=abs)


def is_tolerated(difference: timedelta, settings: OrderWiseSettings) -> bool:
    """Whether two clocks may differ by so much. A minute proves nothing: clocks drift."""
    return abs(difference) <= max(timedelta(seconds=settings.clock_tolerance_seconds), _A_MINUTE)


def to_server(moment: datetime, settings: OrderWiseSettings) -> datetime:
    """A moment as the server's clock shows it, naive, in whole seconds."""
    return naive(moment.astimezone(ZoneInfo(settings.time_zone)).replace(microsecond=0))


def since(moment: datetime, settings: OrderWiseSettings) -> str:
    """A moment as a lower bound: earlier by as much as the server's clock may differ from ours.

    Where clocks are about to go back an hour is printed twice: then the earlier of the two readings is taken.
    """
    early = moment - timedelta(seconds=settings.clock_tolerance_seconds)
    hour_later = to_server(early + timedelta(hours=1), settings)
    return min(to_server(early, settings), hour_later - timedelta(hours=1)).isoformat(timespec="seconds")
