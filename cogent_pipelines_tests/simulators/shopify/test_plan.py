"""A plan gives what the GraphQL library's own executor gives."""

from typing import Any

import pytest

from cogent_pipelines.simulators.shopify import ShopifySimulator, seeded_simulator
from cogent_pipelines.simulators.shopify.graph.engine import execute_generally
from cogent_pipelines.simulators.shopify.graph.fields import all_fields
from cogent_pipelines.simulators.shopify.graph.plan import Binder
from cogent_pipelines.simulators.shopify.graph.registry import RequestContext
from cogent_pipelines.simulators.shopify.graph.schema import elsewhere, schema_of
from cogent_pipelines.simulators.shopify.graph.validation import check, parse_document
from cogent_pipelines.simulators.shopify.graph.variables import read_variables
from cogent_pipelines_tests.simulators.shopify.documents import FULFILMENT_ORDERS, MONEY

BIG_ORDER = f"""
query Big($first: Int!, $withLines: Boolean!) {{
  orders(first: $first, sortKey: CREATED_AT, reverse: true) {{
    edges {{ cursor node {{ ...Head lineItems(first: 50) @include(if: $withLines) {{ nodes {{ ...Line }} }} }} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  }}
}}
fragment Head on Order {{
  __typename id legacyResourceId name number createdAt updatedAt email tags note closed edited test
  displayFinancialStatus displayFulfillmentStatus currencyCode presentmentCurrencyCode taxesIncluded returnStatus
  total: totalPriceSet {MONEY} currentTotalPriceSet {MONEY} subtotalPriceSet {MONEY} totalTaxSet {MONEY}
  totalDiscountsSet {MONEY} totalShippingPriceSet {MONEY} totalRefundedSet {MONEY} totalOutstandingSet {MONEY}
  taxLines {{ title rate ratePercentage priceSet {MONEY} }}
  customAttributes {{ key value }}
  customer {{ id displayName tags defaultEmailAddress {{ emailAddress }} }}
  purchasingEntity {{ __typename ... on Customer {{ id }} ... on PurchasingCompany {{ company {{ name externalId }} }} }}
  shippingAddress {{ name firstName address1 city zip countryCodeV2 formatted(withName: true) }}
  shippingLine {{ title code originalPriceSet {MONEY} discountedPriceSet {MONEY} }}
  discountApplications(first: 5) {{
    nodes {{ __typename index targetType ... on DiscountCodeApplication {{ code }}
      value {{ ... on MoneyV2 {{ amount }} ... on PricingPercentageValue {{ percentage }} }} }}
  }}
  transactions {{ id kind status amountSet {MONEY} parentTransaction {{ id }} }}
  fulfillments(first: 5) {{ id name trackingInfo {{ number }} fulfillmentLineItems(first: 5) {{ nodes {{ id quantity }} }} }}
}}
fragment Line on LineItem {{
  id sku name title quantity currentQuantity unfulfilledQuantity refundableQuantity requiresShipping
  originalUnitPriceSet {MONEY} discountedTotalSet(withCodeDiscounts: true) {MONEY}
  priceAfterAllDiscountsBeforeTaxesSet {MONEY} taxLines(first: 1) {{ title rate priceSet {MONEY} }}
  discountAllocations {{ allocatedAmountSet {MONEY} discountApplication {{ index __typename }} }}
  variant {{ id sku barcode price inventoryItem {{ id tracked measurement {{ weight {{ value unit }} }} }} }}
  product {{ id title vendor }}
}}"""

CATALOGUE = """
{
  shop { name currencyCode plan { displayName } primaryDomain { host } }
  products(first: 3, sortKey: TITLE) {
    nodes { id title handle status variantsCount { count precision }
      variants(first: 2) { nodes { id sku price selectedOptions { name value } } } }
  }
  productVariants(first: 3, query: "sku:TEE-S") { nodes { sku } pageInfo { endCursor } }
  inventoryItems(first: 2) {
    nodes { id sku inventoryLevels(first: 2) { nodes { id quantities(names: ["on_hand"]) { name quantity } } } }
  }
  locations(first: 5) { nodes { id name address { city countryCode } } }
  publicApiVersions { handle supported }
  currentAppInstallation { accessScopes { handle } app { title } }
  ordersCount { count precision }
}"""

