"""Every GraphQL document against the schema that Shopify publishes."""

import gzip
import json
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_client_schema, parse, validate

from cogent_pipelines.adapters.storefronts.shopify.documents import document, names


@pytest.fixture(scope="module")
def schema(reference_material: Path) -> GraphQLSchema:
    packed = (reference_material / "vendors/data/shopify/admin_2026-10.introspection.json.gz").read_bytes()
    introspection = json.loads(gzip.decompress(packed))
    return build_client_schema(introspection.get("data", introspection), assume_valid=True)


@pytest.mark.shared
@pytest.mark.parametrize("name", names())
def test_a_document_is_valid_against_the_published_schema(schema, name):
    """No field, argument or type that version 2026-10 does not have, nothing deprecated into absence."""
    assert [] == [error.message for error in validate(schema, parse(document(name)))]


@pytest.mark.parametrize("name", names())
def test_a_document_is_one_operation_with_its_fragments(name):
    """One operation a file: Shopify wants a name where there are several."""
    definitions = parse(document(name)).definitions

    assert 1 == sum(1 for definition in definitions if definition.kind == "operation_definition")


@pytest.mark.shared
def test_a_misspelt_field_would_be_found(schema):
    """The comparison above is able to fail."""
    broken = document("shop").replace("myshopifyDomain", "myShopifyDomain")

    assert 1 == len(validate(schema, parse(broken)))
