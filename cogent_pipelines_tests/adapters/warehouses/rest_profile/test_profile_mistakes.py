"""Every mistake in a profile is found when it is read, and said with its line and what to do about it."""

# ruff: noqa: E501 - a mistake and what is said of it stand in one line

import pytest
import yaml

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.problems import ProfileFault
from cogent_pipelines_tests.adapters.warehouses.rest_profile.small_profile import written

MINTSOFT = compiling.shipped()["mintsoft"].read_text()


def problems_of(text: str):
    with pytest.raises(ProfileFault) as fault:
        compiling.of_text(text, "tried")
    return fault.value.problems


@pytest.mark.parametrize("name", ["mintsoft", "scend"])
def test_the_profiles_that_are_shipped_are_in_order(name):
    assert name == compiling.load(name).name


@pytest.mark.parametrize(
    ("right", "wrong", "finding", "remedy"),
    [
        ("title: Mintsoft", "titel: Mintsoft", "titel is no field of this section", "write title, if that is meant"),
        ("[401], class: auth", "[401], class: autth", "this is no value that can stand here", "use one of 'ok', 'retry'"),
        ('FirstName: "=default(ship_to.first_name', 'FirstName: "=default(ship_to.fist_name', "nothing is called fist_name", "write first_name"),
        ("lines[].{SKU: sku,", "lines[].{SKU: skuu,", "nothing is called skuu here", "write sku, if that is meant"),
        ("=config.warehouse", "=config.warehous", "nothing is called warehous here", "write warehouse"),
        ("path: /api/Order/Search", "pth: /api/Order/Search", "pth is no field of this section", "write path"),
        ("path: /api/Order/Search", "path: api/Order/Search", "the text has not the form", "it must fit ^/"),
        ("method: PUT     ", "method: put     ", "this is no value that can stand here", "'PUT'"),
        ("lookup('status_names'", "lookup('status_nams'", "there is no table status_nams", "add it under `maps:`"),
        ("=to_string(OrderId)", "=to_strin(OrderId)", "there is no function to_strin", "correct the JMESPath"),
        ("=to_string(OrderId)", "=to_string(OrderId, ID)", "to_string takes 1 values and is given 2", "correct the JMESPath"),
        ("=to_string(OrderId)", "=to_string(OrderId", "Invalid jmespath expression", "correct the JMESPath"),
        ("=to_string(OrderId)", "OrderId", "'OrderId' is no expression", "begin it with `=`"),
        ("available: *available", "avail: *available", "avail is no field that is read here", "there are allocated, available"),
        ('lines: {items: "=OrderItems", fields: {sku: "=SKU", quantity: "=Quantity"}}', 'lines: "=OrderItems"', "lines is a list of rows", "give `items:`"),
        ('tracking: "=TrackingNumber"', 'tracking: {items: "=@", fields: {sku: "=@"}}', "tracking is one value", "give one expression"),
        ('lines: {items: "=OrderItems", fields: {sku: "=SKU", quantity: "=Quantity"}}', 'lines: {itms: "=OrderItems", fields: {}}', "itms is no field of this section", "write items"),
        ("style: page_number", "style: pages", "this is no value that can stand here", "'page_number'"),
        ("${secret:password}", "${secret:pasword}", "there is no secret pasword", "there are username, password"),
        ('Address2: "=ship_to.line2"', 'Address2: "${secret:password}"', "a secret stands outside of auth", "secrets are for"),
        ("NEW: ACCEPTED", "NEW: ACEPTED", "ACEPTED is no state", "use one of NEW, ACCEPTED"),
        ('"/api/Order/{wms_ref}/Cancel"', '"/api/Order/{wmsref}/Cancel"', "nothing is called wmsref here", "write wms_ref"),
        ('assumed: &zone "Europe/London"', 'assumed: &zone "Europe/Londn"', "'Europe/Londn' is no time zone", "use a name such as"),
        ("required: [ship_to.line1", "required: [ship_to.line9", "ship_to.line9: an order has no line9 there", "write line"),
        ("kind: token_exchange", "kind: token_exchang", "the kind is missing or unknown", "'token_exchange'"),
        ("  upsert_item:", "  upsert_itm:", "there is no operation upsert_itm", "use one of create_order"),
        ("already (?:exists", "already (?exists", "no regular expression", "correct it"),
        ("dates_in: [iso8601]", "dates_in: [iso]", "'iso' is no form of a date", "a strptime pattern such as"),
        ("dates_in: [iso8601]", 'dates_in: ["%Q"]', "'%Q' is no form of a date", "a strptime pattern such as"),
        ('dates_out: "%Y-%m-%dT%H:%M:%S"', 'dates_out: "%Y-%q"', "'%Y-%q' is no form of a date", "a strftime pattern such as"),
        ('dates_out: "%Y-%m-%dT%H:%M:%S"', "dates_out: epoch_s", "'epoch_s' is no form of a date", "a strftime pattern such as"),
        ('return_reason: {default: "1", ', "return_reason: {", "there is no default", "add `default:`"),
        ('        lines: {items: "=OrderItems", fields: {sku: "=SKU", quantity: "=Quantity"}}\n', "", "it cannot be told what is in a parcel", "add `lines:`"),
        ('wms_ref: "=to_string(ID)", external_ref: "=OrderNumber", status: "=lookup', 'wms_ref: "=to_string(ID)", status: "=lookup', "external_ref is missing", "add `external_ref:`"),
        ("  cancel: rest", '  cancel: "?"', "this is not known yet", "fill it in from the vendor's papers"),
        ("  cancel: rest", "  cancel: manual", "nobody is told how to cancel", "add `manual_cancel:`"),
        ("    precheck: {operation: get_order, allowed_status: *cancel}\n", "", "the live state is not asked", "add `precheck:`"),
        ("precheck: {operation: get_order", "precheck: {operation: find_order", "the state is read by get_order", "write get_order"),
        ("confirm: {operation: get_order", "confirm: {operation: find_order", "the state is read by get_order", "write get_order"),
        ("name: mintsoft", "name: mintsoft\nname: other", "name stands twice", "take one of them out"),
        ("transport:", "transport: [", "no YAML", "close the bracket that is opened in line"),
        ("title: Mintsoft", "title:\n\tMintsoft", "no YAML", "indent with spaces; YAML takes no tabs"),
        ("title: Mintsoft", "title: @Mintsoft", "no YAML", "put the text in quotes"),
        ("title: Mintsoft", "title: Mintsoft: UK", "no YAML", "put the text in quotes"),
        ("title: Mintsoft", 'title: "Mintsoft" UK', "no YAML", "correct the indentation or the quotes of this line"),
        ("*zone", "*zon", "no YAML: found undefined alias", "write `&zon` before the value that is meant"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_what_to_do(right, wrong, finding, remedy):
    """In words for whoever wrote the file."""
    assert right in MINTSOFT
    found = problems_of(MINTSOFT.replace(right, wrong, 1))

    assert any(finding in problem.finding and remedy in problem.remedy for problem in found), found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("NEW: ACCEPTED", "NEW: ACEPTED"),
        ("config.warehouse", "config.warehous"),
        ("{wms_ref}/Cancel", "{wmsref}/Cancel"),
        ("[401], class: auth", "[401], class: autth"),
        ("title: Mintsoft", "titel: Mintsoft"),
    ],
)
def test_the_line_is_the_line_of_the_mistake(right, wrong):
    text = MINTSOFT.replace(right, wrong, 1)
    line = text[: text.index(wrong)].count("\n") + 1

    assert line in {problem.line for problem in problems_of(text)}


SCEND = compiling.shipped()["scend"].read_text()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"=not_null(Items, @)"', '"=not_null(Items, @"'),
        ("size: 100, first: 1", "size: many, first: 1"),
        ("Europe/London", "Europe/Londn"),
    ],
)
def test_a_mistake_in_a_value_with_an_anchor_is_one_and_stands_there(right, wrong):
    """However many places use it: it is corrected once."""
    profile = SCEND if right in SCEND else MINTSOFT
    text = profile.replace(right, wrong, 1)

    assert [text[: text.index(wrong)].count("\n") + 1] == [problem.line for problem in problems_of(text)]


