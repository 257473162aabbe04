"""The ledger that a command typed in this checkout means.

That is the one `COGENT_DATABASE_URL` names, or the one that the running stack works with (a demo's is its own), or the
embedded server's, which is started for as long as the command takes.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cogent_pipelines.local_stack.databases import LEDGER_VARIABLE, for_psycopg, open_databases
from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.stack import migrate_ledger
from cogent_pipelines.local_stack.supervisor import ledger_in_use


@contextmanager
def ledger_url(home: Home, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """Give the URL of a ledger that is there and up to date, for as long as the block lasts."""
    environ = os.environ if environ is None else environ
    known = environ.get(LEDGER_VARIABLE) or ledger_in_use(home)
    if known:
        yield for_psycopg(known)
        return
    databases, started = open_databases(home.prepared(), environ)
    try:
        migrate_ledger(databases)
        yield databases.ledger
    finally:
        if started is not None:
            started.stop()
