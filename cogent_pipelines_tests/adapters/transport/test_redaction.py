"""No secret survives, everything else does."""

import re

import pytest

from cogent_pipelines.adapters.transport.redaction import Redaction, Secret

SECRET = "Tr0ub4dor-3xyz"


@pytest.mark.parametrize(
    "text",
    [
        f"<SessionId>{SECRET}</SessionId>",
        f'<pvx:Password xmlns:pvx="urn:x">{SECRET}</pvx:Password>',
        f'{{"access_token": "{SECRET}", "scope": "read_orders"}}',
        f'{{"clientSecret":"{SECRET}"}}',
        f'{{\\"refresh_token\\":\\"{SECRET}\\"}}',
        f"grant_type=client_credentials&client_secret={SECRET}&x=1",
        f"POST https://vendor.example/hook?token={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"you sent Authorization: basic {SECRET}AAAAAAAA==",
        f"a token shpat_{SECRET.replace('-', '')} in passing".replace(SECRET.replace("-", ""), "Tr0ub4dor3xyz"),
        f"https://user:{SECRET}@vendor.example/",
    ],
)
def test_a_secret_is_masked_wherever_it_stands(text):
    """XML, JSON, JSON in JSON, forms, queries, headers, addresses."""
    redacted = Redaction().text(text)

    assert ("[redacted]" in redacted, False) == (True, "Tr0ub4dor" in redacted)


@pytest.mark.parametrize("around", ["", "1,2;3\n", "<Row>to ken</Row>\n" * 50, "se<cret\npass\nword" * 50])
@pytest.mark.parametrize(
    "name", ["ToKeN", "apikey", "api_key", "Client-Secret", "SessionID", "session_id", "passwd", "PASSWORD"]
)
def test_a_secret_is_masked_whatever_stands_around_it(name, around):
    """However large the body, however alike its lines, and in whatever case its name."""
    element, member, field = f"<{name}>{SECRET}</{name}>", f'"{name}": "{SECRET}"', f"a=1&{name}={SECRET}"

    for secret in (element, member, field):
        redacted = Redaction().text(f"{around}{secret}\n{around}")

        assert (True, False) == ("[redacted]" in redacted, SECRET in redacted)
        assert redacted.startswith(around)


@pytest.mark.parametrize("value", ["12345678", "9-<0>-8\n7654", "ABC<def>\nGHI", "é<ü>öäß"])
def test_a_known_secret_of_any_characters_is_masked(value):
    """Of figures alone, with signs that end an element or a line, in other letters than ASCII."""
    text = Redaction().knowing(value).text(f"12 <a>x</a> {value} y")

    assert "12 <a>x</a> [redacted] y" == text


@pytest.mark.parametrize(
    "text",
    [
        "<SalesOrderNumber>SO-1001</SalesOrderNumber>",
        '{"secretary": "Ms Jones", "note": "no token here"}',
        "SKU=1&quantity=2",
        "Basic functionality of a basic tee",
        "jane@example.com, 12 High Street",
    ],
)
def test_what_is_no_secret_stays_word_for_word(text):
    """Evidence must show what was sent."""
    assert text == Redaction().text(text)


def test_headers_that_are_secret_as_a_whole_are_masked():
    """By name, whatever their case."""
    redaction = Redaction()

    assert "[redacted]" == redaction.header("X-Shopify-Access-Token", SECRET)
    assert "application/json" == redaction.header("Content-Type", "application/json")


def test_a_vendor_adds_its_own_secrets():
    """The general ones stay in force."""
    redaction = Redaction().also(headers=frozenset({"x-vendor"}), secrets=(Secret(re.compile(rb"(Detail>\w+,)\w+")),))

    assert "<Detail>acme,[redacted]</Detail>" == redaction.text(f"<Detail>acme,{SECRET.replace('-', '')}</Detail>")
    assert "[redacted]" == redaction.header("X-Vendor", SECRET)
    assert "[redacted]" == redaction.header("Cookie", SECRET)


@pytest.mark.parametrize("form", ["p&ss=w<rd", "p&amp;ss=w&lt;rd", "p%26ss%3Dw%3Crd", "cCZzcz13PHJk"])
def test_a_secret_that_is_known_is_masked_wherever_it_stands(form):
    """As is, in XML, in an address, in base 64; in the middle of a vendor's sentence."""
    redaction = Redaction().knowing("p&ss=w<rd", "", "short")

    assert "the log-in of robot with [redacted] is short" == redaction.text(f"the log-in of robot with {form} is short")
