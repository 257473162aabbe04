"""Credentials go to the hosts of their own account."""

import httpx
import pytest

from cogent_pipelines.adapters.transport.engine import fault_of_url
from cogent_pipelines.adapters.transport.hosts import hosts_of


def test_the_hosts_are_those_of_the_addresses():
    """Without their ports, in lower case; an address that is left out adds none."""
    assert {"api.example.com", "auth.example.com"} == hosts_of(
        "https://API.example.com:8443/v1", "https://auth.example.com", ""
    )


@pytest.mark.parametrize("urls", [(), ("",), ("no address",)])
def test_no_address_is_not_every_address(urls):
    assert "is not one of this account's hosts" in fault_of_url(httpx.URL("https://elsewhere.example/"), hosts_of(*urls))
