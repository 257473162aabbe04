"""The demo from its first process to its last word.

Starting is in this order because each needs what came before: the stand-ins know their addresses, the environment holds
their credentials, Dagster's processes inherit the environment, and then the shop opens.
"""

import json
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cogent_pipelines.connections.yaml_files import FOLDER_VARIABLE, connection_settings, shipped_folder
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.local_stack import services
from cogent_pipelines.local_stack.dagster_api import DagsterApi
from cogent_pipelines.local_stack.databases import Kept
from cogent_pipelines.local_stack.demo.day import RATE_LIMIT_SECONDS, Day, open_for_business
from cogent_pipelines.local_stack.demo.judge import Judge, Verdict
from cogent_pipelines.local_stack.demo.plan import Plan, plan
from cogent_pipelines.local_stack.demo.vendors import Shop, Warehouse
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.processes import Running, first_line_of
from cogent_pipelines.local_stack.stack import Given, Stack, addresses, open_ledger, start_stack
from cogent_pipelines.local_stack.subscribing import subscribe
from cogent_pipelines.local_stack.supervisor import Supervisor
from cogent_pipelines.ports.clock import SystemClock

CONNECTION = "demo_uk"
TIMEZONE = "Europe/London"
SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is up, before its day begins."""

    stack: Stack
    plan: Plan
    shop: Shop
    warehouse: Warehouse

    def day(self, given: Given) -> Day:
        return Day(self.plan, self.shop, self.warehouse, say=given.say, stack_seconds=self.stack.seconds)

    def judge(self, given: Given) -> Judge:
        return Judge(
            connection=CONNECTION,
            shop=self.shop,
            warehouse=self.warehouse,
            dagster=DagsterApi(self.stack.dagster_url),
            ledger_url=self.stack.databases.ledger,
            timezone=TIMEZONE,
            say=given.say,
        )


def run_demo(given: Given, *, seed: int, orders: int, day_seconds: float, once: bool) -> int:
    """Run the demo; give the exit code. With `once` it ends by itself, otherwise when somebody interrupts."""
    home = given.home.for_the_demo()
    shutil.rmtree(home.dagster, ignore_errors=True)
    home.alerts.unlink(missing_ok=True)
    given = replace(given, home=home)
    with given.supervisor() as supervisor:
        demo = start_demo(supervisor, given, seed=seed, orders=orders, day_seconds=day_seconds)
        given.say(f"Up after {demo.stack.seconds():.0f} s. The shop opens; its day takes {demo.plan.seconds:.0f} s.")
        if not once:
            given.say(addresses(demo.stack))
        verdict = live_through(demo, given, supervisor)
        if once:
            return report(verdict, given)
        given.say(what_to_look_at(demo.stack, verdict))
        supervisor.watch()
    return 0


def start_demo(supervisor: Supervisor, given: Given, *, seed: int, orders: int, day_seconds: float) -> Demo:
    started_at = time.monotonic()
    stand_ins = [_start_stand_in(supervisor, given, vendor, seed) for vendor in ("shopify", "peoplevox")]
    databases = open_ledger(supervisor, given, kept=Kept.FOR_THE_DEMO)
    shop_details, warehouse_details = (json.loads(first_line_of(running)) for running in stand_ins)
    shop, warehouse = Shop.at(shop_details["url"]), Warehouse.at(warehouse_details["url"])
    day = plan(seed, orders=orders, seconds=day_seconds)
    open_for_business(day, shop, warehouse)
    more = demo_variables(given.home, shop_details, warehouse_details)
    stack = start_stack(supervisor, databases, given, more=more, started_at=started_at)
    stack.refuse_broken_code()
    with Ledger.connect(databases.ledger) as ledger:
        settings = connection_settings(CONNECTION, shipped_folder())
        told = subscribe(settings, public_url=stack.gateway_url, ledger=ledger, environment=more, clock=SystemClock())
        for line in told:
            given.say(line)
    return Demo(stack, day, shop, warehouse)


def _start_stand_in(supervisor: Supervisor, given: Given, vendor: str, seed: int) -> Running:
    options = ["--empty", "--seed", str(seed)]
    return supervisor.start(services.simulator(vendor, home=given.home, environment=given.environ, options=options))


def live_through(demo: Demo, given: Given, supervisor: Supervisor) -> Verdict:
    """Let the day happen and settle, then judge it."""
    day, judge = demo.day(given), demo.judge(given)
    happened = day.happen(supervisor.check)
    settled = day.look_until(lambda: not judge.unsettled(happened), seconds=SETTLE_SECONDS, meanwhile=supervisor.check)
    if not settled:
        waiting = judge.unsettled(happened)
        given.say(f"{len(waiting)} things have not settled in time, the first of them: {'; '.join(waiting[:5])}.")
    return replace(judge.judge(happened), seconds=round(demo.stack.seconds(), 1))


def demo_variables(home: Home, shop: Mapping[str, str], warehouse: Mapping[str, str]) -> dict[str, str]:
    """Give the variables whose names stand in the demo connection's YAML."""
    return {
        # The demo's own connection, whatever the deployment has.
        FOLDER_VARIABLE: "",
        "COGENT_DEMO_SHOPIFY_SHOP": shop["shop"],
        "COGENT_DEMO_SHOPIFY_URL": shop["url"],
        "COGENT_DEMO_SHOPIFY_CLIENT_ID": shop["client_id"],
        "COGENT_DEMO_SHOPIFY_CLIENT_SECRET": shop["client_secret"],
        "COGENT_DEMO_SHOPIFY_WEBHOOK_SECRET": shop["webhook_secret"],
        "COGENT_DEMO_PEOPLEVOX_URL": warehouse["url"],
        "COGENT_DEMO_PEOPLEVOX_CLIENT_ID": warehouse["client_id"],
        "COGENT_DEMO_PEOPLEVOX_USERNAME": warehouse["username"],
        "COGENT_DEMO_PEOPLEVOX_PASSWORD": warehouse["password"],
        "COGENT_DEMO_PEOPLEVOX_EVENT_SECRET": secrets.token_hex(16),
        "COGENT_DEMO_PEOPLEVOX_WINDOW_SECONDS": str(RATE_LIMIT_SECONDS),
        "COGENT_ALERT_URLS": home.alerts.as_uri(),
    }


