"""Misbehaving to order: before acting, after acting, half-way, too fast, and as a page."""

import pytest

from cogent_pipelines.simulators.common.gate import AnswerLost


def test_an_answer_lost_after_acting_leaves_the_order_in_the_books(simulator, client, truth):
    """The client hears nothing, and the warehouse has the order once."""
    simulator.faults.time_out_after_acting(operation="SaveData", times=1)
    with pytest.raises(AnswerLost):
        client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    assert 1 == truth.times_created("SO-1")


def test_a_call_lost_before_acting_leaves_nothing(simulator, client, truth):
    """The same silence, and nothing was done."""
    simulator.faults.time_out_before_acting(operation="SaveData", times=1)
    with pytest.raises(AnswerLost):
        client.save("Sales orders", "SalesOrderNumber\nSO-1", 1)
    assert 0 == truth.times_created("SO-1")


def test_a_rule_may_name_one_template(simulator, client):
    """Headers pass while lines fail."""
    simulator.faults.refuse_before_acting("SaveData:Sales order items", status=503, times=None)
    assert 0 == client.save("Sales orders", "SalesOrderNumber\nSO-1", 1).response_id
    response = client.raw("SaveData", "<saveRequest><TemplateName>Sales order items</TemplateName></saveRequest>")
    assert 503 == response.status_code


@pytest.mark.parametrize(("form", "status"), [("response", 200), ("fault", 500)])
def test_a_batch_may_die_half_way(simulator, client, truth, form, status):
    """Some rows are saved, the rest never looked at."""
    simulator.faults.half_done("SaveData", done=2, form=form)
    rows = "<CsvData>SalesOrderNumber\nSO-1\nSO-2\nSO-3</CsvData><Action>1</Action>"
    response = client.raw("SaveData", f"<saveRequest><TemplateName>Sales orders</TemplateName>{rows}</saveRequest>")
    assert status == response.status_code
    assert [1, 1, 0] == [truth.times_created(number) for number in ("SO-1", "SO-2", "SO-3")]


def test_a_half_done_batch_answers_as_a_partial_import(simulator, client):
    """ResponseId -1 with a count above 0 and statuses of the rows that were looked at."""
    simulator.faults.half_done("SaveData", done=1)
    answer = client.save("Sales orders", "SalesOrderNumber\nSO-1\nSO-2", 1)
    assert (-1, 1, [("SO-1", "Success")]) == (answer.response_id, answer.total, answer.statuses)


def test_a_page_comes_instead_of_xml_with_the_work_done_or_not(simulator, client, truth):
    """An HTML page proves nothing about the work."""
    for number, acted in (("SO-1", False), ("SO-2", True)):
        simulator.faults.answer_html("SaveData", acted=acted)
        inner = f"<CsvData>SalesOrderNumber\n{number}</CsvData><Action>1</Action>"
        response = client.raw("SaveData", f"<saveRequest><TemplateName>Sales orders</TemplateName>{inner}</saveRequest>")
        assert (200, True) == (response.status_code, response.text.startswith("<!DOCTYPE html>"))
        assert int(acted) == truth.times_created(number)


def test_a_session_can_be_ended_under_a_call(simulator, client):
    """The call is refused with the text of an expired session, and a new login helps."""
    simulator.faults.expire_token("GetData")
    assert "System : Security - Session Expired" == client.data("Sales orders").detail
    client.log_in()
    assert 0 == client.data("Sales orders").response_id


def test_a_column_may_vanish_from_an_answer(simulator, client):
    """Drift takes one column out of one answer."""
    simulator.faults.drift("GetReportData", path="Available")
    assert [False, True] == ["Available" in client.report("Item inventory summary").rows[0] for _ in range(2)]


def test_an_outage_ends_by_the_clock(simulator, client, clock):
    """During it every call gets a page."""
    simulator.outage(120)
    assert 503 == client.raw("GetSaveTemplate", "").status_code
    clock.advance(121)
    assert 0 == client.save_template("Sales orders").response_id


@pytest.mark.parametrize(
    ("form", "status", "text"), [("response", 200, "<ResponseId>-1<"), ("429", 429, ""), ("fault", 500, "faultstring")]
)
def test_the_sixteenth_call_in_fifteen_seconds_is_refused(simulator, client, clock, form, status, text):
    """The limit is by the vendor's clock; how it says so is a switch."""
    simulator.switches.change(rate_limit_calls=15, rate_limit_form=form)
    clock.advance(60)
    codes = [client.raw("GetSaveTemplate", "<templateName>Sales orders</templateName>") for _ in range(16)]
    assert [True] * 15 == ["<ResponseId>0<" in response.text for response in codes[:15]]
    assert (status, True) == (codes[15].status_code, text in codes[15].text)
    clock.advance(15)
    assert 0 == client.save_template("Sales orders").response_id


def test_a_hasty_call_may_be_made_to_wait_instead(simulator, client, clock):
    """With the form "wait" nothing is refused, and sixteen calls take the vendor's fifteen seconds."""
    simulator.switches.change(rate_limit_calls=15, rate_limit_form="wait")
    clock.advance(60)
    before = clock.now()
    assert [0] * 16 == [client.save_template("Sales orders").response_id for _ in range(16)]
    assert 15 == (clock.now() - before).total_seconds()


def test_a_fixed_window_lets_a_double_burst_through_at_its_edge(simulator, client, clock):
    """Sliding and fixed windows differ, and which the vendor has is unknown."""
    admitted = {}
    for window in ("sliding", "fixed"):
        simulator.switches.change(rate_limit_calls=2, rate_limit_window=window)
        clock.advance(60)
        results = [client.save_template("Sales orders").response_id]
        clock.advance(14)
        results.append(client.save_template("Sales orders").response_id)
        clock.advance(2)
        results.extend(client.save_template("Sales orders").response_id for _ in range(2))
        admitted[window] = results
    assert {"sliding": [0, 0, 0, -1], "fixed": [0, 0, 0, 0]} == admitted
