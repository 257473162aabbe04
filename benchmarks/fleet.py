"""A deployment of many connections: their files as `cogent new` writes them, and the variables that those files name.

One is the demo's own, which trades. The others share a set of stand-ins that have nothing to do; some of them are dead:
their vendor never answers, or refuses their credentials.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from cogent_pipelines.connections.template import new_connection, storefronts, warehouses
from cogent_pipelines.connections.yaml_files import COMPONENT_TYPE, FILE_NAME, FOLDER_VARIABLE, shipped_folder

DEMO = "demo_uk"
# By the field that names a variable: what of the stand-in's own announcement the variable holds.
_WIRES: Mapping[str, Mapping[str, str]] = {
    "shopify": {
        "shop_env": "shop",
        "base_url_env": "url",
        "client_id_env": "client_id",
        "client_secret_env": "client_secret",
    },
    "commercetools": {
        "project_env": "project_key",
        "api_url_env": "url",
        "auth_url_env": "auth_url",
        "import_url_env": "import_url",
        "client_id_env": "client_id",
        "client_secret_env": "client_secret",
    },
    "peoplevox": {
        "base_url_env": "url",
        "client_id_env": "client_id",
        "username_env": "username",
        "password_env": "password",
    },
    "orderwise": {"base_url_env": "base_url", "username_env": "username", "password_env": "password"},
}
_URLS = frozenset({"url", "auth_url", "import_url", "base_url"})
_NAMES = frozenset({"shop", "project_key", "client_id"})
_EVENTS = ("webhook_secret_env", "event_secret_env")
SIDES = ("storefront", "warehouse")
VENDORS = tuple(_WIRES)

Details = Mapping[str, Mapping[str, str]]
"""What each vendor's stand-in announced, by vendor."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """`silent` and `refused` are the dead among `names`: of vendors that never answer, and that refuse the log-in."""

    folder: Path
    names: tuple[str, ...]
    silent: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def dead(self) -> tuple[str, ...]:
        return (*self.silent, *self.refused)


def write_fleet(folder: Path, *, count: int, details: Details, silence: str = "", dead: int = 0) -> Fleet:
    """Write so many connections, the demo's included; the last `dead` of them are dead, half of each kind.

    `silence` is a URL at which nobody ever answers.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shipped_folder() / DEMO, folder / DEMO)
    others = [f"brand_{number:03d}" for number in range(1, count)]
    silent, refused = others[len(others) - dead : len(others) - dead // 2], others[len(others) - dead // 2 :]
    variables: dict[str, str] = {FOLDER_VARIABLE: str(folder)}
    for name, (storefront, warehouse) in zip(others, cycle(pairs()), strict=False):
        attributes = _attributes(name, storefront, warehouse, details)
        for side in SIDES:
            said = details.get(attributes[side]["vendor"], {})
            if name in silent:
                said = {**said, **{key: silence for key in said if key in _URLS}, **_of_its_own(said, name)}
            if name in refused:
                said = {**said, "client_secret": "wrong", "password": "wrong", **_of_its_own(said, name)}
            variables.update(_variables(attributes[side], said))
        _write(folder / name / FILE_NAME, attributes)
    return Fleet(folder, (DEMO, *others), tuple(silent), tuple(refused), variables)


def pairs() -> list[tuple[str, str]]:
    """Every storefront with every warehouse that is known and can be wired here."""
    return [
        (storefront, warehouse)
        for storefront in storefronts()
        for warehouse in warehouses()
        if storefront in _WIRES and warehouse in _WIRES
    ]


def _of_its_own(said: Mapping[str, str], name: str) -> dict[str, str]:
    """An account that nobody else has: a dead one's circuit is not a live one's."""
    return {key: f"{said[key].partition('.')[0]}-{name}".replace("_", "-") for key in said if key in _NAMES}


def _attributes(name: str, storefront: str, warehouse: str, details: Details) -> dict[str, Any]:
    """What `cogent new` writes, with addresses from variables and without events: a stand-in of many has but one gateway."""
    text = new_connection(name, storefront=storefront, warehouse=warehouse)
    attributes: dict[str, Any] = yaml.safe_load(text)["attributes"]
    for side in SIDES:
        block = attributes[side]
        vendor = block["vendor"]
        for wired in _WIRES[vendor]:
            block.setdefault(wired, f"{name}_{vendor}_{wired.removesuffix('_env')}".upper())
        for secret in _EVENTS:
            block.pop(secret, None)
        block.pop("region", None)
        if vendor != "commercetools":
            block["rate_limited"] = False
        if vendor == "orderwise":
            block.update(_orderwise(details.get(vendor, {})))
    return attributes


def _orderwise(said: Mapping[str, str]) -> dict[str, Any]:
    exports = {key.removeprefix("export_"): int(number) for key, number in said.items() if key.startswith("export_")}
    return {"export_definitions": exports} if exports else {}


def _variables(block: Mapping[str, Any], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for wired, key in _WIRES[block["vendor"]].items():
        yield block[wired], said.get(key, "")


def _write(path: Path, attributes: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True)
    document = {"type": COMPONENT_TYPE, "attributes": attributes}
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
