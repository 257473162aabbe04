"""What a profile can say besides what the shipped ones do: other lists, other parcels, other ways to be asked."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, Response

from cogent_pipelines.adapters.warehouses.rest_profile.returns import AnnouncedReturn
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.canonical.identity import SalesOrderRef, Sku
from cogent_pipelines.ports.errors import VendorRefused, VendorUnavailable
from cogent_pipelines.ports.outcomes import Acknowledged, AlreadyThere, Rejected, Unavailable, Unknown, Unsupported
from cogent_pipelines_tests.adapters.warehouses.rest_profile.connecting import Connected, order
from cogent_pipelines_tests.adapters.warehouses.rest_profile.recorded import Recorded
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import profile, written
from cogent_pipelines_tests.factories.orders import NINE

OPERATIONS = written()["operations"]
REF = SalesOrderRef("1001")


@pytest.fixture
def vendor():
    return Recorded()


@pytest.fixture
def warehouse_of(vendor):
    """Give a function that connects to the vendor with such a profile."""
    made = []

    def make(settings=None, **sections):
        made.append(Connected(vendor, RestProfileSettings(profile(**sections), **(settings or {}))))
        return made[-1].warehouse

    yield make
    for each in made:
        each.close()


def flat(feed):
    return [each for page in feed for each in page]


def changed(operation, **parts):
    return {"operations": {operation: {**OPERATIONS[operation], **parts}}}


# ---- lists


def numbers(start, count):
    return [{"Sku": f"S{number}"} for number in range(start, start + count)]


def test_a_list_is_read_by_offset(vendor, warehouse_of):
    vendor.on("GET /items", lambda request: numbers(0, 5)[int(request.query_params["skip"]) :][:2])
    paging = {"style": "offset", "param": "skip", "size_param": "take", "size": 2}

    items = flat(warehouse_of(**changed("list_items", paging=paging)).items())

    assert ["S0", "S1", "S2", "S3", "S4"] == [item.sku for item in items]
    assert ["0", "2", "4", "5"] == [query["skip"] for query, _ in vendor.asked("GET /items")]


def test_a_list_is_read_by_cursor(vendor, warehouse_of):
    pages = {None: ("b", numbers(0, 2)), "b": ("c", numbers(2, 0)), "c": (None, numbers(2, 1))}

    def answer(request):
        after, rows = pages[request.query_params.get("cursor")]
        return {"next": after, "rows": rows}

    vendor.on("GET /items", answer)
    response = {"items": "=rows", "fields": {"sku": "=Sku"}}
    paging = {"style": "cursor", "param": "cursor", "next": "=next"}

    items = flat(warehouse_of(**changed("list_items", response=response, paging=paging)).items())

    assert ["S0", "S1", "S2"] == [item.sku for item in items]


def test_a_cursor_that_stands_still_ends_the_reading(vendor, warehouse_of):
    vendor.on("GET /items", lambda request: {"next": "b", "rows": numbers(len(vendor.calls), 1)})
    response = {"items": "=rows", "fields": {"sku": "=Sku"}}
    paging = {"style": "cursor", "param": "cursor", "next": "=next"}

    with pytest.raises(VendorRefused, match="begins where this one began"):
        flat(warehouse_of(**changed("list_items", response=response, paging=paging)).items())


@pytest.mark.parametrize(("paging", "calls"), [({"total": "=total"}, 2), ({}, 3), ({"stop": "short_page"}, 1)])
def test_a_list_ends_as_the_vendor_ends_it(vendor, warehouse_of, paging, calls):
    """By its total, by an empty page, or by a page that is not full."""
    vendor.on("GET /items", lambda request: {"total": 4, "rows": numbers(0, 4)[2 * int(request.query_params["p"]) :][:2]})
    response = {"items": "=rows", "fields": {"sku": "=Sku"}}
    given = {"style": "page_number", "param": "p", "first": 0, "size": 3, **paging}

    flat(warehouse_of(**changed("list_items", response=response, paging=given)).items())

    assert calls == len(vendor.asked("GET /items"))


@pytest.mark.parametrize(
    ("feed", "path"),
    [
        (lambda warehouse: warehouse.items(), "/items"),
        (lambda warehouse: warehouse.stock_all(), "/stock"),
        (lambda warehouse: warehouse.despatches(NINE), "/shipments"),
    ],
)
def test_a_list_that_is_not_there_is_no_empty_list(warehouse_of, feed, path):
    """Else a wrong address would be a warehouse in which nothing ever happens."""
    with pytest.raises(VendorRefused, match=f"nothing is found at {path}, which is no empty list"):
        flat(feed(warehouse_of()))


def test_a_list_of_which_a_page_is_not_there_is_not_at_its_end(vendor, warehouse_of):
    pages = {"1": numbers(0, 2), "2": numbers(2, 2)}
    vendor.on("GET /items", lambda asked: pages.get(asked.query_params["p"]) or Response(status_code=404))
    paging = {"style": "page_number", "param": "p"}

    with pytest.raises(VendorRefused, match="no empty list"):
        flat(warehouse_of(**changed("list_items", paging=paging)).items())


def test_a_vendor_that_says_so_of_an_empty_list_is_understood_where_the_profile_knows(vendor, warehouse_of):
    response = {**OPERATIONS["list_shipments"]["response"], "empty_when_not_found": True}

    assert [] == flat(warehouse_of(**changed("list_shipments", response=response)).despatches(NINE))


# ---- parcels


SHIPMENT = {"Id": "S1", "Ref": "1001", "At": "2026-11-02T10:00:00Z", "Lines": [{"Sku": "MUG", "Units": 2}]}
IN_PARCELS = {
    **OPERATIONS["list_shipments"]["response"]["fields"],
    "parcels": {
        "items": "=Boxes",
        "fields": {
            "ref": "=Id",
            "tracking": "=Number",
            "carrier": "=By",
            "lines": {"items": "=Lines", "fields": {"sku": "=Sku", "quantity": "=Units"}},
        },
    },
}


def test_parcels_with_their_own_lines_are_told_one_by_one(vendor, warehouse_of):
    boxes = [{"Id": number, "Number": f"T{number}", "By": "DPD", "Lines": [{"Sku": "MUG", "Units": 1}]} for number in (1, 2)]
    vendor.on("GET /shipments", [{**SHIPMENT, "Boxes": boxes}])

    found = flat(warehouse_of(**changed("list_shipments", response={"items": "=@", "fields": IN_PARCELS})).despatches(NINE))

    assert [("S1/1", "T1", 1), ("S1/2", "T2", 1)] == [
        (each.ref, each.tracking.number, each.lines[0].quantity) for each in found
    ]


def test_parcels_that_do_not_say_what_is_in_them_are_told_as_one(vendor, warehouse_of):
    """With all their numbers; before there are any it has the same reference."""
    warehouse = warehouse_of(**changed("list_shipments", response={"items": "=@", "fields": IN_PARCELS}))
    vendor.on("GET /shipments", [SHIPMENT])
    [before] = flat(warehouse.despatches(NINE))
    vendor.on("GET /shipments", [{**SHIPMENT, "Boxes": [{"Id": 1, "Number": "T1", "By": "DPD"}, {"Id": 2, "Number": "T2"}]}])
    [after] = flat(warehouse.despatches(NINE))

    assert ("S1", "S1", "", "T1, T2", "DPD") == (
        before.ref,
        after.ref,
        before.tracking.number,
        after.tracking.number,
        after.tracking.carrier,
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Id": None}, "does not say its own reference"),
        ({"Ref": ""}, "does not say our reference"),
        ({"At": None}, "no date"),
        ({"Lines": []}, "does not say what is in it"),
        ({"Lines": [{"Sku": "", "Units": 1}]}, "a line has no SKU"),
        ({"Lines": [{"Sku": "MUG", "Units": "some"}]}, "no whole number"),
    ],
)
def test_a_parcel_that_cannot_be_read_says_why(vendor, warehouse_of, changes, why):
    vendor.on("GET /shipments", [{**SHIPMENT, **changes}])

    [found] = flat(warehouse_of().despatches(NINE))

    assert why in found.why


def test_parcels_of_an_order_cannot_be_asked_for_without_a_call_for_it(warehouse_of):
    with pytest.raises(VendorRefused, match="add find_shipments"):
        warehouse_of().despatches_of([REF])


# ---- stock


def test_a_figure_may_have_its_own_time_but_never_a_later_one(vendor, warehouse_of):
    """A vendor's clock that runs ahead must not make a figure younger than the question."""
    vendor.on(
        "GET /stock",
        [{"Sku": "A", "Free": "1.5", "At": "2026-11-02T08:00:00Z"}, {"Sku": "B", "Free": 1, "At": "2027-01-01T00:00:00Z"}],
    )
    fields = {**OPERATIONS["list_stock"]["response"]["fields"], "counted_at": "=At"}

    levels = flat(warehouse_of(**changed("list_stock", response={"items": "=@", "fields": fields})).stock_all())

    assert [(Decimal("1.5"), datetime(2026, 11, 2, 8, tzinfo=UTC)), (Decimal(1), NINE)] == [
        (level.available, level.snapshot_at) for level in levels
    ]


