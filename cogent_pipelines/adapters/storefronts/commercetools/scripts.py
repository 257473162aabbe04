"""Several resources worked on side by side: where one stumbles, its own outcome is unknown and the others go on."""

from collections.abc import Sequence
from typing import TypeVar

from cogent_pipelines.adapters.storefronts.commercetools.client import Api
from cogent_pipelines.adapters.transport.scripts import Script, run_together_if_let_in
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.ports.outcomes import Unknown

T = TypeVar("T")


def run_together(scripts: Sequence[Script[T]], api: Api) -> list[T | Unknown]:
    """Run scripts side by side: one call of each at a time, all of a round together.

    A script that stumbles over an answer nobody foresaw ends as unknown, and takes no other with it.

    Raises:
        AuthenticationFailed: nothing at all was accepted.
    """
    return run_together_if_let_in([_unknown_where_it_stumbles(script) for script in scripts], api)


def _unknown_where_it_stumbles(script: Script[T]) -> Script[T | Unknown]:
    try:
        return (yield from script)
    except UNFORESEEN as error:
        return Unknown(why(error))
