"""Who is in trouble, and whether a look at the feeds says so too."""

from datetime import timedelta

import pytest

from cogent_pipelines.flows.trouble import ENVIRONMENT, SETTINGS, VendorWatch
from cogent_pipelines.flows.troubles import Troubles
from cogent_pipelines.ports.errors import AuthenticationFailed, VendorError, VendorRefused, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NORTHWIND


@pytest.fixture
def meets(ledger, clock):
    def meets(vendor: str, flow: str, error: VendorError | None = None) -> VendorWatch:
        watch = VendorWatch(NORTHWIND, vendor, flow, ledger, clock)
        watch.trouble(error or VendorUnavailable("503"))
        return watch

    return meets


@pytest.fixture
def away(ledger, clock):
    """Whether a flow finds the vendor of one of its sides away."""

    def away(flow: str, side: str) -> bool:
        vendor = {"storefront": NORTHWIND.storefront, "warehouse": NORTHWIND.warehouse}[side]
        return Troubles.of(ledger).is_away(NORTHWIND.name, flow, side=side, vendor=vendor, now=clock.now())

    return away


def test_a_flow_finds_its_vendor_away_where_it_met_trouble_and_the_look_did(meets, away):
    meets("peoplevox", "order_injection")
    assert not away("order_injection", "warehouse")

    look = meets("peoplevox", "despatch_to_fulfilment")
    assert away("order_injection", "warehouse")

    look.over()
    assert not away("order_injection", "warehouse")


def test_reports_that_fail_hold_up_no_flow_that_goes_well(meets, away):
    """Parcels cannot be read; orders still go in, and fulfilments still go out."""
    meets("peoplevox", "despatch_to_fulfilment")

    assert away("despatch_to_fulfilment", "warehouse")
    assert not away("despatch_to_fulfilment", "storefront")
    assert not away("order_injection", "warehouse")


def test_a_look_of_some_time_ago_says_nothing_of_now(meets, away, clock):
    """Where nobody looks any more, runs are started as ever."""
    meets("shopify", "order_capture")
    assert away("order_capture", "storefront")

    clock.advance(timedelta(minutes=5).total_seconds())
    assert not away("order_capture", "storefront")


def test_without_secrets_every_side_is_away(meets, away):
    setting_up = meets(ENVIRONMENT, SETTINGS, AuthenticationFailed("NORTHWIND_TOKEN is not set"))
    assert away("order_capture", "storefront")
    assert away("order_injection", "warehouse")

    setting_up.over()
    assert not away("order_capture", "storefront")


def test_a_vendor_in_trouble_is_one_that_is_down_or_refuses_the_log_in(meets, ledger):
    """One that refuses a call may well take another."""
    meets("peoplevox", "order_injection", VendorRefused("no template"))
    assert not Troubles.of(ledger).met(NORTHWIND.name, ["peoplevox"])

    meets("peoplevox", "stock_publication", AuthenticationFailed("wrong password"))
    troubles = Troubles.of(ledger)
    assert (True, False) == (troubles.met(NORTHWIND.name, ["peoplevox"]), troubles.met(NORTHWIND.name, ["shopify"]))
    assert frozenset() == troubles.down

    meets("peoplevox", "despatch_to_fulfilment")
    assert {NORTHWIND.name} == Troubles.of(ledger).down
