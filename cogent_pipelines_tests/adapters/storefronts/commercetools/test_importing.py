"""New inventory entries through the Import API."""

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import ImportRules
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.errors import VendorUnavailable
from cogent_pipelines.ports.outcomes import Published, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import IMPORT, opened, refused
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, entry
from cogent_pipelines_tests.adapters.storefronts.commercetools.test_publishing import Stock
from cogent_pipelines_tests.adapters.transport.wire import SleptClock

CONTAINER = {"key": "stock", "resourceType": "inventory", "version": 1}
UK = channel("uk-dc", "InventorySupply", number=3002)


class Importer(Stock):
    """Also an Import API: `states` says what becomes of each SKU, one look after the other, the last for ever."""

    def __init__(self, *entries, sold=()):
        super().__init__(*entries, sold=sold)
        self.skus = {}
        self.states = {}
        self.keys = {}
        self.on("GET /import-containers/stock", CONTAINER)
        self.on("POST /inventories/import-containers/stock", self._taken)

    @property
    def imported(self):
        return [asked.body["resources"] for asked in self.to("POST /inventories/import-containers/stock")]

    def _taken(self, asked):
        said = []
        for resource in asked.body["resources"]:
            ref = f"op-{len(self.keys) + 1}"
            self.keys[ref], self.skus[ref] = resource["key"], resource["sku"]
            self.on(f"GET /import-operations/{ref}", self._operation)
            said.append({"operationId": ref, "state": "processing"})
        return httpx.Response(201, json={"operationStatus": said})

    def _operation(self, asked):
        ref = asked.to.rpartition("/")[2]
        states = self.states.setdefault(self.skus[ref], ["imported"])
        state = states.pop(0) if len(states) > 1 else states[0]
        errors = [{"code": "InvalidField", "message": "no"}] if state in ("rejected", "validationFailed") else []
        return {"id": ref, "resourceKey": self.keys[ref], "state": state, "errors": errors, "version": 1}


def tell(stock, *levels, least=2, clock=None, **settings):
    rules = ImportRules("stock", least=least, looks=3, seconds=2.0)
    with opened(stock, imports=rules, import_url=IMPORT, clock=clock, create_entries=True, **settings) as storefront:
        return storefront.publish_stock(
            [StockToPublish(sku, units, expected, f"i-{sku}") for sku, units, expected in levels]
        )


def fresh(most):
    """The SKUs that there are, and no entry of any."""
    return Importer(sold=[f"SKU-{number}" for number in range(1, most + 1)])


def test_many_new_entries_are_imported_under_keys_that_are_always_the_same():
    """At the channel, by its key."""
    stocks = [fresh(2).on("GET /channels/key=uk-dc", UK) for _ in range(2)]

    outcomes = [tell(stock, ("SKU-1", 20, None), ("SKU-2", 5, None), supply_channel="uk-dc") for stock in stocks]

    assert [[Published(), Published()]] * 2 == outcomes
    [[first, second]] = stocks[0].imported
    at_channel = {"supplyChannel": {"typeId": "channel", "key": "uk-dc"}}
    assert {"key": first["key"], "sku": "SKU-1", "quantityOnStock": 20, **at_channel} == first
    assert {"key": second["key"], "sku": "SKU-2", "quantityOnStock": 5, **at_channel} == second
    assert first["key"].replace("-", "").isalnum()
    assert first["key"] != second["key"]
    assert stocks[0].imported == stocks[1].imported
    assert [] == stocks[0].to("POST /inventory")


def test_twenty_go_in_one_call():
    """The vendor's most."""
    stock = fresh(45)

    outcomes = tell(stock, *((f"SKU-{number}", 5, None) for number in range(1, 46)))

    assert ([20, 20, 5], {Published}) == ([len(each) for each in stock.imported], {type(each) for each in outcomes})


def test_an_entry_that_exists_is_never_imported():
    """An import names no version: what was sold since the look would be sold again."""
    keyed = entry(3, sku="SKU-3", key="key-3", on_stock=10, reserved=3)
    stock = Importer(keyed, entry(4, sku="SKU-4"), sold=["SKU-1", "SKU-2"])

    outcomes = tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None), ("SKU-3", 5, None), ("SKU-4", 5, None))

    assert [Published()] * 4 == outcomes
    assert ([["SKU-1", "SKU-2"]], 2) == ([[each["sku"] for each in rows] for rows in stock.imported], len(stock.written))
    assert (8, 5) == stock.of("SKU-3")


@pytest.mark.parametrize("least", [3, 100])
def test_few_entries_are_not_worth_the_wait(least):
    """They are made directly."""
    stock = fresh(2)

    tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None), least=least)

    assert ([], 2) == (stock.imported, len(stock.to("POST /inventory")))


