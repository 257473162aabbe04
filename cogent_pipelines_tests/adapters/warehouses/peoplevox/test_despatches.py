"""Promises about parcels: whole, once each, under a reference that lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from cogent_pipelines.adapters.warehouses.peoplevox.settings import Limits, LineIdentity
from cogent_pipelines.canonical.despatch import DespatchLine
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.warehouse import UnreadableDespatch
from cogent_pipelines_tests.adapters.warehouses.peoplevox.connecting import NOON, line, order

SINCE = NOON - timedelta(days=1)


def row(despatch="DES1", ref="SO-1", item="MUG", quantity="1", at="'20/11/2026 09:30'", **more):
    given = {
        "Salesorder number": ref,
        "Despatch number": despatch,
        "Despatch date": at,
        "Item code": item,
        "No of items": quantity,
        "Tracking number": "",
        "Carrier": "DPD",
        "Service": "Next day",
        "Line": "",
        "Parent": "",
        "No. of parent items despatched": "",
    }
    return {**given, **more}


def read(connected, since=SINCE):
    return [despatch for page in connected.warehouse.despatches(since) for despatch in page]


def test_the_rows_of_a_despatch_become_one_parcel(tenant, connect):
    """With its lines, its tracking, its moment in UTC, and the storefront's lines back."""
    tracked = {"Tracking number": "TRK1"}
    tenant.reports["Despatch summary"] = [
        row(Line="L1", **tracked),
        row(item="PLATE", quantity="2", Line="L2", **tracked),
    ]

    [parcel] = read(connect())

    assert ("DES1:SO-1", "SO-1") == (parcel.ref, parcel.sales_order_ref)
    assert (DespatchLine("MUG", 1, "L1"), DespatchLine("PLATE", 2, "L2")) == parcel.lines
    assert ("DPD", "Next day", "TRK1") == (parcel.tracking.carrier, parcel.tracking.service, parcel.tracking.number)
    assert datetime(2026, 11, 20, 9, 30, tzinfo=UTC) == parcel.despatched_at


def test_a_summer_date_is_an_hour_earlier_in_utc(tenant, connect):
    """Where the tenant prints local time in its reports."""
    tenant.reports["Despatch summary"] = [row(at="'01/07/2026 10:00:05'")]

    [parcel] = read(connect(report_time_zone="Europe/London"), datetime(2026, 6, 1, tzinfo=UTC))

    assert datetime(2026, 7, 1, 9, 0, 5, tzinfo=UTC) == parcel.despatched_at


def test_two_sales_orders_in_one_despatch_are_two_parcels(tenant, connect):
    """Each order's customer is told of his own."""
    tenant.reports["Despatch summary"] = [row(), row(ref="SO-2")]

    assert ["DES1:SO-1", "DES1:SO-2"] == [parcel.ref for parcel in read(connect())]


def test_parcels_that_share_a_despatch_number_are_told_apart_by_tracking(tenant, connect):
    """One parcel each, with its own lines."""
    tenant.reports["Despatch summary"] = [
        row(Line="L1", **{"Tracking number": "T1"}),
        row(item="PLATE", Line="L2", **{"Tracking number": "T2"}),
    ]

    parcels = read(connect())

    assert [("DES1:SO-1", "T1"), ("DES1:SO-1:L2", "T2")] == [(parcel.ref, parcel.tracking.number) for parcel in parcels]


def test_a_reference_survives_the_arrival_of_tracking(tenant, connect):
    """First none, then one number after the other: whoever was told keeps his reference."""
    first, second = row(Line="L1"), row(item="PLATE", Line="L2", **{"Tracking number": "T2"})
    seen = []
    for tracking in ("", "T1"):
        tenant.reports["Despatch summary"] = [{**first, "Tracking number": tracking}, second]
        seen.append([parcel.ref for parcel in read(connect())])

    assert [["DES1:SO-1", "DES1:SO-1:L2"]] * 2 == seen


def test_one_line_split_over_two_parcels_is_two_parcels(tenant, connect):
    """The tracking number is all that tells them apart."""
    tenant.reports["Despatch summary"] = [
        row(Line="L1", quantity="2", **{"Tracking number": "T1"}),
        row(Line="L1", quantity="1", **{"Tracking number": "T2"}),
    ]

    parcels = read(connect())

    assert [("DES1:SO-1", 2), ("DES1:SO-1:T2", 1)] == [(parcel.ref, parcel.lines[0].quantity) for parcel in parcels]


