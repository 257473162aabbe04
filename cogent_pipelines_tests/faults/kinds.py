"""The kinds of worlds in which a schedule can happen, and what each brings along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.faults.mortal import MortalWorld
from cogent_pipelines_tests.faults.pairs import judging
from cogent_pipelines_tests.faults.pairs import story as story_of_a_pair
from cogent_pipelines_tests.faults.pairs import watching as watching_a_pair
from cogent_pipelines_tests.faults.pairs.performing import STEPS as STEPS_OF_A_PAIR
from cogent_pipelines_tests.faults.pairs.world import PairFaultWorld
from cogent_pipelines_tests.faults.performing import Steps
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.shopify_peoplevox import invariants, story, watching
from cogent_pipelines_tests.faults.shopify_peoplevox.performing import STEPS
from cogent_pipelines_tests.faults.shopify_peoplevox.world import FaultWorld
from cogent_pipelines_tests.faults.violation import Violation


@dataclass(frozen=True, slots=True)
class KindOfWorld:
    """`watch` looks on after each step of ours, whose number it is given; `watch_writes` at each write; `judge` at rest."""

    open: Callable[[str, Schedule, Reaper], MortalWorld]
    steps: Steps
    watch: Callable[[Any, int], list[Violation]]
    watch_writes: Callable[[Any, list[Violation]], None]
    judge: Callable[[Any], list[Violation]]
    story_of: Callable[[Violation, Any], Sequence[str]]


_SHOPIFY_PEOPLEVOX = KindOfWorld(FaultWorld, STEPS, watching.watch, watching.watch_writes, invariants.judge, story.story_of)
_ANY_PAIR = KindOfWorld(
    PairFaultWorld,
    STEPS_OF_A_PAIR,
    watching_a_pair.watch,
    watching_a_pair.watch_writes,
    judging.judge,
    story_of_a_pair.story_of,
)


def kind_of(schedule: Schedule) -> KindOfWorld:
    return _ANY_PAIR if schedule.pair else _SHOPIFY_PEOPLEVOX
