"""The command and its list of commands."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from cogent_pipelines.cli.main import COMMANDS, main


def test_help_names_every_command():
    """A person finds what there is without reading code."""
    shown = CliRunner().invoke(main, ["--help"]).output

    assert [] == [name for name in COMMANDS if name not in shown]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    """The line in the list and the command behind it both exist."""
    shown = CliRunner().invoke(main, [name, "--help"])

    assert (0, True) == (shown.exit_code, "Usage:" in shown.output)


def test_help_imports_nothing_heavy():
    """Asking what there is must not start Dagster, pandas or a database driver."""
    code = (
        "import sys; from click.testing import CliRunner; from cogent_pipelines.cli.main import main\n"
        "CliRunner().invoke(main, ['--help'])\n"
        "print(sorted({'dagster', 'pandas', 'psycopg', 'sqlalchemy', 'httpx', 'uvicorn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout


def test_an_unknown_command_is_refused():
    """And not taken for something near it."""
    assert 2 == CliRunner().invoke(main, ["sync"]).exit_code


def test_the_commands_are_click_commands():
    """Each module exposes one command under the same name."""
    context = click.Context(main)

    assert list(COMMANDS) == [name for name in main.list_commands(context) if main.get_command(context, name)]
