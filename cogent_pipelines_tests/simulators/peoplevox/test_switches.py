"""Every switch makes a difference, and the default is the one that is stated."""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator, Switches
from cogent_pipelines_tests.simulators.peoplevox.soap_client import SoapClient

LINE = "SalesOrderNumber,ItemCode,QuantityOrdered,Line\n"


def switched(simulator, client, ask, **changes):
    """Give what a question answers before and after a switch is thrown."""
    before = ask(client)
    simulator.switches.change(**changes)
    return before, ask(client)


def test_every_switch_is_tried_somewhere_in_these_tests():
    """A switch that no test throws may do nothing."""
    texts = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    names = [field.name for field in fields(Switches)]
    assert [] == [name for name in names if f"{name}=" not in texts and f'"{name}":' not in texts]


def test_a_session_may_live_for_another_time(simulator, client, clock):
    """The idle time-out is in minutes."""
    simulator.switches.change(session_idle_minutes=5)
    clock.advance(301)
    assert -1 == client.save_template("Sites").response_id


def test_the_window_of_the_rate_limit_may_be_shorter(simulator, client, clock):
    """A demo compresses the vendor's fifteen seconds."""
    simulator.switches.change(rate_limit_calls=1, rate_limit_seconds=2)
    clock.advance(60)
    answers = []
    for seconds in (1, 1, 0):
        answers.append(client.save_template("Sites").response_id)
        clock.advance(seconds)
    assert [0, -1, 0] == answers


def test_pages_may_come_at_random(simulator, client):
    """Some calls get HTML, by the seed."""
    simulator.switches.change(html_error_probability=0.5)
    pages = [client.raw("GetSaveTemplate", "").text.startswith("<!DOCTYPE") for _ in range(40)]
    assert {True, False} == set(pages)


@pytest.mark.parametrize(
    ("form", "reference"), [("order", "SO-1"), ("order+item", "SO-1 TEE"), ("order+item+line", "SO-1 TEE 7"), ("empty", "")]
)
def test_what_a_lines_status_calls_it_by(simulator, client, form, reference):
    """The content of a line's reference is unknown."""
    simulator.switches.change(line_reference=form)
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    assert [(reference, "Success")] == client.save("Sales order items", LINE + "SO-1,TEE,1,7", 1).statuses


@pytest.mark.parametrize(
    ("changes", "template", "text"),
    [
        ({"zero_quantity": "refused"}, "Sales order items", LINE + "SO-1,TEE,0,1"),
        ({"foreign_status": "ignored"}, "Sales orders", "SalesOrderNumber,Status\nSO-1,Despatched"),
        ({"unknown_customer": "error"}, "Sales orders", "SalesOrderNumber,Customer\nSO-1,Nobody"),
        ({"unknown_service": "error"}, "Sales orders", "SalesOrderNumber,ServiceType\nSO-1,Nothing"),
        ({"ignore_case_of_keys": True}, "Sales order items", LINE + "SO-1,tee,1,1"),
    ],
)
def test_a_row_is_taken_by_one_tenant_and_refused_by_another(simulator, client, changes, template, text):
    """What is unknown about refusals is a switch each."""
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    before, after = switched(simulator, client, lambda c: c.save(template, text, 1).response_id, **changes)
    assert {0, -1} == {before, after}


def test_deleting_may_be_refused_altogether(simulator, client):
    """Whether an order can be deleted at all is a switch."""
    simulator.switches.change(delete_policy="never")
    client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    assert -1 == client.save("Sales orders", "SalesOrderNumber\nSO-1", 2).response_id


@pytest.mark.parametrize(("how", "lines"), [("every_row", 2), ("first_row", 1), ("none", 0)])
def test_how_much_is_told_of_failed_rows(simulator, client, how, lines):
    """The format of Detail for many failed rows is unknown."""
    simulator.switches.change(save_detail=how)
    answer = client.save("Sales order items", LINE + "SO-8,TEE,1,1\nSO-9,TEE,1,1", 1)
    assert (-1, lines) == (answer.response_id, len(answer.detail.splitlines()))


