"""A new connection from the command line: one file, and what to do next."""

import pytest
from click.testing import CliRunner, Result

from cogent_pipelines.cli.main import main
from cogent_pipelines.connections.yaml_files import FOLDER_VARIABLE, read_connections


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A deployment's own folder of connections, which is not there yet."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "connections"))
    return tmp_path / "connections"


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", "connection", *arguments])


def northwind(*more: str) -> Result:
    return new("northwind_uk", "--storefront", "shopify", "--warehouse", "peoplevox", *more)


def test_a_connection_is_one_file_that_can_be_read_at_once(folder):
    shown = northwind("--title", "Northwind")

    assert 0 == shown.exit_code
    assert ["Northwind"] == [settings.title for settings in read_connections(folder).values()]
    assert f"Written: {folder / 'northwind_uk' / 'defs.yaml'}\n" in shown.output


def test_what_to_do_next_is_said(folder):
    """Every variable that the file names, and the commands in their order."""
    said = northwind().output

    assert ["NORTHWIND_UK_SHOPIFY_CLIENT_SECRET", "NORTHWIND_UK_PEOPLEVOX_PASSWORD"] == [
        line.strip() for line in said.splitlines() if line.strip().endswith(("_CLIENT_SECRET", "_PASSWORD"))
    ]
    assert said.index("cogent check-connection northwind_uk") < said.index("cogent subscribe northwind_uk --public-url")


def test_a_connection_that_is_there_is_left_alone(folder):
    """Whatever somebody has written into it."""
    northwind()
    path = folder / "northwind_uk" / "defs.yaml"
    path.write_text(path.read_text() + "# mine\n")
    shown = northwind("--title", "Another")

    assert (1, True) == (shown.exit_code, "already" in shown.output)
    assert path.read_text().endswith("# mine\n")


def test_a_folder_that_holds_something_else_is_left_alone(folder):
    path = folder / "northwind_uk" / "defs.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    shown = northwind()

    assert (1, "mine") == (shown.exit_code, path.read_text())


def test_a_name_that_another_folders_file_has_is_refused(folder):
    northwind()
    (folder / "northwind_uk").rename(folder / "old")
    shown = northwind()

    assert (1, True) == (shown.exit_code, "there is a connection called 'northwind_uk' already" in shown.output)
    assert ["old"] == [each.name for each in folder.iterdir()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Northwind UK", "--storefront", "shopify", "--warehouse", "peoplevox"), "use lower-case letters"),
        (("../northwind", "--storefront", "shopify", "--warehouse", "peoplevox"), "use lower-case letters"),
        (("northwind_uk", "--storefront", "shoppify", "--warehouse", "peoplevox"), "there are: commercetools,"),
        (("northwind_uk", "--storefront", "shopify", "--warehouse", "shopify"), "no warehouse called 'shopify'"),
    ],
)
def test_what_cannot_be_a_connection_is_refused_and_nothing_is_written(folder, arguments, said):
    shown = new(*arguments)

    assert (1, True, False) == (shown.exit_code, said in shown.output, folder.exists())
