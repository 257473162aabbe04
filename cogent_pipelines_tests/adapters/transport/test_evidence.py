"""What is kept of exchanges: every write, refused reads, nothing else, and no secret."""

import httpx

from cogent_pipelines.adapters.transport.memory import MemoryEvidence
from cogent_pipelines.adapters.transport.settled import Standing
from cogent_pipelines_tests.adapters.transport.wire import ACCOUNT, Vendor, a_read, a_write, client_of


def test_every_attempt_of_a_write_is_kept_before_the_result_returns():
    """Request and response, whatever came of it; the result points at the last one."""
    evidence = MemoryEvidence()
    with client_of(Vendor(503, 200), evidence=evidence) as client:
        settled = client.send(a_write(b"<order>1</order>", subjects=("SO-1",)))

    assert ["failed_before", "fine"] == [kept.outcome for kept in evidence.exchanges]
    assert 2 == settled.exchange_id
    last = evidence.exchanges[-1]
    assert (ACCOUNT, "save", ("SO-1",), 200) == (last.account, last.operation, last.subjects, last.status)
    assert last.request.endswith(b"<order>1</order>")
    assert last.response.endswith(b"as told")


def test_a_lost_answer_is_kept_as_one():
    """The evidence of a lost write shows what was sent, and that nothing came back."""
    evidence = MemoryEvidence()
    with client_of(Vendor(httpx.ReadTimeout("silence")), evidence=evidence) as client:
        client.send(a_write())

    assert [("lost", None)] == [(kept.outcome, kept.status) for kept in evidence.exchanges]


def test_reads_are_kept_only_where_they_are_refused():
    """A read changes nothing, and its answers hold personal data."""
    evidence = MemoryEvidence()
    with client_of(Vendor(200, 503, 400), evidence=evidence) as client:
        client.send(a_read())
        client.send(a_read())

    assert ["refused"] == [kept.outcome for kept in evidence.exchanges]


def test_each_result_points_at_its_own_evidence():
    """Also over several batches of evidence."""
    evidence = MemoryEvidence()
    calls = [a_write(f"<order>{n}</order>".encode()) for n in range(300)]
    with client_of(Vendor(), evidence=evidence) as client:
        ids = [settled.exchange_id for settled in client.send_all(calls)]

    kept = [evidence.exchanges[exchange_id - 1].request.rpartition(b"\n")[2] for exchange_id in ids]
    assert [call.content for call in calls] == kept


def test_a_result_survives_the_loss_of_its_evidence():
    """A write that was carried out must not look like one that failed because the ledger was away."""

    class Unreachable:
        def record(self, exchanges):
            raise ConnectionError("ledger down")

    with client_of(Vendor(), evidence=Unreachable()) as client:
        settled = client.send(a_write())

    assert (Standing.ANSWERED, None) == (settled.standing, settled.exchange_id)
