"""`cogent simulate`: one stand-in vendor alone."""

import click

from cogent_pipelines.local_stack.stand_ins import VENDORS


@click.command()
@click.argument("vendor", type=click.Choice(VENDORS))
@click.option("--port", default=0, show_default="any that is free", help="Where it listens, on loopback.")
@click.option("--seed", default=1, show_default=True, help="Which catalogue, stock and open orders it starts with.")
@click.option("--empty", is_flag=True, help="Start with a name and an account only.")
def command(*, vendor: str, port: int, seed: int, empty: bool) -> None:
    """Start a stand-in vendor and serve until interrupted.

    The first line on standard output is one JSON object with all that a client needs: the address and the credentials. Its
    books and its faults are under /_sim/.
    """
    import json
    from contextlib import suppress

    from cogent_pipelines.local_stack.stand_ins import open_stand_in

    stand_in = open_stand_in(vendor, seed=seed, port=port, empty=empty)
    click.echo(json.dumps(stand_in.details))
    with suppress(KeyboardInterrupt):
        stand_in.serve()
