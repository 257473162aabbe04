"""A day with everything that goes wrong in it, and then a search for what was planted: secrets, and who the customers are.

Secrets may stand nowhere. Personal data may stand in the columns that are meant for it, in raw events and in evidence, all
of which retention prunes; never in logs, reasons, cases, alerts, tables that people look at, or anything of Dagster's.
"""

import base64
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest

from cogent_pipelines.components.nouns import CATALOGUE_NOUNS, EXCEPTIONS, LIVE_NOUNS
from cogent_pipelines.flows.alerting import send_due_alerts
from cogent_pipelines.gateway.app import create_gateway
from cogent_pipelines.gateway.ledger_view import ping, read_desk
from cogent_pipelines.ledger.due_work import DESPATCH_TO_FULFILMENT, ORDER_CAPTURE, ORDER_INJECTION, STOCK_PUBLICATION
from cogent_pipelines.reports.tables import table_of
from cogent_pipelines_tests.components.deployment import Deployment, FakeSides
from cogent_pipelines_tests.journeys import shopkeeper
from cogent_pipelines_tests.journeys.test_bad_data import sell, spoils_order
from cogent_pipelines_tests.journeys.world import NAME, World

FIRST, LAST = "Philippa", "Quesenberry"
EMAIL, PHONE = "philippa.q@private.example", "+441632960777"
STREET, COMPANY, POSTCODE, NOTE = "17 Heronsbrook Mews", "Quesenberry Bindery", "ZE2 9XQ", "leave it with Wilhelmina"
PERSONAL = (FIRST, LAST, EMAIL, PHONE, STREET, COMPANY, POSTCODE, "Wilhelmina", "engraved for Cuthbert")
MEANT_FOR_THEM = {
    *(
        ("storefront_order", name)
        for name in ("attributes", "email", "phone", "note", "shipping_address", "billing_address")
    ),
    ("storefront_order_line", "attributes"),
    ("sales_order", "sent_address"),
    ("inbox", "body"),
    ("exchange", "request"),
    ("exchange", "response"),
}
FLOWS = (ORDER_CAPTURE, ORDER_INJECTION, DESPATCH_TO_FULFILMENT, STOCK_PUBLICATION)


def a_customer(**changes: Any) -> dict[str, Any]:
    address = {
        "first_name": FIRST,
        "last_name": LAST,
        "company": COMPANY,
        "address1": STREET,
        "city": "Lerwick",
        "zip": POSTCODE,
        "country_code": "GB",
        "phone": PHONE,
    }
    given = {
        "email": EMAIL,
        "phone": PHONE,
        "note": NOTE,
        "attributes": {"gift message": "engraved for Cuthbert"},
        "lines": [{"sku": "TEE-S", "quantity": 1, "attributes": {"engraving": "engraved for Cuthbert"}}],
        "shipping_address": address,
        "billing_address": address,
    }
    return given | changes


def a_bad_day(world: World) -> None:
    """Orders that go, that are held, refused, unreadable, lost and found; vendors that fail, forget and quote."""
    sell(world, "NOWHERE", stock=5)
    for _ in range(3):
        world.place(**a_customer())
    world.place(**a_customer(lines=[{"sku": "NOWHERE", "quantity": 1}]))
    no_postcode = {**a_customer()["shipping_address"], "zip": ""}
    world.place(**a_customer(shipping_address=no_postcode))
    unreadable = world.place(**a_customer())
    world.router.spoils = spoils_order(unreadable, email={"of": EMAIL}, totalPriceSet=f"{FIRST} {LAST}")
    faults = world.tenant.faults
    faults.expire_token()
    faults.throttle()
    faults.answer_html("SaveData:Sales orders")
    faults.time_out_after_acting("SaveData:Sales order items")
    world.shop.faults.forge_signatures("orders/updated")
    world.shop.faults.expire_token("orders")
    world.run_until_quiet()
    world.router.spoils = quoting(world)
    world.place(**a_customer())
    world.run_until_quiet()
    world.router.spoils = None
    changed = world.place(**a_customer())
    world.work()
    shopkeeper.correct_address(world, changed, address1=STREET, lastName=LAST, countryCode="GB", city="Lerwick")
    shopkeeper.cancel(world, changed)
    world.run_until_quiet()


def quoting(world: World) -> Any:
    """A warehouse that refuses orders, and quotes both the customer and what it was logged in with."""
    password = world.environment["TENANT_PASSWORD"]
    said = f"Row 1: Email {EMAIL} of {FIRST.upper()} {LAST} at {STREET} is not valid for user robot with password {password}"

    def spoil(operation: str, content: bytes) -> bytes:
        if operation != "SaveData:Sales orders":
            return content
        refused = re.sub(rb"(<(?:\w+:)?ResponseId>)\d+", rb"\g<1>-1", content)
        refused = re.sub(rb"(<(?:\w+:)?TotalCount>)\d+", rb"\g<1>0", refused)
        refused = re.sub(rb"<(\w+:)?Statuses.*?(/>|</(\w+:)?Statuses>)", b"", refused, flags=re.DOTALL)
        return re.sub(rb"<((?:\w+:)?)Detail\s*(?:/>|>.*?</(?:\w+:)?Detail>)", _detail(said), refused, flags=re.DOTALL)

    return spoil


