"""`cogent profile check` says what is wrong with a profile, in which line, and what to do."""

import json

import pytest
from click.testing import CliRunner

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.cli.main import main


def ran(*arguments):
    return CliRunner().invoke(main, ["profile", "check", *arguments])


def test_a_profile_in_order_is_said_to_be_with_what_is_assumed_in_it():
    result = ran("scend")

    assert 0 == result.exit_code
    assert "scend is in order: 14 operations" in result.output
    assert "assumed: cut_off\n      → Up to which status can an order be stopped?" in result.output


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "mine.yaml"
    text = compiling.shipped()["mintsoft"].read_text()
    path.write_text(text.replace("NEW: ACCEPTED", "NEW: ACEPTED").replace("title: Mintsoft", "title: Mintsoft\ntitel: x"))
    return path


def test_every_mistake_is_explained_with_its_line(broken):
    result = ran(str(broken))

    assert 1 == result.exit_code
    assert f"{broken}:9: titel: titel is no field of this section\n      → write title, if that is meant" in result.output


def test_another_program_gets_one_object_a_line(broken):
    result = ran(str(broken), "--json")

    form, state = map(json.loads, result.output.splitlines())
    assert (9, "titel", "maps.status.values.NEW") == (form["line"], form["place"], state["place"])


def test_a_file_that_is_not_there_is_no_traceback(tmp_path):
    result = ran(str(tmp_path / "none.yaml"))

    assert (1, True) == (result.exit_code, "give a file, or one of mintsoft, scend" in result.output)


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    """A spreadsheet, or another encoding."""
    path = tmp_path / "mine.yaml"
    path.write_bytes("title: Mintsoft é".encode("utf-16"))
    result = ran(str(path))

    assert (1, True) == (result.exit_code, "save it as UTF-8" in result.output)