def test_a_kit_is_told_as_the_kit_that_was_ordered(tenant, connect):
    """Once, however many components it has."""
    kit = {"Parent": "TEASET", "No. of parent items despatched": "2", "Line": "L1"}
    tenant.reports["Despatch summary"] = [row(quantity="8", **kit), row(item="PLATE", quantity="8", **kit)]

    [parcel] = read(connect())

    assert (DespatchLine("TEASET", 2, "L1"),) == parcel.lines


def test_stray_spaces_in_an_order_number_are_nothing(tenant, connect):
    """They occur in the wild."""
    tenant.reports["Despatch summary"] = [row(ref=" SO-1 ")]

    assert ["SO-1"] == [parcel.sales_order_ref for parcel in read(connect())]
    assert ["SO-1"] == [parcel.sales_order_ref for parcel in connect().warehouse.despatches_of(["SO-1"])]


@pytest.mark.parametrize("page_size", [3, 4, 7, 1000])
def test_pages_tear_no_despatch_apart(tenant, connect, page_size):
    """Whatever the page size: every parcel once and whole, however many share a minute."""
    tenant.reports["Despatch summary"] = [
        row(f"DES{number}", f"SO-{number}", item, at=f"'20/11/2026 09:{number // 3:02d}'")
        for number in range(20)
        for item in ("MUG", "PLATE")
    ]

    parcels = read(connect(limits=Limits(page_size=page_size)))

    assert {f"DES{number}:SO-{number}": 2 for number in range(20)} == {p.ref: len(p.lines) for p in parcels}
    assert 20 == len(parcels)


def test_a_despatch_that_arrives_while_paging_shifts_nothing(tenant, connect):
    """New rows come at the end, where they belong."""
    tenant.reports["Despatch summary"] = [row(f"DES{n}", f"SO-{n}", at=f"'20/11/2026 09:{n:02d}'") for n in range(10)]

    def another(asked):
        if asked.operation == "GetReportData" and len(tenant.reports["Despatch summary"]) < 15:
            n = len(tenant.reports["Despatch summary"])
            tenant.reports["Despatch summary"].append(row(f"DES{n}", f"SO-{n}", at=f"'20/11/2026 10:{n:02d}'"))

    tenant.before = [another]

    refs = [parcel.ref for parcel in read(connect(limits=Limits(page_size=4)))]

    assert [f"DES{n}:SO-{n}" for n in range(len(refs))] == refs
    assert 10 < len(refs)


def test_a_report_that_obeys_neither_search_nor_order_is_sorted_out_here(tenant, connect):
    """Some versions answer with everything, in any order: nothing old is told, nothing new is missed, and it ends."""
    rows = [row(f"DES{n}", f"SO-{n}", at=f"'{20 - n % 3}/11/2026 12:{n:02d}'") for n in range(10)]
    tenant.reports["Despatch summary"] = rows

    def deaf(asked):
        asked.parameters["SearchClause"] = ""
        asked.parameters["OrderBy"] = ""

    tenant.before = [deaf]

    refs = {parcel.ref for parcel in read(connect(limits=Limits(page_size=4)), datetime(2026, 11, 20, tzinfo=UTC))}

    assert {"DES0:SO-0", "DES3:SO-3", "DES6:SO-6", "DES9:SO-9"} == refs


def test_a_minute_that_has_begun_is_read_whole(tenant, connect):
    """Dates are printed without seconds: a bound inside a minute must not lose that minute."""
    tenant.reports["Despatch summary"] = [row(at="'20/11/2026 11:59'")]

    assert 1 == len(read(connect(), datetime(2026, 11, 20, 11, 59, 40, tzinfo=UTC)))


def test_the_hour_that_occurs_twice_loses_nothing(tenant, connect):
    """Clocks go back on 25 October 2026 at 02:00: what is printed 01:10 afterwards is later than 01:50 before."""
    tenant.reports["Despatch summary"] = [row(at="'25/10/2026 01:10'")]

    assert 1 == len(read(connect(report_time_zone="Europe/London"), datetime(2026, 10, 25, 0, 50, tzinfo=UTC)))


