"""Stock: what can be sold, told entry by entry for the version that was looked at."""

import re

import httpx
import pytest

from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorUnavailable
from cogent_pipelines.ports.outcomes import Published, Rejected, Superseded, Unavailable, Unknown, UnknownSku
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import Project, conflict, opened, page, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, entry, product, uuid

UK = channel("uk-dc", "InventorySupply", number=3002)


class Stock(Project):
    """Inventory entries at one channel that change as the vendor changes them."""

    def __init__(self, *entries, sold=()):
        super().__init__()
        self.entries = {each["id"]: each for each in entries}
        self.before, self.after = [], []
        self.on("GET /inventory", self._found).on("POST /inventory", self._created)
        self.on("GET /product-projections", page(*(product(place, sku) for place, sku in enumerate(sold, 1))))
        for ref in self.entries:
            self._serve(ref)

    def _serve(self, ref):
        self.on(f"GET /inventory/{ref}", lambda _: self.entries.get(ref) or refused(404, "ResourceNotFound"))
        self.on(f"POST /inventory/{ref}", self._updated)

    @property
    def written(self):
        return [asked.body for asked in self.asked if asked.to.startswith("POST /inventory/")]

    def of(self, sku):
        return next(
            (each["quantityOnStock"], each["availableQuantity"]) for each in self.entries.values() if each["sku"] == sku
        )

    def _found(self, asked):
        wanted = re.findall(r'"([^"]+)"', asked.all("where")[0])
        return page(*(each for each in self.entries.values() if each["sku"] in wanted))

    def _created(self, asked):
        reply = self.before.pop(0)(asked) if self.before else None
        if reply is not None:
            return reply
        made = entry(len(self.entries) + 50, sku=asked.body["sku"], on_stock=asked.body["quantityOnStock"])
        self.entries[made["id"]] = made
        self._serve(made["id"])
        return httpx.Response(201, json=made)

    def _updated(self, asked):
        found = self.entries[asked.to.rpartition("/")[2]]
        reply = self.before.pop(0)(found) if self.before else None
        if reply is not None:
            return reply
        if asked.body["version"] != found["version"]:
            return conflict(found["version"])
        [action] = asked.body["actions"]
        reserved = found["quantityOnStock"] - found["availableQuantity"]
        found.update(
            quantityOnStock=action["quantity"], availableQuantity=action["quantity"] - reserved, version=found["version"] + 1
        )
        return self.after.pop(0)(found) if self.after else found


def bought(units):
    """Somebody buys between our look and our write."""

    def buy(found):
        found["availableQuantity"] -= units
        found["version"] += 1

    return buy


def tell(stock, *levels, **settings):
    with opened(stock, **settings) as storefront:
        return storefront.publish_stock(
            [StockToPublish(sku, units, expected, f"i-{sku}") for sku, units, expected in levels]
        )


def test_reserved_units_stay_reserved():
    """Free becomes on stock: what the warehouse has free, and what orders hold."""
    stock = Stock(entry(on_stock=10, reserved=3))

    assert [Published()] == tell(stock, ("TEE-S", 20, 7))
    assert (23, 20) == stock.of("TEE-S")
    assert [{"version": 1, "actions": [{"action": "changeQuantity", "quantity": 23}]}] == stock.written


def test_a_figure_that_is_there_is_not_written():
    """Every write is a new version."""
    stock = Stock(entry(on_stock=10, reserved=3))

    assert ([Published()], []) == (tell(stock, ("TEE-S", 7, 5)), stock.written)


def test_where_something_else_is_believed_nothing_is_written():
    """And what is believed is said."""
    stock = Stock(entry(on_stock=10, reserved=3))

    assert ([Superseded(7)], []) == (tell(stock, ("TEE-S", 20, 9)), stock.written)


def test_a_first_figure_expects_nothing():
    """There is nothing to compare with."""
    stock = Stock(entry(on_stock=-2))

    assert ([Published()], (4, 4)) == (tell(stock, ("TEE-S", 4, None)), stock.of("TEE-S"))


