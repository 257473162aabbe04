"""Who may call: keys by name and password, their end, and what a stranger hears."""

import uuid

import pytest

from cogent_pipelines_tests.simulators.common.rest_client import RestClient


def test_a_key_is_a_bare_json_string(simulator):
    """Nothing is around it, and it is a GUID."""
    told = {"Username": simulator.account.username, "Password": simulator.account.password}

    answer = RestClient(simulator.app).post("/api/auth", told)

    key = answer.json()
    assert (200, f'"{key}"') == (answer.status_code, answer.text)
    assert key == str(uuid.UUID(key))


@pytest.mark.parametrize("told", [{"Username": "x", "Password": "y"}, {}, {"Username": 1, "Password": 2}])
def test_a_wrong_password_gives_no_key(simulator, told):
    answer = RestClient(simulator.app).post("/api/Auth", told)

    assert answer.status_code in (400, 401)
    assert "Message" in answer.json()


@pytest.mark.parametrize("headers", [{}, {"ms-apikey": "nonsense"}, {"Authorization": "Bearer nonsense"}])
def test_a_stranger_is_refused(simulator, headers):
    """Whatever is asked for, and a key in the address is none."""
    client = RestClient(simulator.app)
    client.headers = headers

    assert 401 == client.get("/api/Order/List", APIKey="nonsense").status_code


def test_a_key_ends_after_a_day(client, clock):
    clock.advance(24 * 3600 - 1)
    before = client.get("/api/Order/List").status_code
    clock.advance(1)

    assert (200, 401) == (before, client.get("/api/Order/List").status_code)


def test_a_key_can_be_forgotten_early(client, simulator):
    """By a fault at one call, and a new key is good again."""
    simulator.faults.expire_token("ListOrders")
    refused = client.get("/api/Order/List").status_code
    told = {"Username": simulator.account.username, "Password": simulator.account.password}
    client.headers["ms-apikey"] = client.post("/api/Auth", told).json()

    assert (401, 200) == (refused, client.get("/api/Order/List").status_code)


def test_a_new_key_may_end_the_old(client, simulator, switches):
    switches.change(one_key_at_a_time=True)
    told = {"Username": simulator.account.username, "Password": simulator.account.password}
    RestClient(simulator.app).post("/api/Auth", told)

    assert 401 == client.get("/api/Order/List").status_code