def test_nothing_is_imported_where_no_entry_may_be_made():
    """And of what no variant has, none is made at all."""
    stock = Importer(sold=["SKU-1"])

    outcomes = tell(stock, ("SKU-1", 5, None), ("NOSUCH", 5, None), least=1)

    assert ["Published", "UnknownSku"] == [type(each).__name__ for each in outcomes]
    with opened(stock, imports=ImportRules("stock", least=1), import_url=IMPORT) as storefront:
        [refused_] = storefront.publish_stock([StockToPublish("SKU-2", 5, None, "i")])
    assert ("UnknownSku", 1) == (type(refused_).__name__, len(stock.imported))


def test_without_an_import_address_everything_goes_directly():
    """A container alone is not enough."""
    stock = fresh(1)
    with opened(stock, imports=ImportRules("stock", least=1), create_entries=True) as storefront:
        storefront.publish_stock([StockToPublish("SKU-1", 5, None, "i")])

    assert ([], 1) == (stock.imported, len(stock.to("POST /inventory")))


def test_operations_are_looked_at_until_they_are_settled():
    """With a wait between the looks; each figure has its own end."""
    stock, clock = fresh(5), SleptClock()
    stock.states = {
        "SKU-1": ["processing", "imported"],
        "SKU-2": ["rejected"],
        "SKU-3": ["validationFailed"],
        "SKU-4": ["unresolved"],
        "SKU-5": ["canceled"],
    }

    outcomes = tell(stock, *((f"SKU-{number}", 5, None) for number in (1, 2, 3, 4, 5)), clock=clock)

    assert [
        Published(),
        Rejected(("InvalidField: no",)),
        Rejected(("InvalidField: no",)),
        Unknown("the import is still being worked on"),
        Unavailable("the import was cancelled"),
    ] == outcomes
    assert [2.0, 2.0] == clock.slept


def test_an_operation_that_cannot_be_read_is_one_figures_matter():
    """Its errors are no list; the other's end is known all the same."""
    stock = fresh(2)
    taken = stock._taken

    def taken_with_an_odd_operation(asked):
        answer = taken(asked)
        stock.on("GET /import-operations/op-1", {"id": "op-1", "state": "rejected", "errors": "many"})
        return answer

    stock.on("POST /inventories/import-containers/stock", taken_with_an_odd_operation)

    assert [Unknown, Published] == [type(each) for each in tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None))]


def test_a_container_that_is_not_there_is_made_once():
    """Somebody else may make it at the same moment."""
    stock = fresh(2).on("GET /import-containers/stock", refused(404, "ResourceNotFound"))
    stock.on("POST /import-containers", refused(400, "DuplicateField"))
    levels = ("SKU-1", 5, None), ("SKU-2", 5, None)
    with opened(stock, imports=ImportRules("stock", least=2), import_url=IMPORT, create_entries=True) as storefront:
        for _ in range(2):
            outcomes = storefront.publish_stock([StockToPublish(*each, "i") for each in levels])

    assert [Published(), Published()] == outcomes
    assert [{"key": "stock", "resourceType": "inventory"}] == [asked.body for asked in stock.to("POST /import-containers")]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.ReadTimeout("lost"), Unknown),
        (refused(400, "InvalidInput"), Rejected),
        (refused(404, "ResourceNotFound"), Unavailable),
        (httpx.Response(503, text="away"), Unavailable),
        ({"operationStatus": []}, Unknown),
        ({"operationStatus": [{"state": "processing"}, {"operationId": "x", "state": "validationFailed"}]}, Unknown),
    ],
)
def test_what_was_not_taken_is_said_figure_by_figure(answer, outcome):
    """A lost answer may have been done; a container that ran out is made again next time."""
    stock = fresh(2).on("POST /inventories/import-containers/stock", answer)

    assert outcome is type(tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None))[0])


def test_an_import_api_that_is_away_refuses_the_whole_call():
    """Nothing was attempted."""
    stock = fresh(2).on("GET /import-containers/stock", httpx.Response(503, text="away"))

    with pytest.raises(VendorUnavailable):
        tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None))


def test_a_look_that_fails_is_not_the_end():
    """The next one tells."""
    stock = fresh(2)
    stock.states = {"SKU-1": ["processing", "imported"]}
    taken = stock._taken

    def taken_with_a_bad_look(asked):
        answer = taken(asked)
        stock.on("GET /import-operations/op-2", refused(400, "InvalidInput"), stock._operation)
        return answer

    stock.on("POST /inventories/import-containers/stock", taken_with_a_bad_look)

    assert [Published(), Published()] == tell(stock, ("SKU-1", 5, None), ("SKU-2", 5, None))
