"""What became of a call once the transport has done all it may: for a read an answer or an error, for a write a standing.

The adapter turns a standing into the outcomes of its items. When a call may be repeated is in `retry`.
"""

from dataclasses import dataclass
from enum import StrEnum

from cogent_pipelines.adapters.transport.call import Answer, NoAnswer, Reading, Reply, Silence, Verdict
from cogent_pipelines.ports.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    VendorError,
    VendorRefused,
    VendorUnavailable,
)


class Standing(StrEnum):
    """What is certain after a call."""

    ANSWERED = "answered"
    """The vendor answered in its own protocol: the answer says what became of each item."""
    NOT_DONE = "not_done"
    """Certainly not carried out; the same call may succeed later (`Unavailable`)."""
    UNSURE = "unsure"
    """May have been carried out (`Unknown`): read back before sending again."""
    REFUSED = "refused"
    """Certainly not carried out, and repeating it unchanged cannot help."""
    DENIED = "denied"
    """Certainly not carried out: the credentials are not accepted."""


_STANDING_OF_VERDICT = {
    Verdict.FINE: Standing.ANSWERED,
    Verdict.THROTTLED: Standing.NOT_DONE,
    Verdict.FAILED_BEFORE: Standing.NOT_DONE,
    Verdict.FAILED_UNSURE: Standing.UNSURE,
    # A session that is refused again right after a log-in is not going to be accepted by waiting.
    Verdict.EXPIRED: Standing.DENIED,
    Verdict.REFUSED: Standing.REFUSED,
    Verdict.DENIED: Standing.DENIED,
}

_STANDING_OF_SILENCE = {Silence.NOT_SENT: Standing.NOT_DONE, Silence.LOST: Standing.UNSURE}


@dataclass(frozen=True, slots=True)
class Settled:
    """The last reply to a call, and how it was read; `reading` is None where no answer came and nobody refused it."""

    reply: Reply
    reading: Reading | None

    @property
    def standing(self) -> Standing:
        if self.reading is not None:
            return _STANDING_OF_VERDICT[self.reading.verdict]
        if isinstance(self.reply, NoAnswer):
            return _STANDING_OF_SILENCE[self.reply.silence]
        return Standing.UNSURE

    @property
    def reason(self) -> str:
        """Why it did not go well, for people."""
        if self.reading is not None and self.reading.reason:
            return self.reading.reason
        return self.reply.reason if isinstance(self.reply, NoAnswer) else f"HTTP {self.reply.status}"

    @property
    def retry_after(self) -> float | None:
        """Seconds the vendor, the budget or the circuit asked to wait."""
        if self.reading is not None and self.reading.retry_after is not None:
            return self.reading.retry_after
        return self.reply.retry_after if isinstance(self.reply, NoAnswer) else None

    @property
    def exchange_id(self) -> int | None:
        return self.reply.exchange_id

    def answered(self) -> Answer:
        """The answer in the vendor's own protocol.

        Raises:
            VendorError: there is none; the type says whether the call may be repeated.
        """
        error = self.error()
        if error is not None:
            raise error
        if isinstance(self.reply, NoAnswer):  # Unreachable while a reader only ever judges answers.
            raise OutcomeUnknown(self.reason, operation=self.reply.call.operation)
        return self.reply

    def error(self) -> VendorError | None:
        """The error that says what to do about this call; None where it was answered."""
        operation, evidence = self.reply.call.operation, self.exchange_id
        match self.standing:
            case Standing.ANSWERED:
                return None
            case Standing.UNSURE if self.reply.call.writes:
                return OutcomeUnknown(self.reason, operation=operation, exchange_id=evidence)
            case Standing.NOT_DONE | Standing.UNSURE:
                # A read that was lost changed nothing: it may simply be asked again.
                return VendorUnavailable(
                    self.reason, operation=operation, exchange_id=evidence, retry_after=self.retry_after
                )
            case Standing.DENIED:
                return AuthenticationFailed(self.reason, operation=operation, exchange_id=evidence)
            case Standing.REFUSED:
                return VendorRefused(self.reason, operation=operation, exchange_id=evidence)
