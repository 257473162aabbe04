"""The gateway under load: signed webhooks at a steady rate, beside the same load on an application that only answers 200.

Load generator, gateway and baseline are processes of their own; the ledger is a throwaway one. What was answered 200 must be
in the inbox, once.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.bed import CONNECTION
from benchmarks.figures import Figure, Given, Row
from benchmarks.webhook_load import SECRET_VARIABLE
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.databases import LEDGER_VARIABLE
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.ports import HOST, free_port, listens
from cogent_pipelines.local_stack.processes import Service
from cogent_pipelines.local_stack.replay.ledger import throwaway_ledger
from cogent_pipelines.local_stack.supervisor import Supervisor

NAME = "gateway"
BAR = "500 signed webhooks a second, all answered within 500 ms at p99, none lost"
_RATE = 500.0
_P99 = 0.5
# The load lasts a third of what orders come in for elsewhere: a minute, where nothing else is asked for.
_SHARE = 1 / 3
_SHOP = "bench.myshopify.com"
_PATH = f"/webhooks/{CONNECTION}/storefront"
_GRACE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one load; times in seconds. `stored` are the numbers of those to which the answer was 200."""

    sent: int
    unanswered: int
    faults: Mapping[str, int]
    statuses: Mapping[str, int]
    stored: Sequence[int]
    p50: float
    p99: float
    max: float


def measure(given: Given) -> Figure:
    seconds = given.options.seconds * _SHARE
    home = Home(given.home.checkout, given.home.path / "bench").prepared()
    secret = secrets.token_hex(16)
    with throwaway_ledger(given.home, given.environ, word="bench") as made, Supervisor(home) as supervisor:
        given.say(f"gateway: {_RATE:.0f} a second for {seconds:.0f} s, the bare application")
        bare = _load(_bare(supervisor, given), seconds, secret, given)
        given.say(f"gateway: {_RATE:.0f} a second for {seconds:.0f} s, the gateway")
        url = _gateway(supervisor, home, {**given.environ, **_variables(secret), LEDGER_VARIABLE: made.url})
        ours = _load(url, seconds, secret, given)
        with Ledger.connect(made.url, largest_pool=1) as ledger:
            kept = _in_the_inbox(ledger)
    lost = len(set(ours.stored) - kept)
    return Figure(
        NAME,
        BAR,
        ours.unanswered == 0 and lost == 0 and len(ours.stored) == len(kept) == ours.sent and ours.p99 <= _P99,
        (
            Row("answer, median (p50)", f"{ours.p50 * 1000:.1f} ms", f"{bare.p50 * 1000:.1f} ms (only answers 200)"),
            Row("answer, slow (p99)", f"{ours.p99 * 1000:.1f} ms", f"{bare.p99 * 1000:.1f} ms"),
            Row("answer, slowest", f"{ours.max * 1000:.0f} ms", f"{bare.max * 1000:.0f} ms"),
            Row("sent, not answered", f"{ours.sent:,}, {ours.unanswered}", f"{bare.sent:,}, {bare.unanswered}"),
            Row("answered 200 and not in the inbox", str(lost), "0 (the bar)"),
        ),
        {"ours": _as_json(ours), "bare": _as_json(bare), "in_the_inbox": len(kept), "lost": lost},
        (f"{_RATE:.0f} a second for {seconds:.0f} s; each time counts from the delivery's own moment",),
    )


def _bare(supervisor: Supervisor, given: Given) -> str:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_asgi", str(port)]
    running = supervisor.start(Service("bare", command, dict(given.environ), given.home.checkout, partial(listens, port)))
    supervisor.wait_for(running)
    return f"http://{HOST}:{port}{_PATH}"


def _gateway(supervisor: Supervisor, home: Home, environment: Mapping[str, str]) -> str:
    port = free_port()
    supervisor.wait_for(supervisor.start(services.gateway(home=home, environment=environment, port=port, dagster_url="")))
    return f"http://{HOST}:{port}{_PATH}"


def _load(url: str, seconds: float, secret: str, given: Given) -> Answered:
    command = [sys.executable, "-m", "benchmarks.webhook_load", url, "--shop", _SHOP]
    command += ["--rate", str(_RATE), "--seconds", str(seconds)]
    done = subprocess.run(
        command,
        cwd=given.home.checkout,
        env={**os.environ, SECRET_VARIABLE: secret},
        check=True,
        stdout=subprocess.PIPE,
        timeout=seconds + _GRACE_SECONDS,
    )
    return Answered(**json.loads(done.stdout))


def _in_the_inbox(ledger: Ledger) -> set[int]:
    """The numbers of the events that were kept."""
    with ledger.pool.session() as session:
        rows = session.execute("select event_id from inbox").fetchall()
    return {int(event_id.removeprefix("event-")) for (event_id,) in rows}


def _variables(secret: str) -> dict[str, str]:
    """What the connection's YAML names; nobody is called at these addresses."""
    nowhere = f"http://{HOST}:9"
    return {
        "COGENT_DEMO_SHOPIFY_SHOP": _SHOP,
        "COGENT_DEMO_SHOPIFY_URL": nowhere,
        "COGENT_DEMO_SHOPIFY_CLIENT_ID": "bench",
        "COGENT_DEMO_SHOPIFY_CLIENT_SECRET": secret,
        "COGENT_DEMO_SHOPIFY_WEBHOOK_SECRET": secret,
        "COGENT_DEMO_PEOPLEVOX_URL": nowhere,
        "COGENT_DEMO_PEOPLEVOX_CLIENT_ID": "bench",
        "COGENT_DEMO_PEOPLEVOX_USERNAME": "bench",
        "COGENT_DEMO_PEOPLEVOX_PASSWORD": secret,
        "COGENT_DEMO_PEOPLEVOX_EVENT_SECRET": secret,
        "COGENT_DEMO_PEOPLEVOX_WINDOW_SECONDS": "15",
        "COGENT_DEMO_LINGER_SECONDS": "0",
    }


def _as_json(found: Answered) -> dict[str, Any]:
    times = {name: round(getattr(found, name), 4) for name in ("p50", "p99", "max")}
    return {
        "sent": found.sent,
        "unanswered": found.unanswered,
        "faults": dict(found.faults),
        "statuses": dict(found.statuses),
        **times,
    }
