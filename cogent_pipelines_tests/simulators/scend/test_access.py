"""Who may call: each way of showing oneself that the switch knows, its refusal and its end."""

import base64

import pytest

from cogent_pipelines_tests.simulators.common.rest_client import RestClient
from cogent_pipelines_tests.simulators.scend.conftest import BASE


def test_a_stranger_is_refused_with_a_code(simulator):
    client = RestClient(simulator.app)
    client.headers["Authorization"] = "Bearer nonsense"

    answer = client.get(f"{BASE}/stock")

    assert (401, "UNAUTHORISED") == (answer.status_code, answer.json()["Code"])


@pytest.mark.parametrize("kind", ["bearer", "api_key", "basic", "none"])
def test_each_way_lets_in_who_knows_and_nobody_else(simulator, switches, kind):
    switches.change(auth_kind=kind)
    access, client = simulator.access, RestClient(simulator.app)
    stranger = client.get(f"{BASE}/stock").status_code
    pair = base64.b64encode(f"{access.username}:{access.password}".encode()).decode()
    shown = {"bearer": f"Bearer {access.token}", "basic": f"Basic {pair}"}.get(kind, "")
    client.headers = {"Authorization": shown, "X-Api-Key": access.token if kind == "api_key" else ""}

    assert (200 if kind == "none" else 401, 200) == (stranger, client.get(f"{BASE}/stock").status_code)


def test_an_exchanged_token_ends(simulator, switches, clock):
    """After an hour; a wrong password gives none, and there is nothing to exchange where the way is another."""
    client, access = RestClient(simulator.app), simulator.access
    good, bad = ({"Username": access.username, "Password": word} for word in (access.password, "wrong"))
    closed = client.post(f"{BASE}/token", good).status_code
    switches.change(auth_kind="token_exchange")
    refused, given = client.post(f"{BASE}/token", bad), client.post(f"{BASE}/token", good).json()
    client.headers["Authorization"] = f"Bearer {given['Token']}"
    clock.advance(3599)
    before = client.get(f"{BASE}/stock").status_code
    clock.advance(1)

    assert (404, 401, 3600) == (closed, refused.status_code, given["ExpiresIn"])
    assert (200, 401) == (before, client.get(f"{BASE}/stock").status_code)


def test_a_token_can_be_taken_away(client, simulator):
    """By a fault at one call: from then on it is no good."""
    simulator.faults.expire_token("ListStock")

    assert [401, 401] == [client.get(f"{BASE}/stock").status_code for _ in range(2)]
