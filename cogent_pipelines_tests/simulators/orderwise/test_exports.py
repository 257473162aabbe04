"""Export definitions are the administrator's SQL, run for real; a call that is not exactly what it declares fails."""

from collections.abc import Callable
from typing import Any

import pytest

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.orderwise import OrderWiseSimulator
from cogent_pipelines_tests.simulators.orderwise.conftest import LONG_AGO, Client, message


def test_rows_are_keyed_by_the_selects_own_aliases(client: Client):
    """Null is null, quantities are numbers, a bit is true or false."""
    made = client.create("WEB-1", ("MUG", 2))

    assert [
        {
            "order_id": made["orderId"],
            "ref": "WEB-1",
            "status_text": "Awaiting despatch",
            "consignment_number": None,
            "tracking_url": None,
            "changed_at": "2026-11-02T09:00:00",
        }
    ] == client.export("orders_changed", since=LONG_AGO)
    assert [{"sku": "MUG", "ordered": 2.0, "sent": 0.0, "to_send": 2.0, "is_dropship": False}] == client.export(
        "lines", order_id=made["orderId"]
    )


def test_text_compares_as_the_database_does(client: Client):
    """Case and trailing spaces do not count, leading ones do."""
    client.create("WEB-1")

    assert [1, 1, 0, 0] == [len(client.export("by_ref", ref=ref)) for ref in ("WEB-1", "web-1  ", " WEB-1", "WEB-10")]


def test_times_are_the_servers_own(sim: OrderWiseSimulator, clock: VirtualClock):
    """In summer the server is an hour ahead of UTC, and a cursor is read in its time."""
    clock.advance(to=clock.now().replace(year=2027, month=6, hour=9))
    client = Client(sim)
    client.create()

    assert ["2027-06-02T10:00:00"] == [row["changed_at"] for row in client.export("orders_changed", since=LONG_AGO)]
    assert [1, 1, 0] == [
        len(client.export("orders_changed", since=since))
        for since in ("2027-06-02T09:30:00", "2027-06-02 10:00:00.000", "2027-06-02T10:00:01")
    ]
    assert 1 == len(client.export("orders_changed", since="20270602"))


@pytest.mark.parametrize(
    "body",
    [
        [{"name": "@since", "value": "yesterday"}],
        [{"name": "@since", "value": "2026-11-02T09:00:00+01:00"}],
        [{"name": "@from", "value": LONG_AGO}],
        [{"name": "@since", "value": LONG_AGO}, {"name": "@to", "value": LONG_AGO}],
        [{"name": "@since", "value": LONG_AGO}, {"name": "@since", "value": LONG_AGO}],
        [{"name": "@since", "value": [LONG_AGO]}],
        [{"name": "since", "value": LONG_AGO}],
        [{"name": "@since"}],
        {"@since": LONG_AGO},
        "since",
    ],
)
def test_parameters_that_are_not_the_definitions_own_fail(client: Client, body: Any):
    """With the one text that was seen."""
    answer = client.ask_export("orders_changed", body)

    assert (400, "Export failed") == (answer.status_code, message(answer))


@pytest.mark.parametrize(("body", "status"), [([{"name": "", "value": ""}], 200), ([{"name": "", "value": None}], 200)])
def test_a_definition_without_parameters_wants_one_dummy(client: Client, body: Any, status: int):
    assert (status, 6) == ((answer := client.ask_export("statuses", body)).status_code, len(answer.json()))


def test_no_dummy_is_a_failure(client: Client, sim: OrderWiseSimulator):
    number = next(number for number, one in sim.live.definitions.by_id.items() if one.name == "statuses")

    assert 400 == client.ask("POST", f"system/export-definition/{number}", json=[]).status_code
    sim.switches.change(no_parameters="anything")
    assert 200 == client.ask("POST", f"system/export-definition/{number}", json=[]).status_code


def test_a_number_too_great_for_the_database_fails(client: Client):
    assert 400 == client.ask_export("lines", [{"name": "@order_id", "value": 2**63 - 1 + 2**63}]).status_code


@pytest.mark.parametrize("number", ["999", "orders_changed", "-1", "9" * 5000])
def test_a_definition_that_nobody_installed_is_not_found(client: Client, number: str):
    answer = client.ask("POST", f"system/export-definition/{number}", json=[{"name": "", "value": None}])

    assert (404, True) == (answer.status_code, "does not exist" in message(answer))


def test_nothing_found_is_an_empty_list_or_no_content(client: Client, sim: OrderWiseSimulator):
    assert [] == client.export("by_ref", ref="NONE")
    sim.switches.change(empty_export="204")
    answer = client.ask_export("by_ref", [{"name": "@ref", "value": "NONE"}])
    assert (204, b"") == (answer.status_code, answer.content)


