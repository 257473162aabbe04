"""Which of a deployment's connections this process is to load: all of them, or those that its run is of.

What a run does not touch it need not load: with a hundred connections that is most of what its start costs.
"""

from collections.abc import Iterable, Mapping

WANTED_VARIABLE = "COGENT_LOAD_CONNECTIONS"


def wanted_variable(names: Iterable[str]) -> dict[str, str]:
    """The environment of a process that is to load these only; nothing of it where there are none, and so all are loaded."""
    listed = ",".join(sorted(set(names)))
    return {WANTED_VARIABLE: listed} if listed else {}


def is_wanted(name: str, *, environment: Mapping[str, str]) -> bool:
    """Say whether the process of this environment loads the connection of that name."""
    listed = environment.get(WANTED_VARIABLE, "")
    return not listed or name in listed.split(",")
