"""`cogent env`: the variables for the plain Dagster commands."""

import shlex

import click


@click.command()
def command() -> None:
    """Print export lines with which `dg dev`, `dagster-webserver` and `dagster-daemon run` work in this checkout.

    Starts the embedded PostgreSQL unless COGENT_DATABASE_URL names another server, and leaves it running; `cogent down`
    stops it.

        eval "$(cogent env)" && dg dev
    """
    from cogent_pipelines.local_stack.dagster_home import prepare_dagster_home, variables
    from cogent_pipelines.local_stack.databases import open_databases
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.stack import migrate_ledger

    home = find_home().prepared()
    databases, _ = open_databases(home)
    migrate_ledger(databases)
    prepare_dagster_home(home)
    for name, value in variables(home, databases).items():
        click.echo(f"export {name}={shlex.quote(value)}")
