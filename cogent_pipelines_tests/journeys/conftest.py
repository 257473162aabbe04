"""A world for each journey."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cogent_pipelines_tests.journeys.world import World


@pytest.fixture
def ledger_url(kept_ledger_url: str) -> str:
    return kept_ledger_url


@pytest.fixture
def make_world(ledger_url: str) -> Iterator[Callable[..., World]]:
    """A world with other settings, or a tenant with other switches."""
    made: list[World] = []

    def make(**switches: Any) -> World:
        made.append(World(ledger_url, **switches))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
