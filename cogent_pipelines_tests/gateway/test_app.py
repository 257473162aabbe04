"""Health, metrics and the desk: what a machine and a person are told."""

from datetime import timedelta

import httpx
import pytest

from cogent_pipelines.canonical.exception_case import Severity, Team
from cogent_pipelines.gateway.desk import DeskCase, DeskView, QueueDepth
from cogent_pipelines_tests.gateway.door import ADDRESS, NOW, event, gateway, get, visit

DAGSTER = "http://127.0.0.1:3000"


def away() -> None:
    raise ConnectionError("s3cr3t@host")


def a_case(**changes: object) -> DeskCase:
    given = {
        "connection": "northwind_uk",
        "kind": "unknown_sku",
        "severity": Severity.CRITICAL,
        "team": Team.MERCHANDISING,
        "subject": "gid://shopify/Order/1",
        "message": "SKU ABC-1 is not at the warehouse",
        "opened_at": NOW - timedelta(hours=2, minutes=10),
        "order_name": "#1001",
    }
    return DeskCase(**(given | changes))


def desk(*cases: DeskCase, queues: tuple[QueueDepth, ...] = (), path: str = "/", **settings: object) -> httpx.Response:
    return get(gateway(read_desk=lambda: DeskView(cases, queues), **settings), path)


@pytest.mark.parametrize("path", ["/healthz", "/health"])
def test_a_gateway_that_reaches_its_ledger_is_healthy(path):
    """Process and ledger, both."""
    answer = get(gateway(), path)

    assert (200, {"ok": True, "ledger": "reachable"}) == (answer.status_code, answer.json())


def test_a_gateway_without_its_ledger_is_not_healthy():
    """A balancer sends webhooks elsewhere; the answer quotes no connection string."""
    answer = get(gateway(ping=away), "/healthz")

    assert (503, {"ok": False, "ledger": "unreachable"}) == (answer.status_code, answer.json())


def test_metrics_count_what_came_and_what_became_of_it():
    """By connection; an address that is nobody's is one label, whatever was written there."""

    async def knock(client: httpx.AsyncClient) -> str:
        for what in (event("e1"), event("e1"), event("e2"), event("e3", x_signature="forged")):
            await client.post(ADDRESS, **what)
        await client.post('/webhooks/x"} 1/y', **event())
        return (await client.get("/metrics")).text

    view = DeskView((a_case(), a_case(order_name="#2")), (QueueDepth("northwind_uk", "orders to send", 7),))
    lines = visit(gateway(read_desk=lambda: view), knock).splitlines()

    labels = 'connection="northwind_uk",source="storefront"'
    assert {
        f"cogent_webhooks_received_total{{{labels}}} 4",
        'cogent_webhooks_received_total{connection="unknown",source="unknown"} 1',
        f'cogent_webhooks_settled_total{{{labels},fate="stored"}} 2',
        f'cogent_webhooks_settled_total{{{labels},fate="duplicate"}} 1',
        f'cogent_webhooks_settled_total{{{labels},fate="unverified"}} 1',
        'cogent_webhook_seconds_bucket{le="+Inf"} 4',
        "cogent_webhook_seconds_count 4",
        "cogent_ledger_up 1",
        'cogent_open_cases{connection="northwind_uk",severity="critical",team="merchandising"} 2',
        'cogent_queue_depth{connection="northwind_uk",queue="orders to send"} 7',
    } <= set(lines)


def test_metrics_say_when_the_ledger_is_away():
    """The counters of this process are told all the same."""
    answer = get(gateway(read_desk=away), "/metrics")

    assert (200, True) == (answer.status_code, "cogent_ledger_up 0\n" in answer.text)


