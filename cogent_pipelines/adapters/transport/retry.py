"""When a call may be repeated within one send, and after how long.

Only short troubles are waited out here, within seconds; long ones are the flow's matter, which keeps its own backoff in
the ledger. What became of a call is in `settled`.
"""

from dataclasses import dataclass, replace
from random import Random

from cogent_pipelines.adapters.transport.call import NoAnswer, Reading, Verdict
from cogent_pipelines.adapters.transport.settled import Settled, Standing


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a send may try: `attempts` in all, `total` seconds of waiting between them, `for_tokens` per attempt.

    Where the last answer was that we are too fast, `attempts_when_throttled` counts instead: a burst and the steady rate
    after it may overrun a vendor's window for some seconds, in which every call is refused and only costs its turn.
    """

    attempts: int = 4
    attempts_when_throttled: int = 9
    total: float = 20.0
    first_backoff: float = 0.25
    longest_backoff: float = 8.0
    for_tokens: float = 60.0


# A vendor that asks for more is looked at again after this long all the same.
_LONGEST_WISH = 6 * 3600.0
_MOST_TOKENS = 1_000_000.0


def bounded(reading: Reading) -> Reading:
    """The reading with figures that can be reckoned with: a wish for a wait of a thousand years is not granted."""
    if reading.retry_after is None and reading.tokens_left is None and reading.actual_cost is None:
        return reading
    return replace(
        reading,
        retry_after=_between(reading.retry_after, _LONGEST_WISH),
        tokens_left=_between(reading.tokens_left, _MOST_TOKENS),
        actual_cost=_between(reading.actual_cost, _MOST_TOKENS),
    )


def _between(figure: float | None, most: float) -> float | None:
    if figure is None or figure != figure:  # noqa: PLR0124 - a figure that is not even itself is none
        return None
    return min(max(figure, 0.0), most)


def may_repeat(settled: Settled) -> bool:
    """Whether the same call may be sent again at once, as far as its effect is concerned."""
    match settled.standing:
        case Standing.NOT_DONE:
            return True
        case Standing.UNSURE:
            # The vendor may have acted: a write is never sent again before a read-back; a read has no effect to double.
            return not settled.reply.call.writes
        case Standing.ANSWERED | Standing.REFUSED | Standing.DENIED:
            return False


def wait_before_repeat(settled: Settled, *, attempt: int, waited: float, patience: Patience, random: Random) -> float | None:
    """Seconds to wait before attempt `attempt + 1`; None where the reply is to be given back as it is.

    `attempt` counts from 1; `waited` is what was slept so far.
    """
    throttled = settled.reading is not None and settled.reading.verdict is Verdict.THROTTLED
    most = max(patience.attempts, patience.attempts_when_throttled) if throttled else patience.attempts
    if attempt >= most or not may_repeat(settled):
        return None
    # Full jitter: callers that failed together do not come back together.
    jitter = random.uniform(0.0, min(patience.longest_backoff, patience.first_backoff * 2 ** (attempt - 1)))
    wait = jitter if settled.retry_after is None else settled.retry_after + min(jitter, 1.0)
    return wait if waited + wait <= patience.total else None


def is_vendor_failure(settled: Settled) -> bool:
    """Whether this counts against the account's circuit: the vendor is down, not merely busy or of another opinion."""
    if settled.reading is None:
        return isinstance(settled.reply, NoAnswer)
    return settled.reading.verdict in {Verdict.FAILED_BEFORE, Verdict.FAILED_UNSURE}
