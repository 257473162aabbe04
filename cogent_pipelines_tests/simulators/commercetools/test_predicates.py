"""Predicates: what they mean, and how a wrong one is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator, Switches
from cogent_pipelines.simulators.commercetools.errors import Refused
from cogent_pipelines.simulators.commercetools.fields import fields_of
from cogent_pipelines.simulators.commercetools.predicates import test_for as predicate_for
from cogent_pipelines.simulators.common.words import words
from cogent_pipelines_tests.simulators.commercetools.conftest import Client

ORDER: dict[str, Any] = {
    "id": "b",
    "version": 3,
    "orderNumber": "1001",
    "createdAt": "2026-11-02T09:00:00.000Z",
    "orderState": "Open",
    "paymentState": "Paid",
    "lineItems": [
        {"id": "l1", "quantity": 2, "variant": {"sku": "MUG"}, "name": {"en-GB": "Mug"}},
        {"id": "l2", "quantity": 5, "variant": {"sku": 'T"RAY'}},
    ],
    "syncInfo": [{"channel": {"typeId": "channel", "id": "c1"}, "externalId": "W1"}],
    "returnInfo": [],
    "custom": {"type": {"typeId": "type", "id": "t"}, "fields": {"forExport": True, "weight": 12.5, "tags": ["a", "b"]}},
}


_PIECES = words(
    "orderState version lineItems variant sku syncInfo custom fields createdAt id = != < >= ( ) , and or not in is defined",
    'empty contains any all "Open" "2026-11-02T09:00:00Z" 3 -1.5 true `en-GB` :nobody " §',
)


def holds(text: str, document: dict[str, Any] = ORDER, /, **variables: list[str]) -> bool:
    test = predicate_for([text], variables, fields=fields_of("order"), switches=Switches())
    assert test is not None
    return test(document)


@pytest.mark.parametrize(
    "text",
    [
        'orderState="Open"',
        'orderState = "Open" and paymentState = "Paid"',
        'orderState="Confirmed" or paymentState="Paid"',
        'orderState="Confirmed" and paymentState="Failed" or orderNumber="1001"',
        'orderState="Confirmed" and (paymentState="Failed" or orderNumber="1001") or id="b"',
        'not(orderState="Confirmed")',
        'not (orderState="Confirmed" or version > 3)',
        "version >= 3 and version <= 3 and version > 2 and version < 4 and version != 4 and version <> 4",
        'id > "a" and id < "c"',
        'createdAt > "2026-11-02T08:59:59Z"',
        'createdAt = "2026-11-02T09:00:00.000Z"',
        'createdAt < "2026-11-02T09:00:00.000001Z"',
        'createdAt <= "2026-11-02T10:00:00+01:00"',
        'orderState in ("Confirmed", "Open")',
        'orderState not in ("Confirmed", "Complete")',
        "version in (1, 2, 3)",
        "shipmentState is not defined and paymentState is defined",
        "returnInfo is empty and syncInfo is not empty",
        'lineItems(variant(sku="MUG"))',
        'lineItems(variant(sku="MUG") and quantity=2)',
        'lineItems(variant(sku in ("X", "MUG")) and quantity > 1)',
        'lineItems(variant(sku="T\\"RAY"))',
        'lineItems(name(`en-GB`="Mug"))',
        'syncInfo(channel(typeId="channel" and id="c1") and externalId="W1")',
        "custom(fields(forExport=true))",
        "custom(fields(weight > 12))",
        'custom(fields(tags contains any ("b", "z")))',
        'custom(fields(tags contains all ("a", "b")))',
        "custom(fields(nothing is not defined))",
        'shipmentState != "Shipped"',
        'syncInfo(channel(id != "c2"))',
    ],
)
def test_what_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        'orderState="Confirmed"',
        'orderState="Open" and not(paymentState="Paid")',
        'lineItems(variant(sku="MUG") and quantity=5)',
        'lineItems(variant(sku="mug"))',
        'createdAt > "2026-11-02T09:00:00Z"',
        'createdAt >= "2026-11-02T09:00:00.000001Z"',
        'createdAt > "2026-11-02T10:00:00+01:00"',
        "shipmentState is defined",
        'shipmentState = "Shipped"',
        'shipmentState in ("Shipped")',
        'syncInfo(channel(id != "c1"))',
        "custom(fields(forExport=1))",
        'custom(fields(tags contains all ("a", "z")))',
        "version = 4",
        "returnInfo is not empty",
    ],
)
def test_what_does_not_hold(text: str) -> None:
    assert not holds(text)


def test_an_order_that_was_never_handed_over_is_unequal_to_every_channel() -> None:
    """As the vendor's export study supposes; a switch turns it."""
    fresh = {**ORDER, "syncInfo": []}
    strict = Switches(unequal_matches_absent=False)
    test = predicate_for(['syncInfo(channel(id != "c1"))'], {}, fields=fields_of("order"), switches=strict)

    assert test is not None
    assert (True, False) == (holds('syncInfo(channel(id != "c1"))', fresh), test(fresh))


