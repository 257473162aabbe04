"""The connections of the deployment that a command is typed in; what is wrong with their files is said, not traced."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cogent_pipelines.connections.settings import ConnectionSettings


def connections_here() -> "dict[str, ConnectionSettings]":
    """Every connection by its name, from the folder that Dagster and the gateway read too.

    Raises:
        click.ClickException: a file cannot be used.
    """
    import os

    from cogent_pipelines.connections.yaml_files import ConnectionFileError, connections_folder, read_connections

    try:
        return read_connections(connections_folder(os.environ))
    except ConnectionFileError as error:
        raise click.ClickException(str(error)) from None


def connection_called(name: str) -> "ConnectionSettings":
    """The connection of that name.

    Raises:
        click.ClickException: there is none; the message says which there are.
    """
    import os

    from cogent_pipelines.connections.yaml_files import ConnectionFileError, connection_settings, connections_folder

    try:
        return connection_settings(name, connections_folder(os.environ))
    except ConnectionFileError as error:
        raise click.ClickException(str(error)) from None