def test_without_a_call_for_changes_everything_is_read(vendor, warehouse_of):
    vendor.on("GET /stock", [{"Sku": "A", "Free": 1}])

    assert ["A"] == [level.sku for level in flat(warehouse_of().stock(NINE))]


# ---- orders


def test_without_a_search_for_items_the_catalogue_is_looked_through(vendor, warehouse_of):
    vendor.on("GET /items", [{"Sku": "Mug"}, {"Sku": "PLATE"}])

    assert ["Mug"] == [item.sku for item in warehouse_of().items_named([Sku("MUG")])]


def test_a_spelling_that_the_vendor_refuses_is_no_item_and_no_fault(vendor, warehouse_of):
    """Whatever a storefront calls its goods: one of them must not hold up every order."""
    find = {"request": {"method": "GET", "path": "/items/{sku}"}, "response": {"fields": {"sku": "=Sku"}}}
    vendor.on("GET /items/MUG", {"Sku": "MUG"})
    for spelling in ("mug!", "MUG!", "mug"):
        vendor.on(f"GET /items/{spelling}", JSONResponse({"text": "no SKU"}, 400))
    warehouse = warehouse_of(operations={"find_item": find})

    assert ["MUG"] == [item.sku for item in warehouse.items_named([Sku("mug!"), Sku("MUG")])]
    vendor.on("GET /items/mug", JSONResponse({"text": "closed"}, 503))
    with pytest.raises(VendorUnavailable):
        warehouse.items_named([Sku("mug!"), Sku("MUG")])


