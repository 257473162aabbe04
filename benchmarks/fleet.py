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

import httpx
import yaml

from cogent_pipelines.connections.template import new_connection, storefronts, warehouses
from cogent_pipelines.connections.yaml_files import COMPONENT_TYPE, FILE_NAME, FOLDER_VARIABLE, shipped_folder

DEMO = "demo_uk"
# By the field that names a variable: what of the stand-in's own announcement the variable holds. A field of secrets has one
# variable for each.
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
    "scayle": {"tenant_env": "tenant", "base_url_env": "url", "access_token_env": "access_token"},
    "peoplevox": {
        "base_url_env": "url",
        "client_id_env": "client_id",
        "username_env": "username",
        "password_env": "password",
    },
    "mintsoft": {"base_url_env": "url", "secrets_env.username": "username", "secrets_env.password": "password"},
    "scend": {"base_url_env": "base_url", "secrets_env.token": "token"},
}
# What lifts a stand-in's own limits, where it has any, and how it is told: many share it.
_WITHOUT_LIMITS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "shopify": ("POST", {"throttle": False}),
    "scayle": ("POST", {"throttle": False}),
    "peoplevox": ("PATCH", {"rate_limit_calls": 0}),
}
_URLS = frozenset({"url", "auth_url", "import_url", "base_url"})
_SECRETS = frozenset({"client_secret", "password", "access_token", "token"})
_NAMES = frozenset({"shop", "tenant", "project_key", "client_id", "username"})
_EVENTS = ("webhook_secret_env", "event_secret_env", "webhook_user_env", "webhook_password_env")
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
            said = {"tenant": "northwind", **details.get(attributes[side]["vendor"], {})}
            if name in silent:
                said = {**said, **{key: silence for key in said if key in _URLS}, **_of_its_own(said, name)}
            if name in refused:
                said = {**said, **{key: "wrong" for key in said if key in _SECRETS}, **_of_its_own(said, name)}
            variables.update(_variables(attributes[side], said))
        _write(folder / name / FILE_NAME, attributes)
    return Fleet(folder, (DEMO, *others), tuple(silent), tuple(refused), variables)


def lift_limits(details: Details) -> None:
    """Have each stand-in take calls without end."""
    for vendor, (method, switches) in _WITHOUT_LIMITS.items():
        url = f"{details[vendor]['url']}/_sim/switches"
        httpx.request(method, url, json=dict(switches), trust_env=False).raise_for_status()


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
            if "." not in wired:
                block.setdefault(wired, f"{name}_{vendor}_{wired.removesuffix('_env')}".upper())
        for dropped in (*_EVENTS, "region"):
            block.pop(dropped, None)
        if vendor != "commercetools":
            block["rate_limited"] = False
        if vendor == "scayle":
            block.update(_scayle(details.get(vendor, {})))
    return attributes


def _scayle(said: Mapping[str, str]) -> dict[str, Any]:
    """What the tenant has, which its stand-in alone knows; without events nothing can be delegated."""
    if not said:
        return {"hand_over": "polling"}
    shop = {"shop": said["shop_key"], "country": said["country_code"]}
    return {"hand_over": "polling", "shops": [shop], "stock_warehouse": said["warehouse_reference_key"]}


def _variables(block: Mapping[str, Any], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for wired, key in _WIRES[block["vendor"]].items():
        field, _, secret = wired.partition(".")
        yield (block[field][secret] if secret else block[field]), said.get(key, "")


def _write(path: Path, attributes: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True)
    document = {"type": COMPONENT_TYPE, "attributes": attributes}
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
