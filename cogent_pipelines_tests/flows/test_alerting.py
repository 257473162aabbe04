"""Critical cases to the people who must act."""

from cogent_pipelines.canonical.exception_case import INJECTION_REJECTED, INJECTION_RETRYING, SKU_VARIANT, CaseFinding
from cogent_pipelines.flows.alerting import AlertReport, send_due_alerts
from cogent_pipelines.ports.alerts import AlertNotDelivered
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND

NAME = NORTHWIND.name


class FakeChannel:
    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.sent: list[tuple[str, str]] = []

    def send(self, *, title: str, body: str) -> None:
        if self.refuses:
            raise AlertNotDelivered("no route to the mail server")
        self.sent.append((title, body))


def rejected(number: int) -> CaseFinding:
    return CaseFinding(INJECTION_REJECTED, f"o-{number}", "Carrier 'XYZ' is not set up", order_name=f"#{number}")


def test_an_alert_names_the_order_the_exact_message_the_team_and_the_way_out(ledger, clock):
    """Whoever reads it on a telephone knows what to do."""
    channel = FakeChannel()
    variant = CaseFinding(SKU_VARIANT, "o-2", "Spelt differently.", order_name="#2", suggestion="map “mug” to “MUG”")
    transient = CaseFinding(INJECTION_RETRYING, "o-3", "busy", order_name="#3")
    ledger.cases.open_or_refresh(NAME, [rejected(1), variant, transient], now=NINE)

    assert AlertReport(delivered=2, cases=2) == send_due_alerts(ledger, channel, clock)

    title, body = channel.sent[0]
    assert "[critical] northwind_uk: The warehouse refused the order, for operations" == title
    assert body.startswith("#1: Carrier 'XYZ' is not set up (since 2026-11-02 09:00 UTC)")
    assert f"What to do: {INJECTION_REJECTED.way_out}" in body
    assert "Suggestion: map “mug” to “MUG”." in channel.sent[1][1]
    assert AlertReport() == send_due_alerts(ledger, channel, clock)


def test_many_orders_with_one_trouble_are_one_message(ledger, clock):
    """A flash sale must not bring a thousand telephones down."""
    channel = FakeChannel()
    ledger.cases.open_or_refresh(NAME, [rejected(number) for number in range(100, 150)], now=NINE)

    assert AlertReport(delivered=1, cases=50) == send_due_alerts(ledger, channel, clock)

    [(title, body)] = channel.sent
    assert "(50)" in title
    assert "#100:" in body
    assert "… and 30 more" in body


def test_an_alert_that_no_channel_took_stays_due(ledger, clock):
    """It is marked only when it was delivered."""
    ledger.cases.open_or_refresh(NAME, [rejected(1)], now=NINE)

    failed = send_due_alerts(ledger, FakeChannel(refuses=True), clock)
    assert AlertReport(undelivered=1, trouble="no route to the mail server") == failed
    assert AlertReport() == send_due_alerts(ledger, None, clock)

    assert 1 == send_due_alerts(ledger, FakeChannel(), clock, connection=NAME).delivered


def test_two_senders_at_once_tell_it_once(ledger, clock):
    """The runs of several connections may all find the same cases due."""
    channel = FakeChannel()
    ledger.cases.open_or_refresh(NAME, [rejected(1)], now=NINE)

    with ledger.advisory_lock("", "alerting"):
        assert AlertReport() == send_due_alerts(ledger, channel, clock)
    assert 1 == send_due_alerts(ledger, channel, clock).delivered
    assert 1 == len(channel.sent)
