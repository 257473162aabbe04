"""The tolerances of the wire, and its refusals."""

import base64

import pytest

from cogent_pipelines_tests.simulators.peoplevox.soap_client import NAMESPACE, PATH, read

ENVELOPE = (
    '<soap:Envelope xmlns:soap="{soap}"><soap:Header><UserSessionCredentials xmlns="http://www.peoplevox.net/">{session}'
    "</UserSessionCredentials></soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"
)
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"


def post(client, body, *, soap=SOAP_11, session=None, path=PATH, **headers):
    session = f"<SessionId>{client.session}</SessionId>" if session is None else session
    content = ENVELOPE.format(soap=soap, session=session, body=body).encode()
    return client.send("POST", path, content=content, headers={"content-type": "text/xml", **headers})


HEADINGS = f'<GetSaveTemplate xmlns="{NAMESPACE}"><templateName>Sites</templateName></GetSaveTemplate>'


@pytest.mark.parametrize(
    "action", ["http://www.peoplevox.net/GetSaveTemplate", '"http://www.peoplevox.net/GetSaveTemplate"', '""', None]
)
def test_the_action_may_be_quoted_unquoted_or_missing(client, action):
    """Published clients send all of these."""
    headers = {} if action is None else {"soapaction": action}
    assert "Name,Reference" == read(post(client, HEADINGS, **headers).content).detail


@pytest.mark.parametrize(
    "session",
    [
        "<SessionId>{}</SessionId><clientId>northwind</clientId><UserId>0</UserId>",
        '<UserId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><SessionId>{}</SessionId>',
    ],
)
def test_the_session_header_is_read_leniently(client, session):
    """Order, a misspelt client id, a nil user: none of it matters."""
    assert 0 == read(post(client, HEADINGS, session=session.format(client.session)).content).response_id


def test_the_path_is_read_without_regard_to_case(client):
    """The same service answers under other spellings of its path."""
    path = "/NorthWind/Resources/IntegrationServicev4.asmx"
    assert 0 == read(post(client, HEADINGS, path=path).content).response_id


def test_the_order_of_arguments_does_not_matter(client):
    """Search before template, size before page, and integers left out."""
    inner = "<SearchClause>Reference == &quot;PrimarySite&quot;</SearchClause><ItemsPerPage>5</ItemsPerPage>"
    body = f'<GetData xmlns="{NAMESPACE}"><getRequest>{inner}<TemplateName>Sites</TemplateName></getRequest></GetData>'
    assert ["PrimarySite"] == [row["Reference"] for row in read(post(client, body).content).rows]


def test_soap_12_is_answered_in_kind(client):
    """Envelope and content type are those of the version that was sent."""
    content_type = 'application/soap+xml; charset=utf-8; action="http://www.peoplevox.net/GetSaveTemplate"'
    response = post(client, HEADINGS, soap=SOAP_12, **{"content-type": content_type})
    expected = ("application/soap+xml; charset=utf-8", True)
    assert expected == (response.headers["content-type"], f'xmlns:soap="{SOAP_12}"' in response.text)
    assert "Name,Reference" == read(response.content).detail


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_what_cannot_be_read_is_a_fault(client, soap):
    """Not XML, an unknown operation, a wrong namespace, an integer that is none, an action of another operation."""
    bad_integer = (
        f'<GetData xmlns="{NAMESPACE}"><getRequest><TemplateName>Sites</TemplateName>'
        "<PageNo>x</PageNo></getRequest></GetData>"
    )
    responses = [
        client.send("POST", PATH, content=b"not xml"),
        post(client, f'<Nope xmlns="{NAMESPACE}"/>', soap=soap),
        post(client, '<GetSaveTemplate xmlns="http://elsewhere.test/"/>', soap=soap),
        post(client, bad_integer, soap=soap),
        post(client, HEADINGS, soap=soap, soapaction="http://www.peoplevox.net/GetData")
        if soap == SOAP_11
        else post(
            client, HEADINGS, soap=soap, **{"content-type": "application/soap+xml; action=http://www.peoplevox.net/GetData"}
        ),
    ]
    assert [(500, True)] * 5 == [(r.status_code, "<soap:Fault>" in r.text) for r in responses]


def test_entities_are_never_expanded(client):
    """A message that declares entities is refused, not expanded."""
    content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert 500 == client.send("POST", PATH, content=content).status_code


def test_plain_http_logs_in_and_can_do_little_else(client):
    """The GET and POST bindings carry no session."""
    account = client.simulator.account
    password = base64.b64encode(account.password.encode()).decode()
    fields = {"clientId": "northwind", "username": account.username, "password": password}
    answers = [
        client.send("GET", f"{PATH}/Authenticate", params=fields),
        client.send("POST", f"{PATH}/Authenticate", data=fields),
        client.send("GET", f"{PATH}/GetSaveTemplate", params={"templateName": "Sites"}),
    ]
    assert [0, 0, -1] == [read(answer.content).response_id for answer in answers]


def test_control_characters_cannot_break_an_answer(client, warehouse):
    """What XML cannot carry is left out, and carriage returns arrive as they are."""
    warehouse.save_master("Customers", ("C1",), {"Reference": "C1", "Name": "A\x00\x0b\r\nB"})
    assert "A\r\nB" == client.data("Customers").rows[0]["Name"]
