"""Trouble with a vendor as a whole."""

import pytest

from cogent_pipelines.flows.trouble import VendorWatch
from cogent_pipelines.ports.errors import AuthenticationFailed, OutcomeUnknown, VendorRefused, VendorUnavailable
from cogent_pipelines_tests.factories.orders import NORTHWIND


@pytest.mark.parametrize(
    ("error", "kind", "severity"),
    [
        (VendorUnavailable("503"), "vendor_unavailable", "transient"),
        (OutcomeUnknown("no answer"), "vendor_unavailable", "transient"),
        (VendorRefused("no template", operation="SaveData", exchange_id=7), "vendor_refused", "critical"),
        (AuthenticationFailed("bad password"), "credentials_refused", "critical"),
    ],
)
def test_trouble_is_one_case_of_the_right_kind_and_closes_when_it_is_over(ledger, clock, error, kind, severity):
    """What waits for time and what waits for a person are told apart, with the vendor's words."""
    watch = VendorWatch(NORTHWIND, "peoplevox", "order_injection", ledger, clock)
    other_flow = VendorWatch(NORTHWIND, "peoplevox", "stock_publication", ledger, clock)
    other_flow.trouble(VendorRefused("other"))

    def call():
        with watch.watched():
            raise error

    for _ in range(2):
        with pytest.raises(type(error)):
            call()

    [case] = [case for case in ledger.cases.open() if case.subject == "peoplevox: order_injection"]
    assert (kind, severity, 2, str(error)) == (case.kind, case.severity, case.occurrences, case.message)
    with watch.watched():
        pass
    assert ["peoplevox: stock_publication"] == [case.subject for case in ledger.cases.open()]


def test_trouble_that_changes_its_nature_changes_its_case(ledger, clock):
    """An outage that ends in refused credentials is no outage any more."""
    watch = VendorWatch(NORTHWIND, "peoplevox", "order_injection", ledger, clock)
    watch.trouble(VendorUnavailable("503"))
    watch.trouble(AuthenticationFailed("bad password"))

    assert ["credentials_refused"] == [case.kind for case in ledger.cases.open()]
