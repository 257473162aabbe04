"""`cogent up`: everything on this machine, until somebody says stop."""

import click


@click.command()
@click.option("--demo", is_flag=True, help="Start stand-in vendors too, and let a trading day happen.")
@click.option("--once", is_flag=True, help="With --demo: end when the day has settled; the last line is one JSON object.")
@click.option("--seed", default=1, show_default=True, help="With --demo: which day.")
@click.option("--orders", default=400, show_default=True, help="With --demo: how many orders.")
@click.option("--day-seconds", default=90.0, show_default=True, help="With --demo: how long its day is.")
@click.option("--port", type=int, help="Port of the Dagster UI; 3000, or any that is free.")
@click.option("--gateway-port", type=int, help="Port of the gateway; 8600, or any that is free.")
@click.option("--verbose", is_flag=True, help="Show what every service says, each line with its name.")
def command(
    *,
    demo: bool,
    once: bool,
    seed: int,
    orders: int,
    day_seconds: float,
    port: int | None,
    gateway_port: int | None,
    verbose: bool,
) -> None:
    """Start PostgreSQL, the gateway, and Dagster's webserver and daemon on loopback; Ctrl-C ends every process.

    It is a convenience: `cogent env` prints the variables with which Dagster's own commands do the same.
    """
    from psycopg import OperationalError

    from cogent_pipelines.cli.voice import interruptible, say, show_services
    from cogent_pipelines.local_stack.databases import DatabaseMissing
    from cogent_pipelines.local_stack.embedded_postgres import PostgresDidNotStart
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.processes import ProcessDied
    from cogent_pipelines.local_stack.stack import Given, Ports, run_stack
    from cogent_pipelines.local_stack.supervisor import StackIsRunning

    if once and not demo:
        raise click.UsageError("--once ends with the demo's day: give --demo too")

    given = Given(find_home(), say=say, show=show_services if verbose else None, ports=Ports(port, gateway_port))
    with interruptible():
        try:
            if not demo:
                run_stack(given)
            else:
                from cogent_pipelines.local_stack.demo.run import run_demo

                raise SystemExit(run_demo(given, seed=seed, orders=orders, day_seconds=day_seconds, once=once))
        except (StackIsRunning, ProcessDied, PostgresDidNotStart, DatabaseMissing) as error:
            raise click.ClickException(str(error)) from None
        except OperationalError as error:
            raise click.ClickException(f"The database cannot be used: {error}") from None
