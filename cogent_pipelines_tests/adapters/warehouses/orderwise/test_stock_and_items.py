"""Promises about figures and codes: never more than can be sent, true when they say, and every spelling as it is there."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cogent_pipelines.adapters.warehouses.orderwise.definitions import Question
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockLevel, UnreadableLevel
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines_tests.adapters.warehouses.orderwise.connecting import NOON, Connected, with_also
from cogent_pipelines_tests.adapters.warehouses.orderwise.tenant import component, level


def figures(connected: Connected) -> dict[str, Decimal]:
    levels = [each for page in connected.warehouse.stock_all() for each in page]
    return {each.sku: each.available for each in levels if isinstance(each, StockLevel)}


def unreadable(connected: Connected) -> list[UnreadableLevel]:
    levels = [each for page in connected.warehouse.stock_all() for each in page]
    return [each for each in levels if isinstance(each, UnreadableLevel)]


@pytest.mark.parametrize(
    ("free", "available"), [(12.0, 12), (0, 0), (-2.0, 0), (3.9999, 3), (-0.5, 0), ("7.0000", 7), (0.1, 0)]
)
def test_a_figure_is_whole_and_not_below_nothing(connect, tenant, free, available):
    """Whatever the database says, half a unit is sent to nobody."""
    tenant.stock = [level("MUG", free)]

    assert {"MUG": Decimal(available)} == figures(connect())


def test_what_one_location_lacks_is_taken_from_the_others(connect, tenant):
    """Two units are promised elsewhere already."""
    tenant.stock = [level("MUG", 5), level("MUG", -2, location=2), level("MUG", 100, location=9)]

    assert {"MUG": Decimal(3)} == figures(connect(stock_locations=frozenset({1, 2})))


def test_halves_at_two_locations_make_no_whole(connect, tenant):
    """Nobody packs one unit at two places."""
    tenant.stock = [level("MUG", 0.5), level("MUG", 0.5, location=2)]

    assert {"MUG": Decimal(0)} == figures(connect())


def test_a_location_that_does_not_count_says_nothing(connect, tenant):
    """Neither a figure nor a nought: goods in quarantine are nobody's."""
    tenant.stock = [level("MUG", 5, location=9)]

    assert {} == figures(connect(stock_locations=frozenset({1})))


def test_a_figure_is_as_old_as_its_oldest_part(connect, tenant):
    """OrderWise calculates later than goods move: an order of that time is not in it yet."""
    tenant.stock = [level("MUG", 5, at="2026-07-20T11:00:00"), level("MUG", 2, location=2, at="2026-07-20T10:00:00")]

    [[found]] = connect().warehouse.stock_all()

    assert datetime(2026, 7, 20, 9, 0, tzinfo=UTC) == found.snapshot_at


def test_a_figure_that_was_never_calculated_is_as_old_as_its_reading(connect, tenant):
    """By the server's clock, which read it."""
    tenant.stock = [level("MUG", 5, at=None, read_at="2026-11-20T11:59:30")]

    [[found]] = connect().warehouse.stock_all()

    assert datetime(2026, 11, 20, 11, 59, 30, tzinfo=UTC) == found.snapshot_at


@pytest.mark.parametrize("at", ["2026-11-20T13:00:00", None])
def test_no_figure_is_from_the_future(connect, tenant, at):
    """A clock that runs ahead, or says nothing, must not make a figure win over later ones."""
    tenant.stock = [level("MUG", 5, at=at)]

    [[found]] = connect().warehouse.stock_all()

    assert NOON == found.snapshot_at


def test_changes_are_asked_for_by_when_they_were_calculated(connect, tenant):
    """And what did not change may be absent."""
    tenant.stock = [level("MUG", 5, at="2026-11-20T11:00:00"), level("PLATE", 1, at="2026-11-20T09:00:00")]

    found = [each.sku for page in connect().warehouse.stock(NOON.replace(hour=10)) for each in page]

    assert ["MUG"] == found


