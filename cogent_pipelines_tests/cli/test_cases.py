"""`cogent cases` puts first what a person needs first."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from cogent_pipelines.canonical.exception_case import BAD_ADDRESS, UNKNOWN_SKU, CaseFinding
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.cli.main import main
from cogent_pipelines.ledger.database import Ledger

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def run(ledger_url, monkeypatch):
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)
    return lambda *arguments: CliRunner().invoke(main, ["cases", *arguments])


@pytest.fixture
def two_cases(ledger_url):
    with Ledger.connect(ledger_url) as ledger:
        ledger.cases.open_or_refresh(
            connection_name("demo_uk"),
            [CaseFinding(UNKNOWN_SKU, "501", "NW-1 is not an item there", order_name="#1001")],
            now=NOW - timedelta(hours=3),
        )
        ledger.cases.open_or_refresh(
            connection_name("other_uk"), [CaseFinding(BAD_ADDRESS, "777", "no postcode", order_name="#77")], now=NOW
        )


def test_nothing_to_do_is_said_in_words(run):
    """An empty page would leave a person wondering whether the command worked."""
    assert "Nothing waits for a person.\n" == run().output


def test_a_case_shows_what_is_wrong_who_acts_and_what_to_do(run, two_cases):
    """The order's name as a customer quotes it, the exact message, the team, the way out."""
    shown = run("demo_uk").output

    for words in ("CRITICAL", "#1001", "NW-1 is not an item there", "merchandising", "cogent map-sku"):
        assert words in shown
    assert "#77" not in shown


def test_a_vendors_words_cannot_take_the_terminal_over(run, ledger_url):
    """A SKU may hold what moves the cursor, paints, or turns the reading round."""
    evil = "\x1b[2J\x1b]0;owned\x07\u202eUKS \r\nCRITICAL  none"
    with Ledger.connect(ledger_url) as ledger:
        finding = CaseFinding(UNKNOWN_SKU, "501", evil, order_name=evil, suggestion=evil)
        ledger.cases.open_or_refresh(connection_name("demo_uk"), [finding], now=NOW)

    shown = run("demo_uk").output

    assert [] == [sign for sign in "\x1b\x07\u202e\r" if sign in shown]
    assert 1 == sum(line.startswith("CRITICAL") for line in shown.splitlines())


def test_another_program_gets_every_field(run, two_cases):
    """JSON for those who do not read."""
    rows = json.loads(run("--json").output)

    assert [("unknown_sku", "501"), ("bad_address", "777")] == [(row["kind"], row["subject"]) for row in rows]
