"""The kinds of column that tables are made of, each with its type and what is always true of it.

Money is whole minor units beside a `currency` column; times are in UTC; a text that says nothing is empty, not null.
"""

from collections.abc import Iterable
from typing import Annotated, Any

import pandas as pd
from pandera.pandas import DataFrameModel, Field
from pandera.typing.pandas import Series

Text = Series[pd.StringDtype]
Moment = Series[Annotated[pd.DatetimeTZDtype, "us", "UTC"]]
Whole = Series[pd.Int64Dtype]
Number = Series[pd.Float64Dtype]
YesNo = Series[pd.BooleanDtype]


class Table(DataFrameModel):
    """Exactly the columns that it names, in that order."""

    class Config:
        strict = True
        ordered = True


def said(title: str, description: str, **more: Any) -> Any:
    """Anything that needs no check beyond its type."""
    return Field(title=title, description=description, **more)


def one_of(values: Iterable[str], title: str, description: str, **more: Any) -> Any:
    """A text out of a closed set."""
    return Field(title=title, description=description, isin=[str(value) for value in values], **more)


def counted(title: str, description: str, **more: Any) -> Any:
    """A number that is never negative."""
    return Field(title=title, description=description, ge=0, **more)


def currency() -> Any:
    return Field(
        title="Currency", description="ISO 4217 code of every amount in the row.", str_matches=r"^[A-Z]{3}$", nullable=False
    )
