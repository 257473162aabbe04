"""`cogent havoc`: processes of a whole stack are killed under load, and it is judged whether anything was lost."""

import click


@click.command()
@click.option("--kills", default=50, show_default=True, type=click.IntRange(min=0), help="How many processes to kill.")
@click.option("--seed", default=0, show_default=True, help="Which ones, and when.")
@click.option("--only", metavar="A,B", help="Some of: kills, restart, full_disk.")
@click.option("--orders-per-second", default=20.0, show_default=True, type=click.FloatRange(min=0.1), help="The load.")
def command(*, kills: int, seed: int, only: str | None, orders_per_second: float) -> None:
    """Kill runs, the daemon, the gateway and the database of a stack of its own, again and again, under load.

    Then the database is restarted in good order, and the disk of another stack's database runs full (which needs root).

    The last line is one JSON object; the exit code is 0 when nothing was lost, doubled, oversold or left behind.
    """
    import json

    from cogent_pipelines.cli.voice import interruptible, say
    from cogent_pipelines.local_stack.databases import DatabaseMissing
    from cogent_pipelines.local_stack.embedded_postgres import PostgresDidNotStart
    from cogent_pipelines.local_stack.havoc.opening import NeedsItsOwnServer
    from cogent_pipelines.local_stack.havoc.run import NeverWorked, run_havoc
    from cogent_pipelines.local_stack.havoc.wanted import Scenario, Wanted
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.processes import ProcessDied
    from cogent_pipelines.local_stack.supervisor import StackIsRunning

    try:
        scenarios = tuple(Scenario(name) for name in (only or ",".join(Scenario)).replace(",", " ").split())
    except ValueError as error:
        raise click.UsageError(f"--only: {error}; there are {', '.join(Scenario)}") from None
    with interruptible():
        try:
            outcome = run_havoc(Wanted(kills, seed, orders_per_second, scenarios), find_home(), say=say)
        except (NeedsItsOwnServer, NeverWorked, StackIsRunning, ProcessDied, PostgresDidNotStart, DatabaseMissing) as error:
            raise click.ClickException(str(error)) from None
    say(outcome.in_words())
    click.echo(json.dumps(outcome.as_json()))
    raise SystemExit(0 if outcome.good else 1)
