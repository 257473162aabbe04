"""Promises about the rows of an answer: read by the short way, they say what they say by the long one."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.adapters.warehouses.peoplevox.client import parse
from cogent_pipelines.adapters.warehouses.peoplevox.statuses import statuses_apart
from cogent_pipelines.ports.errors import VendorRefused

DECLARED = '<?xml version="1.0" encoding="utf-8"?>'
ROWS = "".join(
    f"<IntegrationStatusResponse><Reference>SO-{n}</Reference><Status>{word}</Status></IntegrationStatusResponse>"
    for n, word in enumerate(("Success", "Failed", " SUCCESS "))
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))


def document(statuses: str, detail: str = "") -> str:
    """What the vendor answers to a save, from its second line on."""
    result = f"<ResponseId>0</ResponseId><TotalCount>3</TotalCount><Detail>{detail}</Detail>{statuses}"
    answer = (
        f'<SaveDataResponse xmlns="http://www.peoplevox.net/"><SaveDataResult>{result}</SaveDataResult></SaveDataResponse>'
    )
    return f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{answer}</s:Body></s:Envelope>'


def told(content: str) -> object:
    """What is made of an answer; of one that is refused, that it is."""
    try:
        return parse(content.encode())
    except VendorRefused:
        return VendorRefused


def test_rows_in_their_usual_form_are_read_by_the_short_way():
    """What is left for the parser is the answer around them."""
    rest, statuses = statuses_apart((DECLARED + document(f"<Statuses>{ROWS}</Statuses>")).encode())

    assert (DECLARED + document("<Statuses></Statuses>")).encode() == rest
    assert statuses is not None
    assert (("SO-0", "SO-1", "SO-2"), ("SO-1",)) == (statuses.references, statuses.failed)


@given(st.lists(st.tuples(TEXT, TEXT | st.sampled_from(("Success", "Error"))), max_size=4))
def test_any_references_and_words_are_read_alike(rows):
    """An answer that does not say its encoding is read by the parser alone."""
    written = "".join(
        f"<IntegrationStatusResponse><Reference>{escape(reference)}</Reference><Status>{escape(word)}</Status>"
        "</IntegrationStatusResponse>"
        for reference, word in rows
    )
    content = document(f"<Statuses>{written}</Statuses>")

    assert told(content) == told(DECLARED + content)


@pytest.mark.parametrize(
    "content",
    [
        document(f"<Statuses>{ROWS}</Statuses>", "about Statuses"),
        document(f"<Statuses>{ROWS}</Statuses>", f"<![CDATA[<Statuses>{ROWS}</Statuses>]]>"),
        document("", f"<![CDATA[<Statuses>{ROWS}</Statuses>]]>"),
        document(f"<!-- <Statuses>{ROWS}</Statuses> -->"),
        document(f"<?pi <Statuses>{ROWS}</Statuses> ?>"),
        document(f"<Statuses>{ROWS}<!-- {ROWS} --></Statuses>"),
        document(f"<Statuses>{ROWS}{ROWS[:-1]}</Statuses>"),
        document(f"<Statuses>{ROWS}"),
        document(f"<Detail><Statuses>{ROWS}</Statuses></Detail>"),
        document(f"</Statuses>{ROWS}<Statuses>"),
        document(f"<Statuses>{ROWS}</Statuses>".replace("SO-1", "SO-&#49;")),
        document(f"<Statuses>{ROWS}</Statuses>".replace("SO-1", "SO]]>1")),
        document(f"<Statuses>{ROWS}</Statuses>".replace("SO-1", "SO\x001")),
        document(f"<Statuses>{ROWS}</Statuses>".replace("<Status>", "<Status >")),
        document(f"<Statuses>{ROWS}</Statuses>") + "<Statuses/>",
    ],
)
def test_rows_that_stand_elsewhere_or_in_another_form_are_read_alike(content):
    """In a comment, in quoted text, broken off, twice: the short way says what the parser says, or leaves it to it."""
    assert told(content) == told(DECLARED + content)
