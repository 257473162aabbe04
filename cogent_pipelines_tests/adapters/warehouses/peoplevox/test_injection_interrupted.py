"""Refusals that blame the moment: they pass by themselves, and nothing is lost or doubled until they have."""

import pytest

from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import order, orders
from cogent_pipelines_tests.adapters.warehouses.peoplevox.tenant import html, once, refusal

INTERRUPTED = refusal("SaveData", "The import was Interrupted")
STEPS = {"header": ("Sales orders", 0), "lines": ("Sales order items", 0), "release": ("Sales orders", 1)}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("acted", [True, False])
def test_a_refusal_that_blames_the_moment_is_read_back_and_may_be_sent_again(tenant, connect, step, acted):
    """What was saved counts; what was not is no refusal of the order, and the next call completes it."""
    connected = connect()
    template, skip = STEPS[step]
    (tenant.after if acted else tenant.before).append(once("SaveData", template, INTERRUPTED, skip=skip))

    [outcome] = connected.warehouse.create_sales_orders([order("SO-1")])
    again = connected.again().create_sales_orders([order("SO-1")])

    assert isinstance(outcome, Acknowledged if acted else Unavailable)
    assert isinstance(again[0], AlreadyThere if acted else Acknowledged)
    assert [("MUG", "L1", "1"), ("PLATE", "L2", "2")] == tenant.lines_of("SO-1")
    assert tenant.is_pickable("SO-1")


def test_an_interrupted_header_that_cannot_be_read_back_stays_in_doubt(tenant, connect):
    """Nothing proves either way."""
    tenant.after = [
        once("SaveData", "Sales orders", INTERRUPTED),
        lambda asked: html(503) if asked.operation == "GetData" and tenant.count("SaveData") else None,
    ]
    connected = connect()

    [outcome] = connected.warehouse.create_sales_orders([order("SO-1")])

    assert isinstance(outcome, Unknown)


def test_an_interrupted_call_of_many_orders_is_taken_apart_and_holds_up_nobody_else(tenant, connect):
    """Whatever row the service stumbles over each time, the others go in, and that one is tried again later."""

    def stumbles(asked):
        return (
            INTERRUPTED
            if asked.operation == "SaveData" and any(row["SalesOrderNumber"] == "SO-9" for row in asked.rows)
            else None
        )

    tenant.before = [stumbles]
    batch = [*orders(20), order("SO-9")]

    outcomes = connect().warehouse.create_sales_orders(batch)

    assert 20 == sum(isinstance(outcome, Acknowledged) for outcome in outcomes)
    assert isinstance(outcomes[-1], Unavailable)


def test_which_texts_pass_by_themselves_is_a_setting(tenant, connect):
    """A tenant's own wording is added where it is known; without it the refusal stands."""
    tenant.before = [once("SaveData", "Sales orders", refusal("SaveData", "Stock take in progress")) for _ in range(2)]

    [refused] = connect().warehouse.create_sales_orders([order("SO-1")])
    [later] = connect(transient_texts=("stock take",)).warehouse.create_sales_orders([order("SO-2")])

    assert isinstance(refused, Rejected)
    assert isinstance(later, Unavailable)