def test_the_desk_says_what_waits_since_when_why_who_and_what_to_do():
    """All that a person needs, on the first look."""
    page = desk(a_case(suggestion="map to ABC-01", occurrences=3)).text

    for text in (
        "#1001",
        "SKU ABC-1 is not at the warehouse",
        "2 h 10 min",
        "Merchandising",
        "Create the item at the warehouse",
        "<code>cogent map-sku</code>",
        "map to ABC-01",
        "seen 3 times",
        "critical · 1",
    ):
        assert text in page


def test_what_waits_for_a_person_stands_before_what_clears_by_itself():
    """A time-out must not hide an unknown SKU."""
    passing = a_case(kind="vendor_unavailable", severity=Severity.TRANSIENT, team=Team.OPERATIONS, message="HTTP 503")
    page = desk(passing, a_case()).text

    assert (
        page.index("SKU ABC-1") < page.index("Clears by itself") < page.index("<small>operations") < page.index("HTTP 503")
    )


def test_the_team_with_the_oldest_case_stands_first():
    """Whoever has kept somebody waiting the longest."""
    page = desk(
        a_case(team=Team.FINANCE, kind="value_discrepancy", opened_at=NOW - timedelta(hours=1)),
        a_case(team=Team.WAREHOUSE, kind="unmatched_despatch", opened_at=NOW - timedelta(days=2)),
    ).text

    assert page.index("<h2>Warehouse") < page.index("<h2>Finance")


def test_everything_from_outside_is_escaped():
    """A SKU may be called anything."""
    evil = '"><script>alert(1)</script>'
    texts = dict.fromkeys(["connection", "kind", "subject", "message", "order_name", "suggestion", "acknowledged_by"], evil)
    page = desk(
        a_case(**texts), queues=(QueueDepth(evil, evil, 1, NOW),), path=f"/?connection={evil}", dagster_url=f"http://{evil}"
    ).text

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_needs_nothing_from_elsewhere():
    """No script, no font, no image; the browser is told to refuse them."""
    answer = desk(a_case())

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (0, 0, 0) == tuple(answer.text.count(text) for text in ("src=", "<link", "@import"))


def test_the_desk_shows_one_connection_or_team_when_asked():
    """The choice stays in the address, so that it can be shared."""
    cases = (a_case(), a_case(connection="northwind_de", order_name="#2002"))

    page = desk(*cases, path="/?connection=northwind_de").text

    assert (False, True) == ("#1001" in page, "#2002" in page)
    assert (True, False) == tuple(
        "#1001" in desk(*cases, path=f"/?team={team}").text for team in ("merchandising", "finance")
    )


def test_a_long_list_is_folded_and_says_what_it_leaves_out():
    """Three hundred orders with one unknown SKU are one card."""
    page = desk(*(a_case(order_name=f"#{n}", subject=str(n)) for n in range(300))).text

    assert "critical · 300" in page
    assert "190 more (100 more are in the ledger)" in page


def test_queues_say_how_much_waits_and_since_when():
    """With a way to the connection's assets in Dagster."""
    page = desk(
        queues=(QueueDepth("northwind_uk", "orders to send", 1234, NOW - timedelta(minutes=3)),), dagster_url=DAGSTER
    ).text

    assert "1,234" in page
    assert "3 min" in page
    assert f'href="{DAGSTER}/locations/__repository__@cogent_pipelines/asset-groups/northwind_uk"' in page


def test_an_empty_desk_says_so():
    """Silence would look like a fault."""
    assert "Nothing waits for a person." in desk().text


def test_a_desk_without_its_ledger_says_that_nothing_is_known():
    """Not that nothing waits."""
    answer = get(gateway(read_desk=away), "/")

    assert 503 == answer.status_code
    assert ("cannot be reached" in answer.text, False) == (True, "Nothing waits" in answer.text)


def test_a_case_shows_the_number_by_which_a_person_takes_or_closes_it():
    """`cogent take-case 17 --by …` needs it; one without a number shows none."""
    with_number, without = desk(a_case(number=17)).text, desk(a_case()).text

    assert "case 17" in with_number
    assert "case None" not in without
