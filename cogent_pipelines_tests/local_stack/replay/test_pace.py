"""When a replay's orders are placed."""

from cogent_pipelines.local_stack.replay.pace import Pace

ORDERS = [(100.0, b"a"), (100.0, b"b"), (160.0, b"c"), (400.0, b"d")]


def test_as_fast_as_it_goes_places_in_batches_at_once():
    assert [(5.0, [b"a", b"b", b"c"]), (5.0, [b"d"])] == list(Pace(None, 5.0).batches(ORDERS, 3))


def test_a_speed_shortens_the_times_between_orders():
    """Those of one minute are placed together, the others so many times sooner than they happened."""
    assert [(5.0, [b"a", b"b"]), (6.0, [b"c"]), (10.0, [b"d"])] == list(Pace(60.0, 5.0).batches(ORDERS, 50))


def test_a_batch_has_a_limit_whatever_the_speed():
    assert [(0.0, [b"a"]), (0.0, [b"b"]), (1.0, [b"c"]), (5.0, [b"d"])] == list(Pace(60.0, 0.0).batches(ORDERS, 1))
