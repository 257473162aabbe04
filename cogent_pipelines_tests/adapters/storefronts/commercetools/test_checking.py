"""What is asked of a project before it goes live."""

import httpx
import pytest

from cogent_pipelines.adapters.storefronts.commercetools.settings import ImportRules
from cogent_pipelines_tests.adapters.storefronts.commercetools.project import (
    IMPORT,
    KEY,
    LOG_IN,
    Project,
    opened,
    page,
    refused,
    token,
)
from cogent_pipelines_tests.adapters.storefronts.commercetools.samples import channel, product


def a_project(**on):
    project = Project()
    answers = {
        "GET /orders": page(),
        "GET ": {"key": KEY, "name": "Northwind", "currencies": ["GBP"], "messages": {"enabled": True}},
        "GET /product-projections": page(product(1, "TEE-S")),
        "GET /channels/key=uk": channel("uk", "InventorySupply"),
        "GET /channels/key=wms": channel("wms", "OrderExport"),
    } | on
    for to, reply in answers.items():
        project.on(to, reply)
    return project


def lines(project, **settings):
    with opened(project, **settings) as storefront:
        return {line.subject: line for line in storefront.check()}


def test_a_project_that_is_ready_has_nothing_to_correct():
    """And nothing was written."""
    project = a_project()
    found = lines(project, supply_channel="uk", export_channel="wms", poll_messages=True)

    assert [] == [line for line in found.values() if not line.ok or line.remedy]
    assert {"credentials", "scopes", "project", "supply channel", "export channel"} <= set(found)
    assert {"GET"} == {asked.request.method for asked in project.asked if asked.to != LOG_IN}


@pytest.mark.parametrize(("minutes", "warned"), [(None, False), (30, True)])
def test_a_project_whose_carts_can_hold_stock_is_warned(minutes, warned):
    """What they hold looks like what orders hold, and is given back with every figure."""
    given = {"key": KEY, "name": "Northwind", "currencies": ["GBP"], "inventory": {"releaseExpiredReservations": True}}
    given["inventory"] |= {} if minutes is None else {"reservationExpirationInMinutes": minutes}

    found = lines(a_project(**{"GET ": given}))["reservations"]

    assert (True, warned, warned) == (found.ok, "30 minutes" in found.finding, "ReserveOnCart" in found.remedy)


@pytest.mark.parametrize(("allowed", "remedied"), [(True, False), (False, True)])
def test_an_import_container_that_nothing_goes_to_is_said(allowed, remedied):
    """Only new entries are imported."""
    project = a_project(**{"GET /import-containers/stock": {"key": "stock", "resourceType": "inventory"}})

    found = lines(project, imports=ImportRules("stock"), import_url=IMPORT, create_entries=allowed)["import container"]

    assert (True, remedied) == (found.ok, "create_inventory_entries" in found.remedy)


def test_credentials_that_are_not_accepted_end_the_check():
    """Nothing else could be asked."""
    found = lines(a_project(**{LOG_IN: refused(401, "invalid_client")}))

    assert (["credentials"], False) == (list(found), found["credentials"].ok)


def test_an_address_that_does_not_answer_ends_the_check():
    """With what to look at."""
    found = lines(a_project(**{"GET /orders": httpx.ConnectError("refused")}))

    assert (["endpoint"], False) == (list(found), found["endpoint"].ok)


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        (f"manage_project:{KEY}", False),
        (f"manage_orders:{KEY} manage_products:{KEY} view_messages:{KEY} view_project_settings:{KEY}", False),
        (f"manage_orders:{KEY}:uk manage_products:{KEY} view_messages:{KEY} manage_project_settings:{KEY}", False),
        (f"view_orders:{KEY} manage_products:{KEY} view_messages:{KEY} view_project_settings:{KEY}", True),
        ("manage_project:southwind", True),
    ],
)
def test_scopes_that_are_missing_are_named(scope, missing):
    """A greater one will do, and a store's own for its orders."""
    project = a_project(**{LOG_IN: token(scope=scope), "GET /in-store/key=uk/orders": page()})
    found = lines(project, store="uk", poll_messages=True)

    assert missing is not found["scopes"].ok


