"""How long a run listens, by the YAML or by a variable that replaces it."""

from datetime import timedelta

import pytest

from cogent_pipelines.connections.settings import RunBlock

RUNS = RunBlock(linger_seconds=20, linger_seconds_env="LISTENS")


@pytest.mark.parametrize(("environment", "seconds"), [({}, 20), ({"LISTENS": ""}, 20), ({"LISTENS": "0"}, 0)])
def test_a_variable_replaces_the_time_only_where_it_is_set(environment, seconds):
    """Nothing is a time too: a run per batch."""
    assert timedelta(seconds=seconds) == RUNS.linger(environment)


def test_without_a_variable_the_yaml_holds():
    assert timedelta(seconds=7) == RunBlock(linger_seconds=7).linger({"LISTENS": "5"})