def test_input_variables_take_the_kind_of_their_field() -> None:
    """One name, several values, of the kinds that the fields have."""
    assert holds("orderNumber = :number and version = :version", number=["1001"], version=["3"])
    assert holds("lineItems(variant(sku in :skus))", skus=["X", "MUG"])
    assert holds("orderState in (:one, :two)", one=["Open"], two=["Complete"])
    assert holds("createdAt >= :since", since=["2026-11-02T09:00:00Z"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "id in ()",
            (
                "Syntax error while parsing 'where'. Invalid input ')', expected StringLiteral, NumberLiteral, boolean or "
                "inputParam (line 1, column 8):\nid in ()\n       ^"
            ),
        ),
        (
            "",
            (
                "Syntax error while parsing 'where'. Unexpected end of input, expected not or conditional expression "
                "(line 1, column 1):\n\n^"
            ),
        ),
        (
            'id in ("a" "b")',
            (
                "Syntax error while parsing 'where'. Invalid input '\"', expected comma or ')' (line 1, column 12):\n"
                'id in ("a" "b")\n           ^'
            ),
        ),
        ("limit=5", "The field 'limit' does not exist."),
        ("lineItems(sku=1)", "The field 'sku' does not exist."),
        ('orderState="aOpen"', "Invalid enum value for OrderState: aOpen"),
        ("orderNumber = :nobody", "The input variable 'nobody' is not defined."),
    ],
)
def test_a_wrong_predicate_is_refused_as_the_vendor_was_seen_to(text: str, message: str) -> None:
    """Texts recorded in public issues, where there are any."""
    with pytest.raises(Refused) as refused:
        holds(text)

    expected = (400, "InvalidInput", f"Malformed parameter: where: {message}")
    assert expected == (refused.value.status, refused.value.code, refused.value.message)


@pytest.mark.parametrize(
    "text",
    [
        "orderState",
        "orderState=",
        "orderState==1",
        'orderState="Open" and',
        'orderState="Open" nonsense',
        'orderState="Open',
        '(orderState="Open"',
        'orderState="Open")',
        "not orderState",
        "orderState is",
        "orderState is not",
        "orderState contains",
        'orderNumber contains some ("a")',
        "version = 1x",
        "§",
        "orderState=Open",
        'version="3"',
        "orderNumber=3",
        'createdAt > "yesterday"',
        "createdAt > 3",
        'lineItems="x"',
        "version(id=3)",
        "(" * 60 + 'id="a"' + ")" * 60,
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    """400 InvalidInput, whatever is wrong; never a failure of the simulator."""
    with pytest.raises(Refused) as refused:
        holds(text)

    assert (400, "InvalidInput") == (refused.value.status, refused.value.code)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join))
def test_whatever_is_asked_is_answered_or_refused(text: str) -> None:
    """Any row of the language's words is a predicate or a 400."""
    assert answer_to(text) in {True, False, (400, "InvalidInput")}


def answer_to(text: str) -> bool | tuple[int, str]:
    try:
        return holds(text)
    except Refused as refused:
        return refused.status, refused.code


def test_several_predicates_must_all_hold(client: Client, order_of: Callable[..., Any]) -> None:
    """`where` may be repeated."""
    order_of(("MUG", 1))
    wanted = order_of(("POT", 1))

    found = client.query("/orders", 'lineItems(variant(sku="POT"))', "lineItems(quantity=1)")

    assert [wanted.ref] == [order["id"] for order in found]


def test_a_wrong_predicate_is_a_400_on_the_wire(client: Client, sim: CommercetoolsSimulator) -> None:
    """The whole body in the vendor's shape."""
    expected = (400, "InvalidInput", "Malformed parameter: where: The field 'nonsense' does not exist.")

    assert expected == client.refused("GET", "/orders", params={"where": "nonsense=1"})
