"""What a step does to a world: the steps of any world are here, those of its vendors are handed in.

A step that finds nothing to act on does nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cogent_pipelines_tests.faults.deaths import Appointment
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.schedule import Step
from cogent_pipelines_tests.journeys.wire import Died

# Ours run until they are done or dead; the others take no time of ours.
OURS = frozenset({"work", "flow"})
_A_BREATH = 0.2
Given = Mapping[str, Any]
Steps = Mapping[str, Callable[[Any, Given], None]]
"""What each kind of step does at the vendors of one kind of world."""


def perform(world: MortalWorld, step: Step, at_the_vendors: Steps) -> None:
    """Do one step, and bring the process back where it died of it."""
    try:
        (at_the_vendors.get(step.kind) or _ANYWHERE[step.kind])(world, step.given)
    except Died:
        world.restart()
    world.clock.advance(_A_BREATH)


def _gateway_away(world: MortalWorld, given: Given) -> None:
    world.gateway_refuses += given["calls"]


def _die(world: MortalWorld, given: Given) -> None:
    world.reaper.next = Appointment(given["moment"], given["operation"], given["after"])


def _work(world: MortalWorld, given: Given) -> None:
    del given
    world.happens_by_itself()
    world.work()


def _flow(world: MortalWorld, given: Given) -> None:
    world.run(given["flow"])


def _wait(world: MortalWorld, given: Given) -> None:
    world.clock.advance(given["seconds"])
    world.happens_by_itself()


_ANYWHERE: Steps = {"gateway_away": _gateway_away, "die": _die, "work": _work, "flow": _flow, "wait": _wait}
