"""`cogent take-case`: somebody is on it, and the others need not be."""

import click


@click.command()
@click.argument("ids", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="Who takes them; it stays on record.")
def command(*, ids: tuple[int, ...], by: str) -> None:
    """Take the open cases with these IDS (`cogent cases` shows them); who took one first stays on record."""
    from cogent_pipelines.cli.case_words import say_of_cases

    say_of_cases(ids, by, did="taken", do=lambda ledger, now: ledger.cases.acknowledge(list(ids), by=by, now=now))
