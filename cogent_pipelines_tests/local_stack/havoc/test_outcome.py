"""The last line."""

import json

from cogent_pipelines.local_stack.havoc.outcome import Outcome
from cogent_pipelines.local_stack.havoc.wanted import Victim


def test_the_last_line_is_one_json_object_with_what_a_program_asks_for():
    outcome = Outcome(kills={Victim.RUN: 2}, orders=10, longest_recovery_seconds={Victim.RUN: 3.5}, seconds=60.0)
    outcome.started_again.update({"gateway": 1})

    told = json.loads(json.dumps(outcome.as_json()))

    wanted = {"kills", "orders", "lost", "duplicated", "unfulfilled", "oversold_units", "violations", "seconds"}
    assert wanted <= told.keys()
    assert ({"run": 2}, {"run": 3.5}, {"gateway": 1}) == (
        told["kills"],
        told["longest_recovery_seconds"],
        told["started_again"],
    )


def test_a_single_violation_makes_it_a_bad_one():
    assert (True, False) == (Outcome().good, Outcome(violations=["something stood still"]).good)
