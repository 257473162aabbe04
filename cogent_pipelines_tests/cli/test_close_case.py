"""What a person says of a case is on record, and a cause that is still there is not silenced by it."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from cogent_pipelines.canonical.exception_case import BAD_ADDRESS, UNKNOWN_SKU, CaseFinding
from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.cli.main import main
from cogent_pipelines.ledger.database import Ledger

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAME = connection_name("demo_uk")
FINDINGS = [CaseFinding(UNKNOWN_SKU, "501", "NW-1 is unknown"), CaseFinding(BAD_ADDRESS, "502", "no postcode")]


@pytest.fixture
def ledger(ledger_url, monkeypatch):
    monkeypatch.setenv("COGENT_DATABASE_URL", ledger_url)
    with Ledger.connect(ledger_url) as ledger:
        ledger.cases.open_or_refresh(NAME, FINDINGS, now=NOW)
        yield ledger


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def ids(ledger):
    return [case.id for case in ledger.cases.open(NAME)]


def test_a_case_is_closed_under_the_name_of_whoever_settled_it(ledger):
    [first, second] = ids(ledger)

    said = run("close-case", first, "--by", "Noor")

    [closed] = [case for subject in ("501", "502") for case in ledger.cases.history(NAME, subject) if case.resolved_at]
    assert ("1 closed by Noor.\n", 0, first, "Noor") == (said.output, said.exit_code, closed.id, closed.resolved_by)
    assert [second] == ids(ledger)


def test_a_cause_that_is_still_there_opens_a_new_case(ledger):
    """Closing is no way to look away."""
    closed = ids(ledger)
    run("close-case", *closed, "--by", "Noor")

    ledger.cases.open_or_refresh(NAME, FINDINGS[:1], now=NOW)

    [again] = ids(ledger)
    assert again not in closed


def test_who_took_a_case_first_stays_on_record(ledger):
    [first, _] = ids(ledger)

    said = [run("take-case", first, "--by", who) for who in ("Noor", "Ben")]

    taken = [case.acknowledged_by for case in ledger.cases.open(NAME) if case.id == first]
    assert ([0, 1], ["Noor"]) == ([each.exit_code for each in said], taken)
    assert "already taken" in said[1].output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((999, "--by", "Noor"), "not open"), ((1, "--by", " "), "needs a name"), ((1,), "--by")],
    ids=["nobody's case", "no name", "nobody says so"],
)
def test_what_cannot_be_done_is_said(ledger, arguments, words):
    said = run("close-case", *arguments)

    assert said.exit_code
    assert words in said.output
    assert 2 == len(ids(ledger))


def test_some_of_several_are_told_apart(ledger):
    [first, _] = ids(ledger)

    assert (
        f"1 closed by Noor; the rest of {first}, 999 were not open" in run("close-case", first, 999, "--by", "Noor").output
    )


def test_the_list_of_cases_shows_the_number_to_give(ledger):
    shown = run("cases").output

    assert all(f"case {number}" in shown for number in ids(ledger))