def test_a_vendor_that_refuses_a_second_one_is_not_asked_before(vendor, warehouse_of):
    """Only the refusal is compared."""
    vendor.on("POST /orders", JSONResponse({"text": "exists"}, 409))
    vendor.on("GET /orders", [{"Id": 7, "Ref": "1001", "Status": "OPEN"}])
    warehouse = warehouse_of(
        errors=[{"when_status": [409], "class": "duplicate"}],
        **changed("create_order", idempotency={"strategy": "server_unique"}),
    )

    assert [AlreadyThere("1001")] == warehouse.create_sales_orders([order("1001")])
    assert ["POST /orders", "GET /orders"] == [name for name, _, _ in vendor.calls]


def test_an_order_of_which_the_lines_are_not_told_is_taken_at_its_word(vendor, warehouse_of):
    vendor.on("GET /orders", [{"Id": 7, "Ref": "1001", "Status": "OPEN"}])

    [found] = warehouse_of().find_sales_orders([REF])

    assert ((), True) == (found.sales_order.lines, found.sales_order.released)


def test_a_word_that_must_be_mapped_refuses_the_order(vendor, warehouse_of):
    """Rather than sending what the vendor would misread."""
    maps = {**written()["maps"], "service": {"values": {"std": "1"}, "on_missing": "fail"}}
    vendor.on("GET /orders", []).on("POST /orders", {"Id": 1})
    warehouse = warehouse_of(maps=maps)

    outcomes = warehouse.create_sales_orders([order("1", service="std"), order("2", service="next day")])

    assert [Acknowledged("1"), Rejected(("'next day' is not in maps.service; add it there",))] == outcomes


WORDS = {
    "request": {"method": "GET", "path": "/words"},
    "response": {"items": "=@", "fields": {"key": "=Key", "word": "=Word"}},
}


