"""What no input may do: crash the simulator, or bring its stock out of balance."""

from collections import defaultdict
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogent_pipelines.simulators.common.clock import VirtualClock
from cogent_pipelines.simulators.peoplevox import PeoplevoxSimulator, Switches
from cogent_pipelines.simulators.peoplevox.entities import Stage
from cogent_pipelines.simulators.peoplevox.floor import NothingToDespatch
from cogent_pipelines.simulators.peoplevox.imports import Importer, ImportRefused
from cogent_pipelines.simulators.peoplevox.search import BadSearch, parse
from cogent_pipelines.simulators.peoplevox.soap import SOAP_11, Fault, parse_call
from cogent_pipelines.simulators.peoplevox.warehouse import Refused

REPEATABLE = settings(derandomize=True, database=None, deadline=None)
SEARCH_PARTS = (
    "SalesOrderNumber",
    "[Item code]",
    ".Equals(",
    '"x"',
    ")",
    "(",
    "==",
    "!",
    "OR",
    "AND",
    "DateTime(",
    "1",
    ",",
    ".",
)
CELLS = (
    "",
    "SO-1",
    "TEE",
    "1",
    "-1",
    "1e999999999",
    "1e-999999999",
    "0e-999999999",
    "NaN",
    "9" * 40,
    "True",
    "0001-01-01",
    "9999-12-31",
    '""',
    "Cancelled",
)
COLUMNS = ("SalesOrderNumber", "ItemCode", "QuantityOrdered", "SalePrice", "RequestedDeliveryDate", "Sequence", "Line")


@settings(REPEATABLE, max_examples=200)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SEARCH_PARTS), max_size=12).map(" ".join)))
def test_any_search_is_understood_or_refused(text):
    """Nothing but a refusal comes of nonsense."""
    with suppress(BadSearch):
        parse(text, ZoneInfo("Europe/London"))


@settings(REPEATABLE, max_examples=100)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda t: f'<e xmlns="{SOAP_11}">{t}</e>'.encode())))
def test_any_message_is_read_or_faulted(body):
    """Nothing but a fault comes of a broken message."""
    with pytest.raises(Fault):
        parse_call(body, {})


@settings(REPEATABLE, max_examples=150)
@given(
    st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=7, unique=True),
    st.lists(st.lists(st.sampled_from(CELLS), max_size=7), max_size=4),
    st.sampled_from(("Sales orders", "Sales order items", "Item types")),
    st.sampled_from((0, 1, 2)),
)
def test_any_import_is_saved_or_refused_row_by_row(columns, rows, template, action):
    """Every row that was sent has an outcome, or the whole was refused."""
    warehouse = _simulator().warehouse
    warehouse.save_order("SO-1", {"SalesOrderNumber": "SO-1"}, allocate=True)
    text = "\n".join([",".join(columns), *(",".join(row) for row in rows)])
    with suppress(ImportRefused):
        result = Importer(warehouse).run(template, text, action)
        assert sum(1 for row in rows if ",".join(row)) == len(result.rows)
    warehouse.tick()
    _assert_balanced(warehouse)


WORK = st.lists(
    st.tuples(
        st.sampled_from(
            ("order", "line", "less", "cancel", "delete", "work", "pick", "despatch", "stock", "return", "hold")
        ),
        st.integers(1, 4),
        st.integers(0, 6),
    ),
    max_size=40,
)


@settings(REPEATABLE, max_examples=100)
@given(WORK, st.booleans())
def test_stock_is_in_balance_whatever_happens(work, by_itself):
    """Allocated is what open orders hold, on hand is the sum of all movements, no more leaves than was ordered."""
    simulator = _simulator(works_by_itself=by_itself)
    warehouse, clock = simulator.warehouse, simulator.clock
    for what, number, quantity in work:
        with suppress(Refused, NothingToDespatch, KeyError):
            _do(warehouse, what, f"SO-{number}", quantity)
        clock.advance(quantity * 100)
        warehouse.tick()
    _assert_balanced(warehouse)


def _simulator(**switches):
    simulator = PeoplevoxSimulator(clock=VirtualClock(), switches=Switches(rate_limit_calls=0, **switches))
    simulator.warehouse.add_items({"ItemCode": code, "OnHand": 10} for code in ("TEE", "CAP", "SET"))
    simulator.warehouse.set_components("SET", {"TEE": 1, "CAP": 2})
    return simulator


def _do(warehouse, what, number, quantity):
    acts = {
        "order": lambda: warehouse.save_order(number, {"IsPartialShipment": quantity > 3}, allocate=quantity != 2),
        "line": lambda: warehouse.save_line(number, "TEE", "1", {"QuantityOrdered": quantity}, allocate=True),
        "less": lambda: warehouse.save_line(number, "SET", "2", {"QuantityOrdered": quantity}, allocate=True),
        "cancel": lambda: warehouse.save_order(number, {"Status": "Cancelled"}, allocate=True),
        "delete": lambda: warehouse.delete_order(number),
        "work": warehouse.work,
        "pick": lambda: warehouse.work(until="picking"),
        "despatch": lambda: warehouse.floor.despatch(number, quantities={"TEE": quantity, "SET": 1}, parcels=2),
        "stock": lambda: warehouse.adjust_stock("CAP", by=quantity - 3),
        "return": lambda: warehouse.receiving.receive_return(number, "TEE"),
        "hold": lambda: warehouse.save_order(number, {"OnHold": quantity > 2}, allocate=True),
    }
    acts[what]()


def _assert_balanced(warehouse):
    held = defaultdict(int)
    for order in warehouse.orders.values():
        for line in order.lines.values():
            assert line.allocated == 0 or order.open
            assert line.despatched <= line.quantity
            for item_code, each in warehouse.components.get(line.item_code, {line.item_code: 1}).items():
                held[item_code] += line.allocated * each
        if order.stage is Stage.DESPATCHED:
            assert all(line.outstanding == 0 for line in order.lines.values())
    sums = defaultdict(int)
    for change in warehouse.stock.changes:
        sums[change.level.item_code] += change.on_hand
    for level in warehouse.stock.levels.values():
        assert (sums[level.item_code], held[level.item_code]) == (level.on_hand, level.allocated)
    times = [change.at for change in warehouse.stock.changes]
    assert sorted(times) == times
