"""Mutations of orders: cancel, edit, refund, update, tags, close and open, mark as paid."""

from typing import Any

from cogent_pipelines.simulators.shopify import cancelling, editing, refunding
from cogent_pipelines.simulators.shopify.aftersale import CancelJob, Edit, EditLine, Refund, Transaction
from cogent_pipelines.simulators.shopify.buyers import address_of, attributes_of
from cogent_pipelines.simulators.shopify.cancelling import CancelRefused
from cogent_pipelines.simulators.shopify.editing import EditRefused
from cogent_pipelines.simulators.shopify.graph.faults import FieldError
from cogent_pipelines.simulators.shopify.graph.mutations_fulfilment import error
from cogent_pipelines.simulators.shopify.graph.mutations_stock import once
from cogent_pipelines.simulators.shopify.graph.paging import Page, page
from cogent_pipelines.simulators.shopify.graph.registry import Arguments, Registry, RequestContext
from cogent_pipelines.simulators.shopify.graph.roots import find, numeric
from cogent_pipelines.simulators.shopify.ids import gid, parse_gid
from cogent_pipelines.simulators.shopify.inventory import StockRefused
from cogent_pipelines.simulators.shopify.money import Bag
from cogent_pipelines.simulators.shopify.records import Order
from cogent_pipelines.simulators.shopify.refunding import RefundRefused
from cogent_pipelines.simulators.shopify.shop import Shop

TAGGED = ("Order", "Customer", "Product")


def register(registry: Registry) -> None:
    _cancelling(registry)
    _jobs(registry)
    _updating(registry)
    _tagging(registry)
    _editing(registry)
    _edit_fields(registry)
    _refunding(registry)


