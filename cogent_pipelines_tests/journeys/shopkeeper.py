"""What a person does in the shop's own admin, through the vendor's API and with a token that is not ours."""

from typing import Any

import httpx

from cogent_pipelines.simulators.shopify.ids import gid
from cogent_pipelines.simulators.shopify.records import Line, Order
from cogent_pipelines_tests.journeys.world import World

_CANCEL = """mutation M($id: ID!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refund: true) { job { id } userErrors { message } } }"""
_PAY = "mutation M($id: ID!) { orderMarkAsPaid(input: {id: $id}) { userErrors { message } } }"
_ADDRESS = """mutation M($id: ID!, $address: MailingAddressInput!) {
  orderUpdate(input: {id: $id, shippingAddress: $address}) { userErrors { message } } }"""
_NOTE = "mutation M($id: ID!, $note: String!) { orderUpdate(input: {id: $id, note: $note}) { userErrors { message } } }"
_BEGIN = """mutation M($id: ID!) {
  orderEditBegin(id: $id) { calculatedOrder { id lineItems(first: 50) { nodes { id } } } userErrors { message } } }"""
_QUANTITY = """mutation M($id: ID!, $line: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) { userErrors { message } } }"""
_COMMIT = "mutation M($id: ID!) { orderEditCommit(id: $id) { userErrors { message } } }"
_HOLD = """mutation M($id: ID!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: {reason: HIGH_RISK_OF_FRAUD}) { userErrors { message } } }"""
_RELEASE = "mutation M($id: ID!) { fulfillmentOrderReleaseHold(id: $id) { userErrors { message } } }"


def cancel(world: World, order: Order) -> None:
    _ask(world, _CANCEL, id=gid("Order", order.id))


def mark_as_paid(world: World, order: Order) -> None:
    _ask(world, _PAY, id=gid("Order", order.id))


def correct_address(world: World, order: Order, **address: str) -> None:
    _ask(world, _ADDRESS, id=gid("Order", order.id), address=address)


def write_note(world: World, order: Order, note: str) -> None:
    _ask(world, _NOTE, id=gid("Order", order.id), note=note)


def change_quantity(world: World, order: Order, line: Line, quantity: int) -> None:
    edit = _ask(world, _BEGIN, id=gid("Order", order.id))["orderEditBegin"]["calculatedOrder"]
    [wanted] = [row["id"] for row in edit["lineItems"]["nodes"] if row["id"].endswith(f"/{line.id}")]
    _ask(world, _QUANTITY, id=edit["id"], line=wanted, quantity=quantity)
    _ask(world, _COMMIT, id=edit["id"])


def hold(world: World, order: Order) -> None:
    for part in order.fulfilment_orders:
        _ask(world, _HOLD, id=gid("FulfillmentOrder", part.id))


def release(world: World, order: Order) -> None:
    for part in order.fulfilment_orders:
        _ask(world, _RELEASE, id=gid("FulfillmentOrder", part.id))


def _ask(world: World, document: str, **variables: Any) -> Any:
    shop = world.shop

    async def post() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.app), base_url=shop.url) as client:
            headers = {"X-Shopify-Access-Token": shop.access_token}
            body = {"query": document, "variables": variables}
            return await client.post("/admin/api/2026-10/graphql.json", json=body, headers=headers)

    answer = world.runner.run(post()).json()
    assert "errors" not in answer, answer["errors"]
    [payload] = answer["data"].values()
    assert not payload["userErrors"], payload["userErrors"]
    return answer["data"]
