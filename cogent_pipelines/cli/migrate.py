"""`cogent migrate`: the ledger's tables, up to date."""

import click


@click.command()
def command() -> None:
    """Make the ledger's database where it is missing, and bring its tables up to date."""
    from cogent_pipelines.local_stack.databases import database_in, open_databases
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.stack import migrate_ledger

    databases, started = open_databases(find_home().prepared())
    try:
        migrate_ledger(databases)
    finally:
        if started is not None:
            started.stop()
    click.echo(f'The ledger in database "{database_in(databases.ledger)}" is up to date.')
