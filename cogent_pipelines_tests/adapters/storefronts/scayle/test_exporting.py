"""Showing which orders the warehouse has, for tenants that look for it."""

from datetime import UTC, datetime

import pytest

from cogent_pipelines.canonical.identity import OrderRef, SalesOrderRef
from cogent_pipelines.ports.extras import HandedOver, MarksExported
from cogent_pipelines.ports.outcomes import Marked, Rejected, Unavailable, Unknown
from cogent_pipelines_tests.adapters.storefronts.scayle.samples import order
from cogent_pipelines_tests.adapters.storefronts.scayle.tenant import Tenant, opened

ORDER = "GET /shops/ms/countries/DE/orders/901"
WRITE = "PUT /shops/ms/countries/DE/orders/901/legacy-custom-data"


def handed(ref="901"):
    return HandedOver(OrderRef(ref), SalesOrderRef("SO-901"), datetime(2026, 11, 2, tzinfo=UTC))


def mark(tenant, *orders):
    with opened(tenant, exported_field="warehouseRef") as storefront:
        return storefront.mark_exported(list(orders))


def test_only_a_tenant_with_a_field_for_it_is_marked():
    """Otherwise the delegation's own answer has said it."""
    with opened(Tenant()) as plain, opened(Tenant(), exported_field="warehouseRef") as marking:
        assert (False, True) == (isinstance(plain, MarksExported), isinstance(marking, MarksExported))


@pytest.mark.parametrize("data", [{"gift": True}, {"gift": True, "warehouseRef": "SO-1"}])
def test_our_reference_is_put_beside_what_is_there(data):
    """Whether a write keeps the other fields is not published, so they go with it."""
    tenant = Tenant().on(ORDER, order(901, legacyCustomData=data)).on(WRITE, 204)

    assert [Marked()] == mark(tenant, handed())
    assert [{"gift": True, "warehouseRef": "SO-901"}] == tenant.bodies(WRITE)


def test_what_is_there_is_read_whatever_custom_data_orders_come_with():
    """What is not read would be overwritten."""

    def answer(asked):
        return order(901, **({"legacyCustomData": {"gift": True}} if asked.query.get("with") == "legacyCustomData" else {}))

    tenant = Tenant().on(ORDER, answer).on(WRITE, 204)

    with opened(tenant, exported_field="warehouseRef", custom_data=()) as storefront:
        assert [Marked()] == storefront.mark_exported([handed()])
    assert [{"gift": True, "warehouseRef": "SO-901"}] == tenant.bodies(WRITE)


def test_an_order_that_is_not_given_out_is_tried_again_and_holds_up_nobody():
    tenant = Tenant().on(ORDER, order(901)).on(WRITE, 204)
    tenant.on(f"{ORDER[:-1]}2", 403).on("GET /shops/ms/countries/DE/orders", {"entities": []})

    assert [Unavailable, Marked] == [type(each) for each in mark(tenant, handed("902"), handed())]


def test_what_is_marked_is_not_marked_again():
    tenant = Tenant().on(ORDER, order(901, legacyCustomData={"warehouseRef": "SO-901"})).on(WRITE, 204)

    assert ([Marked()], []) == (mark(tenant, handed()), tenant.bodies(WRITE))


@pytest.mark.parametrize(("reply", "outcome"), [(400, Rejected), (503, Unavailable), (500, Unknown)])
def test_each_order_has_its_own_outcome(reply, outcome):
    """A stranger among them holds up nobody."""
    tenant = Tenant().on(ORDER, order(901, legacyCustomData=[])).on(WRITE, reply)

    assert [Rejected, outcome] == [type(each) for each in mark(tenant, handed("999"), handed())]
