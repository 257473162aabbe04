"""`cogent down`: ends what still runs from this checkout."""

import click


@click.command()
def command() -> None:
    """End the stack of this checkout and its PostgreSQL, however they were started."""
    from cogent_pipelines.local_stack.embedded_postgres import EmbeddedPostgres
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.supervisor import end_running_stack, end_what_was_left

    home = find_home()
    pid = end_running_stack(home)
    if pid is not None:
        click.echo(f"The stack of process {pid} has ended.")
    ended = end_what_was_left(home)
    if ended:
        click.echo(f"Ended {ended} processes that a killed stack had left.")
    server = EmbeddedPostgres(home.postgres)
    if server.running():
        server.stop()
        click.echo("PostgreSQL has stopped.")
