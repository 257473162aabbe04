"""`make matrix`: the demo's day through every pair; a line for each, and at the end one line of JSON.

make matrix                            every pair
make matrix ONLY=shopify-peoplevox     one of them; ORDERS=400 and SEED=1 choose another day
"""

import json
import logging
import sys
import time

import click

from cogent_pipelines.cli.voice import interruptible
from cogent_pipelines_tests.faults.ledgers import ledgers
from cogent_pipelines_tests.kept_connections import empty
from cogent_pipelines_tests.matrix.pairs import PAIRS
from cogent_pipelines_tests.matrix.running import run_day

_MOST_TOLD = 10


@click.command()
@click.option("--only", type=click.Choice(PAIRS), help="One pair.")
@click.option("--seed", default=1, show_default=True, help="Another day.")
@click.option("--orders", default=400, show_default=True, type=click.IntRange(min=75), help="How many are placed.")
def main(*, only: str | None, seed: int, orders: int) -> None:
    logging.disable(logging.CRITICAL)
    found, clean = {}, True
    with interruptible(), ledgers(1) as [url]:
        for pair in [only] if only else PAIRS:
            began = time.monotonic()
            verdict = run_day(pair, url, seed=seed, orders=orders)
            empty(url)
            found[pair], clean = verdict.as_json(), clean and verdict.clean
            told = " ".join(f"{name} {value}" for name, value in verdict.as_json().items())
            click.echo(f"{pair}: {told} ({time.monotonic() - began:.1f} s)")
            for words in verdict.unsettled[:_MOST_TOLD]:
                click.echo(f"  {words}")
    click.echo(json.dumps(found))
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
