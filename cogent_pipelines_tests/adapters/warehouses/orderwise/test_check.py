"""Promises about the proof before go-live: nothing is written, and every line says what to do."""

from dataclasses import replace

import httpx

from cogent_pipelines.adapters.warehouses.orderwise.definitions import DEFINITIONS, Question
from cogent_pipelines.adapters.warehouses.orderwise.settings import STATUSES, OrderState
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import FIELDS, SETTINGS, Connected, with_also
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import PASSWORD, level

EVERY = with_also(*DEFINITIONS)
LISTS = {
    2: [{"id": 1, "name": "T1"}],
    4: [{"Id": 1, "Description": "Main"}],
    18: [{"id": 3, "name": "Standard"}, {"id": 4, "name": "Next day"}],
}


def proof(connected: Connected) -> dict[str, CheckLine]:
    return {each.subject: each for each in connected.warehouse.check()}


def test_a_tenant_that_is_right_has_no_line_against_it(connect, tenant):
    """And nothing was written."""
    tenant.value_lists = LISTS
    tenant.stock = [level("MUG", 1, at="2026-11-20T11:00:00", read_at="2026-11-20T12:00:10", is_kit=False)]

    lines = proof(connect(definitions=EVERY))

    assert {} == {subject: line.finding for subject, line in lines.items() if not line.ok}
    assert {f"definition {question}" for question in Question} <= set(lines)
    assert "create" not in tenant.calls


def test_a_log_in_that_fails_ends_the_proof(connect):
    """Every other line would say the same."""
    [line] = connect(password="another password").warehouse.check()

    assert ("log-in", False) == (line.subject, line.ok)
    assert "password" in line.remedy
    assert PASSWORD not in line.finding


def test_a_tenant_that_is_away_is_not_let_in(connect, tenant):
    """A failure is no proof of a log-in."""
    tenant.answers[Question.ORDER_BY_REF] = [httpx.Response(503)] * 2

    [line] = connect().warehouse.check()

    assert not line.ok


def test_a_definition_that_is_wrong_is_named_with_the_remedy(connect, tenant):
    """The others are judged all the same."""
    tenant.answers[Question.ITEMS] = [(404, {"Message": "not found"})]
    tenant.answers[Question.STOCK_CHANGED] = [(200, [{"contract_version": 1, "sku": "MUG"}])]
    tenant.answers[Question.ORDER_BY_REF] = [(200, []), (200, [{"contract_version": 9}])]

    lines = proof(connect())

    wrong = {subject: line for subject, line in lines.items() if subject.startswith("definition") and not line.ok}
    assert {"definition items", "definition stock_changed", "definition order_by_ref"} == set(wrong)
    assert all("API Export Definitions" in line.remedy for line in wrong.values())


def test_a_missing_permission_is_told_apart_from_a_bad_password(connect, tenant):
    """The user is let in, and may not run definitions."""
    tenant.answers[Question.ORDER_BY_REF] = [httpx.Response(403)] * 2

    lines = proof(connect())

    assert (True, False) == (lines["log-in"].ok, lines["definition order_by_ref"].ok)
    assert "API Export Definitions" in lines["definition order_by_ref"].finding


def test_what_is_not_installed_and_not_needed_is_a_hint(connect):
    """Each optional definition says what it saves."""
    line = proof(connect())["definition kit_stock_changed"]

    assert (True, "not installed") == (line.ok, line.finding)
    assert line.remedy


def test_statuses_that_are_not_mapped_are_named(connect, tenant):
    """Before the first order is in one."""
    tenant.statuses = ["Awaiting despatch", "Picking ", "Void"]

    line = proof(connect(definitions=EVERY))["statuses"]

    assert (False, "not mapped: 'Picking ', 'Void'") == (line.ok, line.finding)


def test_a_tenant_without_a_word_for_cancelled_is_asked_for_it(connect):
    """No such text is public."""
    without = proof(connect(definitions=EVERY))["statuses"]
    with_one = proof(connect(definitions=EVERY, statuses={**STATUSES, "Void": OrderState.CANCELLED}))["statuses"]

    assert (True, True, "") == (without.ok, bool(without.remedy), with_one.remedy)


def test_a_clock_in_another_zone_is_noticed(connect, tenant):
    """An hour's difference would lose an hour's changes, or read them twice."""
    tenant.stock = [level("MUG", 1, read_at="2026-11-20T13:00:00")]

    line = proof(connect())["clock"]

    assert not line.ok
    assert "3600 s" in line.finding


def test_ids_are_shown_with_what_they_stand_for(connect, tenant):
    """They differ in every tenant; a wrong one sends parcels by the wrong carrier."""
    tenant.value_lists = LISTS

    right = proof(connect())["delivery methods"]
    wrong = proof(connect(order=replace(FIELDS, delivery_methods={"": 5})))["delivery methods"]

    assert (True, "3 Standard, 4 Next day") == (right.ok, right.finding)
    assert (False, "no 5 in value list 18") == (wrong.ok, wrong.finding)
    assert "3 Standard" in wrong.remedy


def test_the_batch_and_the_limits_are_said(connect):
    """As the flows ask for them."""
    warehouse = connect().warehouse

    assert (30, 50) == (warehouse.capabilities.longest_sales_order_ref, warehouse.batch_limit)
    assert not warehouse.capabilities.remembers_line_refs
    assert SETTINGS.rate_limit.refill_per_second == 1.0
