"""Bundles: what is sold as one thing and picked as several. Which SKUs the warehouse knows is not judged here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cogent_pipelines.canonical.identity import LineRef, Sku


@dataclass(frozen=True, slots=True)
class Component:
    """What one unit of a bundle holds of one SKU."""

    sku: Sku
    quantity: int


@dataclass(frozen=True, slots=True)
class Bundles:
    """Every bundle of a connection with what it is picked from: never another bundle, each SKU once, in the SKUs' order."""

    by_sku: Mapping[Sku, tuple[Component, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, listed: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> "Bundles":
        """Read bundles as a person lists them; a bundle in a bundle becomes what that one holds.

        Raises:
            ValueError: something is listed twice, holds nothing, or holds itself; the message says which.
        """
        written: dict[str, dict[str, int]] = {}
        for sku, components in listed:
            if sku in written:
                raise ValueError(f"bundle {sku!r} is listed twice; put all its components into one list")
            written[sku] = _components(sku, components)
        return cls({Sku(sku): _picked(sku, written, ()) for sku in written})

    def __bool__(self) -> bool:
        return bool(self.by_sku)

    def components_of(self, sku: Sku | None) -> tuple[Component, ...]:
        """What the SKU is picked from; nothing where it is no bundle."""
        return self.by_sku.get(sku, ()) if sku is not None else ()

    def picked_for(self, sku: Sku) -> list[Sku]:
        """The SKUs that the warehouse must know to ship this one: its components, or itself."""
        return [component.sku for component in self.components_of(sku)] or [sku]

    def holding(self, skus: Collection[Sku]) -> set[Sku]:
        """The bundles that hold one of these."""
        return {bundle for bundle, parts in self.by_sku.items() if any(part.sku in skus for part in parts)}


def component_line(line: LineRef, place: int) -> LineRef:
    """The reference of a bundle's component at this place, from 1, on an order line: unique, and always the same."""
    return LineRef(f"{line}/{place}")


def _components(sku: str, components: Sequence[tuple[str, int]]) -> dict[str, int]:
    if not sku.strip():
        raise ValueError("a bundle has no SKU")
    if not components:
        raise ValueError(f"bundle {sku!r} has no components")
    quantities: dict[str, int] = {}
    for part, quantity in components:
        if not part.strip():
            raise ValueError(f"bundle {sku!r} has a component without a SKU")
        if part in quantities:
            raise ValueError(f"bundle {sku!r} lists {part!r} twice; add its quantities up")
        if quantity < 1:
            raise ValueError(f"bundle {sku!r} holds {quantity} of {part!r}; a component's quantity is 1 or more")
        quantities[part] = quantity
    return quantities


def _picked(sku: str, written: Mapping[str, Mapping[str, int]], above: tuple[str, ...]) -> tuple[Component, ...]:
    path = (*above, sku)
    if sku in above:
        raise ValueError(f"bundle {sku!r} holds itself: {' → '.join(path[above.index(sku) :])}")
    units: dict[str, int] = {}
    for part, quantity in written[sku].items():
        inner = _picked(part, written, path) if part in written else (Component(Sku(part), 1),)
        for each in inner:
            units[each.sku] = units.get(each.sku, 0) + quantity * each.quantity
    return tuple(Component(Sku(part), units[part]) for part in sorted(units))
