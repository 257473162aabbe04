"""What need not be kept is forgotten once a day."""

from datetime import UTC, datetime, timedelta

from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent


def test_bodies_of_old_events_go_and_their_ids_stay(deployment, ledger):
    """A copy that arrives a year late is still known for one."""
    long_ago = datetime.now(UTC) - timedelta(days=60)
    event = Arrival("northwind_uk", "storefront", VerifiedEvent("e-1", "d", "orders/create", "o", long_ago, b"{}"), long_ago)
    ledger.inbox.store_all([event])
    with ledger.pool.session() as session:
        session.execute("update inbox set taken_at = received_at")

    result = deployment.repository.get_job("ledger_retention").execute_in_process(instance=deployment.instance)

    assert result.success
    with ledger.pool.session() as session:
        assert [("e-1", None)] == session.execute("select event_id, body from inbox").fetchall()


def test_it_is_asked_for_every_day(deployment):
    """Nobody has to remember it."""
    schedule = deployment.repository.get_schedule_def("daily_retention")

    assert ("40 1 * * *", "ledger_retention", "RUNNING") == (
        schedule.cron_schedule,
        schedule.job_name,
        schedule.default_status.value,
    )
