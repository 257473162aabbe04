"""Which scopes the token needs, and what each is for (OpenAPI document, `securitySchemes`)."""

from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings

ALL = "manage_project"


def needs_of(settings: CommercetoolsSettings) -> dict[str, str]:
    """Scope → what is not possible without it."""
    needs = {
        "manage_orders": "orders cannot be read, nor parcels recorded",
        "manage_products": "stock can neither be read nor published",
        "view_project_settings": "the project itself cannot be checked",
    }
    if settings.held_states or settings.cancelled_line_states:
        needs["view_states"] = "the states that the settings name cannot be looked up"
    if settings.imports is not None:
        needs["manage_import_containers"] = "new inventory entries cannot be imported"
    if settings.poll_messages:
        needs["view_messages"] = "messages about orders, and gaps between them, cannot be read"
    return needs


def is_granted(scope: str, granted: frozenset[str], settings: CommercetoolsSettings) -> bool:
    """Whether the token has it, also as part of a greater one; an order scope may be the store's alone."""
    names = {scope, ALL, scope.replace("view_", "manage_", 1)}
    owners = {settings.project} | ({f"{settings.project}:{settings.store}"} if settings.store else set())
    return any(f"{name}:{owner}" in granted for name in names for owner in owners)
