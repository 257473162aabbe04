"""The endpoints of orders: the project's, and those of one store."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.action_shapes import ORDER_UPDATE
from cogent_pipelines.simulators.commercetools.calls import Answer, Call, Endpoint
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.drafts import ORDER_FROM_CART, ORDER_IMPORT
from cogent_pipelines.simulators.commercetools.errors import Refused, not_simulated, reference_not_found
from cogent_pipelines.simulators.commercetools.importing_orders import imported_order
from cogent_pipelines.simulators.commercetools.ordering import keep_order, stock_line
from cogent_pipelines.simulators.commercetools.resource_endpoints import Resource
from cogent_pipelines.simulators.commercetools.updating import update

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_VIEW = ("view_orders", "manage_orders")
_MANAGE = ("manage_orders",)


def order_endpoints(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    return [
        # Before those by id, whose paths they would fit.
        Endpoint("POST", "/orders/import", "orders.import", _MANAGE, _importing(simulator)),
        Endpoint("POST", "/orders/search", "orders.search", _VIEW, _no_search),
        *_edits(simulator),
        *_orders(simulator, "/orders"),
        *_orders(simulator, "/in-store/key={store}/orders"),
    ]


def _orders(simulator: "CommercetoolsSimulator", path: str) -> list[Endpoint]:
    project, messages = simulator.project, simulator.messages

    def change(call: Call, order: Document) -> Document:
        wanted, acts = call.document(ORDER_UPDATE, project), simulator.order_acts
        return update(project, messages, project.orders, before=order, wanted=wanted, acts=acts, client=call.client)

    def from_cart(call: Call) -> Document:
        draft = call.document(ORDER_FROM_CART, project)
        cart = draft.get("cart") or {"id": draft.get("id", "")}
        how = "key" if "key" in cart else "id"
        # Carts are the customers' affair: nobody has one here.
        raise reference_not_found("cart", how, cart.get(how, ""))

    def delete(order: Document) -> None:
        project.drop(project.orders, order)
        messages.say(project.orders, order, "OrderDeleted", order=order)

    orders = Resource(
        project=project,
        collection=project.orders,
        path=path,
        name="orders",
        view=_VIEW,
        manage=_MANAGE,
        keys=(("order-number", "orderNumber"),),
        passes=_in_store,
    )
    return orders.reading() + orders.writing(create=from_cart, update=change, delete=delete)


def _in_store(call: Call, order: Document) -> bool:
    store = call.path.get("store")
    return store is None or order.get("store", {}).get("key") == store


def _importing(simulator: "CommercetoolsSimulator") -> Callable[[Call], Answer]:
    project = simulator.project

    def importing(call: Call) -> Answer:
        order = imported_order(project, simulator.catalogue, call.document(ORDER_IMPORT, project), call.client)
        project.orders.check_unique(order)
        lines = [stock_line(item, order["inventoryMode"]) for item in order["lineItems"]]
        simulator.stock.reserve(order["id"], lines, checked=True)
        return Answer(keep_order(project, simulator.messages, order, kind="OrderImported"), 201)

    return importing


def _edits(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    edits = Resource(
        project=simulator.project,
        collection=simulator.project.order_edits,
        path="/orders/edits",
        name="order-edits",
        view=("view_order_edits", "manage_order_edits"),
    )
    making = Endpoint("POST", "/orders/edits", "order-edits.create", ("manage_order_edits",), _cannot_edit)
    return [*edits.reading(), making]


def _no_search(_: Call) -> Answer:
    raise Refused(400, "SearchDeactivated", "The order search is deactivated for this project.")


def _cannot_edit(_: Call) -> Answer:
    raise not_simulated("order edits")
