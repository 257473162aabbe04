"""What keeps an order from the warehouse, found before it is sent. Pure: the catalogue's answers are handed in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cogent_pipelines.canonical.address import Address
from cogent_pipelines.canonical.bundle import Bundles
from cogent_pipelines.canonical.connection import InjectionRules
from cogent_pipelines.canonical.exception_case import (
    BAD_ADDRESS,
    INACTIVE_SKU,
    MISSING_SKU,
    SKU_VARIANT,
    UNKNOWN_SKU,
    UNSENDABLE_ORDER,
    CaseFinding,
    CaseKind,
)
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.canonical.order import Order, OrderLine
from cogent_pipelines.ledger.sku_lookup import SkuAnswer

_COUNTRY_CODE_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of trouble of one order; an order has at most one of each kind. No personal data in it."""

    kind: CaseKind
    message: str
    suggestion: str = ""
    skus: tuple[Sku, ...] = ()

    def finding(self, order: Order) -> CaseFinding:
        return CaseFinding(
            self.kind,
            order.ref,
            self.message,
            order_name=order.name,
            suggestion=self.suggestion,
            evidence={"skus": ", ".join(self.skus)} if self.skus else {},
        )


def lines_to_ship(order: Order) -> list[OrderLine]:
    """The lines that a warehouse still owes something of."""
    return [line for line in order.lines if line.requires_shipping and line.to_ship > 0]


def skus_to_pick(orders: Iterable[Order], bundles: Bundles) -> set[Sku]:
    """The SKUs that a warehouse must know to ship what it still owes; a bundle's are its components'."""
    sold = {line.sku for order in orders for line in lines_to_ship(order)}
    return {picked for sku in sold if sku is not None and sku.strip() for picked in bundles.picked_for(sku)}


def problems_of(
    order: Order,
    ref: SalesOrderRef,
    *,
    answers: Mapping[Sku, SkuAnswer],
    rules: InjectionRules,
    longest_ref: int,
    bundles: Bundles,
) -> list[Problem]:
    """Everything that is wrong at once, so that a person corrects an order once; the gravest for the goods first."""
    found = [*_sku_problems(lines_to_ship(order), answers, bundles), *_address_problems(order.shipping_address, rules)]
    if len(ref) > longest_ref:
        message = f"The reference {ref} has {len(ref)} characters; the warehouse takes {longest_ref}."
        found.append(Problem(UNSENDABLE_ORDER, message))
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the catalogue says of a SKU that is to be picked, and the bundle that it is picked for; '' where it is none."""

    answer: SkuAnswer
    bundle: str

    @property
    def name(self) -> str:
        """With its bundle, because it is not on the order; with what it is mapped to, because that is what is asked for."""
        sku, mapped = self.answer.sku, self.answer.warehouse_sku
        named = sku if sku == mapped else f"{sku} (mapped to {mapped})"
        return f"{named} in the bundle {self.bundle}" if self.bundle else named


def _asked(lines: Iterable[OrderLine], answers: Mapping[Sku, SkuAnswer], bundles: Bundles) -> list[_Asked]:
    return [
        _Asked(answers[picked], "" if picked == line.sku else line.sku)
        for line in lines
        if line.sku is not None and has_sku(line)
        for picked in bundles.picked_for(line.sku)
    ]


def _sku_problems(lines: Iterable[OrderLine], answers: Mapping[Sku, SkuAnswer], bundles: Bundles) -> Iterator[Problem]:
    lines = list(lines)
    if _are_sound(lines, answers, bundles):
        return
    bare = [line.title for line in lines if not has_sku(line)]
    asked = [each for each in _asked(lines, answers, bundles) if not (each.answer.known and each.answer.active)]
    if not asked and not bare:
        return
    asked = list(dict.fromkeys(asked))
    unknown = [each for each in asked if not each.answer.known and not each.answer.variants]
    variants = [each for each in asked if not each.answer.known and each.answer.variants]
    inactive = [each for each in asked if each.answer.known and not each.answer.active]
    if bare:
        yield Problem(MISSING_SKU, f"No SKU on: {', '.join(bare)}.")
    if unknown:
        yield Problem(UNKNOWN_SKU, f"Not known to the warehouse: {_listed(unknown)}.", skus=_skus(unknown))
    if variants:
        spelt = "; ".join(f"“{each.name}” is “{each.answer.variants[0]}” there" for each in variants)
        hint = "; ".join(f"map “{each.answer.sku}” to “{each.answer.variants[0]}”" for each in variants)
        yield Problem(SKU_VARIANT, f"Spelt differently at the warehouse: {spelt}.", hint, skus=_skus(variants))
    if inactive:
        yield Problem(INACTIVE_SKU, f"Deactivated at the warehouse: {_listed(inactive)}.", skus=_skus(inactive))


def _are_sound(lines: Iterable[OrderLine], answers: Mapping[Sku, SkuAnswer], bundles: Bundles) -> bool:
    """Whether every line is of one known and active SKU, as hardly any line is not; nobody was asked about a blank one."""
    bundled = bundles.by_sku
    for line in lines:
        answer = answers.get(line.sku) if line.sku is not None and line.sku not in bundled else None
        if answer is None or not answer.known or not answer.active:
            return False
    return True


def has_sku(line: OrderLine) -> bool:
    """Blanks are no SKU."""
    return line.sku is not None and bool(line.sku.strip())


def _address_problems(address: Address | None, rules: InjectionRules) -> Iterator[Problem]:
    if address is None:
        yield Problem(BAD_ADDRESS, "The order has no shipping address.")
        return
    lacking = []
    if not (address.name.strip() or address.company.strip()):
        lacking.append("a name or company")
    if not address.line1.strip():
        lacking.append("the first address line")
    if not address.city.strip():
        lacking.append("the town")
    if len(address.country_code.strip()) != _COUNTRY_CODE_LENGTH:
        lacking.append("the country")
    elif address.country_code.upper() in rules.postcode_required_in and not address.postcode.strip():
        lacking.append(f"the postcode, which {address.country_code.upper()} needs")
    if lacking:
        yield Problem(BAD_ADDRESS, f"The shipping address lacks {', '.join(lacking)}.")


def _skus(asked: Iterable[_Asked]) -> tuple[Sku, ...]:
    return tuple(dict.fromkeys(each.answer.sku for each in asked))


def _listed(asked: Iterable[_Asked]) -> str:
    return ", ".join(each.name for each in asked)