def test_a_year_that_was_not_printed_is_the_last_that_fits(tenant, connect):
    """A misconfigured tenant prints the letters."""
    tenant.reports["Despatch summary"] = [row(at="'19/11/YYYY 15:00'")]

    def as_printed(asked):
        asked.parameters["SearchClause"] = asked.parameters["OrderBy"] = ""

    tenant.before = [as_printed]

    assert datetime(2026, 11, 19, 15, 0, tzinfo=UTC) == read(connect())[0].despatched_at


def test_a_blank_quantity_is_what_the_order_asked_for(tenant, connect):
    """Where one line and one row leave no choice."""
    connected = connect()
    connected.warehouse.create_sales_orders([order("SO-1", line(1, quantity=3))])
    tenant.reports["Despatch summary"] = [row(quantity="", Line="L1")]

    assert (DespatchLine("MUG", 3, "L1"),) == read(connected)[0].lines


def test_a_blank_quantity_that_nothing_explains_is_no_parcel(tenant, connect):
    """A guess would tell a customer something untrue; the despatches around it are told."""
    tenant.reports["Despatch summary"] = [row(quantity=""), row("DES2", "SO-2")]

    unread, parcel = read(connect())

    assert (
        UnreadableDespatch(
            "DES1:SO-1", "SO-1", "despatch DES1 of SO-1 prints no quantity of MUG, and the order does not tell"
        )
        == unread
    )
    assert "DES2:SO-2" == parcel.ref


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"at": "'31/31/2026 09:30'"}, "column 'Despatch date' is not a date in the order dmy"),
        ({"at": "'01/01/9999 09:30'"}, "a date in no year of ours"),
        ({"quantity": "1.5"}, "prints 1.5 of MUG"),
        ({"quantity": "-1"}, "prints -1 of MUG"),
        ({"quantity": "99999999999"}, "prints 99999999999 of MUG"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_row_that_cannot_be_read_leaves_its_own_parcel_out(tenant, connect, bad, why, place):
    """Wherever it stands; what is wrong is named, and the others are whole."""
    rows = [row(f"DES{n}", f"SO-{n}", at=f"'20/11/2026 09:{n:02d}'") for n in range(3)]
    rows[place] = row(f"DES{place}", f"SO-{place}", **{"at": f"'20/11/2026 09:{place:02d}'", **bad})
    tenant.reports["Despatch summary"] = rows

    def as_printed(asked):
        asked.parameters["SearchClause"] = asked.parameters["OrderBy"] = ""

    tenant.before = [as_printed]

    found = {each.ref: each for each in read(connect())}

    assert {f"DES{n}:SO-{n}" for n in range(3)} == set(found)
    assert [f"DES{place}:SO-{place}"] == [ref for ref, each in found.items() if isinstance(each, UnreadableDespatch)]
    assert why in found[f"DES{place}:SO-{place}"].why


@pytest.mark.parametrize("bad", [{"at": "'31/31/2026 09:30'"}, {"quantity": "half"}])
def test_a_report_of_which_nothing_can_be_read_is_refused(tenant, connect, bad):
    """It is the settings that do not fit the tenant; no parcel is set aside for it."""
    tenant.reports["Despatch summary"] = [row(f"DES{n}", f"SO-{n}", **bad) for n in range(5)]
    tenant.before = [lambda asked: asked.parameters.update(SearchClause="", OrderBy="")]

    with pytest.raises(VendorRefused):
        read(connect())


def test_a_column_that_is_missing_is_named(tenant, connect):
    """So that a person can put it into the settings."""
    tenant.reports["Despatch summary"] = [{k: v for k, v in row().items() if k != "Item code"}]

    with pytest.raises(VendorRefused, match="'Despatch summary' answers without the column 'Item code'"):
        read(connect())


def test_a_line_code_that_stands_for_a_longer_one_names_no_line(tenant, connect):
    """Nor does the code of lines that were merged."""
    tenant.reports["Despatch summary"] = [row(Line="~abcdefghijklmno")]
    assert None is read(connect())[0].lines[0].line_ref

    tenant.reports["Despatch summary"] = [row(Line="L1")]
    assert None is read(connect(line_identity=LineIdentity.ITEM))[0].lines[0].line_ref


def test_no_despatches_is_an_empty_page(tenant, connect):
    """Whether the vendor answers with headings or with nothing at all."""
    tenant.reports["Despatch summary"] = [row(at="'01/01/2020 00:00'")]

    assert [] == read(connect())
