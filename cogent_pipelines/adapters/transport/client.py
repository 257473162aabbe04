"""One HTTP client for every vendor: synchronous to its callers, concurrent inside.

For each call: circuit, tokens, credentials, the exchange, the vendor's own reading of the answer, evidence, and a short
retry where nothing can be doubled by it. What an answer's *content* means is the adapter's matter.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

import httpx

from cogent_pipelines.adapters.transport.call import Answer, Call, NoAnswer, Reader, Reading, Reply, Silence, Verdict
from cogent_pipelines.adapters.transport.circuit import CircuitGate
from cogent_pipelines.adapters.transport.credentials import Credentials, Renewal
from cogent_pipelines.adapters.transport.engine import aiohttp_engine, fault_of_url, silence_of
from cogent_pipelines.adapters.transport.evidence import EvidenceBatch, exchange_of, is_kept
from cogent_pipelines.adapters.transport.loop import LoopThread
from cogent_pipelines.adapters.transport.rate_limit import Limits, ScopedTokens, Sleeper
from cogent_pipelines.adapters.transport.redaction import Redaction, described
from cogent_pipelines.adapters.transport.retry import Patience, bounded, is_vendor_failure, wait_before_repeat
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.ports.clock import Clock, SystemClock
from cogent_pipelines.ports.errors import AuthenticationFailed, TryLater, VendorError
from cogent_pipelines.ports.vendor_account import Circuit, EvidenceLog, Limit, RateBudget

_log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10.0
_OUR_HEADERS = {"Accept-Encoding": "gzip, deflate", "User-Agent": "cogent-pipelines"}


LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes, unpacked; a page of a thousand rows has one or two million."""


class OversizedAnswer(Exception):
    """More than any page that was asked for can have: a mistake, or somebody who means ill."""


