"""The table of everything that is wrong now."""

import pandas as pd

from cogent_pipelines.reports.asking import Asking
from cogent_pipelines.reports.reading import frame_of


def exceptions(asking: Asking) -> pd.DataFrame:
    """What is wrong, whose is it, and what is to be done first? Critical before transient, the oldest first."""
    return frame_of(
        asking.ledger,
        """
        select found.severity, found.team, found.kind, coalesce(kind.title, replace(found.kind, '_', ' ')) as title,
               found.order_name, found.subject, found.message, found.suggestion, coalesce(kind.way_out, '') as way_out,
               found.opened_at,
               greatest(0, extract(epoch from coalesce(%(now)s, now()) - found.opened_at) / 3600) as age_hours,
               found.occurrences, found.acknowledged_by
        from exception_case as found
        left join json_to_recordset(%(kinds)s::json) as kind (code text, title text, way_out text) on kind.code = found.kind
        where found.connection = %(connection)s and found.resolved_at is null
        order by found.severity, found.opened_at, found.id limit %(limit)s
        """,
        asking.parameters,
    )
