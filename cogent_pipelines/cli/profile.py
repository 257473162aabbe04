"""`cogent profile`: what there is to do with the YAML profile of a warehouse. Each of it is one module of its own."""

import click

from cogent_pipelines.cli.profile_check import command as check


@click.group()
def command() -> None:
    """Work on the YAML profile of a warehouse; `docs/new-warehouse.md` says how one comes about."""


command.add_command(check, "check")