def test_the_vendors_own_words_are_read_wherever_a_table_is_used(vendor, warehouse_of):
    """For states, carriers and what an order is put in, as where an expression looks them up."""
    vendor.on("GET /words", [{"Key": "7", "Word": "SHIPPED"}, {"Key": "std", "Word": "48H"}, {"Key": "C1", "Word": "DPD"}])
    vendor.on("POST /orders", {"Id": 1}).on("GET /orders", [])
    vendor.on("GET /shipments", [{**SHIPMENT, "By": "C1", "State": "7"}, {**SHIPMENT, "Id": "S2", "State": "8"}])
    fields = {**OPERATIONS["list_shipments"]["response"]["fields"], "carrier": "=By", "status": "=State"}
    listed = {**OPERATIONS["list_shipments"], "response": {"items": "=@", "fields": fields, "only_states": ["SHIPPED"]}}
    create = {
        **OPERATIONS["create_order"],
        "request": {**OPERATIONS["create_order"]["request"], "json": {"S": "=mapped.service"}},
    }
    maps = {"status": {"default": "UNKNOWN", "read": WORDS}, "carrier": {"read": WORDS}, "service": {"read": WORDS}}
    warehouse = warehouse_of(maps=maps, operations={"list_shipments": listed, "create_order": create})

    warehouse.create_sales_orders([order("1", service="std")])
    [parcel] = flat(warehouse.despatches(NINE))

    assert [{"S": "48H"}] == [body for _, body in vendor.asked("POST /orders")]
    assert ("S1", "DPD") == (parcel.ref, parcel.tracking.carrier)


def test_a_state_that_must_be_mapped_and_is_not_ends_no_feed(vendor, warehouse_of):
    """It is unknown; the check of the account names it."""
    vendor.on("GET /shipments", [{**SHIPMENT, "State": "ODD"}, {**SHIPMENT, "Id": "S2", "State": "GONE"}])
    fields = {**OPERATIONS["list_shipments"]["response"]["fields"], "status": "=State"}
    listed = {**OPERATIONS["list_shipments"], "response": {"items": "=@", "fields": fields, "only_states": ["SHIPPED"]}}
    maps = {"status": {"values": {"GONE": "SHIPPED"}, "on_missing": "fail"}}

    found = flat(warehouse_of(maps=maps, operations={"list_shipments": listed}).despatches(NINE))

    assert ["S2"] == [parcel.ref for parcel in found]


def test_an_expression_that_cannot_be_evaluated_refuses_its_order_alone(vendor, warehouse_of):
    vendor.on("GET /orders", []).on("POST /orders", {"Id": 1})
    request = {
        **OPERATIONS["create_order"]["request"],
        "json": {"Ref": "=external_ref", "Sum": "=decimal_add(total, order_name)"},
    }

    good, bad = warehouse_of(**changed("create_order", request=request)).create_sales_orders(
        [order("1", order_name="1"), order("2", order_name="#2")]
    )

    assert (Acknowledged("1"), Rejected) == (good, type(bad))


def test_an_answer_to_a_write_that_cannot_be_read_leaves_it_open(vendor, warehouse_of):
    """It may have been carried out: never an error that would lose the other orders' outcomes."""
    answers = iter([{"Id": 1}, {"rows": []}])
    vendor.on("GET /orders", []).on("POST /orders", lambda _: [next(answers)] if len(vendor.calls) < 4 else next(answers))
    response = {"items": "=@", "fields": {"wms_ref": "=Id"}}

    outcomes = warehouse_of(
        limits={"max_per_s": 1, "max_concurrency": 1}, **changed("create_order", response=response)
    ).create_sales_orders([order("1"), order("2")])

    assert [Acknowledged, Unknown] == [type(outcome) for outcome in outcomes]


@pytest.mark.parametrize("status", [404, 405, 418])
def test_a_door_that_is_closed_to_all_is_no_orders_fault(vendor, warehouse_of, status):
    """A wrong address, or a rule that says so, stops the whole; where others went in, it is tried later."""
    rules = [{"when_status": [405, 418], "class": "config", "operations": ["create_order"]}]
    vendor.on("GET /orders", []).on("POST /orders", Response(status_code=status))
    warehouse = warehouse_of(errors=rules)

    with pytest.raises(VendorRefused, match=f"HTTP {status}"):
        warehouse.create_sales_orders([order("1"), order("2")])
    answers = iter([JSONResponse({"Id": 1}), Response(status_code=status)])
    vendor.on("POST /orders", lambda _: next(answers))
    assert [Acknowledged, Unavailable] == sorted(
        (type(outcome) for outcome in warehouse.create_sales_orders([order("1"), order("2")])),
        key=lambda kind: kind.__name__,
    )


def test_what_cannot_be_done_by_a_call_is_a_step_for_a_person(warehouse_of):
    warehouse = warehouse_of()

    assert [Unsupported("Ring the warehouse.")] == warehouse.cancel_sales_orders([REF])
    assert "by hand" in warehouse.announce_return(AnnouncedReturn("R", REF, ())).reasons[0]
    assert (False, False, "Small") == (
        warehouse.capabilities.cancels_sales_orders,
        warehouse.capabilities.reports_stock_changes,
        warehouse.capabilities.name,
    )


