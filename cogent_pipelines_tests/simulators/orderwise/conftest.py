"""A small tenant on a clock that stands still, and a client that speaks to it without sockets."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator, Switches, empty_simulator
from cogent_pipelines_tests.simulators.common.in_process import call

ORDERS_CHANGED = """
SELECT oh.oh_id AS order_id, oh.oh_cust_order_ref AS ref, os.os_description AS status_text,
       dh.dh_consignment_number AS consignment_number,
       cod.cod_tracking_url_prefix + dh.dh_consignment_number + cod.cod_tracking_url_suffix AS tracking_url,
       (SELECT MAX(v)
        FROM (VALUES (oh.oh_datetime), (ohd.ohd_last_amended_datetime), (dh.dh_datetime)) AS t(v)) AS changed_at
FROM order_header oh
LEFT JOIN order_status os ON os.os_id = oh.oh_os_id
LEFT JOIN order_header_detail ohd ON ohd.ohd_oh_id = oh.oh_id
LEFT JOIN delivery_header dh ON dh.dh_oh_id = oh.oh_id
LEFT JOIN delivery_method dm ON dm.dm_id = ohd.ohd_dm_id
LEFT JOIN courier_detail cod ON cod.cod_id = dm.dm_cod_id
WHERE oh.oh_sot_id = 1
  AND (oh.oh_datetime >= @since OR ohd.ohd_last_amended_datetime >= @since OR dh.dh_datetime >= @since)
"""
BY_REF = "SELECT oh.oh_id AS order_id FROM order_header oh WHERE oh.oh_cust_order_ref = @ref"
LINES = """
SELECT vad.vad_variant_code AS sku, oli.oli_qty_required AS ordered, oli.oli_qty_sent AS sent, oli.oli_qty_tbsent AS to_send,
       oli.oli_direct AS is_dropship
FROM order_line_item oli JOIN variant_detail vad ON vad.vad_id = oli.oli_vad_id WHERE oli.oli_oh_id = @order_id
"""
MOVED = """
SELECT oli.oli_id AS line_id, moved.vad_variant_code AS moved_sku, vts.vts_quantity AS qty, vts.vts_datetime AS at
FROM variant_transaction_split vts
JOIN variant_transaction_header vth ON vth.vth_id = vts.vts_vth_id
JOIN order_line_item oli ON oli.oli_id = vts.vts_oli_id
JOIN variant_detail moved ON moved.vad_id = vth.vth_vad_id
WHERE vts.vts_tt_id = 8 AND vts.vts_datetime >= @since
"""
STOCK = """
SELECT vad.vad_variant_code AS sku, vsl.vsl_free_stock_quantity AS free_qty, vsl.vsl_overall_stock_quantity AS overall_qty,
       vasq.vasq_stock_levels_last_calculated AS calculated_at
FROM variant_stock_quantity vasq
JOIN variant_detail vad ON vad.vad_id = vasq.vasq_vad_id
JOIN variant_stock_location vsl ON vsl.vsl_vad_id = vad.vad_id
WHERE vasq.vasq_stock_levels_last_calculated >= @since
"""
STATUSES = "SELECT os_id AS status_id, os_description AS status_text FROM order_status"
EXPORTS = {
    "orders_changed": ORDERS_CHANGED,
    "by_ref": BY_REF,
    "lines": LINES,
    "moved": MOVED,
    "stock": STOCK,
    "statuses": STATUSES,
}
LONG_AGO = "1900-01-01T00:00:00"
BASIC = ("integration", "not-a-real-secret")


class Client:
    """Speaks HTTP to the simulator in process; has a token from the start."""

    def __init__(self, sim: OrderWiseSimulator) -> None:
        self.sim = sim
        self.token: str | None = self.raw("GET", "/owapi/token/gettoken", auth=BASIC).json()

    def raw(self, method: str, path: str, **more: Any) -> httpx.Response:
        return call(self.sim.app, method, path, base_url="https://northwind.test", **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call OWAPI with the token."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return self.raw(method, f"/owapi/{path}", headers={**headers, **more.pop("headers", {})}, **more)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def post_order(self, body: Any, session: str = "1") -> httpx.Response:
        return self.ask("POST", f"sales/order?session_id={session}", json=body)

    def create(self, reference: str = "WEB-1", *lines: tuple[str, float], **header: Any) -> dict[str, Any]:
        """Post an order that must be taken; gives the vendor's answer."""
        answer = self.post_order(order(reference, *lines, **header))
        assert 200 == answer.status_code, answer.text
        given: dict[str, Any] = answer.json()
        return given

    def export(self, name: str, **parameters: Any) -> Any:
        """Give the rows of a definition that must run."""
        answer = self.ask_export(name, [{"name": f"@{each}", "value": value} for each, value in parameters.items()])
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def ask_export(self, name: str, body: Any) -> httpx.Response:
        numbers = {definition.name: number for number, definition in self.sim.live.definitions.by_id.items()}
        return self.ask("POST", f"system/export-definition/{numbers[name]}", json=body or [{"name": "", "value": None}])

    def tell(self, path: str, body: Any) -> Any:
        answer = self.raw("POST", f"/_sim/{path}", json=body)
        assert 200 == answer.status_code, answer.text
        return answer.json()


def order(reference: str = "WEB-1", *lines: tuple[str, float], **header: Any) -> dict[str, Any]:
    """Give a body in the observed shape, of two mugs where nothing else is said."""
    return {
        "customer": {"id": 1001},
        "orderHeader": {
            "systemOrderType": 1,
            "eCommerceOrderNumber": reference,
            "orderDate": "2026-11-02T08:58:00",
            "deliveryMethodId": 3,
            **header,
        },
        "customerDeliveryAddress": {
            "deliveryName": "Ada Fenwick",
            "address1": "9 Mill Lane",
            "town": "Leeds",
            "postcode": "LS10 1LE",
            "countryCode": "GB",
            "deliveryMethodId": 3,
        },
        "orderLines": [
            {"variantCode": code, "itemNumber": place, "quantity": units, "itemGross": 12.5, "taxRateId": 1}
            for place, (code, units) in enumerate(lines or (("MUG", 2),), start=1)
        ],
    }


def message(answer: httpx.Response) -> str:
    """Give the text of a refusal of the default envelope."""
    assert {"Message"} == set(answer.json())
    return str(answer.json()["Message"])


@pytest.fixture
def make_sim(clock: VirtualClock) -> Callable[..., OrderWiseSimulator]:
    def make(**switches: Any) -> OrderWiseSimulator:
        sim = empty_simulator(7, clock=clock, switches=Switches(**switches), exports=EXPORTS)
        for code, units in (("MUG", 10), ("POT", 4), ("VP255R ", 3), ("LID", 6)):
            sim.live.add_variant(code, price=Decimal(10), on_hand=Decimal(units))
        sim.live.add_variant("SET", price=Decimal(25))
        sim.live.make_kit("SET", {"POT": Decimal(1), "MUG": Decimal(2)})
        sim.live.add_variant("GONE", discontinued=True)
        return sim

    return make


@pytest.fixture
def sim(make_sim: Callable[..., OrderWiseSimulator]) -> OrderWiseSimulator:
    return make_sim()


@pytest.fixture
def client(sim: OrderWiseSimulator) -> Client:
    return Client(sim)
