"""Posts signed webhooks at a steady rate for a set time, from a process of its own; prints what came of them as one line.

Each delivery has its moment, and its time counts from there: a gateway that falls behind cannot hide it by being asked more
slowly. Loopback only.
"""

import argparse
import asyncio
import base64
import hmac
import json
import os
import sys
import time
from collections import Counter
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

SECRET_VARIABLE = "COGENT_BENCH_WEBHOOK_SECRET"  # noqa: S105 - the variable's name, not its value
_GIVES_UP_AFTER = 5.0
"""Seconds; as Shopify does."""
_CONNECTIONS = 128
_NO_ANSWER = 0


class Load:
    """Deliveries `number` 0, 1, 2 …, each an event of its own about an order of its own."""

    def __init__(self, url: str, shop: str, secret: str) -> None:
        self._url = url
        self._shop = shop
        self._secret = secret.encode()
        self._body = _body()
        self.statuses: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.stored: list[int] = []
        self.seconds: list[float] = []

    async def run(self, *, rate: float, seconds: float) -> None:
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
        timeout = aiohttp.ClientTimeout(total=_GIVES_UP_AFTER)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            began = time.perf_counter()
            for number in range(int(rate * seconds)):
                due = began + number / rate
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                tasks.create_task(self._deliver(session, number, due))

    async def _deliver(self, session: aiohttp.ClientSession, number: int, due: float) -> None:
        body = self._body.replace(b'"id":1000000', b'"id":%d' % (1_000_000 + number), 1)
        try:
            async with session.post(self._url, data=body, headers=self._headers(number, body)) as answer:
                await answer.read()
                status = answer.status
        except (TimeoutError, aiohttp.ClientError) as error:
            self.faults[f"{type(error).__name__}: {error}"[:200]] += 1
            status = _NO_ANSWER
        self.statuses[status] += 1
        if status == HTTPStatus.OK:
            self.stored.append(number)
        self.seconds.append(time.perf_counter() - due)

    def _headers(self, number: int, body: bytes) -> dict[str, str]:
        signature = base64.b64encode(hmac.new(self._secret, body, sha256).digest()).decode()
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Hmac-Sha256": signature,
            "X-Shopify-Shop-Domain": self._shop,
            "X-Shopify-Webhook-Id": f"delivery-{number}",
            "X-Shopify-Event-Id": f"event-{number}",
        }

    def as_json(self) -> dict[str, object]:
        times = sorted(self.seconds)
        return {
            "sent": len(times),
            "unanswered": self.statuses[_NO_ANSWER],
            "faults": dict(self.faults),
            "stored": self.stored,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items()) if status},
            **{name: times[min(len(times) - 1, int(share * len(times)))] for name, share in (("p50", 0.5), ("p99", 0.99))},
            "max": times[-1],
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--shop", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    if urlsplit(asked.url).hostname != "127.0.0.1":
        parser.error("only this machine is put under load")
    load = Load(asked.url, asked.shop, os.environ[SECRET_VARIABLE])
    asyncio.run(load.run(rate=asked.rate, seconds=asked.seconds))
    print(json.dumps(load.as_json()))
    return 0


def _body() -> bytes:
    """About four kilobytes, as an order's payload has them."""
    lines = [
        {"id": 2_000_000 + n, "sku": f"NW-{n:04d}", "title": "A mug with a name on it", "quantity": 2, "price": "9.95"}
        for n in range(24)
    ]
    order = {"id": 1_000_000, "name": "#1001", "email": "ada@example.com", "total_price": "238.80", "line_items": lines}
    return json.dumps(order, separators=(",", ":")).encode()


if __name__ == "__main__":
    sys.exit(main())
