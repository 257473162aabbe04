"""Custom fields: a type says which a resource may have; the actions `set…CustomType` and `set…CustomField`."""

from collections.abc import Callable
from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import invalid_field, invalid_operation, required_field
from cogent_pipelines.simulators.commercetools.ids import moment_of
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.updating import Act, Change

Owner = Callable[[Change, Document], Document]
"""Finds what an action is about: the resource itself, or a part of it."""


def custom_of(project: Project, draft: Document | None, resource: str) -> Document | None:
    """Turn a draft of custom fields into custom fields.

    Raises:
        Refused: the type is unknown, is not for such a resource, or has no such field.
    """
    if draft is None:
        return None
    made = project.resolved(project.types, draft["type"])
    if resource not in made["resourceTypeIds"]:
        raise invalid_operation(f"The type '{made['key']}' is not for resources of type '{resource}'.")
    fields = {name: value for name, value in (draft.get("fields") or {}).items() if value is not None}
    for name, value in fields.items():
        _check(made, name, value)
    for definition in made["fieldDefinitions"]:
        if definition["required"] and definition["name"] not in fields:
            raise required_field(definition["name"])
    return {"type": {"typeId": "type", "id": made["id"]}, "fields": fields}


def _check(made: Document, name: str, value: Any) -> None:
    definition = next((each for each in made["fieldDefinitions"] if each["name"] == name), None)
    if definition is None:
        raise invalid_field(name, value, [each["name"] for each in made["fieldDefinitions"]])
    if not _fits(definition["type"], value):
        raise invalid_field(name, value)


def _fits(kind: Document, value: Any) -> bool:
    name = kind["name"]
    if name in {"DateTime", "Date"}:
        return _is_moment(value)
    if name == "Set":
        return isinstance(value, list) and all(_fits(kind["elementType"], each) for each in value)
    if name == "Enum":
        return any(each.get("key") == value for each in kind.get("values", []))
    if name == "Number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    expected = {"Boolean": bool, "String": str, "LocalizedString": dict, "Money": dict, "Reference": dict}.get(name)
    return expected is None or isinstance(value, expected)


def _is_moment(value: Any) -> bool:
    try:
        moment_of(value)
    except (TypeError, ValueError):
        return False
    return True


def setting_type(owner: Owner, resource: str, says: str | None = None) -> Act:
    """Make the action that sets, or takes away, the type of custom fields."""

    def act(change: Change, action: Document) -> None:
        part = owner(change, action)
        previous = part.pop("custom", None)
        if "type" not in action:
            if previous and says:
                change.say(f"{says}CustomTypeRemoved", previousTypeId=previous["type"]["id"])
            return
        part["custom"] = custom_of(change.project, action, resource)
        if says:
            before = previous["type"]["id"] if previous else None
            change.say(f"{says}CustomTypeSet", customFields=part["custom"], previousTypeId=before)

    return act


def setting_field(owner: Owner, says: str | None = None) -> Act:
    """Make the action that sets, or takes away, one custom field."""

    def act(change: Change, action: Document) -> None:
        custom = owner(change, action).get("custom")
        if custom is None:
            raise invalid_operation("No type is set: a custom field needs one.")
        made = change.project.types.get(custom["type"]["id"])
        name, value = action["name"], action.get("value")
        previous = custom["fields"].get(name)
        if value is None:
            custom["fields"].pop(name, None)
        else:
            if made is not None:
                _check(made, name, value)
            custom["fields"][name] = value
        if says and value != previous:
            _say(change, says, name, value, previous)

    return act


def _say(change: Change, says: str, name: str, value: Any, previous: Any) -> None:
    if value is None:
        change.say(f"{says}CustomFieldRemoved", name=name)
    elif previous is None:
        change.say(f"{says}CustomFieldAdded", name=name, value=value)
    else:
        change.say(f"{says}CustomFieldChanged", name=name, value=value, previousValue=previous)