def _cancelling(registry: Registry) -> None:
    @registry.resolver("Mutation", "orderCancel")
    def _cancel(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        order = find(context, arguments["orderId"], "Order")
        try:
            job = cancelling.ask_to_cancel(context.shop, order, arguments)
        except CancelRefused as refused:
            field = None if refused.field is None else [refused.field]
            return {
                "job": None,
                "jobResult": None,
                "orderCancelUserErrors": [error(refused.message, field, refused.code)],
                "userErrors": [error(refused.message, field)],
            }
        # The reply is a picture of the moment: the job is not done yet, whatever happens next.
        return {"job": job, "jobResult": job, "orderCancelUserErrors": [], "userErrors": []}


def _jobs(registry: Registry) -> None:
    registry.plain("Job", id=lambda job: gid("Job", job.id), done=lambda job: job.done)
    registry.plain(
        "OrderCancelJobResult",
        id=lambda job: gid("OrderCancelJobResult", job.id),
        done=lambda job: job.done,
        status=lambda job: "SUCCEEDED" if job.done else "STARTED",
        errors=lambda _: [],
        order=lambda job: job.order,
    )

    @registry.resolver("QueryRoot", "job")
    def _job(_: Any, arguments: Arguments, context: RequestContext) -> CancelJob | None:
        parts = parse_gid(arguments["id"])
        if parts is None or parts[0] != "Job":
            raise FieldError(f"Invalid id: {arguments['id']}", "RESOURCE_NOT_FOUND")
        return context.shop.cancel_jobs.get(parts[1])


def _missing(**nothing: None) -> dict[str, Any]:
    return {**nothing, "userErrors": [error("Order does not exist", ["id"])]}


def _touched(shop: Shop, order: Order) -> dict[str, Any]:
    shop.touch(order)
    shop.announce("orders/updated", order)
    return {"order": order, "userErrors": []}


def _updating(registry: Registry) -> None:  # noqa: C901 - one short function per root
    @registry.resolver("Mutation", "orderUpdate")
    def _update(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        order = find(context, given["id"], "Order")
        if order is None:
            return _missing(order=None)
        for name in ("metafields", "localizationExtensions", "localizedFields"):
            if given.get(name):
                raise FieldError(f"{name} are not modelled by this simulator.", "NOT_MODELLED_BY_SIMULATOR")
        for name, attribute in (("note", "note"), ("email", "email"), ("phone", "phone"), ("poNumber", "po_number")):
            if name in given:
                setattr(order, attribute, given[name])
        if "tags" in given:
            order.tags = sorted(set(given["tags"] or []))
        if "customAttributes" in given:
            order.attributes = attributes_of(given["customAttributes"])
        if given.get("shippingAddress"):
            order.shipping = address_of(context.shop, given["shippingAddress"])
        return _touched(context.shop, order)

    @registry.resolver("Mutation", "orderClose")
    def _close(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        order = find(context, arguments["input"]["id"], "Order")
        if order is None:
            return _missing(order=None)
        order.closed_at = order.closed_at or context.shop.now_ms()
        return _touched(context.shop, order)

    @registry.resolver("Mutation", "orderOpen")
    def _open(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        order = find(context, arguments["input"]["id"], "Order")
        if order is None:
            return _missing(order=None)
        order.closed_at = None
        return _touched(context.shop, order)

    @registry.resolver("Mutation", "orderMarkAsPaid")
    def _pay(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        order = find(context, arguments["input"]["id"], "Order")
        if order is None:
            return _missing(order=None)
        owed = order.current_total.minus(order.received.minus(order.refunded))
        if order.cancelled_at is not None or owed.shop <= 0:
            return {"order": None, "userErrors": [error("Order cannot be marked as paid.", ["id"])]}
        _take_payment(context.shop, order, owed)
        context.shop.announce("orders/paid", order)
        return _touched(context.shop, order)


def _take_payment(shop: Shop, order: Order, owed: Bag) -> None:
    number = shop.numbers.next("OrderTransaction")
    payment = Transaction(number, "SALE", "SUCCESS", owed, "manual", shop.now_ms())
    order.transactions.append(payment)
    shop.transactions[payment.id] = payment


def _tagging(registry: Registry) -> None:
    @registry.resolver("Mutation", "tagsAdd")
    def _add(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        return _tagged(context, arguments, add=True)

    @registry.resolver("Mutation", "tagsRemove")
    def _remove(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        return _tagged(context, arguments, add=False)


def _tagged(context: RequestContext, arguments: Arguments, *, add: bool) -> dict[str, Any]:
    parts = parse_gid(arguments["id"])
    if parts is None or parts[0] not in TAGGED:
        raise FieldError(f"Invalid id: {arguments['id']}", "RESOURCE_NOT_FOUND")
    record = find(context, arguments["id"], parts[0])
    if record is None:
        return {"node": None, "userErrors": [error(f"{parts[0]} does not exist", ["id"])]}
    asked = [tag.strip() for text in arguments["tags"] for tag in text.split(",") if tag.strip()]
    lowered = {tag.lower() for tag in asked}
    if add:
        held = {tag.lower() for tag in record.tags}
        record.tags = sorted([*record.tags, *(tag for tag in dict.fromkeys(asked) if tag.lower() not in held)])
    else:
        record.tags = [tag for tag in record.tags if tag.lower() not in lowered]
    if isinstance(record, Order):
        _touched(context.shop, record)
    return {"node": record, "userErrors": []}


NO_EDIT = {"calculatedOrder": None, "orderEditSession": None, "calculatedLineItem": None}


def _edit_refused(refused: EditRefused) -> dict[str, Any]:
    field = None if refused.field is None else [refused.field]
    return {**NO_EDIT, "order": None, "successMessages": None, "userErrors": [error(refused.message, field)]}


def _edited(edit: Edit, row: EditLine | None = None) -> dict[str, Any]:
    line = None if row is None else (edit, row)
    return {"calculatedOrder": edit, "orderEditSession": edit, "calculatedLineItem": line, "userErrors": []}


def _edit_of(context: RequestContext, text: str) -> Edit | None:
    """An edit goes by the id of its calculated order or of its session; both end in the same number."""
    parts = parse_gid(text)
    kind = parts[0] if parts else "CalculatedOrder"
    return context.shop.edits.get(numeric(text, kind if kind == "OrderEditSession" else "CalculatedOrder"))


def _editing(registry: Registry) -> None:
    @registry.resolver("Mutation", "orderEditBegin")
    def _begin(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        try:
            return _edited(editing.begin(context.shop, find(context, arguments["id"], "Order")))
        except EditRefused as refused:
            return _edit_refused(refused)

    @registry.resolver("Mutation", "orderEditSetQuantity")
    def _set(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        parts = parse_gid(arguments["lineItemId"])
        key = parts[1] if parts else arguments["lineItemId"]
        restock = arguments.get("restock")
        try:
            edit, row = editing.set_quantity(
                _edit_of(context, arguments["id"]), key, arguments["quantity"], restock=restock is not False
            )
        except EditRefused as refused:
            return _edit_refused(refused)
        return _edited(edit, row)

    @registry.resolver("Mutation", "orderEditAddVariant")
    def _add(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        variant = find(context, arguments["variantId"], "ProductVariant")
        duplicates = bool(arguments.get("allowDuplicates"))
        try:
            edit, row = editing.add_variant(
                context.shop,
                _edit_of(context, arguments["id"]),
                variant,
                arguments["quantity"],
                duplicates=duplicates,
            )
        except EditRefused as refused:
            return _edit_refused(refused)
        return _edited(edit, row)

    @registry.resolver("Mutation", "orderEditCommit")
    def _commit(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        try:
            order = editing.commit(context.shop, _edit_of(context, arguments["id"]))
        except EditRefused as refused:
            return _edit_refused(refused)
        return {"order": order, "successMessages": ["Order updated"], "userErrors": []}


def _row_price(pair: tuple[Edit, EditLine]) -> Bag:
    edit, row = pair
    if row.line is not None:
        return row.line.price
    minor = row.variant.price if row.variant else 0
    return Bag(minor, minor, edit.order.currencies)


def _edit_fields(registry: Registry) -> None:
    registry.plain("OrderEditSession", id=lambda edit: gid("OrderEditSession", edit.id))
    registry.plain(
        "CalculatedOrder",
        id=lambda edit: gid("CalculatedOrder", edit.id),
        originalOrder=lambda edit: edit.order,
        committed=lambda edit: edit.committed,
        notificationPreviewTitle=lambda edit: f"Order {edit.order.name} has been updated",
        subtotalLineItemsQuantity=lambda edit: sum(row.quantity for row in edit.lines),
    )
    registry.plain(
        "CalculatedLineItem",
        id=lambda pair: gid("CalculatedLineItem", pair[1].key),
        quantity=lambda pair: pair[1].quantity,
        editableQuantity=lambda pair: pair[1].quantity - (_fulfilled(pair[1])),
        editableQuantityBeforeChanges=lambda pair: pair[1].line.unfulfilled_quantity if pair[1].line else 0,
        sku=lambda pair: pair[1].line.sku if pair[1].line else pair[1].variant.sku,
        title=lambda pair: pair[1].line.title if pair[1].line else pair[1].variant.product.title,
        variant=lambda pair: pair[1].variant,
        variantTitle=lambda pair: pair[1].variant.display_title if pair[1].variant else None,
        customAttributes=lambda pair: pair[1].line.attributes if pair[1].line else (),
        restockable=lambda pair: pair[1].variant is not None,
        restocking=lambda pair: pair[1].restock,
        hasStagedLineItemDiscount=lambda _: False,
    )

    @registry.resolver("CalculatedLineItem", "originalUnitPriceSet")
    def _price(pair: tuple[Edit, EditLine], _: Arguments, __: RequestContext) -> Bag:
        return _row_price(pair)

    @registry.resolver("CalculatedOrder", "lineItems")
    def _lines(edit: Edit, arguments: Arguments, _: RequestContext) -> Page:
        return _edit_page(edit, edit.lines, arguments)

    @registry.resolver("CalculatedOrder", "addedLineItems")
    def _added(edit: Edit, arguments: Arguments, _: RequestContext) -> Page:
        return _edit_page(edit, [row for row in edit.lines if row.line is None], arguments)


def _fulfilled(row: EditLine) -> int:
    return 0 if row.line is None else row.line.current_quantity - row.line.unfulfilled_quantity


def _edit_page(edit: Edit, rows: list[EditLine], arguments: Arguments) -> Page:
    pairs = [(edit, row) for row in rows]
    places = {row.key: place for place, row in enumerate(rows)}
    return page(pairs, arguments, id_of=lambda pair: places[pair[1].key], in_order=True)


def _refunding(registry: Registry) -> None:
    @registry.resolver("Mutation", "refundCreate")
    def _refund(_: Any, arguments: Arguments, context: RequestContext) -> dict[str, Any]:
        given = arguments["input"]
        numeric(given["orderId"], "Order")
        try:
            made = once(context, "refundCreate", arguments, lambda: refunding.refund(context.shop, given))
        except RefundRefused as refused:
            field = None if refused.field is None else list(refused.field)
            return {"refund": None, "order": None, "userErrors": [error(refused.message, field)]}
        except StockRefused as misused:
            # The memory of keys words its refusals once, for stock and refunds alike.
            text = misused.problems[0].message
            return {"refund": None, "order": None, "userErrors": [error(text, None)]}
        assert isinstance(made, Refund)  # noqa: S101 - refund gives nothing else
        return {"refund": made, "order": made.order, "userErrors": []}
