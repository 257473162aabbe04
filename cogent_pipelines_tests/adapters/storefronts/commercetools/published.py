"""The vendor's OpenAPI documents, read as far as a body needs: what of it is not as published, in words.

Stricter than a validator: a property that the document does not name is a fault, as it would be a misspelt one.
"""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]

_NAME = re.compile(r"^    (\w+):$", re.MULTILINE)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Published:
    """One document. Only the schemas that are asked for are parsed: the whole of it takes seconds."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _blocks(self) -> dict[str, str]:
        text = self._path.read_text()
        schemas = text[text.index("\n  schemas:\n") :]
        found = list(_NAME.finditer(schemas))
        ends = [match.start() for match in found[1:]] + [len(schemas)]
        return {match.group(1): schemas[match.end() : end] for match, end in zip(found, ends, strict=True)}

    @cache  # noqa: B019 - a document is read once per module
    def schema(self, name: str) -> Schema:
        return yaml.load(self._blocks[name], yaml.CSafeLoader)

    def faults(self, name: str, value: Any, path: str = "") -> list[str]:
        """What of the value is not as the schema of that name has it; empty where all is."""
        schema = self.schema(name)
        own = [schema, *schema.get("allOf", [])]
        discriminator = next((part["discriminator"] for part in own if "discriminator" in part), {})
        mapping = discriminator.get("mapping")
        if mapping:
            field = discriminator["propertyName"]
            kind = value.get(field) if isinstance(value, dict) else None
            if kind not in mapping:
                # Answers leave the kind of a reference to its place: then the parent's fields are all there is.
                return [f"{path}: no {field} {kind!r}"] if kind is not None else self._of(schema, value, path)
            child = _name(mapping[kind])
            return self._of(self.schema(child), value, path) if child != name else self._of(schema, value, path)
        return self._of(schema, value, path)

    def _of(self, schema: Schema, value: Any, path: str) -> list[str]:
        if "$ref" in schema:
            return self.faults(_name(schema["$ref"]), value, path)
        if "enum" in schema:
            return [] if value in schema["enum"] else [f"{path}: {value!r} is none of {schema['enum']}"]
        kind = _TYPES.get(schema.get("type", "object" if "allOf" in schema or "properties" in schema else ""))
        if kind is None:
            return []
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            return [f"{path}: a {type(value).__name__}, not {schema.get('type')}"]
        if isinstance(value, list):
            return [
                fault for place, each in enumerate(value) for fault in self._of(schema["items"], each, f"{path}[{place}]")
            ]
        return self._of_object(schema, value, path) if isinstance(value, dict) else []

    def _of_object(self, schema: Schema, value: Schema, path: str) -> list[str]:
        properties, required, is_open = self._fields(schema)
        faults = [f"{path}.{name} is missing" for name in required if name not in value]
        for name, each in value.items():
            if name in properties:
                faults += self._of(properties[name], each, f"{path}.{name}")
            elif not is_open:
                faults.append(f"{path}.{name} is not published")
        return faults

    def _fields(self, schema: Schema) -> tuple[dict[str, Schema], set[str], bool]:
        """Properties and required names with those of the parents; whether others may be there as well."""
        properties: dict[str, Schema] = {}
        required: set[str] = set()
        is_open = "additionalProperties" in schema
        for part in schema.get("allOf", []):
            inner = self.schema(_name(part["$ref"])) if "$ref" in part else part
            more, names, also_open = self._fields(inner)
            properties |= more
            required |= names
            is_open = is_open or also_open
        properties |= schema.get("properties", {})
        names_free = any(name.startswith("/") for name in properties)
        return properties, required | {name for name in schema.get("required", []) if name[0] != "/"}, is_open or names_free


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]