def test_an_open_quotation_is_said_with_the_line_in_which_it_begins():
    """The reader of the file only notices at its end."""
    before = MINTSOFT[: MINTSOFT.index("title:")]
    [problem] = problems_of(before + 'title: "Mintsoft\n')

    assert f"close the quotes that are opened in line {before.count(chr(10)) + 1}" == problem.remedy


@pytest.mark.parametrize("text", ["", "- a\n", "just words"])
def test_what_is_no_profile_at_all_is_said_to_be_none(text):
    """With where to look for one."""
    [problem] = problems_of(text)

    assert ("no mapping of sections", True) == (problem.finding, "as a profile that is shipped has them" in problem.remedy)


def test_an_expression_that_cannot_be_read_is_shown():
    """A path names it; the line may hold several."""
    found = problems_of(MINTSOFT.replace("=to_string(OrderId)", "=to_string(OrderId", 1))

    assert any("to_string(OrderId" in problem.finding for problem in found)


def test_every_mistake_is_said_at_once():
    """Nobody should have to try it five times to learn five mistakes."""
    text = MINTSOFT.replace("NEW: ACCEPTED", "NEW: ACEPTED").replace("{wms_ref}/Cancel", "{wmsref}/Cancel")
    text = text.replace('"=Level"', '"=Level["')

    found = problems_of(text)

    assert sorted(problem.line for problem in found) == [problem.line for problem in found]
    assert {"maps.status.values.NEW", "operations.cancel_order.request.path", "operations.list_stock.response.fields.available"} <= {
        problem.place for problem in found
    }  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "only"),
    [
        ("title: Mintsoft", "titel: Mintsoft", {"titel", "title"}),
        ("path: /api/Order/Search", "pth: /api/Order/Search", {"operations.find_order.request.pth", "operations.find_order.request.path"}),
        ("allowed_status: *cancel", "allowed_status: soon", {"operations.cancel_order.precheck.allowed_status"}),
        ("[401], class: auth", "[401], class: autth", {"errors.0.class"}),
        ("kind: token_exchange", "kind: token_exchang", {"auth"}),
        ("style: page_number", "style: pages", {"operations.list_changed_orders.paging.style", "operations.list_shipments.paging.style"}),
        ("on_missing: default", "on_missing: perhaps", {"maps.status.on_missing"}),
        ("  cancel: rest", "  cancel: perhaps", {"capabilities.cancel"}),
        ("{max_per_s: *calls,", "{max_per_s: fast,", {"limits.max_per_s"}),
        ("profile_version: 1", "profile_version: 9", {"profile_version"}),
    ],
)  # fmt: skip
def test_a_mistake_of_form_hides_no_other_and_makes_none(right, wrong, only):
    """What is beside it is looked at in the same go, and what lacks it now is not blamed for that."""
    assert right in MINTSOFT
    text = MINTSOFT.replace(right, wrong, 1)
    alone = {problem.place for problem in problems_of(text)}
    text = text.replace("NEW: ACCEPTED", "NEW: ACEPTED").replace(
        'disposition: "=StockAction"', 'disposition: "=StockAction["'
    )

    both = {problem.place for problem in problems_of(text)}

    assert alone <= only
    assert {"operations.list_returns.response.fields.lines.fields.disposition", "maps.status.values.NEW"} == both - alone


