"""A question to the ledger, answered as a frame whose types are the database's, with rows or without."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from psycopg import postgres

from cogent_pipelines.ledger.database import Ledger

MOMENT = "datetime64[us, UTC]"

_DTYPES = {
    postgres.types[name].oid: dtype
    for dtype, names in {
        "string[python]": ("text", "varchar"),
        "Int64": ("int2", "int4", "int8"),
        "Float64": ("numeric", "float4", "float8"),
        "boolean": ("bool",),
        MOMENT: ("timestamptz",),
    }.items()
    for name in names
}


def frame_of(ledger: Ledger, question: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """One statement, one frame; columns are called what the statement calls them."""
    with ledger.pool.session() as session:
        cursor = session.execute(question, parameters)
        columns = [(column.name, _DTYPES.get(column.type_code, "object")) for column in cursor.description or ()]
        rows = cursor.fetchall()
    values = pd.DataFrame(rows, columns=[name for name, _ in columns], dtype=object)
    return values.astype(dict(columns))


def number_of(ledger: Ledger, question: str, parameters: Mapping[str, Any]) -> int:
    """The one number that a question is answered with."""
    with ledger.pool.session() as session:
        row = session.execute(question, parameters).fetchone()
    return int(row[0]) if row else 0
