"""`cogent simulate` is meant for somebody else's client: one line says all that it needs."""

import json
import subprocess
import sys
import urllib.request

import pytest

pytestmark = pytest.mark.stack

NEEDED = {
    "shopify": {"url", "shop", "api_version", "access_token", "client_id", "client_secret", "webhook_secret"},
    "scayle": {
        "url",
        "access_token",
        "shop_key",
        "country_code",
        "warehouse_reference_key",
        "webhook_user",
        "webhook_secret",
    },
    "commercetools": {"url", "auth_url", "import_url", "project_key", "client_id", "client_secret", "scopes"},
    "peoplevox": {"url", "client_id", "username", "password"},
    "orderwise": {"url", "base_url", "username", "password", "session_id", "customer_id", "delivery_method_id"},
    "mintsoft": {"url", "username", "password", "client_id", "warehouse_id"},
    "scend": {"url", "base_url", "token"},
}


@pytest.mark.parametrize("vendor", NEEDED)
@pytest.mark.parametrize("options", [[], ["--empty"]], ids=["seeded", "empty"])
def test_the_first_line_is_all_that_a_client_needs(vendor, options):
    """The line comes before the first request is served, and the address in it answers."""
    command = [sys.executable, "-m", "cogent_pipelines.cli.main", "simulate", vendor, "--seed", "7", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            details = json.loads(process.stdout.readline())
            with urllib.request.urlopen(f"{details['url']}/_sim/books", timeout=20) as answer:
                assert 200 == answer.status
        finally:
            process.terminate()

    assert NEEDED[vendor] <= set(details)
