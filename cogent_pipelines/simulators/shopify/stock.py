"""How units move between the states of a stock level, with the trail of it."""

from cogent_pipelines.simulators.shopify.catalogue import Level
from cogent_pipelines.simulators.shopify.records import Line
from cogent_pipelines.simulators.shopify.shop import Shop


def move(shop: Shop, level: Level, name: str, delta: int, why: str, *, by_client: bool = False) -> None:
    """Change one quantity of a level and write it down."""
    if not delta:
        return
    before: int = getattr(level, name)
    setattr(level, name, before + delta)
    level.updated_at = shop.now_ms()
    kept = shop.switches.stock_history
    if kept == "all" or (kept == "api" and by_client):
        if level.history is None:
            level.history = []
        level.history.append((level.updated_at, name, before, before + delta, why))


def level_of(shop: Shop, line: Line) -> Level | None:
    """Give the level a line draws on; None where nothing is counted."""
    if line.variant is None or not line.variant.item.tracked or line.location is None:
        return None
    return shop.level_for(line.variant.item, line.location)


def commit(shop: Shop, line: Line, units: int) -> None:
    """A sale: available becomes committed; what was not there is counted as oversold."""
    level = level_of(shop, line)
    if level is None or units <= 0:
        return
    level.oversold += max(0, units - max(0, level.available))
    move(shop, level, "available", -units, line.order.name)
    move(shop, level, "committed", units, line.order.name)
    shop.announce("inventory_levels/update", level)


def release(shop: Shop, line: Line, units: int) -> None:
    """A sale undone before it left: committed becomes available again."""
    level = level_of(shop, line)
    if level is None or units <= 0:
        return
    move(shop, level, "committed", -units, line.order.name)
    move(shop, level, "available", units, line.order.name)
    shop.announce("inventory_levels/update", level)


def drop(shop: Shop, line: Line, units: int) -> None:
    """A sale undone without the goods coming back for sale."""
    level = level_of(shop, line)
    if level is not None and units > 0:
        move(shop, level, "committed", -units, line.order.name)
        shop.announce("inventory_levels/update", level)


def send(shop: Shop, line: Line, units: int) -> None:
    """A parcel: committed units have left, and on hand falls with them."""
    level = level_of(shop, line)
    if level is not None and units > 0:
        move(shop, level, "committed", -units, line.order.name)


def unsend(shop: Shop, line: Line, units: int) -> None:
    """A parcel taken back: the units are committed once more."""
    level = level_of(shop, line)
    if level is not None and units > 0:
        move(shop, level, "committed", units, line.order.name)


def take_back(shop: Shop, line: Line, units: int) -> None:
    """A return put on the shelf."""
    level = level_of(shop, line)
    if level is not None and units > 0:
        move(shop, level, "available", units, f"{line.order.name} return")
        shop.announce("inventory_levels/update", level)
