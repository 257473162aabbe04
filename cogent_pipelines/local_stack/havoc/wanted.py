"""What havoc is wanted: how many kills, by which seed, under how many orders."""

from dataclasses import dataclass
from enum import StrEnum


class Victim(StrEnum):
    """What is killed."""

    RUN = "run"
    DAEMON = "daemon"
    GATEWAY = "gateway"
    POSTGRES = "postgres"


class Scenario(StrEnum):
    """What is done to the stack, one after the other, while orders come in."""

    KILLS = "kills"
    RESTART = "restart"
    FULL_DISK = "full_disk"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`patience_seconds`: how long a recovery, and the settling at the end, may take before it counts as hanging."""

    kills: int = 50
    seed: int = 0
    orders_per_second: float = 20.0
    scenarios: tuple[Scenario, ...] = tuple(Scenario)
    patience_seconds: float = 180.0