def _detail(said: str) -> Any:
    return lambda found: b"<%sDetail>%s</%sDetail>" % (found[1], said.encode(), found[1])


def secrets(world: World) -> set[str]:
    """All that opens a door: what we were given, and what the vendors gave us since."""
    password = world.environment["TENANT_PASSWORD"]
    given = {world.environment[name] for name in ("SHOP_SECRET", "TENANT_PASSWORD", "TENANT_EVENTS")}
    issued = {world.shop.access_token, *world.tenant.sessions._last_used}
    return {secret for secret in {*given, *issued, base64.b64encode(password.encode()).decode()} if secret}


def everywhere_in(world: World) -> Iterator[tuple[str, str, str]]:
    """Table, column and text of everything that the ledger holds, unpacked."""
    with world.ledger.pool.session() as session:
        columns = session.execute(
            "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
        ).fetchall()
        for table, column in columns:
            for (value,) in session.execute(f'select "{column}" from "{table}" where "{column}" is not null').fetchall():
                yield table, column, _as_text(value)


def _as_text(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return zlib.decompress(value).decode("utf-8", "replace")
    except zlib.error:
        return value.decode("utf-8", "replace")


def in_which(words: set[str], text: str) -> list[str]:
    folded = text.casefold()
    return sorted(word for word in words if word.casefold() in folded)


class Channel:
    def __init__(self) -> None:
        self.said = ""

    def send(self, *, title: str, body: str) -> None:
        self.said += f"{title}\n{body}\n"


def test_after_a_bad_day_nothing_stands_where_it_must_not(world, caplog):
    """Searched: every column of the ledger, unpacked; the log; alerts, desk, metrics, and every table that people look at.

    The day must have been bad enough to prove something, and what was planted must be where it belongs.
    """
    with caplog.at_level(logging.DEBUG, logger="cogent_pipelines"):
        a_bad_day(world)
    hidden, personal = secrets(world), set(PERSONAL)
    kept = list(everywhere_in(world))
    shown = what_people_see(world)

    assert {"unknown_sku", "bad_address", "injection_rejected"} <= world.cases()
    assert (1, True) == (world.ever("unreadable_order"), world.refused_webhooks > 0)
    assert MEANT_FOR_THEM - {("exchange", "response")} <= {(at, what) for at, what, text in kept if in_which(personal, text)}
    assert [6] == sorted({min(6, len(secret)) for secret in hidden})
    assert ("injection" in shown["alerts"] or "refused" in shown["alerts"], "NOWHERE" in shown["desk"]) == (True, True)

    found = {(at, what, *words) for at, what, text in kept if (words := in_which(hidden, text))}
    found |= {
        (at, what, *words)
        for at, what, text in kept
        if (at, what) not in MEANT_FOR_THEM and (words := in_which(personal, text))
    }
    found |= {(place, *words) for place, text in shown.items() if (words := in_which(hidden | personal, text))}
    found |= {("the log", word) for word in in_which(hidden | personal, caplog.text)}
    assert set() == found


def what_people_see(world: World) -> dict[str, str]:
    channel = Channel()
    send_due_alerts(world.ledger, channel, world._ours)
    nouns = (*LIVE_NOUNS, *CATALOGUE_NOUNS, EXCEPTIONS)
    tables = {noun.name: table_of(world.ledger, NAME, noun.name).to_csv() for noun in nouns}

    async def look() -> str:
        ledger = world.ledger
        app = create_gateway([], ledger.inbox, ping=lambda: ping(ledger), read_desk=lambda: read_desk(ledger))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside") as client:
            return "".join([(await client.get(path)).text for path in ("/", "/metrics", "/healthz")])

    return {"alerts": channel.said, "desk": world.runner.run(look()), **tables}


class WorldSides(FakeSides):
    """The world's own vendors, through the real adapters."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def of(self, name: str) -> Any:
        return self._world.storefront, self._world.warehouse


@pytest.mark.timeout(300)
def test_nothing_that_dagster_keeps_names_a_customer_or_a_secret(make_world, tmp_path: Path):
    """Every file of its home after runs that worked and runs that failed: events, tags, metadata, what was printed."""
    world = make_world(settings={"runs": {"linger_seconds": 0}})
    unreadable = world.place(**a_customer())
    world.place(**a_customer())
    world.router.spoils = spoils_order(unreadable, totalPriceSet=f"{FIRST} {LAST}")
    world.deliver()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        deployment = Deployment([world.settings], world.ledger, instance, WorldSides(world))
        results = [deployment.run(flow, name=NAME) for flow in FLOWS]
        world.place(**a_customer())
        world.router.spoils = quoting(world)
        world.deliver()
        results += [deployment.run(flow, name=NAME) for flow in FLOWS]
        said = "".join(str(event) for result in results for event in result.all_events)
        wanted = {*PERSONAL, *secrets(world)}
        kept = "".join(
            path.read_bytes().decode("utf-8", "replace") for path in sorted(tmp_path.rglob("*")) if path.is_file()
        )

    # The refusal that quoted the customer is there, without him.
    assert (True, True, 8) == ("storefront_orders" in kept, "personal] is not valid" in kept, len(results))
    assert [[], []] == [in_which(wanted, said), in_which(wanted, kept)]
