"""The page about new warehouses says everything that a profile can say, and nothing that it cannot."""

import re
from pathlib import Path
from typing import get_args

import pytest

from cogent_pipelines.adapters.warehouses.rest_profile import model
from cogent_pipelines.adapters.warehouses.rest_profile.contract import NEEDED, OPERATIONS, ORDER, ErrorClass, State
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import ProfileFunctions

PAGE = (Path(__file__).parents[4] / "docs" / "new-warehouse.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"\w+", PAGE))
KINDS = [get_args(each.model_fields["kind"].annotation)[0] for each in get_args(get_args(model.Auth)[0])]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "list_words"])
def test_every_operation_is_there_with_all_its_fields(name):
    contract = OPERATIONS[name]

    missing = [each for each in (*contract.given, *contract.answers.names) if each not in WORDS]

    assert (True, []) == (f"`{name}`" in PAGE, missing)


@pytest.mark.parametrize("name", NEEDED)
def test_what_there_must_be_has_its_star(name):
    assert f"`{name}` *" in PAGE


@pytest.mark.parametrize("name", ["data", *(each for each in ErrorClass if each is not ErrorClass.OK)])
def test_every_class_of_refusal_is_explained(name):
    assert f"| `{name}` |" in PAGE


def test_everything_else_that_a_profile_names_is_there():
    ours = set(ProfileFunctions.FUNCTION_TABLE) - set(ProfileFunctions.__mro__[1].FUNCTION_TABLE)
    names = [
        *State,
        *model.ProfileModel.model_fields,
        *KINDS,
        *ORDER,
        *ours,
        *get_args(model.Paging.model_fields["style"].annotation),
    ]

    assert [] == [name for name in names if name not in WORDS | {"profile_version"}]
