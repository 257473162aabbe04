"""The ledger as a Dagster resource."""

from functools import lru_cache

import dagster as dg
from pydantic import Field

from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.resources.environment import environment


@lru_cache(maxsize=4)
def _connected(url: str) -> Ledger:
    # One pool for the life of a process: a sensor ticks every few seconds, and a run uses it throughout.
    return Ledger.connect(url)


class LedgerResource(dg.ConfigurableResource[Ledger]):
    """The Postgres database that remembers what was done."""

    database_url_env: str = Field(
        default="COGENT_DATABASE_URL", description="The variable that holds the ledger's `postgresql://` URL."
    )

    def create_resource(self, context: dg.InitResourceContext) -> Ledger:
        del context
        url = environment().get(self.database_url_env, "")
        if not url:
            msg = (
                f"{self.database_url_env} is not set: it holds the ledger's postgresql:// URL. "
                "`cogent env` prints it for this checkout; `cogent up` sets it."
            )
            raise dg.Failure(msg, allow_retries=False)
        return _connected(url)