@pytest.mark.parametrize(("polls", "is_fine"), [(False, True), (True, False)])
def test_the_scope_of_messages_is_needed_where_they_are_polled(polls, is_fine):
    """Nothing of every day needs messages."""
    scope = f"manage_orders:{KEY} manage_products:{KEY} view_project_settings:{KEY}"
    found = lines(a_project(**{LOG_IN: token(scope=scope)}), poll_messages=polls)

    assert is_fine is found["scopes"].ok


@pytest.mark.parametrize(
    ("polls", "kept", "is_fine", "words"),
    [
        (
            True,
            {"enabled": True, "deleteDaysAfterCreation": 15},
            True,
            "messages about orders are polled, and kept for 15 days",
        ),
        (True, {"enabled": False}, False, "the project keeps no messages"),
        (False, {"enabled": False}, True, "messages about orders are not polled"),
    ],
)
def test_messages_that_are_to_be_polled_must_be_kept(polls, kept, is_fine, words):
    """A project does so only where it was told to."""
    project = a_project(**{"GET ": {"key": KEY, "name": "Northwind", "currencies": ["GBP"], "messages": kept}})
    found = lines(project, poll_messages=polls)["messages"]

    assert (is_fine, words) == (found.ok, found.finding)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (channel("wms", "InventorySupply"), "wms has no role OrderExport"),
        (refused(404, "ResourceNotFound", "no channel wms"), "no channel wms"),
    ],
)
def test_the_export_channel_must_be_there_and_have_the_role(answer, words):
    """Else every mark would be refused."""
    found = lines(a_project(**{"GET /channels/key=wms": answer}), export_channel="wms")["export channel"]

    assert (False, True) == (found.ok, words in found.finding)


def test_the_supply_channel_must_supply():
    """Stock of another kind of channel is nobody's."""
    project = a_project(**{"GET /channels/key=uk": channel("uk", "Primary")})
    found = lines(project, supply_channel="uk")["supply channel"]

    assert (False, "uk has no role InventorySupply") == (found.ok, found.finding)


def test_keys_that_the_project_has_not_are_said():
    """Before the first order waits for them."""
    project = a_project(**{"GET /states": page()})
    found = lines(project, held_states=frozenset({"fraud-check"}))["states and channels"]

    assert (False, True) == (found.ok, "fraud-check" in found.finding)


def test_another_project_behind_the_address_is_said():
    """A stand-in that was left on."""
    found = lines(a_project(**{"GET ": {"key": "southwind"}}))["project"]

    assert (False, True) == (found.ok, "southwind" in found.finding)


def test_a_part_that_cannot_be_read_does_not_hide_the_rest():
    """Not as published."""
    found = lines(a_project(**{"GET ": {"key": KEY, "messages": [5]}}))

    assert (False, True) == (found["project"].ok, found["blank SKUs"].ok)


def test_a_project_without_messages_works_and_is_told_of_it():
    """A warning."""
    project = a_project(**{"GET ": {"key": KEY, "name": "N", "currencies": [], "messages": {"enabled": False}}})

    assert (True, True) == (lines(project)["messages"].ok, bool(lines(project)["messages"].remedy))


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        (refused(404, "ResourceNotFound"), True),
        ({"key": "stock", "resourceType": "inventory"}, True),
        ({"key": "stock", "resourceType": "order"}, False),
        (refused(403, "insufficient_scope"), False),
    ],
)
def test_the_import_container_is_ready_or_will_be_made(answer, is_right):
    """One for other resources would refuse every push."""
    project = a_project(**{"GET /import-containers/stock": answer})
    found = lines(project, imports=ImportRules("stock"), import_url=IMPORT)["import container"]

    assert is_right is found.ok


def test_blank_and_repeated_skus_are_warned_of():
    """From the first page."""
    found = lines(a_project(**{"GET /product-projections": page(product(1, "A", "A", None))}))

    assert "1 among 3 variants, such as T-shirt" == found["blank SKUs"].finding
    assert "1 among 3 variants, such as A" == found["duplicate SKUs"].finding