NODES = """
query Nodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename id
    ... on Order { name }
    ... on LineItem { sku quantity }
    ... on ProductVariant { sku }
  }
}"""

WRONG_PAGE = "{ shop { name } orders(first: 3) { nodes { name refunds { id refundLineItems { nodes { quantity } } } } } }"


@pytest.fixture(scope="module")
def busy() -> ShopifySimulator:
    sim = seeded_simulator(11, orders=25)
    sim.place_order(
        lines=[{"sku": "TEE-S", "quantity": 3, "discounts": [{"amount": "0.50", "kind": "manual"}]}],
        discounts=[{"title": "Spring", "kind": "automatic", "amount": "1.00"}],
        company={"name": "Fenwick", "external_id": "F-1"},
        customer={"email": "b@example.com"},
        currency="EUR",
        rate="1.17",
        attributes={"gift": "yes"},
        tax_rate=0.2,
    )
    return sim


def both(sim: ShopifySimulator, text: str, variables: dict[str, Any]) -> tuple[Any, Any]:
    schema = schema_of("2026-10")
    document = parse_document(text)
    check(schema, document, elsewhere())
    operation = next(node for node in document.definitions if hasattr(node, "operation"))
    coerced = read_variables(schema, operation, variables)

    def context() -> RequestContext:
        return RequestContext(sim.shop, "2026-10", frozenset(sim.switches.scopes), sim)

    planned, general = context(), context()
    data = Binder(schema, all_fields(), document, coerced, planned).bind(operation).run(planned)
    measure = execute_generally(schema, all_fields(), document, variables=variables, context=general)
    ours = (data, [(error.message, error.path) for error in planned.errors])
    theirs = (measure.data, [(error.message, list(error.path or [])) for error in measure.errors or ()])
    return ours, theirs


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (BIG_ORDER, {"first": 30, "withLines": True}),
        (BIG_ORDER, {"first": 2, "withLines": False}),
        (CATALOGUE, {}),
    ],
)
def test_a_plan_answers_as_the_general_executor_does(busy: ShopifySimulator, text: str, variables: dict[str, Any]) -> None:
    """Same document, same shop, same answer."""
    ours, theirs = both(busy, text, variables)

    assert [] == theirs[1]
    assert theirs == ours


def test_a_plan_answers_abstract_types_as_the_general_executor_does(busy: ShopifySimulator) -> None:
    """Each node of a list is read as its own type."""
    order = next(iter(busy.shop.orders.values()))
    variant = next(iter(busy.shop.variants.values()))
    ids = [
        f"gid://shopify/Order/{order.id}",
        f"gid://shopify/LineItem/{order.lines[0].id}",
        f"gid://shopify/ProductVariant/{variant.id}",
        "gid://shopify/Order/999",
    ]

    ours, theirs = both(busy, NODES, {"ids": ids})

    assert theirs == ours


def test_a_plan_reports_a_nested_refusal_where_the_general_executor_does(busy: ShopifySimulator) -> None:
    """A refused field that may not be null takes its parents with it, and its path is told."""
    order = next(iter(busy.shop.orders.values()))
    found = both(
        busy,
        "query P($id: ID!) { shop { name } order(id: $id) { name lineItems { nodes { id } } } }",
        {"id": f"gid://shopify/Order/{order.id}"},
    )

    assert found[1] == found[0]
    assert ["order", "lineItems"] == found[0][1][0][1]


def test_fulfilment_orders_read_the_same_either_way(busy: ShopifySimulator) -> None:
    """Fulfilment orders, too."""
    order = next(iter(busy.shop.orders.values()))

    ours, theirs = both(busy, FULFILMENT_ORDERS, {"id": f"gid://shopify/Order/{order.id}"})

    assert theirs == ours


def test_every_modelled_field_is_in_the_published_schema() -> None:
    """A getter under a misspelt name would never be asked for."""
    schema = schema_of("2026-10")
    registry = all_fields()

    unknown = [
        f"{type_name}.{name}"
        for type_name, name in registry.names()
        if type_name not in schema.type_map or name not in schema.type_map[type_name].fields  # type: ignore[attr-defined]
    ]

    assert [] == unknown
