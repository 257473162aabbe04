"""The models: every column is explained, and loading definitions does not pay for them."""

import subprocess
import sys

import pytest

from cogent_pipelines.canonical.frames import MODELS, model_of


@pytest.mark.parametrize("noun", MODELS)
def test_every_column_has_a_title_and_a_description(noun: str) -> None:
    """What a column means is read in the UI, so nothing is left to be guessed."""
    columns = model_of(noun).to_schema().columns

    assert [] == [name for name, column in columns.items() if not (column.title and column.description)]


@pytest.mark.parametrize("noun", MODELS)
def test_money_never_stands_without_its_currency(noun: str) -> None:
    """Minor units of nothing are no amount."""
    columns = set(model_of(noun).to_schema().columns)

    assert any(name.endswith("_minor") for name in columns) == ("currency" in columns)


def test_knowing_the_nouns_costs_no_import_of_pandera() -> None:
    """A second and a half would be paid by every run and every load of the definitions."""
    program = (
        "import sys; from cogent_pipelines.canonical.frames import MODELS; list(MODELS); sys.exit('pandera' in sys.modules)"
    )

    assert 0 == subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode


def test_the_nouns_are_those_of_the_assets() -> None:
    """An asset without a model would have no schema check."""
    from cogent_pipelines.components.nouns import ALL_NOUNS  # noqa: PLC0415 - Dagster is heavy

    assert {noun.name for noun in ALL_NOUNS} == set(MODELS)