def test_an_administrator_may_edit_a_definition_under_its_number(client: Client, sim: OrderWiseSimulator):
    """Then what was right yesterday fails today."""
    before = {one.name: number for number, one in sim.live.definitions.by_id.items()}
    told = client.tell("exports", {"by_ref": "SELECT oh_id AS id FROM order_header WHERE oh_cust_order_ref = @reference"})

    assert {"by_ref": before["by_ref"]} == told
    assert 400 == client.ask_export("by_ref", [{"name": "@ref", "value": "X"}]).status_code
    assert [] == client.export("by_ref", reference="X")


def test_a_definition_that_was_taken_away_leaves_its_number_to_nobody(client: Client, sim: OrderWiseSimulator):
    numbers = {one.name: number for number, one in sim.live.definitions.by_id.items()}
    client.tell("exports", {"statuses": None})
    [new] = client.tell("exports", {"more": "SELECT 1 AS one"}).values()

    assert 404 == client.ask("POST", f"system/export-definition/{numbers['statuses']}", json=[]).status_code
    assert new not in numbers.values()


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM order_header",
        "SELECT 1; SELECT 2",
        "SELECT 1 AS one INTO other FROM order_header",
        "SELECT dh_delivery_number AS number FROM delivery_header",
        "SELECT x FROM order_cancelled",
        "SELECT CONVERT(date, oh_datetime) AS day FROM order_header",
        "SELECT CAST(oh_datetime AS date) AS day FROM order_header",
        "SELECT FROM",
        "",
    ],
)
def test_what_cannot_be_run_as_it_is_meant_is_refused_when_it_is_installed(client: Client, text: str):
    """A table or a column that nobody has seen, words that have another meaning here, and what is no SELECT."""
    answer = client.raw("POST", "/_sim/exports", json={"good": "SELECT 1 AS one", "bad": text})

    assert 400 == answer.status_code
    assert "good" not in client.raw("GET", "/_sim/exports").json()


@pytest.mark.parametrize(
    ("select", "row"),
    [
        ("SELECT TOP 1 vad_variant_code AS v FROM variant_detail ORDER BY vad_id DESC", "GONE"),
        ("SELECT TOP (1) vad_variant_code AS v FROM variant_detail WITH (NOLOCK) ORDER BY vad_id", "MUG"),
        ("SELECT N'it''s ' + vad_variant_code + '!' AS v FROM variant_detail WHERE vad_id = 1", "it's MUG!"),
        ("SELECT ISNULL(vad_abv_description, '-') AS v FROM [variant_detail] WHERE vad_id = 1", "-"),
        ("SELECT LEN(vad_variant_code) AS v FROM variant_detail WHERE vad_variant_code = 'vp255r'", 6),
        ("SELECT GETDATE() AS v", "2026-11-02T09:00:00"),
        ("SELECT DATEADD(day, -2, GETDATE()) AS v", "2026-10-31T09:00:00"),
        ("SELECT COUNT(*) AS v FROM variant_detail WHERE vad_input_datetime >= '20261102'", 6),
        ("SELECT COUNT(*) AS v FROM order_line_item WHERE oli_back_to_back = 'False'", 0),
        ("SELECT 1 + vad_id AS v FROM variant_detail WHERE vad_id = 1 -- ids; really", 2),
        ("SELECT vas_kit_variant AS v FROM variant_setting vas WHERE vas.vas_vad_id = 5", True),
        ("SELECT CASE WHEN vas_kit_variant = 1 THEN 7 ELSE 8 END AS v FROM variant_setting WHERE vas_vad_id = 5", 7),
        (
            "SELECT vad_id v FROM variant_detail WHERE vad_variant_code IN (SELECT value FROM STRING_SPLIT('pot|x', '|'))",
            2,
        ),
    ],
)
def test_the_dialect_is_the_vendors(client: Client, select: str, row: Any):
    """Each of these says the same to SQL Server."""
    client.tell("exports", {"asked": select})

    assert [{"v": row}] == client.export("asked")


def test_bits_may_be_numbers(make_sim: Callable[..., OrderWiseSimulator]):
    client = Client(make_sim(bit_columns="number"))
    made = client.create()

    assert [0] == [row["is_dropship"] for row in client.export("lines", order_id=made["orderId"])]


def test_statuses_are_the_tenants_own_words(client: Client):
    """Old orders are shown in the new words as well."""
    client.create()
    client.tell("switches", {"status_names": {"awaiting": "Ready to pick "}})

    assert ["Ready to pick "] == [row["status_text"] for row in client.export("orders_changed", since=LONG_AGO)]
    assert "Completed" in [row["status_text"] for row in client.export("statuses")]
