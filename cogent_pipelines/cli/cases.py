"""`cogent cases`: what waits for a person."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from cogent_pipelines.cli.voice import plain

if TYPE_CHECKING:
    from cogent_pipelines.ledger.exception_cases import Case


@click.command()
@click.argument("connection", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for another program.")
def command(*, connection: str | None, as_json: bool) -> None:
    """List the open cases, of one CONNECTION or of all: critical ones first, then the oldest."""
    from cogent_pipelines.canonical.identity import ConnectionName
    from cogent_pipelines.ledger.database import Ledger
    from cogent_pipelines.local_stack.home import find_home
    from cogent_pipelines.local_stack.ledger_at_hand import ledger_url

    with ledger_url(find_home()) as url, Ledger.connect(url) as ledger:
        cases = ledger.cases.open(ConnectionName(connection) if connection else None)
    click.echo(json.dumps([_as_json(case) for case in cases], default=str) if as_json else table(cases, datetime.now(UTC)))


def _as_json(case: "Case") -> dict[str, object]:
    described = case.described
    return {
        **dataclasses.asdict(case),
        "title": described.title if described else case.kind,
        "way_out": described.way_out if described else "",
    }


def table(cases: Sequence["Case"], now: datetime) -> str:
    """Lay out cases for a terminal: one block each, the words that a person needs first."""
    if not cases:
        return "Nothing waits for a person."
    blocks = [_block(case, now) for case in cases]
    return "\n\n".join(blocks) + f"\n\n{len(cases)} open."


def _block(case: "Case", now: datetime) -> str:
    described = case.described
    about = case.order_name or case.subject
    since = f"for {_age(now - case.opened_at)} · {case.occurrences} times"
    lines = [
        f"{case.severity.value.upper():<9} {about:<14} {described.title if described else case.kind}",
        f"          {case.message}",
        f"          case {case.id} · {case.connection} · {_whose(case)} · {since}",
    ]
    way_out = case.suggestion or (described.way_out if described else "")
    return "\n".join(plain(line) for line in ([*lines, f"          → {way_out}"] if way_out else lines))


def _whose(case: "Case") -> str:
    return f"{case.team.value}, {case.acknowledged_by} is on it" if case.acknowledged_by else case.team.value


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return f"{days} d"
    return f"{hours} h" if hours else f"{minutes} min"
