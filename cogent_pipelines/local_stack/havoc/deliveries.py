"""What the shop's stand-in says of its webhooks: which the gateway took, which it refused, and how."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from cogent_pipelines.local_stack.demo.vendors import Shop

_REFUSED = re.compile(r"failed \((\d{3})\)")

_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Deliveries:
    """`taken`: the events that were answered with 2xx; `refused`: how often each other status was the answer."""

    taken: frozenset[str] = frozenset()
    refused: Mapping[int, int] = field(default_factory=dict)

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.refused.items() if status >= _SERVER_ERROR)

    def not_stored(self, ledger_url: str) -> frozenset[str]:
        """Events that were taken and are not in the inbox: each is a broken promise."""
        with psycopg.connect(ledger_url) as session:
            rows = session.execute("select event_id from inbox where source = 'storefront'").fetchall()
        return self.taken - {event for (event,) in rows}


def deliveries(shop: Shop) -> Deliveries:
    log: list[dict[str, Any]] = shop.ask("/_sim/webhooks")["log"]
    refused = Counter(int(found[1]) for row in log if (found := _REFUSED.fullmatch(row["outcome"])))
    return Deliveries(frozenset(row["event_id"] for row in log if row["outcome"] == "delivered"), dict(refused))