def test_outcomes_are_one_each_and_in_order():
    """A stranger holds up nobody; figures of one SKU follow one another."""
    stock = Stock(entry(1), entry(2, sku="COAT-L"))

    outcomes = tell(stock, ("NOSUCH", 1, None), ("COAT-L", 4, 10), ("TEE-S", 5, 10), ("TEE-S", 6, 5))

    assert [UnknownSku, Published, Published, Published] == [type(each) for each in outcomes]
    assert ((6, 6), (4, 4)) == (stock.of("TEE-S"), stock.of("COAT-L"))
    assert 1 == len(stock.to("GET /inventory"))


def test_a_sale_between_look_and_write_is_seen():
    """The version refuses the write; decided again, the figure is no longer the one to tell."""
    stock = Stock(entry(on_stock=10))
    stock.before = [bought(1)]

    assert ([Superseded(9)], (10, 9)) == (tell(stock, ("TEE-S", 20, 10)), stock.of("TEE-S"))


def test_a_first_figure_is_reckoned_anew_after_a_sale():
    """One more is reserved now."""
    stock = Stock(entry(on_stock=10))
    stock.before = [bought(1)]

    assert ([Published()], (21, 20)) == (tell(stock, ("TEE-S", 20, None)), stock.of("TEE-S"))


@pytest.mark.parametrize(("sold_meanwhile", "outcome"), [(0, Published()), (1, Superseded(19))])
def test_a_lost_answer_is_found_out_by_reading_back(sold_meanwhile, outcome):
    """It was done; if somebody bought since, the figure is that of before, and is not put back."""
    stock = Stock(entry(on_stock=10))

    def lost(found):
        bought(sold_meanwhile)(found)
        return httpx.ReadTimeout("lost")

    stock.after = [lost]

    assert ([outcome], (20, 20 - sold_meanwhile)) == (tell(stock, ("TEE-S", 20, 10)), stock.of("TEE-S"))
    assert 1 == len(stock.written)


def test_an_entry_that_keeps_changing_is_left_for_later():
    """A bounded number of tries."""
    stock = Stock(entry())
    stock.before = [bought(0)] * 20

    assert ([Unavailable("somebody else keeps changing it")], 5) == (tell(stock, ("TEE-S", 5, 10)), len(stock.written))


def test_an_entry_that_is_gone_is_an_unknown_sku():
    """Deleted between look and write."""
    stock = Stock(entry())

    def delete(found):
        found["version"] += 1
        del stock.entries[found["id"]]

    def refuse(found):
        delete(found)
        return conflict(2)

    stock.before = [refuse]

    assert [UnknownSku("its inventory entry is gone")] == tell(stock, ("TEE-S", 5, 10))


def test_a_refusal_is_given_in_the_vendors_words():
    """The others are told."""
    stock = Stock(entry(1), entry(2, sku="COAT-L"))
    stock.on(f"POST /inventory/{uuid(2001)}", refused(400, "InvalidField", "quantity is too large"))

    assert [Rejected(("HTTP 400: InvalidField: quantity is too large",)), Published()] == tell(
        stock, ("TEE-S", 5, 10), ("COAT-L", 5, 10)
    )


@pytest.mark.parametrize(
    ("settings", "condition"),
    [({"supply_channel": "uk-dc"}, f'supplyChannel(id = "{uuid(3002)}")'), ({}, "supplyChannel is not defined")],
)
def test_only_entries_of_the_connections_channel_are_looked_at(settings, condition):
    """Without one, only those that have none."""
    stock = Stock(entry()).on("GET /channels/key=uk-dc", UK)

    tell(stock, ("TEE-S", 5, None), **settings)

    assert ['sku in ("TEE-S")', condition] == stock.to("GET /inventory")[0].all("where")


