"""The wire of a pair knows calls by what they do, and faults strike those that they are meant for."""

import httpx
import pytest

from cogent_pipelines_tests.faults.pairs.router import Strike, what_it_does


@pytest.mark.parametrize(
    ("request_", "does"),
    [
        (httpx.Request("POST", "https://shop/admin/api/graphql.json", content=b'{"query":"mutation Tell {}"}'), "write"),
        (httpx.Request("POST", "https://shop/admin/api/graphql.json", content=b'{"query":"query Ask {}"}'), "read"),
        (httpx.Request("POST", "https://shop/admin/oauth/access_token"), "login"),
        (httpx.Request("POST", "https://ct/northwind/graphql", content=b'{"query":"query Ask {}"}'), "read"),
        (httpx.Request("POST", "https://ct/northwind/inventory/42"), "write"),
        (httpx.Request("POST", "https://ct/oauth/token"), "login"),
        (httpx.Request("PUT", "https://scayle/api/admin/v1/variants/key=A/stocks"), "write"),
        (httpx.Request("GET", "https://ow/owapi/token/gettoken"), "login"),
        (httpx.Request("POST", "https://ow/owapi/system/export-definition/104"), "read"),
        (httpx.Request("POST", "https://ow/owapi/sales/order?session_id=3"), "write"),
        (httpx.Request("GET", "https://mintsoft/api/Order/7/Cancel"), "write"),
        (httpx.Request("POST", "https://mintsoft/api/Auth"), "login"),
        (httpx.Request("POST", "https://pvx/", headers={"soapaction": '"http://x/SaveData"'}), "write"),
        (httpx.Request("POST", "https://pvx/", headers={"soapaction": '"http://x/GetReportData"'}), "read"),
        (httpx.Request("POST", "https://pvx/", headers={"soapaction": '"http://x/Authenticate"'}), "login"),
    ],
    ids=lambda value: f"{value.method} {value.url.path}" if isinstance(value, httpx.Request) else None,
)
def test_a_call_is_known_by_what_it_does(request_: httpx.Request, does: str):
    """Whatever the vendor calls it."""
    assert does == what_it_does(request_)


def test_a_strike_lets_some_pass_and_then_hits_so_many():
    """Calls of another kind are none of its business."""
    strike = Strike("back:*", "refuse", times=2, after=1)
    calls = ["back:read", "front:write", "back:write", "front:read", "back:login", "back:read"]

    assert [False, False, True, False, True, False] == [strike.strikes(call) for call in calls]