def test_all_stock_includes_what_was_never_calculated(connect, tenant):
    """Absent is not nought; but here it is there."""
    tenant.stock = [level("MUG", 5, at=None)]

    assert {"MUG": Decimal(5)} == figures(connect())


def test_a_code_is_told_as_it_is_spelt(connect, tenant):
    """Its trailing space is part of it; whoever compares may leave it aside."""
    tenant.stock = [level("VP255R ", 5)]

    assert {"VP255R ": Decimal(5)} == figures(connect())


def test_a_figure_that_cannot_be_read_is_told_as_such(connect, tenant):
    """Also that of another location: half a sum is no sum. The last one is true no longer."""
    tenant.stock = [level("MUG", None), level("MUG", 3, location=2), level("PLATE", 4), level("CUP", "a lot"), level(" ", 1)]

    assert {"PLATE": Decimal(4)} == figures(connect())
    assert [
        UnreadableLevel(Sku("MUG"), "stock_changed: column free_qty is empty, not a number"),
        UnreadableLevel(Sku("CUP"), "stock_changed: column free_qty is a str, not a number"),
    ] == unreadable(connect())


def test_where_no_figure_can_be_read_it_says_so(connect, tenant):
    """A read that failed is never an empty answer."""
    tenant.stock = [level(f"MUG-{number}", "a lot") for number in range(5)]

    with pytest.raises(VendorRefused, match="stock_changed: column free_qty is a str, not a number"):
        figures(connect())


@pytest.mark.parametrize("feed", ["stock", "stock_all"])
@pytest.mark.parametrize(
    ("now", "printed", "words"),
    [
        ("2026-07-20T12:00:00", "2026-07-20T12:00:00", "3600 s behind"),
        ("2026-11-20T12:00:00", "2026-11-20T13:00:00", "3600 s ahead of"),
        ("2026-11-20T12:00:00", "2026-11-20T11:57:59", "121 s behind"),
    ],
)
def test_no_figure_is_read_by_a_clock_in_another_zone(connect, tenant, feed, now, printed, words):
    """A server on UTC would be asked all summer for what changed in an hour to come, and have nothing to say."""
    connected = connect(time_zone="Europe/London", clock_tolerance_seconds=120.0)
    connected.clock.at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    tenant.stock = [level("MUG", 5, at=printed, read_at=printed)]
    warehouse = connected.warehouse

    with pytest.raises(VendorRefused, match=words) as refusal:
        list(warehouse.stock_all() if feed == "stock_all" else warehouse.stock(datetime(2026, 7, 1, tzinfo=UTC)))

    assert "`timezone`" in refusal.value.message
    assert "`clock_tolerance_seconds`" in refusal.value.message


@pytest.mark.parametrize(
    ("now", "printed"),
    [
        ("2026-10-25T00:30:00", "2026-10-25T01:30:00"),
        ("2026-10-25T01:30:00", "2026-10-25T01:30:00"),
        ("2026-11-20T12:00:00", "2026-11-20T12:02:00"),
    ],
)
def test_a_clock_is_read_in_either_of_two_hours_of_one_name(connect, tenant, now, printed):
    """When clocks go back, the print is right twice; and no clock is exact."""
    connected = connect(time_zone="Europe/London", clock_tolerance_seconds=120.0)
    connected.clock.at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    tenant.stock = [level("MUG", 5, at=printed, read_at=printed)]

    assert {"MUG": Decimal(5)} == figures(connected)


# ---- kits


def test_a_kit_is_as_many_as_its_scarcest_component_makes(connect, tenant):
    """It has no stock of its own, whatever its own record says."""
    tenant.stock = [level("SET", 0, is_kit=True), level("MUG", 7)]
    tenant.kits = [component("SET", "MUG", 2, 7), component("SET", "PLATE", 1, 9)]

    assert {"MUG": Decimal(7), "SET": Decimal(3)} == figures(connect(definitions=with_also(Question.KIT_STOCK_CHANGED)))


