"""The shortest schedule that still fails: steps are taken out by halves, then by quarters, at last one by one.

What is left shows the same promise broken as the whole did; steps that tell nothing of it are gone.
"""

from collections.abc import Callable, Sequence

from cogent_pipelines_tests.faults.schedule import Schedule, Step

Fails = Callable[[Schedule], bool]


def shortest(schedule: Schedule, fails: Fails, *, at_most: int = 200) -> Schedule:
    """Give the shortest part of the schedule that was found to fail still, with so many tries."""
    steps, tries = list(schedule.steps), at_most
    size = max(1, len(steps) // 2)
    while True:
        taken_out = False
        start = 0
        while start < len(steps) and tries > 0:
            fewer = [*steps[:start], *steps[start + size :]]
            tries -= 1
            if fails(schedule.with_steps(fewer)):
                steps, taken_out = fewer, True
            else:
                start += size
        if tries <= 0 or (size == 1 and not taken_out):
            return schedule.with_steps(steps)
        size = max(1, size // 2)


def numbered(steps: Sequence[Step]) -> list[str]:
    return [f"{number:3} {step}" for number, step in enumerate(steps, start=1)]
