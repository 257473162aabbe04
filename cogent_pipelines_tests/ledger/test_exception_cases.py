"""Cases open once, refresh, and close themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from cogent_pipelines.canonical.exception_case import INJECTION_RETRYING, UNKNOWN_SKU, CaseFinding
from cogent_pipelines.canonical.identity import ConnectionName

CONNECTION = ConnectionName("northwind_uk")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def finding(subject: str, message: str = "no such item", kind=UNKNOWN_SKU) -> CaseFinding:
    return CaseFinding(kind, subject, message, order_name="#1001", evidence={"sku": "MUG", "lines": 2})


def test_the_same_trouble_found_by_many_runs_at_once_is_one_case(ledger):
    """Seen again, it is the same case with a higher count."""
    with ThreadPoolExecutor(8) as threads:
        found = [finding("o-1"), finding("o-2")]
        new = list(threads.map(lambda _: ledger.cases.open_or_refresh(CONNECTION, found, now=NOW), range(8)))

    cases = ledger.cases.open(CONNECTION)
    assert 2 == sum(new)
    assert [("o-1", 8), ("o-2", 8)] == [(case.subject, case.occurrences) for case in cases]
    assert {"sku": "MUG", "lines": 2} == cases[0].evidence
    assert UNKNOWN_SKU == cases[0].described


def test_a_case_closes_with_its_cause_and_opens_anew_when_it_returns(ledger):
    """The closed one stays on record, closed by itself."""
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1"), finding("o-2")], now=NOW)

    assert 1 == ledger.cases.close_absent(CONNECTION, [UNKNOWN_SKU], {"o-2"}, now=NOW)
    assert 1 == ledger.cases.close(CONNECTION, [UNKNOWN_SKU], {"o-2"}, now=NOW)
    assert 1 == ledger.cases.open_or_refresh(CONNECTION, [finding("o-1")], now=NOW + timedelta(hours=1))

    assert [None, "itself"] == [case.resolved_by for case in ledger.cases.history(CONNECTION, "o-1")]


def test_merely_seeing_a_case_again_does_not_count_as_a_change(ledger):
    """Checks run again when something changed; a refresh must not start them for ever."""
    later, latest = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)

    def changed_at():
        with ledger.pool.session() as session:
            return session.execute("select changed_at, last_seen_at from exception_case").fetchone()

    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1")], now=NOW)
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1")], now=later)
    assert (NOW, later) == changed_at()
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1", "another item")], now=latest)
    assert (latest, latest) == changed_at()


def test_only_critical_cases_alert_and_a_flapping_one_keeps_quiet_for_an_hour(ledger):
    """Whoever was told of it a moment ago is not told again."""
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1"), finding("o-2", kind=INJECTION_RETRYING)], now=NOW)
    [due] = ledger.cases.due_alerts(now=NOW)
    assert "o-1" == due.subject
    ledger.cases.mark_alerted([due.id], now=NOW)
    assert [] == ledger.cases.due_alerts(now=NOW)

    ledger.cases.resolve([due.id], by="kim", now=NOW)
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1")], now=NOW)

    assert [] == ledger.cases.due_alerts(now=NOW + timedelta(minutes=59))
    assert ["o-1"] == [case.subject for case in ledger.cases.due_alerts(now=NOW + timedelta(minutes=61))]


def test_the_first_to_acknowledge_a_case_stays_on_record(ledger):
    """An acknowledged case is somebody's, and alerts nobody else."""
    ledger.cases.open_or_refresh(CONNECTION, [finding("o-1")], now=NOW)
    [case] = ledger.cases.open(CONNECTION, kinds=[UNKNOWN_SKU], subject="o-1")

    assert 1 == ledger.cases.acknowledge([case.id], by="kim", now=NOW)
    assert 0 == ledger.cases.acknowledge([case.id], by="lee", now=NOW)

    assert ["kim"] == [case.acknowledged_by for case in ledger.cases.open()]
    assert [] == ledger.cases.due_alerts(now=NOW)
