"""Products and what there is of them: the operations under `/api/Product`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.common.depot.door import Call, Operation, Refused
from cogent_pipelines.simulators.common.depot.fields import Fields, number_in, pence
from cogent_pipelines.simulators.common.depot.floor import Depot
from cogent_pipelines.simulators.common.depot.records import Article
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.orders import Orders
from cogent_pipelines.simulators.mintsoft.results import result
from cogent_pipelines.simulators.mintsoft.switches import Switches
from cogent_pipelines.simulators.mintsoft.writing import Writer


@dataclass(slots=True)
class Products:
    depot: Depot
    switches: Switches
    writer: Writer
    orders: Orders

    def operations(self) -> list[Operation]:
        get, product = "GET", "/api/Product"
        return [
            Operation(name="CreateProduct", method="PUT", path=product, act=self.create, takes_body=True),
            Operation(name="UpdateProduct", method="POST", path=product, act=self.update, takes_body=True),
            Operation(name="ListProducts", method=get, path=f"{product}/List", act=self.listed),
            Operation(name="SearchProducts", method=get, path=f"{product}/Search", act=self.search),
            Operation(name="LookupProductId", method=get, path=f"{product}/LookupProductId", act=self.look_up),
            Operation(name="StockLevels", method=get, path=f"{product}/StockLevels", act=self.levels),
            Operation(
                name="StockLevelsUpdatedSince", method=get, path=f"{product}/StockLevels/UpdatedSince", act=self.since
            ),
            Operation(
                name="StockLevelsByWarehouse", method=get, path=f"{product}/StockLevelsByWarehouse", act=self.by_warehouse
            ),
            Operation(name="GetProduct", method=get, path=product + "/{id}", act=self.read),
            Operation(name="ProductInventory", method=get, path=product + "/{id}/Inventory", act=self.inventory),
        ]

    # ---- products

    def create(self, call: Call) -> Any:
        fields = Fields(call.body)
        sku = fields.text("SKU").strip()
        if not sku or "Weight" not in fields:
            return result(0, error="SKU is required" if not sku else "Weight is required")
        if sku in self.depot.stock.articles:
            return result(0, error=f"A product with the SKU {sku} already exists")
        return self._saved(lambda: self.depot.stock.open(sku), fields)

    def update(self, call: Call) -> Any:
        fields = Fields(call.body)
        stock = self.depot.stock
        article = stock.by_id.get(fields.whole("ID") or 0) or stock.articles.get(fields.text("SKU"))
        if article is None:
            return result(0, error="Product not found")
        return self._saved(lambda: article, fields)

    def _saved(self, give: Callable[[], Article], fields: Fields) -> Any:
        """Change what is named; everything is read before anything is changed."""
        read = {
            "Description": fields.text,
            "UPC": fields.text,
            "LowStockAlertLevel": fields.whole,
            "BackOrder": fields.flag,
            "CostPrice": fields.amount,
        }
        told = {name: value(name) for name, value in read.items() if name in fields}
        title, barcode, active = fields.text("Name"), fields.text("EAN"), not fields.flag("DisCont")
        weight, price = fields.amount("Weight"), fields.amount("Price")
        article = give()
        article.title, article.barcode = title or article.title, barcode or article.barcode
        article.weight_grams = int(weight * 1000) if "Weight" in fields else article.weight_grams
        article.price_minor = pence(price) if "Price" in fields else article.price_minor
        article.active = active if "DisCont" in fields else article.active
        article.told |= told
        article.changed_at = self.depot.clock.now()
        return result(article.id)

    def _article(self, call: Call) -> Article:
        number = call.path["id"]
        article = self.depot.stock.by_id.get(number_in(number) or 0)
        if article is None:
            raise Refused(404, f"Product {number} was not found")
        return article

    def read(self, call: Call) -> Any:
        return self.writer.product(self._article(call))

    def listed(self, call: Call) -> Any:
        query = Fields(call.query)
        since = query.moment("SinceLastUpdated", self.switches.zone)
        rows = (article for article in self.depot.stock if self.orders.reaches(article.changed_at, since))
        return [self.writer.product(article) for article in self.orders.page(rows, query)]

    def search(self, call: Call) -> Any:
        """Find by a part of the SKU or the name; discontinued ones only where they are asked for."""
        query = Fields(call.query)
        text, gone = query.text("Search").casefold(), query.flag("IncludeDiscontinued")
        if not text:
            raise Refused(400, "Search is required")
        return [
            self.writer.product(article)
            for article in self.depot.stock
            if (article.active or gone) and (text in article.sku.casefold() or text in article.title.casefold())
        ]

    def look_up(self, call: Call) -> Any:
        article = self.depot.stock.articles.get(Fields(call.query).text("SKU"))
        if article is None:
            raise Refused(404, "Product was not found")
        return article.id

    # ---- stock

    def levels(self, call: Call) -> Any:
        """Give levels of one warehouse, of all together (0), or of each (nothing named); there is one here."""
        query = Fields(call.query)
        sku, number = query.text("SKU"), query.digits("ProductId")
        chosen = [a for a in self.depot.stock if (not sku or a.sku == sku) and number in (None, 0, a.id)]
        return self._levels(chosen, query)

    def by_warehouse(self, call: Call) -> Any:
        query = Fields(call.query)
        if query.digits("WarehouseId") is None:
            raise Refused(400, "WarehouseId is required")
        since = query.moment("LastUpdatedSince", self.switches.zone)
        return self._levels([a for a in self.depot.stock if self.orders.reaches(a.stock_changed_at, since)], query)

    def _levels(self, articles: list[Article], query: Fields) -> Any:
        warehouse = query.digits("WarehouseId")
        if warehouse not in (None, 0, reference.WAREHOUSE_ID):
            return []
        shown, breakdown = reference.WAREHOUSE_ID if warehouse is None else warehouse, query.flag("Breakdown")
        return [self.writer.level(article, breakdown=breakdown, warehouse_id=shown) for article in articles]

    def since(self, call: Call) -> Any:
        """Give the ids alone; levels are another call."""
        moment = Fields(call.query).moment("FromDate", self.switches.zone)
        if moment is None:
            raise Refused(400, "FromDate is required")
        return [article.id for article in self.depot.stock if self.orders.reaches(article.stock_changed_at, moment)]

    def inventory(self, call: Call) -> Any:
        article = self._article(call)
        wanted = sum(
            line.outstanding - line.allocated
            for order in self.depot.orders.values()
            for line in (order.lines if order.open else ())
            if line.sku == article.sku
        )
        return [self.writer.inventory(article, wanted=wanted)]
