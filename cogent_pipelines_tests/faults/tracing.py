"""All that a schedule came to, call by call, as lines: the same seed must give the same lines in any process.

What is compared is what crossed the wire, both ways, and what is in the ledger at the end. How a violation is told to a
person is in `telling`.
"""

from collections.abc import Iterator

from psycopg import sql

from cogent_pipelines_tests.faults.ledgers import TABLES
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.router import digest
from cogent_pipelines_tests.faults.running import play, world_of
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.kept_connections import empty


def trace(schedule: Schedule, ledger_url: str) -> list[str]:
    """Run the schedule over an emptied ledger and give its lines."""
    empty(ledger_url)
    with world_of(schedule, ledger_url) as world:
        outcome = play(schedule, world)
        lines = list(world.router.trace)
        lines += [f"died at {moment}" for moment in world.reaper.deaths]
        lines += [f"ledger {line}" for line in _ledger(world)]
    return [*lines, *(f"violation {violation}" for violation in outcome.violations)]


def _ledger(world: MortalWorld) -> Iterator[str]:
    """Each table with its rows in an order of their own; numbers that the database gives are part of them."""
    with world.ledger.pool._connections.connection() as session:
        for (name,) in session.execute(TABLES).fetchall():
            rows = session.execute(sql.SQL("select whole::text from {} as whole").format(sql.Identifier(name))).fetchall()
            whole = "\n".join(sorted(row for (row,) in rows))
            yield f"{name}: {len(rows)} rows {digest(whole.encode())}"
