"""Values that are made fast, and are values all the same."""

import subprocess
import sys
from dataclasses import field, fields, replace

import pytest

from cogent_pipelines.canonical.money import Money
from cogent_pipelines.canonical.values import value


@value(frozen=True, slots=True)
class Label:
    text: str
    colour: str = field(default="red", repr=False)


def test_equal_content_is_one_value():
    """In a set, as a key, and in a comparison; what differs is another."""
    assert {Label("a"), Label("a", "blue")} == {Label("a"), Label("a"), Label("a", "blue")}
    assert 2 == len({Label("a"), Label("a"), Label("a", "blue")})
    assert {Money(1, "GBP"): 1} == {Money(1, "GBP"): 1}


def test_it_is_a_dataclass_with_slots():
    """Copied with a change, listed, shown as one; and it takes no attribute that it was not given."""
    assert (Label("a", "blue"), ["text", "colour"], "Label(text='a')") == (
        replace(Label("a"), colour="blue"),
        [each.name for each in fields(Label)],
        repr(Label("a")),
    )
    with pytest.raises(AttributeError):
        Label("a").size = 1


def test_the_type_checker_refuses_to_have_one_changed(tmp_path):
    """Python would let it be; `make test` does not. In a process of its own: mypy changes how deep Python may go."""
    code = "from cogent_pipelines.canonical.money import Money\nprice = Money(1, 'GBP')\nprice.minor = 2\n"

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == checked.returncode
    assert '3: error: Property "minor" defined in "Money" is read-only' in checked.stdout


def test_what_is_not_frozen_is_no_value():
    """Whoever wants to change it writes a dataclass."""
    with pytest.raises(TypeError, match="frozen"):
        value(frozen=False, slots=True)