def test_a_kit_is_packed_at_one_place(connect, tenant):
    """Mugs here and plates there make none."""
    tenant.kits = [
        component("SET", "MUG", 1, 7),
        component("SET", "PLATE", 1, 2),
        component("SET", "MUG", 1, 5, location=2),
    ]

    assert {"SET": Decimal(2)} == figures(connect(definitions=with_also(Question.KIT_STOCK_CHANGED)))


def test_a_kit_whose_component_has_no_stock_record_cannot_be_made(connect, tenant):
    """No record is no goods."""
    tenant.kits = [component("SET", "MUG", 1, 7), component("SET", "PLATE", 1, None, location=None)]

    assert {"SET": Decimal(0)} == figures(connect(definitions=with_also(Question.KIT_STOCK_CHANGED)))


def test_a_kit_of_which_a_component_cannot_be_read_is_told_as_such(connect, tenant):
    """Without its scarcest component it would seem plentiful."""
    tenant.kits = [
        component("SET", "MUG", 1, 7),
        component("SET", "PLATE", 0, 1),
        component("BOX", "MUG", 1, 7),
    ]

    connected = connect(definitions=with_also(Question.KIT_STOCK_CHANGED))
    assert ({"BOX": Decimal(7)}, ["SET"]) == (figures(connected), [each.sku for each in unreadable(connected)])


def test_a_kits_figure_is_as_old_as_that_of_its_oldest_component(connect, tenant):
    """An order for kits is in it when it is in all of them."""
    tenant.kits = [
        component("SET", "MUG", 1, 7, at="2026-11-20T11:00:00"),
        component("SET", "PLATE", 1, 9, at="2026-11-20T08:00:00"),
    ]

    [_, [found]] = connect(definitions=with_also(Question.KIT_STOCK_CHANGED)).warehouse.stock_all()

    assert datetime(2026, 11, 20, 8, 0, tzinfo=UTC) == found.snapshot_at


# ---- items


def test_the_catalogue_has_discontinued_items_and_marks_them(connect):
    """Known and out of use is something else than unknown."""
    found = {item.sku: item.active for page in connect().warehouse.items() for item in page}

    assert {"MUG": True, "PLATE": True, "VP255R ": True, "OLD": False} == found


@pytest.mark.parametrize("extra", [(), (Question.ITEM_BY_CODE,)])
def test_items_are_found_under_a_spelling_that_is_nearly_right(connect, extra):
    """Whether the tenant has the quick definition or not."""
    connected = connect(definitions=with_also(*extra))

    found = connected.warehouse.items_named([Sku("mug "), Sku("vp 255r"), Sku("NOSUCH"), Sku(" ")])

    assert ["MUG", "VP255R "] == sorted(item.sku for item in found)


def test_an_item_that_cannot_be_read_holds_up_no_other(connect, tenant):
    """Nor does it alone: one code is asked for, and one bad row is no bad definition."""
    connected = connect(definitions=with_also(Question.ITEM_BY_CODE))
    bad = {"contract_version": 1, "sku": "MUG", "name": ["what"], "is_discontinued": False}
    tenant.answers[Question.ITEM_BY_CODE] = [(200, [bad]), (200, [bad])]

    alone = connected.warehouse.items_named([Sku("MUG")])
    with_another = connected.warehouse.items_named([Sku("MUG"), Sku("PLATE")])

    assert ([], ["PLATE"]) == (alone, [item.sku for item in with_another])


def test_nothing_asked_nothing_answered(connect, tenant):
    """Not even a call."""
    assert [] == connect().warehouse.items_named([])
    assert [] == tenant.calls


def test_codes_that_are_printed_as_numbers_are_codes_of_their_own(connect, tenant):
    """They once went into one figure together, of a variant without a name."""
    tenant.stock = [level(4711, 5), level(4712, 6), level("MUG", 1)]

    assert {"4711": 5, "4712": 6, "MUG": 1} == figures(connect())