def test_what_is_missing_is_named_where_it_belongs():
    """With what it is for."""
    document = written()
    del document["operations"]["list_items"], document["maps"]["status"]
    document["operations"]["find_order"]["response"]["fields"].pop("wms_ref")

    found = {problem.place: (problem.finding, problem.remedy) for problem in problems_of(yaml.safe_dump(document))}

    assert ("list_items is missing", "add it: the whole catalogue") == found["operations"]
    assert ("there is no table status", "add `status:` with the vendor's words for states") == found["maps"]
    assert ("wms_ref is missing", "add `wms_ref:` with an expression over one row") == found[
        "operations.find_order.response.fields"
    ]


@pytest.mark.parametrize(
    ("changes", "place", "finding"),
    [
        ({"capabilities": {**written()["capabilities"], "returns": "read"}}, "capabilities.returns", "list_returns is missing"),
        (
            {"operations": {"list_stock_changes": {"request": {"method": "GET", "path": "/c"}, "response": {"fields": {"sku": "=S"}}}}},
            "operations.list_stock_changes.response.fields",
            "it names neither figures nor items",
        ),
        (
            {"operations": {"get_order": {"response": {"fields": {}}}}},
            "operations.get_order",
            "it has neither one request nor steps, or both",
        ),
        (
            {"auth": {"kind": "token_exchange", "request": {"method": "GET", "path": "/t"}, "extract": {"from": "json"}, "inject": {"name": "X"}}},
            "auth.extract",
            "it does not say where the token is",
        ),
    ],
)  # fmt: skip
def test_what_is_promised_must_be_there(changes, place, finding):
    found = problems_of(yaml.safe_dump(written(**changes)))

    assert (place, finding) in [(problem.place, problem.finding) for problem in found]


def test_a_file_that_is_no_profile_is_said_to_be_none():
    assert ["no mapping of sections"] == [problem.finding for problem in problems_of("- 1\n- 2\n")]
