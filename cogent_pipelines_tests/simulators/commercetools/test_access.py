"""The token endpoint, expiry and scopes."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.commercetools import CommercetoolsSimulator
from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines_tests.simulators.commercetools.conftest import Client


def test_client_credentials_give_a_token_with_what_was_asked_for(client: Client) -> None:
    """The scope of the answer is the scope asked for; the life is the vendor's 48 hours."""
    answer = client.log_in("view_orders:northwind-sim view_messages:northwind-sim")

    told = answer.json()
    expected = (200, "Bearer", 172_800, "view_orders:northwind-sim view_messages:northwind-sim")
    assert expected == (answer.status_code, told["token_type"], told["expires_in"], told["scope"])


def test_grant_type_and_scope_may_be_query_parameters(client: Client) -> None:
    """Both places are documented."""
    auth = (client.details["client_id"], client.details["client_secret"])
    params = {"grant_type": "client_credentials", "scope": "view_orders:northwind-sim"}

    answer = client.request("POST", "/oauth/token", auth=auth, params=params)

    assert (200, "view_orders:northwind-sim") == (answer.status_code, answer.json()["scope"])


@pytest.mark.parametrize(
    ("auth", "form", "expected"),
    [
        (("wrong", "wrong"), {"grant_type": "client_credentials"}, (401, "invalid_client")),
        (None, {"grant_type": "client_credentials"}, (401, "invalid_client")),
        ("own", {"grant_type": "password"}, (400, "unsupported_grant_type")),
        ("own", {}, (400, "unsupported_grant_type")),
        ("own", {"grant_type": "client_credentials", "scope": "manage_everything:northwind-sim"}, (400, "invalid_scope")),
        ("own", {"grant_type": "client_credentials", "scope": "view_orders:another"}, (400, "invalid_scope")),
    ],
)
def test_a_refused_grant_has_both_shapes_of_error(client: Client, auth: Any, form: Any, expected: Any) -> None:
    """OAuth's `error` and the vendor's list of errors, in one body."""
    own = (client.details["client_id"], client.details["client_secret"])

    answer = client.request("POST", "/oauth/token", auth=own if auth == "own" else auth, data=form)

    body = answer.json()
    assert expected == (answer.status_code, body["error"])
    assert [expected[1]] == [error["code"] for error in body["errors"]]


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc", "Bearer "])
def test_a_call_without_a_living_token_is_refused(client: Client, header: str | None) -> None:
    """The published 401 body, word for word."""
    headers = {"Authorization": header} if header else {}

    answer = client.request("GET", "/northwind-sim/orders", headers=headers)

    expected = {
        "statusCode": 401,
        "message": "invalid_token",
        "errors": [{"code": "invalid_token", "message": "invalid_token"}],
        "error": "invalid_token",
        "error_description": "invalid_token",
    }
    assert (401, expected) == (answer.status_code, answer.json())


def test_a_token_dies_when_the_vendors_clock_says_so(client: Client, clock: VirtualClock) -> None:
    """One second before the end it opens, at the end it does not."""
    client.get("/orders")
    clock.advance(172_799)
    alive = client.call("GET", "/orders").status_code
    clock.advance(1)

    assert (200, 401) == (alive, client.call("GET", "/orders").status_code)


def test_a_token_for_reading_does_not_write(client: Client) -> None:
    """403, and the code is insufficient_scope."""
    client.token = client.log_in("view_orders:northwind-sim").json()["access_token"]

    reading = client.call("GET", "/orders").status_code
    status, code, _ = client.refused("POST", "/orders/import", json={})
    elsewhere = client.call("GET", "/inventory").status_code

    assert (200, 403, "insufficient_scope", 403) == (reading, status, code, elsewhere)


def test_a_token_for_one_store_sees_that_stores_orders_only(make_sim: Callable[..., CommercetoolsSimulator]) -> None:
    """The in-store path opens, the project's does not, another store's does not."""
    sim = make_sim(scopes=("view_orders:north",))
    sim.project.add_store("north")
    sim.project.add_store("south")
    client = Client(sim)

    paths = ("/in-store/key=north/orders", "/in-store/key=south/orders", "/orders")

    assert [200, 403, 403] == [client.call("GET", path).status_code for path in paths]


def test_a_project_that_is_not_there_is_out_of_reach(client: Client) -> None:
    """The token's scopes name the project."""
    client.get("/orders")

    headers = {"Authorization": f"Bearer {client.token}"}

    assert 403 == client.request("GET", "/another/orders", headers=headers).status_code


def test_the_correlation_id_comes_back(client: Client) -> None:
    """Given, it is echoed; not given, one is made."""
    told = client.call("GET", "/orders", headers={"X-Correlation-ID": "mine-1"}).headers["X-Correlation-ID"]
    made = client.call("GET", "/orders").headers["X-Correlation-ID"]

    assert ("mine-1", True) == (told, made.startswith("projects-"))