def report(verdict: Verdict, given: Given) -> int:
    """Say the verdict; the last line on standard output is the JSON."""
    given.say(in_words(verdict))
    print(json.dumps(verdict.as_json()), flush=True)  # noqa: T201 - this line is what the caller reads
    return 0 if verdict.good else 1


def in_words(verdict: Verdict) -> str:
    v = verdict
    lines = [
        f"{v.orders} orders: {v.acknowledged} at the warehouse, {v.held} held for a person, {v.failed} failed.",
        f"{v.despatches} parcels left, {v.fulfilments} were told to the shop.",
        f"Lost {v.lost}, duplicated {v.duplicated}, units oversold {v.oversold_units}.",
        f"Checks that fail: {', '.join(v.checks_failed) or 'none'}.",
    ]
    lines += [f"Planted, and not found: {name}" for name in verdict.not_found]
    lines += [f"{what}: {', '.join(names)}" for what, names in verdict.named.items() if names]
    return "\n".join(lines)


def what_to_look_at(stack: Stack, verdict: Verdict) -> str:
    """Send a person who is new to the three pages that tell most."""
    return (
        f"{in_words(verdict)}\n\n"
        "The day is over; everything stays up until Ctrl-C. Look at\n"
        f"  {stack.dagster_url}/asset-groups   the tables and how they depend on each other\n"
        f"  {stack.dagster_url}/assets/{CONNECTION}/exceptions   what is stuck, since when, why, and who must act\n"
        f"  {stack.dagster_url}/assets/{CONNECTION}/order_value_reconciliation?view=checks   why two values differ\n"
        f"  {stack.gateway_url}/   the desk"
    )
