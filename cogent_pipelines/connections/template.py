"""The YAML that a new connection begins with: every field there is, each under what it says of itself.

Fields that must be given stand first, with the names of their variables filled in; the others are commented out at their
defaults. Where the text is kept, and what comes next, is the command's.
"""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.side import StorefrontSide, WarehouseSide
from cogent_pipelines.connections.vendors.known import StorefrontBlock, WarehouseBlock
from cogent_pipelines.connections.yaml_files import COMPONENT_TYPE

_WIDTH = 120
_ENV = "_env"
_HEAD = (
    "# Secrets are never written here: every field that ends in _env holds the name of an environment variable.",
    "# A # without a space after it stands before a field at its default: take it away to change the field, and the one",
    "# before the name of its block as well.",
)


class UnknownVendor(ValueError):
    """There is no such vendor on that side; the message says which there are."""


def storefronts() -> dict[str, type[StorefrontSide]]:
    """The storefronts that there are, by the name that `vendor` has, in alphabetical order."""
    return _by_vendor(StorefrontBlock)


def warehouses() -> dict[str, type[WarehouseSide]]:
    """The warehouses, likewise."""
    return _by_vendor(WarehouseBlock)


def new_connection(name: str, *, storefront: str, warehouse: str, title: str = "") -> str:
    """The text of the file.

    Raises:
        UnknownVendor: there is no such storefront, or no such warehouse.
        ValueError: the name cannot be a connection's.
    """
    connection_name(name)
    sides = {
        "storefront": _Side(storefront, _block("storefront", storefronts(), storefront), name),
        "warehouse": _Side(warehouse, _block("warehouse", warehouses(), warehouse), name),
    }
    given = {"name": name, "title": title or _title(name)}
    lines = [f"# {given['title']}: {storefront} → {warehouse}.", *_HEAD, f"type: {COMPONENT_TYPE}", "", "attributes:"]
    for field, info in ConnectionSettings.model_fields.items():
        if field in sides:
            lines += ["", *_comment(info.description or "", 2), f"  {field}:", *_of_side(sides[field])]
        elif field in given:
            lines += [*_comment(info.description or "", 2), f"  {field}: {_written(given[field])}"]
        else:
            lines += ["", *_optional(field, info, 2, partial(_variable, name))]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Side:
    """A vendor of the new connection, and its block."""

    vendor: str
    block: type[StorefrontSide] | type[WarehouseSide]
    connection: str

    def variable(self, field: str) -> str:
        return _variable(f"{self.connection}_{self.vendor}", field)


def _of_side(side: _Side) -> Iterator[str]:
    """A vendor's block: what must be given, then what may be."""
    begun = side.block.begun(side.vendor, side.variable)
    yield f"    vendor: {side.vendor}"
    for field, value in begun.items():
        yield from _comment(_described(side.block.model_fields[field]), 4)
        yield f"    {field}: {_written(value)}"
    yield ""
    for field, info in side.block.model_fields.items():
        if field not in begun and field != "vendor":
            yield from _optional(field, info, 4, side.variable)


def _optional(field: str, info: FieldInfo, indent: int, variable: Callable[[str], str]) -> Iterator[str]:
    """A field at its default, commented out; a block of fields with all that is in it."""
    default = info.get_default(call_default_factory=True)
    if isinstance(default, BaseModel):
        yield from _comment((type(default).__doc__ or "").strip(), indent)
        yield f"{' ' * indent}#{field}:"
        for inner, told in type(default).model_fields.items():
            yield from _optional(inner, told, indent + 2, variable)
        return
    yield from _comment(_described(info), indent)
    said = variable(field) if field.endswith(_ENV) and not default else default
    yield f"{' ' * indent}#{field}:{'' if said is None else ' ' + _written(said)}"


def _variable(prefix: str, field: str) -> str:
    return f"{prefix}_{field.removesuffix(_ENV)}".upper()


def _title(name: str) -> str:
    """What people may call it: `northwind_uk` is Northwind UK."""
    return " ".join(word.upper() if len(word) <= len("uk") else word.capitalize() for word in name.split("_") if word)


def _described(info: FieldInfo) -> str:
    choices = [choice for choice in get_args(info.annotation) if get_origin(info.annotation) is Literal]
    one_of = f" One of: {', '.join(map(str, choices))}." if choices else ""
    return (info.description or "") + one_of


def _comment(text: str, indent: int) -> list[str]:
    lead = " " * indent + "# "
    return textwrap.wrap(text, width=_WIDTH, initial_indent=lead, subsequent_indent=lead)


def _written(value: Any) -> str:
    """A value as YAML has it, in one line."""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("...").removesuffix("\n")


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in value]
        case dict():
            return {_plain(name): _plain(each) for name, each in value.items()}
        case bool() | int() | float() | str() | date() | None:
            return value
        case _:
            return str(value)


def _block(side: str, known: dict[str, Any], vendor: str) -> Any:
    if vendor not in known:
        msg = f"no {side} called {vendor!r}; there are: {', '.join(known)}"
        raise UnknownVendor(msg)
    return known[vendor]


def _by_vendor(union: Any) -> dict[str, Any]:
    """The blocks of a union by their vendors; a single block is one, too."""
    annotated = get_args(union)[0] if get_origin(union) is not None else union
    blocks = get_args(annotated) or (annotated,)
    found = {vendor: block for block in blocks for vendor in get_args(block.model_fields["vendor"].annotation)}
    return dict(sorted(found.items()))
