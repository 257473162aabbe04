"""Nobody gets in without a token that lives, and nobody does what his user group may not."""

from collections.abc import Callable

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines_tests.simulators.orderwise.conftest import BASIC, Client, message, order


def test_a_token_is_a_bare_json_string(client: Client):
    """Quotes and all; and a second one does not end the first."""
    answer = client.raw("GET", "/owapi/token/gettoken", auth=BASIC)

    assert f'"{answer.json()}"' == answer.text
    assert client.token != answer.json()
    assert [] != client.get("system/stock-locations")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"auth": ("integration", "wrong")},
        {"auth": ("Integration", "not-a-real-secret")},
        {"headers": {"Authorization": "Basic !!"}},
        {"headers": {"Authorization": "Bearer x"}},
    ],
)
def test_wrong_credentials_are_refused_with_an_empty_string(client: Client, more):
    """401, and no word about which of the two was wrong."""
    answer = client.raw("GET", "/owapi/token/gettoken", **more)

    assert (401, '""') == (answer.status_code, answer.text)


def test_the_token_is_got_by_get_alone(client: Client):
    assert 405 == client.raw("POST", "/owapi/token/gettoken", auth=BASIC).status_code


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer made-up", "Basic aW50ZWdyYXRpb246bm90LWEtcmVhbC1zZWNyZXQ="])
def test_a_call_without_a_living_token_is_refused(client: Client, authorization: str):
    """The right Basic credentials are no token either."""
    answer = client.raw("GET", "/owapi/system/stock-locations", headers={"Authorization": authorization})

    assert (401, '""') == (answer.status_code, answer.text)


def test_a_token_runs_out(client: Client, clock: VirtualClock):
    """An hour by default; a second before it still works."""
    clock.advance(3599)
    assert 200 == client.ask("GET", "system/stock-locations").status_code
    clock.advance(1)
    assert 401 == client.ask("GET", "system/stock-locations").status_code


def test_a_refused_token_leaves_nothing_done(client: Client, sim: OrderWiseSimulator):
    """An order sent with a dead token is not there."""
    sim.tokens.revoke_all()

    assert (401, 0) == (client.post_order(order()).status_code, sim.truth.times_created("WEB-1"))


def test_where_the_tenant_has_it_a_new_token_ends_the_one_before(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(single_token=True))
    Client(client.sim)

    assert 401 == client.ask("GET", "system/stock-locations").status_code


def test_basic_goes_straight_to_data_where_the_tenant_has_it(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(basic_on_data=True))

    assert 200 == client.raw("GET", "/owapi/stock/variants", auth=BASIC).status_code
    assert 401 == client.raw("GET", "/owapi/stock/variants", auth=("integration", "wrong")).status_code


def test_permissions_are_per_category_and_verb(client: Client, sim: OrderWiseSimulator):
    """Reading an order may be allowed where making one is not."""
    made = client.create()
    sim.switches.change(denied=["Sales orders POST", "API Export Definitions"])

    assert 403 == client.post_order(order("WEB-2")).status_code
    assert 200 == client.ask("GET", f"sales/order/{made['orderId']}/status").status_code
    assert 403 == client.ask_export("statuses", []).status_code


@pytest.mark.parametrize("path", ["/OWAPI/System/Stock-Locations", "/OwApi/system/stock-locations/"])
def test_a_path_is_read_without_regard_to_case(client: Client, path: str):
    """As IIS does."""
    headers = {"Authorization": f"bearer {client.token}"}

    assert 200 == client.raw("GET", path, headers=headers).status_code


def test_outside_the_directories_there_is_a_web_page(client: Client):
    answer = client.raw("GET", "/api/system/stock-locations")

    assert (404, True) == (answer.status_code, answer.text.startswith("<!DOCTYPE html>"))


def test_what_is_no_operation_is_said_in_json(client: Client):
    """Nobody cancels by a call that no tenant is known to have."""
    assert "No HTTP resource was found" in message(client.ask("GET", "sales/orders"))
    assert 404 == client.ask("POST", "sales/order/58201/cancel").status_code
    assert "does not support http method 'DELETE'" in message(client.ask("DELETE", "sales/order"))


def test_the_test_company_has_data_of_its_own(client: Client, sim: OrderWiseSimulator):
    """The same user, other books."""
    sim.companies["owapitest"].add_variant("MUG")
    headers = {"Authorization": f"Bearer {client.token}"}
    answer = client.raw("POST", "/OWAPItest/sales/order?session_id=1", json=order(), headers=headers)

    assert 200 == answer.status_code
    assert 0 == sim.truth.times_created("WEB-1")
    assert 1 == sim.companies["owapitest"].truth.times_created("WEB-1")
