"""Storing many arrivals with few commits.

A request waits for its own commit, never for a timer: whatever has gathered while the writers were busy goes into the
next one together.
"""

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cogent_pipelines.ports.webhook import Arrival, InboxWriter

_log = logging.getLogger(__name__)

_WRITERS = 2
_LARGEST_BATCH = 200
_MOST_WAITING = 5_000


class NotStored(Exception):
    """The inbox did not take the arrival; the vendor must send it again."""


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    stored: asyncio.Future[bool]


class GroupCommit:
    """Used from one event loop; the inbox is called from threads of its own."""

    def __init__(self, inbox: InboxWriter) -> None:
        self._inbox = inbox
        self._executor = ThreadPoolExecutor(_WRITERS, thread_name_prefix="inbox")
        self._waiting: deque[_Waiting] = deque()
        self._writing = 0
        self._writers: set[asyncio.Task[None]] = set()

    async def store(self, arrival: Arrival) -> bool:
        """True where the event is new; returns after the commit.

        Raises:
            NotStored: the inbox is away, or too much waits for it already.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise NotStored("too many arrivals wait for the inbox")
        entry = _Waiting(arrival, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing < _WRITERS:
            self._writing += 1
            writer = asyncio.create_task(self._write())
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        return await entry.stored

    def close(self) -> None:
        """Take no more arrivals; what is being stored ends."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _write(self) -> None:
        try:
            while batch := self._next_batch():
                await self._store(batch)
        finally:
            # In the same breath as the last look at what waits: nobody can arrive unseen in between.
            self._writing -= 1

    def _next_batch(self) -> list[_Waiting]:
        """The oldest arrivals whose requests still wait for an answer."""
        batch: list[_Waiting] = []
        while self._waiting and len(batch) < _LARGEST_BATCH:
            entry = self._waiting.popleft()
            if not entry.stored.done():
                batch.append(entry)
        return batch

    async def _store(self, batch: list[_Waiting]) -> None:
        if await self._stored(batch) or len(batch) == 1:
            return
        # One arrival that the inbox cannot take must not keep the others out: they go one by one, unless the first already
        # shows that the inbox takes nothing at all.
        if not await self._stored(batch[:1]):
            _fail(batch)
            return
        for entry in batch[1:]:
            await self._stored([entry])

    async def _stored(self, batch: list[_Waiting]) -> bool:
        arrivals = [entry.arrival for entry in batch]
        try:
            loop = asyncio.get_running_loop()
            news = await loop.run_in_executor(self._executor, self._inbox.store_all, arrivals)
            for entry, new in zip(batch, news, strict=True):
                if not entry.stored.done():
                    entry.stored.set_result(new)
        except Exception as error:  # noqa: BLE001 - whatever keeps the inbox from storing, the vendor must send again
            # Not the error's text: a database quotes the row, and rows hold personal data.
            _log.error("%d arrivals were not stored: %s", len(batch), type(error).__name__)
            if len(batch) == 1:
                _fail(batch)
            return False
        return True


def _fail(batch: list[_Waiting]) -> None:
    for entry in batch:
        if not entry.stored.done():
            entry.stored.set_exception(NotStored("the inbox cannot be reached"))
