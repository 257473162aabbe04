"""What the ledger's connections do with every text."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from cogent_pipelines.canonical.exception_case import INJECTION_REJECTED, CaseFinding
from cogent_pipelines.canonical.identity import ConnectionName

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NAME = ConnectionName("northwind_uk")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("a\0b\0", "ab"),
        ("\\0 and \\u0000", "\\0 and \\u0000"),
        ("\ud800x", "?x"),
        ('O\'Neill "Jr", {a,NULL}\r\n\u202e🧦', 'O\'Neill "Jr", {a,NULL}\r\n\u202e🧦'),
    ],
)
def test_a_text_is_kept_as_it_is_but_for_what_nobody_can_keep(ledger, given, kept):
    """Alone, in a list, and inside a document."""
    document = {"a": [given.encode("utf-8", "replace").decode()], given.encode("utf-8", "replace").decode(): 1}
    with ledger.pool.session() as session:
        row = session.execute("select %s::text, %s::text[], %s::jsonb", [given, [given, "x"], Jsonb(document)]).fetchone()

    assert (kept, [kept, "x"], {"a": [kept], kept: 1}) == row


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", []),
        ("text", [None, None]),
        ("text", [None, "", "NULL", "null", 'a "b"', "c\\d", "{,}", " e ", "\u202e"]),
        ("text", ["", "plain", None]),
        ("integer", [1, None, -2, 2_000_000_000]),
        ("bigint", [1, 10**15]),
        ("boolean", [True, False, None]),
        ("timestamptz", [NOW, None]),
        ("bytea", [b"\0\xff", b""]),
        ("uuid", [UUID(int=0), UUID(int=2**128 - 1)]),
        ("uuid", [UUID(int=7), None]),
        ("text", [["a", 'b"'], ["c", None]]),
    ],
)
def test_a_list_comes_back_as_it_was_given(ledger, kind, given):
    """Whatever it holds: one list is a column of hundreds of rows."""
    with ledger.pool.session() as session:
        assert (given,) == session.execute(f"select %s::{kind}[]", [given]).fetchone()


def test_a_vendors_words_with_a_nul_are_recorded(ledger):
    """What was refused is known, whatever stands in the refusal."""
    finding = CaseFinding(INJECTION_REJECTED, "1\0", "no such item 'A\0'", evidence={"reply\0": "x\0y"})

    ledger.cases.open_or_refresh(NAME, [finding], now=NOW)

    [case] = ledger.cases.open(NAME)
    assert ("1", "no such item 'A'", {"reply": "xy"}) == (case.subject, case.message, case.evidence)