class VendorClient:
    """The wire to one vendor account. Thread-safe; close it when done."""

    def __init__(
        self,
        *,
        account: str,
        reader: Reader,
        limit: Limit | None,
        limits: Limits | None = None,
        budget: RateBudget,
        circuit: Circuit,
        evidence: EvidenceLog,
        clock: Clock,
        redaction: Redaction,
        credentials: Credentials,
        engine: httpx.AsyncBaseTransport | None = None,
        concurrency: int = 8,
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
        random: Random | None = None,
        hosts: frozenset[str] = frozenset(),
        sleep: Sleeper | None = None,
    ) -> None:
        """`limit` None means no budget; `hosts` empty means any host over TLS.

        `limits` is for a vendor that has a budget for each kind of call, and replaces `limit`.
        """
        self._account = account
        self._reader = reader
        self._evidence = evidence
        self._clock = clock
        self._redaction = redaction
        self._credentials = credentials
        self._given_engine = engine
        self._engine: httpx.AsyncBaseTransport | None = None
        self._concurrency = concurrency
        self._patience = patience
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._hosts = hosts
        self._sleep = sleep or _sleeper_of(clock)
        self._slots = asyncio.Semaphore(concurrency)
        self._gate = CircuitGate(account=account, circuit=circuit, clock=clock)
        self._renewal = Renewal(credentials, clock)
        self._tokens = ScopedTokens(
            account=account, limits=limits or (lambda _scope: limit), budget=budget, clock=clock, sleep=self._sleep
        )
        self._loop = LoopThread(f"transport {account}")

    def send(self, call: Call) -> Settled:
        """Send one call; never raises for what the vendor or the network does."""
        return self.send_all([call])[0]

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        """Send many at once, the most urgent first; results in the order of `calls`, evidence stored before they return."""
        return self._loop.run(self._send_all(calls)) if calls else []

    def close(self) -> None:
        """Close connections and the thread; final."""
        self._loop.close(self._close_engine)

    async def _close_engine(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.aclose()

    async def _send_all(self, calls: Sequence[Call]) -> list[Settled]:
        batch = EvidenceBatch(self._evidence)
        settled: dict[int, tuple[Settled, int | None]] = {}
        order = iter(sorted(range(len(calls)), key=lambda index: calls[index].priority))

        async def work() -> None:
            for index in order:
                settled[index] = await self._settle(calls[index], batch, self._credentials)
                if batch.is_full:
                    await batch.store()

        await asyncio.gather(*(work() for _ in range(min(self._concurrency, len(calls)))))
        await batch.store()
        return [_with_evidence(settled[index][0], batch.id_of(settled[index][1])) for index in range(len(calls))]

    async def _settle(self, call: Call, batch: EvidenceBatch, credentials: Credentials | None) -> tuple[Settled, int | None]:
        """Try until the call is settled or patience ends; answers the evidence slot of the last attempt as well."""
        attempt, waited, renewed = 1, 0.0, False
        while True:
            # A log-in is part of a call that was let through: it may be the very probe that the open circuit waits for.
            not_admitted = await self._admit(call, by_circuit=credentials is not None)
            if not_admitted is not None:
                # Waiting here would hold up the rest of the batch; the flow comes back by itself.
                return not_admitted, None
            seen = self._renewal.generation
            applied = call if credentials is None else credentials.apply(call)
            settled, slot = (_expired(call), None) if applied is None else await self._attempt(call, applied, batch)
            if _is_expired(settled) and credentials is not None and not renewed:
                renewed = True
                failure = await self._renew(applied or call, call, seen)
                if failure is None:
                    continue
                return failure, slot
            wait = wait_before_repeat(settled, attempt=attempt, waited=waited, patience=self._patience, random=self._random)
            if wait is None:
                return settled, slot
            await self._sleep(wait)
            attempt, waited = attempt + 1, waited + wait

    async def _renew(self, stale: Call, call: Call, seen: int) -> Settled | None:
        """None when the credentials are fresh; else what that failure makes of the call."""
        try:
            await self._renewal.renew(stale, self._send_bare, seen=seen)
        except AuthenticationFailed as error:
            return Settled(
                NoAnswer(call, Silence.NOT_SENT, error.message), Reading(Verdict.DENIED, f"log-in: {error.message}")
            )
        except VendorError as error:
            after = error.retry_after if isinstance(error, TryLater) else None
            return Settled(NoAnswer(call, Silence.NOT_SENT, f"log-in: {error.message}", retry_after=after), None)
        except Exception as error:  # noqa: BLE001 - a fault in one adapter's log-in must not lose the other calls' results
            _log.error("%s: logging in failed: %s", self._account, described(error))
            return Settled(NoAnswer(call, Silence.NOT_SENT, f"log-in: {type(error).__name__}"), None)
        return None

    def _send_bare(self, call: Call) -> Settled:
        """For logging in: no credentials, everything else as always."""
        return self._loop.run(self._send_without_credentials(call))

    async def _send_without_credentials(self, call: Call) -> Settled:
        batch = EvidenceBatch(self._evidence)
        settled, slot = await self._settle(call, batch, None)
        await batch.store()
        return _with_evidence(settled, batch.id_of(slot))

    async def _attempt(self, call: Call, applied: Call, batch: EvidenceBatch) -> tuple[Settled, int | None]:
        async with self._slots:
            sent_at = self._clock.now()
            tokens = self._tokens.of(call.scope)
            if tokens is not None:
                tokens.sent(call.cost)
            reply = await self._exchange(call, applied)
            seconds = (self._clock.now() - sent_at).total_seconds()
        if isinstance(reply, Settled):
            settled = reply
        else:
            if isinstance(reply, Answer):
                reply = replace(reply, seconds=seconds)
            settled = Settled(reply, self._read(reply))
        await self._report(settled, seconds)
        if not is_kept(settled):
            return settled, None
        return settled, batch.add(
            exchange_of(
                applied,
                settled,
                account=self._account,
                sent_at=sent_at,
                seconds=seconds,
                redaction=self._redaction,
            )
        )

    async def _admit(self, call: Call, *, by_circuit: bool) -> Settled | None:
        """None: send. Else why it was not sent: the circuit is open, or tokens are too far away."""
        try:
            probe_in = await self._gate.admit() if by_circuit else None
            if probe_in is not None:
                return _not_sent(call, "the vendor is down (circuit open)", probe_in)
            tokens = self._tokens.of(call.scope)
            if tokens is None:
                return None
            wait = await tokens.take(call.cost, call.priority, patience=self._patience.for_tokens)
        except Exception as error:  # noqa: BLE001 - the ledger may be down: then nothing is sent, and what is under way goes on
            _log.error("%s: neither circuit nor budget could be asked: %s", self._account, described(error))
            return _not_sent(call, "circuit and rate budget cannot be reached", None)
        return None if wait is None else _not_sent(call, "no tokens left in the rate budget", wait)

    async def _exchange(self, call: Call, applied: Call) -> Reply | Settled:
        """One request, one reply; never raises for what happens on the wire."""
        try:
            url = _url(applied.url)
            fault = fault_of_url(url, self._hosts)
            if fault:
                return Settled(NoAnswer(call, Silence.NOT_SENT, fault), Reading(Verdict.REFUSED, fault))
            request = httpx.Request(
                applied.method,
                url,
                headers={**_OUR_HEADERS, **applied.headers},
                content=applied.content or None,
                extensions={"timeout": _timeouts(call.timeout)},
            )
        except (ValueError, TypeError, httpx.InvalidURL) as error:
            fault = self._redaction.text(f"not a request: {error}")
            return Settled(NoAnswer(call, Silence.NOT_SENT, fault), Reading(Verdict.REFUSED, fault))
        try:
            async with asyncio.timeout(call.timeout):
                response = await self._opened_engine().handle_async_request(request)
                try:
                    content = await _bounded(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            return NoAnswer(call, Silence.LOST, f"no answer within {call.timeout:g} s")
        except Exception as error:  # noqa: BLE001 - whatever broke, the one question is whether the request may have arrived
            return NoAnswer(call, silence_of(error), self._redaction.text(f"{type(error).__name__}: {error}"))
        return Answer(call, response.status_code, response.headers, content, 0.0)

    def _opened_engine(self) -> httpx.AsyncBaseTransport:
        if self._engine is None:
            self._engine = self._given_engine or aiohttp_engine(self._concurrency)
        return self._engine

    def _read(self, reply: Reply) -> Reading | None:
        if isinstance(reply, NoAnswer):
            return None
        if 300 <= reply.status < 400:  # noqa: PLR2004 - redirects are not followed: the token would go along
            to = _host_of(reply.headers.get("location", ""))
            return Reading(Verdict.REFUSED, f"redirected to {to}; configure the address that answers itself")
        try:
            reading = bounded(self._reader(reply))
            # A vendor may quote what it was sent: its words go into cases and alerts.
            return replace(reading, reason=self._redaction.text(reading.reason)) if reading.reason else reading
        except Exception as error:  # noqa: BLE001 - an answer nobody foresaw must not lose the others' results
            _log.error("%s: an answer to %s could not be read: %s", self._account, reply.call.operation, described(error))
            return Reading(Verdict.FAILED_UNSURE, f"HTTP {reply.status}, and the answer cannot be read")

    async def _report(self, settled: Settled, seconds: float) -> None:
        """Tell circuit and budget; their own failures never take an answer away."""
        try:
            if is_vendor_failure(settled):
                await self._gate.failed(settled.reason, seconds=seconds)
            elif settled.reading is not None and isinstance(settled.reply, Answer):
                await self._gate.succeeded()
            tokens = self._tokens.of(settled.reply.call.scope)
            if tokens is not None:
                await tokens.returned(settled.reply.call.cost, settled.reading)
        except Exception as error:  # noqa: BLE001 - an answer that came is worth more than the bookkeeping about it
            _log.error("%s: circuit or budget could not be told: %s", self._account, described(error))


async def _bounded(response: httpx.Response) -> bytes:
    """The whole body, unpacked. It grows no further than memory can bear, however small it came over the wire.

    Raises:
        OversizedAnswer: there is more.
    """
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise OversizedAnswer(f"the answer has more than {LARGEST_ANSWER:,} bytes")
    return bytes(content)


def _host_of(location: str) -> str:
    try:
        return httpx.URL(location).host or "elsewhere"
    except httpx.InvalidURL:
        return "elsewhere"


@lru_cache(maxsize=256)
def _url(url: str) -> httpx.URL:
    return httpx.URL(url)


def _timeouts(total: float) -> dict[str, float]:
    connect = min(_CONNECT_SECONDS, total)
    return {"connect": connect, "pool": connect, "read": total, "write": total}


def _sleeper_of(clock: Clock) -> Sleeper:
    if isinstance(clock, SystemClock):
        return asyncio.sleep

    async def sleep(seconds: float) -> None:
        # Another clock sleeps in its own way, which may block.
        await asyncio.to_thread(clock.sleep, seconds)

    return sleep


def _not_sent(call: Call, reason: str, retry_after: float | None) -> Settled:
    return Settled(NoAnswer(call, Silence.NOT_SENT, reason, retry_after=retry_after), None)


def _expired(call: Call) -> Settled:
    return Settled(NoAnswer(call, Silence.NOT_SENT, "not logged in"), Reading(Verdict.EXPIRED, "not logged in"))


def _is_expired(settled: Settled) -> bool:
    return settled.reading is not None and settled.reading.verdict is Verdict.EXPIRED


def _with_evidence(settled: Settled, exchange_id: int | None) -> Settled:
    return settled if exchange_id is None else replace(settled, reply=replace(settled.reply, exchange_id=exchange_id))
