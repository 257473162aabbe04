"""Logging in, staying in, falling out."""

from cogent_pipelines_tests.simulators.peoplevox.soap_client import PATH, SoapClient


def test_a_login_answers_the_client_and_a_session(simulator):
    """The session is the second part of Detail, after a comma."""
    answer = SoapClient(simulator).log_in()
    client_id, session = answer.detail.split(",")
    assert (0, 1, "northwind", 32) == (answer.response_id, answer.total, client_id, len(session))


def test_a_wrong_password_is_an_answer_and_not_an_http_error(simulator):
    """A failed login comes back as HTTP 200 with ResponseId -1."""
    response = SoapClient(simulator).raw("Authenticate", "<clientId>northwind</clientId><username>x</username>")
    assert (200, True) == (response.status_code, "<ResponseId>-1</ResponseId><TotalCount>0<" in response.text)


def test_the_us_region_wants_the_password_plain(simulator):
    """Base64 is refused there with the text of an invalid session, and plain text is taken."""
    simulator.switches.change(region="us")
    client = SoapClient(simulator)
    assert "System : Security - Invalid Session" == client.log_in(encode=True).detail
    assert 0 == client.log_in(encode=False).response_id


def test_an_unknown_session_is_invalid(simulator):
    """A call without a login is told so in the vendor's own words."""
    answer = SoapClient(simulator).save_template("Sales orders")
    assert (-1, "System : Security - Invalid Session") == (answer.response_id, answer.detail)


def test_a_session_dies_of_idleness_and_of_nothing_else(client, clock):
    """Half an hour without a call ends a session; a call before that prolongs it."""
    for _ in range(3):
        clock.advance(29 * 60)
        assert 0 == client.save_template("Sales orders").response_id
    clock.advance(31 * 60)
    answer = client.save_template("Sales orders")
    assert (-1, "System : Security - Session Expired") == (answer.response_id, answer.detail)


def test_a_second_login_leaves_the_first_session_alone_unless_told(simulator, client):
    """Sessions are shared between processes by published clients; the switch makes them exclusive."""
    SoapClient(simulator).log_in()
    assert 0 == client.save_template("Sales orders").response_id
    simulator.switches.change(single_session=True)
    SoapClient(simulator).log_in()
    assert -1 == client.save_template("Sales orders").response_id


def test_another_tenant_gets_a_page_and_no_xml(simulator):
    """A wrong client id in the path leads to an HTML page."""
    response = SoapClient(simulator).send("POST", PATH.replace("northwind", "southwind"), content=b"<x/>")
    assert (404, True) == (response.status_code, "<!DOCTYPE html>" in response.text)
