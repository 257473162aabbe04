"""How long things took."""

from cogent_pipelines.flows.measures import Latencies


def test_quantiles_and_the_slowest_survive_adding_up():
    """A run's report is the sum of its steps' reports."""
    first = Latencies.of((f"#{n}", float(n)) for n in range(1, 51))
    second = Latencies.of((f"#{n}", float(n)) for n in range(51, 101))

    both = first + second

    assert (50.0, 99.0, 100.0) == (both.quantile(0.5), both.quantile(0.99), both.quantile(1))
    assert ("#100", 100.0) == both.slowest[0]
    assert 5 == len(both.slowest)


def test_nothing_measured_has_no_quantile():
    """An empty run must not look fast."""
    assert Latencies().quantile(0.5) is None
