"""`cogent close-case`: a person says that a case is settled, on record under that person's name."""

import click


@click.command()
@click.argument("ids", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="Who says so; it stays on record.")
def command(*, ids: tuple[int, ...], by: str) -> None:
    """Close the cases with these IDS (`cogent cases` shows them): they were settled by hand.

    A case closes by itself when its cause is gone. Where nobody but a person can know that, this says so. A cause that is
    still there opens a new case.
    """
    from cogent_pipelines.cli.case_words import say_of_cases

    say_of_cases(ids, by, did="closed", do=lambda ledger, now: ledger.cases.resolve(list(ids), by=by, now=now))
