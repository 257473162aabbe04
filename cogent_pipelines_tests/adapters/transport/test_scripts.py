"""Scripts advance side by side: one call of each at a time, and all calls of a round together."""

from collections.abc import Sequence

import pytest

from cogent_pipelines.adapters.transport.call import Answer, Call, Reading, Verdict
from cogent_pipelines.adapters.transport.scripts import Script, run_together, run_together_if_let_in
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.ports.errors import AuthenticationFailed


class Vendor:
    """Lets calls in, but for operations that it denies; remembers what came together."""

    def __init__(self, *denied: str) -> None:
        self.denied = denied
        self.rounds: list[list[str]] = []

    def send_all(self, calls: Sequence[Call]) -> list[Settled]:
        self.rounds.append([call.operation for call in calls])
        return [self._settled(call) for call in calls]

    def _settled(self, call: Call) -> Settled:
        verdict, reason = (Verdict.DENIED, "bad key") if call.operation in self.denied else (Verdict.FINE, "")
        return Settled(Answer(call, 200, {}, b"", 0.1), Reading(verdict, reason))


def script(*operations: str) -> Script[list[str]]:
    """Calls these one after the other, and gives what each came to."""
    standings = []
    for operation in operations:
        settled = yield Call(operation, "POST", "https://vendor.invalid")
        standings.append(f"{settled.reply.call.operation} {settled.standing}")
    return standings


def test_each_round_sends_one_call_of_each_script() -> None:
    """Who is done first keeps nobody waiting, and results come in the order of the scripts."""
    vendor = Vendor()

    results = run_together([script("a1", "a2"), script(), script("c1"), script("d1", "d2", "d3")], vendor)

    assert [["a1", "c1", "d1"], ["a2", "d2"], ["d3"]] == vendor.rounds
    assert [["a1 answered", "a2 answered"], [], ["c1 answered"], ["d1 answered", "d2 answered", "d3 answered"]] == results


def test_without_scripts_nothing_is_sent() -> None:
    vendor = Vendor()

    assert ([], []) == (run_together_if_let_in([], vendor), vendor.rounds)


def test_a_denial_is_the_scripts_own_affair_as_long_as_somebody_is_let_in() -> None:
    results = run_together_if_let_in([script("a1"), script("b1")], Vendor("a1"))

    assert [["a1 denied"], ["b1 answered"]] == results


def test_where_nobody_is_let_in_it_is_everybodys_trouble() -> None:
    with pytest.raises(AuthenticationFailed, match="bad key"):
        run_together_if_let_in([script("a1"), script("b1", "b2")], Vendor("a1", "b1", "b2"))


def test_a_script_is_told_of_its_denial() -> None:
    """Where it makes nothing of it, nobody else does."""
    assert [[f"a1 {Standing.DENIED}"]] == run_together([script("a1")], Vendor("a1"))
