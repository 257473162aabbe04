"""What the commands about single cases have in common: the ledger, the name on record, and a word for what was not open."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cogent_pipelines.ledger.database import Ledger


def say_of_cases(ids: tuple[int, ...], by: str, *, did: str, do: "Callable[[Ledger, datetime], int]") -> None:
    """Do it to those that are open, and say to how many.

    Raises:
        ClickException: no name was given, or none of them is open (or, where one takes it, nobody's).
    """
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url
    from cogent_pipelines.ports.clock import SystemClock

    if not by.strip():
        raise click.ClickException("--by needs a name: whoever reads the case later will ask")
    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        changed = do(ledger, SystemClock().now())
    named = ", ".join(str(number) for number in ids)
    if not changed:
        raise click.ClickException(f"{named}: not open, or already {did}; `cogent cases` lists what is open")
    left = "" if changed == len(ids) else f"; the rest of {named} were not open, or already {did}"
    click.echo(f"{changed} {did} by {by.strip()}{left}.")
