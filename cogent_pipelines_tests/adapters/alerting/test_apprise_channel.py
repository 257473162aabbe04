"""Alerts reach whoever can be reached, and no channel's secret reaches a log."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cogent_pipelines.adapters.alerting.apprise_channel import AppriseChannel
from cogent_pipelines.ports.alerts import AlertNotDelivered

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return AT

    def sleep(self, seconds: float) -> None:
        raise AssertionError


class Receiver(HTTPServer):
    """Takes JSON notifications; answers as told."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.received: list[dict[str, object]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"json://user:s3cr3t@127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_alert_to_a_file_is_one_line_of_json(tmp_path):
    """Appended, with its time; the folder is made where it is missing."""
    path = tmp_path / "logs of the day" / "alerts.log"
    channel = AppriseChannel([f"file://{path}".replace(" ", "%20")], StoppedClock())

    channel.send(title="Order #1001 held", body="SKU ABC\nis unknown; create it")
    channel.send(title="Second", body="")

    assert [
        {"at": AT.isoformat(), "title": "Order #1001 held", "body": "SKU ABC\nis unknown; create it"},
        {"at": AT.isoformat(), "title": "Second", "body": ""},
    ] == [json.loads(line) for line in path.read_text().splitlines()]


def test_an_alert_goes_to_any_service_by_its_url(receiver):
    """Title and exact text arrive, characters that mean something in HTML included."""
    AppriseChannel([receiver.url]).send(title="Order #1001", body="Warehouse said: <Error> a & b")

    assert [("Order #1001", "Warehouse said: <Error> a & b")] == [
        (alert["title"], alert["message"]) for alert in receiver.received
    ]


def test_one_channel_that_refuses_does_not_keep_the_alert_from_the_others(receiver, tmp_path, caplog):
    """Delivered is delivered: raising would send it again to those who have it. The refusal is logged."""
    receiver.status = 500
    with caplog.at_level(logging.WARNING):
        AppriseChannel([receiver.url, f"file://{tmp_path}/alerts.log"]).send(title="t", body="b")

    assert 1 == len((tmp_path / "alerts.log").read_text().splitlines())
    assert "channel 1 (json)" in caplog.text


@pytest.mark.parametrize(
    "url",
    ["slack://not/enough", "nonsense", "file://elsewhere/s3cr3t.log", "file:///", "noservice://s3cr3t@host", "s3cr3t"],
)
def test_a_url_that_cannot_be_understood_is_named_without_its_secrets(url, caplog):
    """In the error, in the log and in the check."""
    channel = AppriseChannel([url])
    with caplog.at_level(logging.WARNING), pytest.raises(AlertNotDelivered) as raised:
        channel.send(title="t", body="b")

    assert "channel 1" in str(raised.value)
    assert [False] == [line.ok for line in channel.check()]
    assert "s3cr3t" not in f"{raised.value} {caplog.text} {list(channel.check())}"


def test_a_channel_that_breaks_is_named_without_its_secrets(receiver, caplog):
    """No cause is chained that could quote the address."""
    receiver.status = 500
    with caplog.at_level(logging.DEBUG, logger="cogent_pipelines"), pytest.raises(AlertNotDelivered) as raised:
        AppriseChannel([receiver.url]).send(title="t", body="b")

    assert (None, True) == (raised.value.__cause__, "channel 1 (json)" in str(raised.value))
    assert "s3cr3t" not in f"{raised.value} {caplog.text}"


def test_without_any_channel_no_alert_counts_as_delivered():
    """It stays due until somebody can get it."""
    with pytest.raises(AlertNotDelivered):
        AppriseChannel([]).send(title="t", body="b")


def test_the_check_sends_nothing(receiver):
    """Understood is all that can be said without writing."""
    assert [True] == [line.ok for line in AppriseChannel([receiver.url]).check()]
    assert [] == receiver.received
