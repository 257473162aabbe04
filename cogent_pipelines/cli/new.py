"""`cogent new`: what a deployment can be given more of; so far, connections."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cogent_pipelines.connections.settings import ConnectionSettings


@click.group()
def command() -> None:
    """Write the file of something new, with every field that it may have."""


@command.command()
@click.argument("name")
@click.option("--storefront", required=True, metavar="VENDOR", help="Where orders come from, such as shopify.")
@click.option("--warehouse", required=True, metavar="VENDOR", help="Where orders go, such as peoplevox.")
@click.option("--title", default="", help="What people call the brand; made of the name where it is not said.")
def connection(*, name: str, storefront: str, warehouse: str, title: str) -> None:
    """Write the YAML of the connection NAME, and say what comes next.

    It goes where the deployment keeps its connections: into the package's defs/connections, or into the folder that
    COGENT_CONNECTIONS_DIR names. A connection that is there already is left alone.
    """
    import os

    from cogent_pipelines.connections.template import new_connection
    from cogent_pipelines.connections.yaml_files import FILE_NAME, connections_folder, read_connection

    try:
        text = new_connection(name, storefront=storefront, warehouse=warehouse, title=title)
        folder = connections_folder(os.environ)
        _refuse_another(name, folder)
        path = folder / name / FILE_NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{path} is there already; it was left as it is") from None
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(_next_steps(path, read_connection(path)))


def _refuse_another(name: str, folder: Path) -> None:
    """A folder of another name may hold a connection of this one.

    Raises:
        ConnectionFileError: a file that is there cannot be used.
        ValueError: one of them has this name.
    """
    from cogent_pipelines.connections.yaml_files import read_connections

    if folder.is_dir() and name in read_connections(folder):
        msg = f"there is a connection called {name!r} already; it was left as it is"
        raise ValueError(msg)


def _next_steps(path: Path, settings: "ConnectionSettings") -> str:
    variables = "\n".join(f"     {name}" for name in _variables(settings))
    return (
        f"Written: {path}\n\n"
        f"Next:\n"
        f"  1. Read the file through, and set these variables where Dagster and the gateway run:\n{variables}\n"
        f"  2. cogent check-connection {settings.name}\n"
        f"     proves it without writing anything; each line is ok, or says what to do.\n"
        f"  3. Reload the code location in the Dagster UI and start the gateway again, or `cogent up` on this machine.\n"
        f"  4. cogent subscribe {settings.name} --public-url https://…\n"
        f"     has the vendors tell of news; without it they are polled."
    )


def _variables(settings: "ConnectionSettings") -> list[str]:
    """Every variable that the two sides name, in the file's order."""
    found: list[str] = []
    for side in (settings.storefront, settings.warehouse):
        for field, value in side.model_dump().items():
            if field.endswith("_env") and value:
                found += value.values() if isinstance(value, dict) else [value]
    return found
