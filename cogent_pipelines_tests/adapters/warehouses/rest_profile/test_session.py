"""How each kind of credentials gets onto a call, and what evidence does not keep of it."""

import base64
import hashlib
import hmac
import json

import httpx
import pytest

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.rest_profile.session import credentials_of, redaction_of
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile
from cogent_pipelines_tests.factories.clocks import StillClock

CALL = Call("list_stock", "POST", "http://127.0.0.1/stock?a=1", content=b'{"x": 1}')
NAMES = {"user": {"says": "u", "identifies": True}, "key": {"says": "k"}}
SECRETS = {"user": "robot", "key": "open sesame"}


def settings_of(auth):
    return RestProfileSettings(profile(auth=auth, secrets=NAMES), secrets=SECRETS)


def applied(auth):
    return credentials_of(settings_of(auth), StillClock()).apply(CALL)


def test_nobody_asks_and_nothing_is_shown():
    assert CALL == applied({"kind": "none"})


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (
            {"kind": "basic", "username": "${secret:user}", "password": "${secret:key}"},
            "Authorization",
            f"Basic {base64.b64encode(b'robot:open sesame').decode()}",
        ),
        ({"kind": "bearer", "token": "${secret:key}"}, "Authorization", "Bearer open sesame"),
        ({"kind": "api_key", "in": "header", "name": "X-Key", "key": "${secret:key}"}, "X-Key", "open sesame"),
    ],
)
def test_fixed_credentials_go_into_a_header(auth, header, value):
    assert value == applied(auth).headers[header]


def test_a_key_may_go_into_the_address_and_is_kept_out_of_evidence():
    auth = {"kind": "api_key", "in": "query", "name": "apikey", "key": "${secret:key}"}

    url = applied(auth).url

    assert "http://127.0.0.1/stock?a=1&apikey=open%20sesame" == url
    assert "sesame" not in redaction_of(settings_of(auth)).text(f"POST {url}\n")


def test_a_signature_covers_what_the_profile_says():
    """With its time in a header of its own."""
    auth = {
        "kind": "hmac",
        "key": "${secret:key}",
        "text": "{method}\n{path}\n{query}\n{time}\n{body}",
        "encoding": "base64",
        "header": "X-Sign",
        "time_header": "X-Time",
        "headers": {"X-User": "${secret:user}"},
    }

    headers = applied(auth).headers

    time = headers["X-Time"]
    signed = f'POST\n/stock\na=1\n{time}\n{{"x": 1}}'.encode()
    wanted = base64.b64encode(hmac.new(b"open sesame", signed, hashlib.sha256).digest()).decode()
    assert (str(int(StillClock().now().timestamp())), "robot", wanted) == (time, headers["X-User"], headers["X-Sign"])


@pytest.mark.parametrize("kind", ["bearer", "hmac"])
def test_credentials_that_are_refused_are_not_renewed(kind):
    more = {"bearer": {"token": "t"}, "hmac": {"key": "k", "text": "{path}", "header": "H"}}[kind]
    credentials = credentials_of(settings_of({"kind": kind, **more}), StillClock())

    with pytest.raises(AuthenticationFailed):
        credentials.renew(CALL, lambda call: pytest.fail("nobody should be asked"))


class Vendor:
    """Answers every log-in alike, and remembers it."""

    def __init__(self, body=b"", headers=None):
        self.body, self.headers, self.calls = body, headers or {}, []

    def __call__(self, call):
        self.calls.append(call)
        return Settled(Answer(call, 200, httpx.Headers(self.headers), self.body, 0.1), Reading(Verdict.FINE))


EXCHANGE = {
    "kind": "token_exchange",
    "request": {"method": "POST", "path": "/login", "json": {"u": "${secret:user}", "p": "${secret:key}"}},
    "inject": {"name": "X-Token", "template": "Token {token}"},
    "ttl_s": 60,
}


@pytest.mark.parametrize(
    ("extract", "vendor"),
    [
        ({"from": "text", "strip": '"'}, Vendor(b'"t-1"')),
        ({"from": "json", "value": "=data.token"}, Vendor(b'{"data": {"token": "t-1"}}')),
        ({"from": "header", "value": "X-Session"}, Vendor(headers={"x-session": "t-1"})),
    ],
)
def test_a_token_is_taken_where_the_vendor_puts_it(extract, vendor):
    credentials = credentials_of(settings_of({**EXCHANGE, "extract": extract}), StillClock())

    assert credentials.apply(CALL) is None
    credentials.renew(CALL, vendor)

    [login] = vendor.calls
    assert ("POST", "http://127.0.0.1/login", {"u": "robot", "p": "open sesame"}) == (
        login.method,
        login.url,
        json.loads(login.content),
    )
    assert "Token t-1" == credentials.apply(CALL).headers["X-Token"]


def test_a_token_is_good_for_its_time():
    clock = StillClock()
    credentials = credentials_of(settings_of({**EXCHANGE, "extract": {"from": "text"}}), clock)
    credentials.renew(CALL, Vendor(b"t"))
    clock.advance(59)

    young = credentials.apply(CALL)
    clock.advance(1)

    assert (True, None) == (young is not None, credentials.apply(CALL))


@pytest.mark.parametrize("body", [b"", b"not json", b"{}"])
def test_a_log_in_without_a_token_is_a_failure(body):
    credentials = credentials_of(settings_of({**EXCHANGE, "extract": {"from": "json", "value": "=token"}}), StillClock())

    with pytest.raises(AuthenticationFailed, match="no token"):
        credentials.renew(CALL, Vendor(body))


@pytest.mark.parametrize(("credentials_in", "encoding"), [("basic", "form"), ("body", "json")])
def test_client_credentials_are_exchanged_as_the_vendor_wants_them(credentials_in, encoding):
    auth = {
        "kind": "oauth2_client_credentials",
        "path": "/token",
        "client_id": "${secret:user}",
        "client_secret": "${secret:key}",
        "credentials_in": credentials_in,
        "encoding": encoding,
        "extra": {"scope": "orders"},
    }
    vendor = Vendor(b'{"access_token": "t-1"}')
    credentials = credentials_of(settings_of(auth), StillClock())

    credentials.renew(CALL, vendor)

    [login] = vendor.calls
    body = dict(json.loads(login.content)) if encoding == "json" else dict(httpx.QueryParams(login.content.decode()))
    assert ("client_credentials", "orders") == (body["grant_type"], body["scope"])
    assert ("Authorization" in login.headers) == (credentials_in == "basic") == ("client_secret" not in body)
    assert "Bearer t-1" == credentials.apply(CALL).headers["Authorization"]


def test_an_account_is_named_by_who_it_is_and_not_by_its_secret():
    assert "small:127.0.0.1:robot" == settings_of({"kind": "none"}).account
