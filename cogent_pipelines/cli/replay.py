"""`cogent replay`: a retailer's own invoices through the whole path, against stand-in vendors."""

from datetime import datetime
from pathlib import Path

import click

from cogent_pipelines.cli.deployment import connection_called

_DAY = click.DateTime(formats=["%Y-%m-%d"])


class Speed(click.ParamType[float | None]):
    """`max`, or how many times faster than it happened."""

    name = "max|N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value in ("max", None):
            return None
        try:
            times = float(str(value))
        except ValueError:
            times = 0.0
        if times <= 0:
            self.fail(f"{value!r} is neither max nor a number above zero", param, ctx)
        return times


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--connection", "name", required=True, help="Whose rules apply; its vendors are replaced by stand-ins.")
@click.option("--from", "first", type=_DAY, help="The first day to replay (YYYY-MM-DD).")
@click.option("--to", "last", type=_DAY, help="The last day to replay.")
@click.option("--speed", type=Speed(), default="max", show_default=True, help="As fast as it goes, or N times faster.")
@click.option("--seed", default=1, show_default=True, help="Which addresses are made up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a summary.")
def command(
    *, file: Path, name: str, first: datetime | None, last: datetime | None, speed: float | None, seed: int, as_json: bool
) -> None:
    """Turn FILE, a CSV of invoice lines (.xz or plain), into storefront orders and run them through the whole path.

    It brings stand-in vendors without limits and a ledger of its own, which go with it. Each flow runs in a process of its
    own: orders are captured by the poll, injected, despatched by the warehouse and told to the storefront as parcels; then
    both sides are reconciled. Charges such as POST become shipping lines; credits and write-offs are counted and left out.

    `lost` and `duplicated` are read in the vendors' books. The values are those of the orders that reached the warehouse:
    at the storefront what the customer pays for goods and delivery, VAT included where prices include it; at the warehouse
    its lines at its own prices, and delivery. `orders_per_second` counts orders acknowledged or held, from the first one
    placed until the last parcel was told. `peak_rss_mb` is the peak of the largest single process, the database's included.

    The exit code is 0 when nothing was lost or doubled and every penny is explained.
    """
    import json

    from cogent_pipelines.cli.voice import interruptible, say
    from cogent_pipelines.local_stack.databases import DatabaseMissing
    from cogent_pipelines.local_stack.embedded_postgres import PostgresDidNotStart
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.processes import ProcessDied
    from cogent_pipelines.local_stack.replay.invoices import InvoiceFileError
    from cogent_pipelines.local_stack.replay.run import DidNotSettle, NothingToReplay, Wanted, run_replay
    from cogent_pipelines.local_stack.replay.settings import NoStandInsForIt
    from cogent_pipelines.local_stack.replay.vendors import StandInRefused
    from cogent_pipelines.local_stack.supervisor import StackIsRunning

    troubles = (
        InvoiceFileError,
        NothingToReplay,
        NoStandInsForIt,
        DidNotSettle,
        StandInRefused,
        StackIsRunning,
        ProcessDied,
        PostgresDidNotStart,
        DatabaseMissing,
    )
    with interruptible():
        try:
            wanted = Wanted(
                file,
                connection_called(name),
                first=first.date() if first else None,
                last=last.date() if last else None,
                pace=speed,
                seed=seed,
            )
            outcome = run_replay(wanted, find_home(), say=say)
        except troubles as error:
            raise click.ClickException(str(error)) from None
    click.echo(json.dumps(outcome.as_json()) if as_json else outcome.in_words())
    raise SystemExit(0 if outcome.good else 1)
