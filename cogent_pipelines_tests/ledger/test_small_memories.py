"""Watermarks, subscriptions, evidence, and what is known of SKUs."""

from datetime import timedelta

from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.item import Item
from cogent_pipelines.ledger.event_subscriptions import Subscription
from cogent_pipelines.ledger.retention import Pruned
from cogent_pipelines.ledger.sku_lookup import SkuAnswer
from cogent_pipelines.ledger.sku_mappings import MappingState, SkuMapping
from cogent_pipelines.ports.vendor_account import Exchange
from cogent_pipelines.ports.webhook import Arrival, VerifiedEvent
from cogent_pipelines_tests.factories.orders import NINE, NORTHWIND, an_order

NAME = NORTHWIND.name
HOUR = timedelta(hours=1)


def exchange(*subjects: str, at=NINE, status: int | None = 200) -> Exchange:
    return Exchange("peoplevox:nw", "SaveData", subjects, at, 0.25, b"<request/>" * 50, status, b"\x00\xff", "accepted")


def test_a_watermark_never_moves_back(ledger):
    """A poll that looked further back must not make the next one start there."""
    assert ledger.watermarks.get(NAME, "orders") is None
    ledger.watermarks.move(NAME, "orders", NINE, now=NINE)
    ledger.watermarks.move(NAME, "orders", NINE - HOUR, now=NINE + HOUR)

    assert NINE == ledger.watermarks.get(NAME, "orders")
    assert ledger.watermarks.get(NAME, "stock") is None


def test_the_account_of_an_order_never_moves_back(ledger):
    """Each order has its own; of those that were never heard of nothing is known."""
    ledger.order_news.move(NAME, {"a": 4, "b": 1})
    ledger.order_news.move(NAME, {"a": 3, "b": 2})
    ledger.order_news.move(NAME, {})

    assert {"a": 4, "b": 2} == ledger.order_news.up_to(NAME, ["a", "b", "c"])


def test_evidence_comes_back_as_it_was_and_is_found_by_what_it_concerned(ledger):
    """Bodies are bytes; a call without an answer has no status."""
    first, second = exchange("SO-1", "SO-2"), exchange("SO-2", at=NINE + HOUR, status=None)

    ids = ledger.evidence.record([first, second])

    assert [second, first] == [found.exchange for found in ledger.exchanges.find("SO-2")]
    assert ids == sorted(ids)
    assert first == ledger.evidence.get(ids[0]).exchange
    assert [] == ledger.evidence.find("SO-3")
    assert [] == ledger.evidence.record([])


def test_evidence_is_kept_for_thirteen_months(ledger):
    """A year's accounts, and the month in which they are closed."""
    ledger.evidence.record([exchange("SO-1"), exchange("SO-1", at=NINE + 30 * 24 * HOUR)])

    assert 0 == ledger.evidence.prune(now=NINE + timedelta(days=395))
    assert 1 == ledger.evidence.prune(now=NINE + timedelta(days=397))


def test_pruning_once_a_day_forgets_only_what_is_old(ledger):
    """Evidence, bodies and superseded versions go; the order and the event's id stay."""
    ledger.evidence.record([exchange("SO-1")])
    event = VerifiedEvent("e-1", "d", "orders/create", "o", NINE, b"{}")
    ledger.inbox.store_all([Arrival(NAME, "storefront", event, NINE)])
    ledger.inbox.take([ledger.inbox.waiting(NAME, "storefront")[0].id], now=NINE)
    for version in (NINE, NINE + HOUR):
        ledger.orders.store(NORTHWIND, [an_order(version=version)], now=NINE)

    assert Pruned(0, 0, 0) == ledger.prune(now=NINE + timedelta(days=29))
    assert Pruned(1, 1, 1) == ledger.prune(now=NINE + timedelta(days=400))
    assert [an_order(version=NINE + HOUR)] == ledger.orders.get(NAME, [an_order().ref])
    assert [False] == ledger.inbox.store_all([Arrival(NAME, "storefront", event, NINE)])


def test_a_topic_is_subscribed_once_and_its_newest_subscription_counts(ledger):
    """Subscribing anew after an address moved replaces, and forgetting forgets."""
    old = Subscription("warehouse", "Despatch", "11", "https://old.example/hook")
    new = Subscription("warehouse", "Despatch", "12", "https://new.example/hook")
    for subscription in (old, new, Subscription("storefront", "orders/create", "9", "https://new.example/hook")):
        ledger.subscriptions.remember(NAME, subscription, now=NINE)

    assert [new] == ledger.subscriptions.of(NAME, "warehouse")
    ledger.subscriptions.forget(NAME, "warehouse", ["Despatch"])
    assert [] == ledger.subscriptions.of(NAME, "warehouse")


def test_a_sku_is_known_by_exactly_its_spelling_or_by_a_confirmed_mapping(ledger):
    """What differs in case or spaces is offered, active items first; a mere suggestion maps nothing."""
    items = [Item(Sku("MUG"), "", active=True), Item(Sku("m ug"), "", active=False), Item(Sku("CUP"), "", active=False)]
    ledger.items.store(NAME, items, now=NINE)
    for sold, picked, state in (("POT", "MUG", MappingState.CONFIRMED), ("PAN", "MUG", MappingState.SUGGESTED)):
        ledger.mappings.decide(NAME, SkuMapping(Sku(sold), Sku(picked), state), now=NINE)

    found = ledger.skus.of(NAME, [Sku(sku) for sku in ("MUG", "CUP", "POT", "PAN", "Mug ")])

    assert [
        SkuAnswer("MUG", "MUG", known=True, active=True),
        SkuAnswer("CUP", "CUP", known=True, active=False),
        SkuAnswer("POT", "MUG", known=True, active=True),
        SkuAnswer("PAN", "PAN", known=False, active=False),
        SkuAnswer("Mug ", "Mug ", known=False, active=False, variants=("MUG", "m ug")),
    ] == [found[Sku(sku)] for sku in ("MUG", "CUP", "POT", "PAN", "Mug ")]
