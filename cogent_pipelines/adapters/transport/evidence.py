"""Evidence of exchanges: redacted, gathered in batches, stored before the results are handed back.

What is kept for how long, and how small, is the matter of whoever keeps it.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from cogent_pipelines.adapters.transport.call import Answer, Call, NoAnswer, Reply, Verdict
from cogent_pipelines.adapters.transport.redaction import Redaction, described
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.vendor_account import EvidenceLog, Exchange

_log = logging.getLogger(__name__)

_BATCH = 128
_REFUSALS = frozenset({Verdict.REFUSED, Verdict.DENIED})


def is_kept(settled: Settled) -> bool:
    """Writes that left the house always; reads only where the vendor refused them, to show what it did not like."""
    if settled.reply.call.writes:
        return True
    return isinstance(settled.reply, Answer) and settled.reading is not None and settled.reading.verdict in _REFUSALS


def exchange_of(
    sent: Call, settled: Settled, *, account: str, sent_at: datetime, seconds: float, redaction: Redaction
) -> Exchange:
    """`sent` is the call as it went out, credentials included; none of them come through."""
    return Exchange(
        account=account,
        operation=sent.operation,
        subjects=sent.subjects,
        sent_at=sent_at,
        seconds=seconds,
        request=_request_bytes(sent, redaction),
        status=settled.reply.status if isinstance(settled.reply, Answer) else None,
        response=_response_bytes(settled.reply, redaction),
        outcome=outcome_of(settled),
    )


def outcome_of(settled: Settled) -> str:
    """In one word what the transport made of it."""
    if settled.reading is not None:
        return settled.reading.verdict.value
    return settled.reply.silence.value if isinstance(settled.reply, NoAnswer) else "unread"


def _request_bytes(call: Call, redaction: Redaction) -> bytes:
    head = f"{call.method} {call.url}\n{_header_lines(call.headers, redaction)}\n"
    return redaction.body(head.encode() + call.content)


def _response_bytes(reply: Reply, redaction: Redaction) -> bytes:
    if isinstance(reply, NoAnswer):
        return reply.reason.encode()
    return redaction.body(f"{_header_lines(reply.headers, redaction)}\n".encode() + reply.content)


def _header_lines(headers: Mapping[str, str], redaction: Redaction) -> str:
    return "".join(f"{name}: {redaction.header(name, value)}\n" for name, value in headers.items())


class EvidenceBatch:
    """The exchanges of one send; used from the client's event loop only."""

    def __init__(self, log: EvidenceLog) -> None:
        self._keeper = log
        self._pending: list[tuple[int, Exchange]] = []
        self._ids: dict[int, int] = {}
        self._count = 0

    def add(self, exchange: Exchange) -> int:
        """Answers a slot, under which the exchange's id is found once it is stored."""
        slot = self._count
        self._count += 1
        self._pending.append((slot, exchange))
        return slot

    @property
    def is_full(self) -> bool:
        return len(self._pending) >= _BATCH

    async def store(self) -> None:
        """Store what is pending.

        Losing evidence is bad; losing the outcome of a write would be worse, so a keeper that fails is logged and the
        results go on.
        """
        pending, self._pending = self._pending, []
        if not pending:
            return
        try:
            ids = await asyncio.to_thread(self._keeper.record, [exchange for _, exchange in pending])
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("the evidence of %d exchanges was not stored: %s", len(pending), described(error))
            return
        self._ids.update(zip((slot for slot, _ in pending), ids, strict=True))

    def id_of(self, slot: int | None) -> int | None:
        return None if slot is None else self._ids.get(slot)