def test_a_form_and_headers_are_sent_as_the_profile_says(vendor, warehouse_of):
    seen = {}

    async def app(scope, receive, send):
        message = await receive()
        if scope["method"] == "POST":
            seen.update(body=message["body"], headers={name.decode(): value.decode() for name, value in scope["headers"]})
        await JSONResponse({"Id": 1} if scope["method"] == "POST" else [])(scope, receive, send)

    request = {
        "method": "POST",
        "path": "/orders",
        "headers": {"X-Call": "create"},
        "form": {"ref": "=external_ref", "trade": "=is_trade", "none": "=service", "plain": "==x"},
    }
    sections = changed("create_order", request=request)
    sections["transport"] = {"base_url": "http://127.0.0.1", "headers": {"X-All": "yes"}}
    connected = Connected(app, RestProfileSettings(profile(**sections, formats={"booleans": ["Y", "N"]})))

    outcomes = connected.warehouse.create_sales_orders([order("1001")])
    connected.close()

    assert ([Acknowledged("1")], b"ref=1001&trade=N&plain=%3Dx") == (outcomes, seen["body"])
    assert ("create", "yes", "application/x-www-form-urlencoded") == tuple(
        seen["headers"][name] for name in ("x-call", "x-all", "content-type")
    )


# ---- the proof before go-live


@pytest.fixture
def sound(vendor):
    vendor.on("GET /orders", []).on("GET /stock", [{"Sku": "A", "Free": 1}]).on("GET /items", [{"Sku": "A"}])
    return vendor.on("GET /shipments", [{**SHIPMENT, "At": "2026-11-02T08:00:00Z"}])


def test_a_sound_account_passes(sound, warehouse_of):
    assert {"profile small", "log-in", "stock", "items", "parcels"} == {
        line.subject for line in warehouse_of().check() if line.ok
    }


@pytest.mark.parametrize(
    ("what", "answer", "subject", "finding"),
    [
        ("GET /orders", [{"Id": 1, "Ref": "cogent-check-0", "Status": "OPEN"}], "log-in", "finds orders"),
        ("GET /orders", Response(status_code=401), "log-in", "HTTP 401"),
        ("GET /stock", [], "stock", "no figure at all"),
        ("GET /stock", {"rows": []}, "stock", "no list"),
        ("GET /items", [], "items", "no item to sample"),
        ("GET /shipments", [{**SHIPMENT, "At": "2026-11-02T23:00:00Z"}], "parcels", "after now"),
        ("GET /shipments", [{**SHIPMENT, "At": "2.11.26"}], "parcels", "no date of the profile's formats"),
        ("GET /shipments", JSONResponse({"why": "no"}, 400), "parcels", "HTTP 400"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(sound, warehouse_of, what, answer, subject, finding):
    sound.on(what, answer)

    [bad] = [line for line in warehouse_of().check() if not line.ok]

    assert (subject, True, True) == (bad.subject, finding in bad.finding, bool(bad.remedy))


def test_a_site_that_does_not_exist_is_named(sound, warehouse_of):
    sound.on("GET /stock", [{"Sku": "A", "Free": 1, "Site": "X"}])
    fields = {**OPERATIONS["list_stock"]["response"]["fields"], "location": "=Site"}
    sections = changed("list_stock", response={"items": "=@", "fields": fields})

    [bad] = [line for line in warehouse_of({"sites": frozenset({"X", "Y"})}, **sections).check() if not line.ok]

    assert ("stock", "no site Y", "there are X") == (bad.subject, bad.finding, bad.remedy)


# ---- settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secrets": {"key": "x"}}, "there is no secret key; there are none"),
        ({"parameters": {"site": 1}}, "there is no parameter site; there are client"),
        ({}, "parameter client is missing"),
        ({"parameters": {"client": 1}, "words": {"stat": {}}}, "there is no map stat; there are status"),
    ],
)
def test_settings_that_are_not_the_profiles_are_refused(given, said):
    described = profile(parameters={"client": {"says": "c", "required": True}})

    with pytest.raises(ValueError, match=said):
        RestProfileSettings(described, **given)


def test_settings_need_an_address_from_somewhere():
    with pytest.raises(ValueError, match="base_url is missing"):
        RestProfileSettings(profile(transport={}))
