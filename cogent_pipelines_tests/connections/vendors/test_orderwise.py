"""An OrderWise tenant's block: what it refuses at once, and what of it reaches the adapter."""

from typing import Any

import pytest
from pydantic import ValidationError

from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import CancelCall, CancelMode, OrderState
from cogent_pipelines.connections.assembly import MissingVariables, VendorServices, build_warehouse
from cogent_pipelines.connections.vendors.orderwise import OrderWiseBlock, orderwise_settings
from cogent_pipelines_tests.components.deployment import connection
from cogent_pipelines_tests.factories.clocks import StillClock

ENVIRONMENT = {"OW_URL": "http://127.0.0.1:9/owapi", "OW_USER": "robot", "OW_PASSWORD": "password-1"}
BLOCK: dict[str, Any] = {
    "vendor": "orderwise",
    "base_url": "https://northwind.orderwisecloud.com/owapi",
    "username_env": "OW_USER",
    "password_env": "OW_PASSWORD",
    "session_id": 7,
    "export_definitions": {str(each.question): 100 + at for at, each in enumerate(DEFINITIONS.values()) if each.required},
    "customer_id": 1001,
    "delivery_methods": {"": 3},
}


def block(**changes: Any) -> OrderWiseBlock:
    given = {**BLOCK, **changes}
    return OrderWiseBlock.model_validate({name: value for name, value in given.items() if value is not None})


def test_a_connection_can_name_orderwise_as_its_warehouse():
    """Which adapter it means is the block's own affair."""
    services = VendorServices.in_memory(StillClock())
    known = connection(warehouse=BLOCK)

    with build_warehouse(known, services=services, environment=ENVIRONMENT) as warehouse:
        assert ("OrderWise", "orderwise") == (warehouse.capabilities.name, known.connection().warehouse)


def test_what_the_yaml_says_reaches_the_adapter():
    """Texts become states, ids sets, and what is added leaves the usual in place."""
    settings = orderwise_settings(
        block(
            base_url=None,
            base_url_env="OW_URL",
            statuses={"Void": "cancelled"},
            stock_locations=[1, 2],
            lengths={"postcode": 9},
            tax_rates={"IE": 9},
            cancel_call={"path": "sales/order/{order_id}/cancel", "sub_statuses": ["New"]},
        ),
        ENVIRONMENT,
    )

    assert ("http://127.0.0.1:9/owapi", "robot", 7) == (settings.base_url, settings.username, settings.session_id)
    assert (OrderState.CANCELLED, OrderState.OPEN) == (settings.statuses["Void"], settings.statuses["Awaiting despatch"])
    assert (frozenset({1, 2}), 9, 100) == (settings.stock_locations, settings.lengths.postcode, settings.lengths.name)
    assert ({"": 3}, {"IE": 9}) == (settings.order.delivery_methods, settings.order.tax_rates)
    assert CancelCall("sales/order/{order_id}/cancel", sub_statuses=frozenset({"New"})) == settings.cancel_call
    assert 100 == settings.definitions[Question.ORDER_BY_REF]


def test_cancelling_is_by_hand_unless_a_call_is_given():
    """No public source shows one."""
    assert CancelMode.BY_HAND is orderwise_settings(block(), ENVIRONMENT).cancel


def test_what_is_missing_is_named_and_no_value_is():
    """All at once."""
    with pytest.raises(MissingVariables) as missing:
        orderwise_settings(block(), {"OW_USER": "robot"})

    assert ("OW_PASSWORD",) == missing.value.names
    assert "robot" not in str(missing.value)


def test_the_password_is_not_shown_where_settings_are_printed():
    """Settings end in tracebacks."""
    assert "password-1" not in repr(orderwise_settings(block(), ENVIRONMENT))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": None}, "either base_url or base_url_env"),
        ({"base_url_env": "OW_URL"}, "either base_url or base_url_env"),
        ({"customer_id": None}, "either customer_id or account_number"),
        ({"account_number": "WEB01"}, "either customer_id or account_number"),
        ({"export_definitions": {"items": 1}}, "ids are missing of order_by_ref, order_lines"),
        ({"export_definitions": {"gossip": 1}}, "export_definitions"),
        ({"sites": ["1"]}, "under stock_locations"),
        ({"lengths": {"shoe": 44}}, "no such field: shoe"),
        ({"delivery_methods": {}}, "delivery_methods"),
        ({"statuses": {"Void": "gone"}}, "statuses"),
        ({"order_refs": "SO-("}, "order_refs"),
        ({"timezone": "Europe/Londn"}, "no time zone"),
        ({"session": 7}, "session"),
    ],
)
def test_what_could_only_fail_later_is_refused_at_once(changes, words):
    """In words that say which field."""
    with pytest.raises(ValidationError, match=words):
        block(**changes)
