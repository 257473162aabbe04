"""Which process is killed when, by a seed."""

from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from cogent_pipelines.local_stack.havoc.wanted import Victim

_LONGEST_PAUSE_SECONDS = 6.0
_HASTY = 0.25


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill. A hasty one does not wait until what was struck before has recovered."""

    victim: Victim
    pause_seconds: float
    hasty: bool
    draw: float
    """Between 0 and 1: which one, where there are several of the kind."""


def plan(kills: int, seed: int) -> tuple[Kill, ...]:
    """Every kind of victim as often as the others, in an order and at moments that the seed decides."""
    chance = Random(f"havoc {seed}")
    victims = list(islice(cycle(Victim), kills))
    chance.shuffle(victims)
    return tuple(
        Kill(victim, chance.uniform(0.0, _LONGEST_PAUSE_SECONDS), chance.random() < _HASTY, chance.random())
        for victim in victims
    )