def test_many_skus_are_asked_for_in_several_calls():
    """An address has an end."""
    stock = Stock()
    skus = [f"SKU-{number}-{'x' * 60}" for number in range(300)]

    outcomes = tell(stock, *((sku, 1, None) for sku in skus))

    assert {UnknownSku} == {type(each) for each in outcomes}
    calls = stock.to("GET /inventory")
    assert 1 < len(calls) < 10
    assert all(len(str(asked.request.url)) < 8_192 for asked in calls)


# ---- entries that do not exist


def test_no_entry_is_made_unless_it_is_allowed():
    """Somebody decides which SKUs are sold from this warehouse."""
    stock = Stock(sold=["NEW-1"])

    assert [UnknownSku("no inventory entry at the channel; make one, or allow it")] == tell(stock, ("NEW-1", 5, None))
    assert [] == stock.to("GET /product-projections")


def test_an_entry_is_made_for_a_sku_of_the_catalogue():
    """At the channel; of what nobody sells, none is made."""
    stock = Stock(sold=["NEW-1"]).on("GET /channels/key=uk-dc", UK)

    outcomes = tell(stock, ("NEW-1", 5, None), ("NOSUCH", 5, None), create_entries=True, supply_channel="uk-dc")

    assert [Published(), UnknownSku("no published variant has this SKU")] == outcomes
    assert [{"sku": "NEW-1", "quantityOnStock": 5, "supplyChannel": {"typeId": "channel", "id": uuid(3002)}}] == [
        asked.body for asked in stock.to("POST /inventory")
    ]


def test_an_entry_that_does_not_exist_has_none_to_sell():
    """Whoever expects something else has seen another state."""
    stock = Stock(sold=["NEW-1"])

    assert ([Superseded(0)], []) == (tell(stock, ("NEW-1", 5, 3), create_entries=True), stock.to("POST /inventory"))


def test_an_entry_that_somebody_makes_meanwhile_is_told_instead():
    """The pair of SKU and channel is unique."""
    stock = Stock(entry(7, sku="OTHER"), sold=["NEW-1"])

    def made_by_another(_):
        stock.entries[uuid(2007)]["sku"] = "NEW-1"
        return refused(400, "DuplicateField", "duplicate", field="sku")

    stock.before = [made_by_another]

    assert ([Published()], (5, 5)) == (tell(stock, ("NEW-1", 5, None), create_entries=True), stock.of("NEW-1"))


@pytest.mark.parametrize(("was_made", "outcome"), [(True, Published), (False, Unknown)])
def test_a_lost_answer_to_a_new_entry_is_found_out_by_reading_back(was_made, outcome):
    """There is one, or nobody knows."""
    stock = Stock(entry(7, sku="OTHER", on_stock=5), sold=["NEW-1"])

    def lost(_):
        if was_made:
            stock.entries[uuid(2007)]["sku"] = "NEW-1"
        return httpx.ReadTimeout("lost")

    stock.before = [lost]

    assert [outcome] == [type(each) for each in tell(stock, ("NEW-1", 5, None), create_entries=True)]


# ---- the whole call


def test_a_vendor_that_is_away_refuses_the_whole_call():
    """Nothing was attempted."""
    stock = Stock().on("GET /inventory", httpx.Response(503, text="away"))
    with opened(stock) as storefront, pytest.raises(VendorUnavailable):
        storefront.publish_stock([StockToPublish("TEE-S", 1, None, "i")])


def test_a_scope_that_is_missing_for_writing_is_said_once():
    """Where nothing at all was accepted."""
    stock = Stock(entry()).on(f"POST /inventory/{uuid(2001)}", refused(403, "insufficient_scope", "Needed: manage_products"))
    with opened(stock) as storefront, pytest.raises(AuthenticationFailed, match="manage_products"):
        storefront.publish_stock([StockToPublish("TEE-S", 1, None, "i")])


def test_nothing_to_tell_is_no_call():
    """Not even a log-in."""
    stock = Stock()

    assert ([], []) == (tell(stock), stock.asked)
