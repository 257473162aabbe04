"""What the update actions of an inventory entry do."""

from collections.abc import Callable

from cogent_pipelines.simulators.commercetools.custom_fields import custom_of, setting_field, setting_type
from cogent_pipelines.simulators.commercetools.documents import Document, without_nothing
from cogent_pipelines.simulators.commercetools.ids import iso, moment_of
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.stock import Stock
from cogent_pipelines.simulators.commercetools.updating import Act, Change


def entry_from_draft(project: Project, draft: Document, client: str | None) -> Document:
    """Give the entry that a checked draft describes."""
    levels = draft.get("stockLevels")
    return without_nothing(
        **project.fresh(client),
        key=draft.get("key"),
        sku=draft["sku"],
        supplyChannel=project.reference(project.channels, draft["supplyChannel"]) if draft.get("supplyChannel") else None,
        quantityOnStock=draft["quantityOnStock"],
        availableQuantity=draft["quantityOnStock"],
        minCartQuantity=draft.get("minCartQuantity"),
        maxCartQuantity=draft.get("maxCartQuantity"),
        restockableInDays=draft.get("restockableInDays"),
        expectedDelivery=iso(moment_of(draft["expectedDelivery"])) if draft.get("expectedDelivery") else None,
        reservationExpirationInMinutes=draft.get("reservationExpirationInMinutes"),
        stockLevels=levels,
        custom=custom_of(project, draft.get("custom"), "inventory-entry"),
    )


def inventory_acts(stock: Stock) -> dict[str, Act]:
    """Give the actions by their names."""

    def setting(quantity_of: Callable[[int, int], int]) -> Act:
        return lambda change, action: _set_quantity(
            stock, change, quantity_of(change.document["quantityOnStock"], action["quantity"])
        )

    return {
        "changeQuantity": setting(lambda _, told: told),
        "addQuantity": setting(lambda before, told: before + told),
        "removeQuantity": setting(lambda before, told: before - told),
        "setSupplyChannel": lambda change, action: _set_channel(stock, change, action),
        "setInventoryLimits": _set_limits,
        "setExpectedDelivery": _set_expected,
        "setKey": _setting("key"),
        "setRestockableInDays": _setting("restockableInDays"),
        "setReservationExpirationInMinutes": _setting("reservationExpirationInMinutes"),
        "setReorderPoint": _setting_level("reorderPoint"),
        "setSafetyStock": _setting_level("safetyStock"),
        "setCustomType": setting_type(lambda change, _: change.document, "inventory-entry"),
        "setCustomField": setting_field(lambda change, _: change.document),
    }


def _set_quantity(stock: Stock, change: Change, quantity: int) -> None:
    entry = change.document
    on_stock, available = entry["quantityOnStock"], entry["availableQuantity"]
    if quantity == on_stock:
        return
    entry["quantityOnStock"] = quantity
    entry["availableQuantity"] = quantity - stock.shown_reserved(entry["id"])
    change.say(
        "InventoryEntryQuantitySet",
        oldQuantityOnStock=on_stock,
        newQuantityOnStock=quantity,
        oldAvailableQuantity=available,
        newAvailableQuantity=entry["availableQuantity"],
        sku=entry["sku"],
        supplyChannel=entry.get("supplyChannel"),
    )
    change.afterwards.append(lambda: stock.note_written(entry, on_stock))
    if available > 0 >= entry["availableQuantity"]:
        change.say("InventoryEntryOutOfStock", sku=entry["sku"], supplyChannel=entry.get("supplyChannel"))


def _set_channel(stock: Stock, change: Change, action: Document) -> None:
    project, entry = change.project, change.document
    entry.pop("supplyChannel", None)
    if "supplyChannel" in action:
        entry["supplyChannel"] = project.reference(project.channels, action["supplyChannel"])
    stock.check_place(entry)
    change.afterwards.append(lambda: stock.moved(change.before, entry))


def _set_limits(change: Change, action: Document) -> None:
    for name in ("minCartQuantity", "maxCartQuantity"):
        _put(change.document, name, action.get(name))


def _set_expected(change: Change, action: Document) -> None:
    told = action.get("expectedDelivery")
    _put(change.document, "expectedDelivery", iso(moment_of(told)) if told else None)


def _put(document: Document, name: str, value: object) -> None:
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value


def _setting(name: str) -> Act:
    return lambda change, action: _put(change.document, name, action.get(name))


def _setting_level(name: str) -> Act:
    def act(change: Change, action: Document) -> None:
        levels = dict(change.document.get("stockLevels", {}))
        _put(levels, name, action.get("quantity"))
        _put(change.document, "stockLevels", levels or None)

    return act