def test_dates_are_written_in_the_tenants_format_and_zone():
    """A day imported in British summer time comes back as the eve's 23:00 in UTC."""
    clock = VirtualClock(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    switches = Switches(rate_limit_calls=0, zone_import="Europe/London", zone_data="UTC", zone_report="Europe/London")
    client = SoapClient(PeoplevoxSimulator(clock=clock, switches=switches))
    client.log_in()
    client.save("Sales orders", "SalesOrderNumber,RequestedDeliveryDate\nSO-1,2026-07-05", 1)
    data = client.data("Sales orders", "RequestedDeliveryDate == DateTime(2026,7,4,23,0,0)").rows[0]
    report = client.report("Sales order summary", "[Requested delivery date] == DateTime(2026,7,5)").rows[0]
    assert ("04/07/2026 23:00:00", "'05/07/2026 00:00'") == (
        data["RequestedDeliveryDate"],
        report["Requested delivery date"],
    )
    switches.change(date_format_data="%Y-%m-%d", date_format_report="%d %b %Y", report_dates_quoted=False)
    data, report = client.data("Sales orders").rows[0], client.report("Sales order summary").rows[0]
    assert ("2026-07-04", "05 Jul 2026") == (data["RequestedDeliveryDate"], report["Requested delivery date"])


def test_a_zone_that_does_not_exist_is_refused(simulator):
    """A mistake in a switch is told when it is made."""
    with pytest.raises(KeyError):
        simulator.switches.change(zone_data="Europe/Atlantis")


def test_values_may_come_unquoted_and_without_a_last_newline(simulator, client):
    """Quoting of answers was seen in 2015 and may have changed."""
    client.save("Sites", 'Name,Reference\n"North, far",N')
    search = 'Reference == "N"'
    simulator.switches.change(quote_values=False, trailing_newline=False)
    assert 'Name,Reference\n"North, far",N' == client.data("Sites", search).detail


def test_the_total_may_ignore_the_search(simulator, client):
    """Whether the total follows the filter on every version is unknown."""
    ask = lambda c: c.data("Item types", 'ItemCode == "TEE"').total  # noqa: E731 - a question, asked twice
    assert (1, 3) == switched(simulator, client, ask, total_count_ignores_search=True)
    assert 3 == client.report("Item inventory summary", '[Item code] == "TEE"').total


@pytest.mark.parametrize(("how", "expected"), [("as_search", (0, 1)), ("ignored", (0, 3)), ("error", (-1, 0))])
def test_the_filter_clause_is_understood_ignored_or_refused(simulator, client, how, expected):
    """Nobody uses it, and its syntax is unknown."""
    simulator.switches.change(filter_clause=how)
    inner = '<TemplateName>Item inventory summary</TemplateName><FilterClause>[Item code] == "TEE"</FilterClause>'
    answer = client.call("GetReportData", f"<getReportRequest>{inner}</getReportRequest>")
    assert expected == (answer.response_id, answer.total)


@pytest.mark.parametrize(
    "search", ['ItemCode == "tee"', 'ItemCode.StartsWith("te")', 'ItemCode == "tee" OR ItemCode == "x"']
)
def test_a_search_may_ignore_case(simulator, client, search):
    """Databases do so by default; whether this one does is unknown."""
    assert (0, 1) == switched(simulator, client, lambda c: c.data("Item types", search).total, search_ignores_case=True)


def test_rows_may_come_in_any_order_unless_one_is_asked_for(simulator, client, warehouse):
    """No order is promised; a client that relies on one is found out."""
    warehouse.add_items({"ItemCode": f"X{n:02d}"} for n in range(30))
    codes = lambda c, **more: [r["Item code"] for r in c.report("Item inventory summary", **more).rows]  # noqa: E731
    before, after = switched(simulator, client, codes, shuffle_unordered=True)
    assert (False, True) == (before == after, sorted(before) == sorted(after))
    assert sorted(before) == codes(client, order="[Item code]")


def test_the_quantity_column_may_be_empty(simulator, client, warehouse):
    """A client of 2015 had to work around that."""
    simulator.switches.change(no_of_items_empty=True)
    client.save_order("SO-1", ("TEE", 2))
    warehouse.work()
    assert [""] == [row["No of items"] for row in client.report("Despatch summary").rows]


def test_the_floor_keeps_the_times_it_is_given(simulator, client, clock, truth):
    """Allocation, picking, packing and despatch each take their own time."""
    simulator.switches.change(
        works_by_itself=True,
        allocate_after_seconds=10,
        pick_after_seconds=20,
        pack_after_seconds=30,
        despatch_after_seconds=40,
    )
    client.save_order("SO-1", ("TEE", 1))
    seen = []
    for seconds in (9, 2, 20, 30, 40):
        clock.advance(seconds)
        simulator.tick()
        seen.append(truth.status("SO-1"))
    assert ["New", "Allocated", "Picking", "Packed", "Despatched"] == seen


def test_tracking_may_never_come(simulator, client, warehouse):
    """Some parcels stay without a number."""
    simulator.switches.change(tracking_missing_probability=1.0)
    client.save_order("SO-1", ("TEE", 1))
    warehouse.work()
    assert [""] == [row["Tracking number"] for row in client.report("Despatch summary").rows]


def test_stock_may_be_promised_twice(simulator, client, warehouse, truth):
    """A warehouse that allocates what it has not got goes below nothing, and the books say by how much."""
    simulator.switches.change(allocate_beyond_stock=True)
    client.save_order("SO-1", ("TEE", 12))
    assert (-2, {"TEE": 2}) == (warehouse.stock.level("TEE", "PrimarySite").available, truth.oversold())


def test_a_held_order_is_not_oversold_while_there_is_enough(client, truth):
    """What is wanted and free is not missing."""
    client.save_order("SO-1", ("TEE", 10), action=1)
    assert {} == truth.oversold()
    client.save_order("SO-2", ("TEE", 1), action=1)
    assert {"TEE": 1} == truth.oversold()


class TestEvents:
    """The switches of events, with a subscriber that writes down what it hears."""

    @pytest.fixture
    def heard(self, simulator, warehouse):
        calls = []

        async def deliver(call) -> int:
            calls.append(call)
            return 503

        simulator.events.deliver = deliver
        simulator.events.subscribe("AvailabilityChanges", "http://s.test/", post_params="i={ItemCode}&amp;a={Available}")
        warehouse.wanted_events = simulator.events.wanted()
        warehouse.add_items([{"ItemCode": "A&B"}])
        return calls

    def happen(self, simulator, times=1):
        for _ in range(times):
            simulator.warehouse.adjust_stock("A&B", by=1)
        asyncio.run(simulator.deliver_events())

    def test_body_and_type_are_as_switched(self, simulator, heard):
        """Encoding, un-escaping and content type are unknown."""
        self.happen(simulator)
        simulator.switches.change(
            event_values_encoded=True, event_post_params_unescaped=True, event_post_content_type="text/plain"
        )
        self.happen(simulator)
        assert [b"i=A&B&amp;a=1", b"i=A%26B&a=2"] == [call.body for call in heard]
        assert "text/plain" == heard[1].headers["content-type"]

    def test_events_are_lost_doubled_and_reordered_at_random(self, simulator, heard):
        """Each by its own probability."""
        counts = []
        for name in ("event_loss_probability", "event_duplicate_probability"):
            simulator.switches.change(event_loss_probability=0.0, event_duplicate_probability=0.0)
            simulator.switches.change(**{name: 1.0})
            heard.clear()
            self.happen(simulator, 3)
            counts.append(len(heard))
        simulator.switches.change(event_duplicate_probability=0.0, event_reorder_probability=0.5)
        heard.clear()
        self.happen(simulator, 40)
        asyncio.run(simulator.events.flush_held_back())
        figures = [int(call.body.rsplit(b"=")[-1]) for call in heard]
        assert ([0, 6], 40, False) == (counts, len(figures), figures == sorted(figures))

    def test_a_retry_waits_as_long_as_it_is_told(self, simulator, heard, clock):
        """The pause between attempts is by the vendor's clock."""
        simulator.switches.change(event_retries=1, event_retry_seconds=30)
        self.happen(simulator)
        counts = []
        for seconds in (29, 2):
            clock.advance(seconds)
            asyncio.run(simulator.deliver_events())
            counts.append(len(heard))
        assert [1, 2] == counts

    def test_several_values_are_joined_as_told(self, simulator, client, heard):
        """The separator of a collection's values is unknown."""
        simulator.switches.change(event_list_separator="|")
        simulator.events.subscribe("TrackingNumberReceived", "http://s.test/{TrackingNumber}")
        simulator.warehouse.wanted_events = simulator.events.wanted()
        client.save_order("SO-1", ("TEE", 2))
        simulator.warehouse.floor.despatch("SO-1", parcels=2)
        asyncio.run(simulator.deliver_events())
        assert "http://s.test/TRK00000001|TRK00000002" in [call.url for call in heard]
