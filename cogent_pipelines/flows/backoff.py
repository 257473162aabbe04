"""When to try again. Full jitter: thousands of orders that failed together must not come back together."""

from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from cogent_pipelines.ports.errors import TryLater, VendorError

# Where a vendor as a whole is away, its orders look again within this time; the circuit keeps the calls few.
_VENDOR_AWAY = timedelta(seconds=30)
# What only a person can mend is looked at again this seldom.
CREDENTIALS = timedelta(minutes=5)


def next_attempt(
    now: datetime,
    *,
    attempt: int,
    first: timedelta,
    longest: timedelta,
    retry_after: float | None,
    random: Random,
) -> datetime:
    """The time of the attempt after number `attempt`: within a bound that doubles, never before the vendor's wish."""
    bound = min(longest, first * 2 ** min(attempt - 1, 30)) if attempt > 0 else first
    return now + timedelta(seconds=retry_after or 0.0) + bound * random.random()


def when_vendor_is_back(now: datetime, *, retry_after: float | None, first: timedelta, random: Random) -> datetime:
    """The time to look again at a vendor that takes no calls at present.

    Where the moment of the next call is known, everything is due again at that moment: whoever may make that call then takes
    what has waited longest. How many calls follow, circuit and budget decide.
    """
    if retry_after is not None:
        return now + timedelta(seconds=retry_after)
    return now + first + _VENDOR_AWAY * random.random()


class Backoff(Protocol):
    """The rules of a flow, as far as its times go."""

    @property
    def first_backoff(self) -> timedelta: ...

    @property
    def longest_backoff(self) -> timedelta: ...


def tried_again_at(rules: Backoff, *, attempt: int, retry_after: float | None, now: datetime, random: Random) -> datetime:
    """The next attempt of something that was not taken."""
    first, longest = rules.first_backoff, rules.longest_backoff
    return next_attempt(now, attempt=attempt, first=first, longest=longest, retry_after=retry_after, random=random)


def read_back_at(rules: Backoff, *, attempt: int, now: datetime, random: Random) -> datetime:
    """When to look what became of something in doubt: the vendor may still be busy with what it did not answer."""
    return tried_again_at(rules, attempt=attempt, retry_after=None, now=now + rules.first_backoff, random=random)


def asked_again_at(rules: Backoff, error: VendorError, *, now: datetime, random: Random) -> datetime:
    """When to turn again to a vendor that took no call as a whole; what waiting alone does not mend is asked less often."""
    retry_after = error.retry_after if isinstance(error, TryLater) else rules.longest_backoff.total_seconds() / 3
    return when_vendor_is_back(now, retry_after=retry_after, first=rules.first_backoff, random=random)
