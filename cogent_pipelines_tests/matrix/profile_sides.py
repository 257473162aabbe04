"""Mintsoft and Scend, each by its profile, as one side of a pair. Neither tells of anything by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cogent_pipelines.simulators.mintsoft import MintsoftSimulator
from cogent_pipelines.simulators.scend import ScendSimulator
from cogent_pipelines_tests.journeys.neutral import SEED
from cogent_pipelines_tests.journeys.wire import WorldClock
from cogent_pipelines_tests.matrix.sides import Deliver, Side, nothing_to_tell

_MINTSOFT, _SCEND = "mintsoft.invalid", "scend.invalid"


def open_mintsoft(clock: WorldClock, deliver: Deliver) -> Side:
    del deliver
    simulator = MintsoftSimulator(seed=SEED, clock=clock)
    account = simulator.account
    block = {
        "vendor": "mintsoft",
        "base_url": f"https://{_MINTSOFT}",
        "secrets_env": {"username": "MINTSOFT_USER", "password": "MINTSOFT_PASSWORD"},
        "rate_limited": False,
    }
    return _side(_MINTSOFT, simulator, block, {"MINTSOFT_USER": account.username, "MINTSOFT_PASSWORD": account.password})


def open_scend(clock: WorldClock, deliver: Deliver) -> Side:
    del deliver
    simulator = ScendSimulator(seed=SEED, clock=clock)
    block = {
        "vendor": "scend",
        "base_url": f"https://{_SCEND}{simulator.switches.base_path}",
        "secrets_env": {"token": "SCEND_TOKEN"},
        "rate_limited": False,
    }
    return _side(_SCEND, simulator, block, {"SCEND_TOKEN": simulator.access.token})


def _side(host: str, simulator: Any, block: Mapping[str, Any], environment: Mapping[str, str]) -> Side:
    def next_due() -> datetime | None:
        due = simulator.depot._due
        return due[0][0] if due else None

    return Side(
        vendor=str(block["vendor"]),
        simulator=simulator,
        trade=simulator.trade,
        hosts={host: simulator.app},
        block=block,
        environment=environment,
        pump=nothing_to_tell,
        next_due=next_due,
        has_fixed_token="token" in block["secrets_env"],
    )
