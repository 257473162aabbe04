"""Channels: from their drafts, and what their update actions do."""

from cogent_pipelines.simulators.commercetools.custom_fields import custom_of, setting_field, setting_type
from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.updating import Act, Change

_ROLE_AT_FIRST = ["InventorySupply"]


def channel_from_draft(project: Project, draft: Document, client: str | None) -> Document:
    """Give the channel that a checked draft describes."""
    return without_nothing(
        **project.fresh(client),
        key=draft["key"],
        roles=draft.get("roles") or list(_ROLE_AT_FIRST),
        name=draft.get("name"),
        description=draft.get("description"),
        address=draft.get("address"),
        geoLocation=draft.get("geoLocation"),
        custom=custom_of(project, draft.get("custom"), "channel"),
    )


def _add_roles(change: Change, action: Document) -> None:
    roles = change.document["roles"]
    change.document["roles"] = roles + [role for role in action["roles"] if role not in roles]


def _remove_roles(change: Change, action: Document) -> None:
    change.document["roles"] = [role for role in change.document["roles"] if role not in action["roles"]]


def _setting(field: str) -> Act:
    def act(change: Change, action: Document) -> None:
        change.document.pop(field, None)
        if field in action:
            change.document[field] = action[field]

    return act


CHANNEL_ACTS: dict[str, Act] = {
    "addRoles": _add_roles,
    "removeRoles": _remove_roles,
    "setRoles": _setting("roles"),
    "changeKey": _setting("key"),
    "changeName": _setting("name"),
    "changeDescription": _setting("description"),
    "setAddress": _setting("address"),
    "setCustomType": setting_type(lambda change, _: change.document, "channel"),
    "setCustomField": setting_field(lambda change, _: change.document),
}
