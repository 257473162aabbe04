"""A small Mintsoft, and a way to connect to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected
from cogent_pipelines_tests.adapters.warehouses.rest_profile.mintsoft_app import Mintsoft


@pytest.fixture(scope="session")
def mintsoft_profile() -> Profile:
    return compiling.load("mintsoft")


@pytest.fixture
def mintsoft() -> Mintsoft:
    return Mintsoft()


@pytest.fixture
def connect(mintsoft: Mintsoft, mintsoft_profile: Profile) -> Iterator[Callable[..., Connected]]:
    """Give a function that connects with changed settings; all is closed at the end."""
    made: list[Connected] = []

    def make(**changes: Any) -> Connected:
        given = {
            "profile": mintsoft_profile,
            "base_url": "http://127.0.0.1",
            "secrets": {"username": "robot", "password": "open sesame"},
        }
        made.append(Connected(mintsoft.app, RestProfileSettings(**{**given, **changes})))
        return made[-1]

    yield make
    for connected in made:
        connected.close()
