"""What an answer to a log-in grants: a token that a header can carry, for a time that can be reckoned with."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.transport.granting import fits_a_header, grant_in
from cogent_pipelines.ports.errors import VendorUnavailable


def granted(content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return grant_in(body, usual_seconds=3600, operation="log in")


def test_a_token_comes_with_its_life_and_its_scope():
    found = granted({"access_token": "t-1", "expires_in": 60, "scope": "read write"})

    assert ("t-1", timedelta(seconds=60), "read write") == (found.token, found.life, found.scope)


@pytest.mark.parametrize(
    ("said", "life"),
    [(None, 3600), (0, 3600), ("120", 120), (-5, 1), (10**12, 30 * 86_400)],
)
def test_a_life_is_within_reason(said, life):
    """Where it is not said it is the usual one."""
    found = granted({"access_token": "t-1"} | ({} if said is None else {"expires_in": said}))

    assert timedelta(seconds=life) == found.life


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>maintenance</html>",
        b"[" * 50_000,
        b"\xff\xfe",
        [],
        "t-1",
        None,
        {},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": ["t-1"]},
        {"access_token": "t-1\r\nX-Injected: yes"},
        {"access_token": "t 1"},
        {"access_token": "tökén"},
        {"access_token": "t\u0000"},
        {"access_token": "t" * 9_000},
        {"access_token": "t-1", "expires_in": "soon"},
        {"access_token": "t-1", "expires_in": [1]},
        b'{"access_token": "t-1", "expires_in": 1e400}',
    ],
)
def test_what_is_no_token_is_a_vendor_that_cannot_be_asked_now(content):
    """Not ours to give up for good: it may be a proxy's word. And never a header that nobody meant."""
    with pytest.raises(VendorUnavailable, match="log-in"):
        granted(content)


@given(st.one_of(st.none(), st.integers(), st.text(max_size=20), st.binary(max_size=20)))
def test_only_what_can_stand_in_a_header_is_a_token(value):
    assert fits_a_header(value) == (isinstance(value, str) and value != "" and all("!" <= sign <= "~" for sign in value))
