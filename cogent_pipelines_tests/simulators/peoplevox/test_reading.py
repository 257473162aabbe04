"""Pages, formats and columns of what is read."""

import pytest


@pytest.fixture
def numbers(client):
    numbers = [f"SO-{n:02d}" for n in range(25)]
    client.save("Sales orders", "SalesOrderNumber\n" + "\n".join(numbers), 1)
    return numbers


def test_pages_count_from_one_repeat_the_headings_and_tell_the_whole_total(client, numbers):
    """The total is of all matches, whatever the page."""
    pages = [client.data("Sales orders", page=page, size=10) for page in (1, 2, 3, 4)]
    assert [(25, 10), (25, 10), (25, 5), (25, 0)] == [(page.total, len(page.rows)) for page in pages]
    assert numbers == [row["SalesOrderNumber"] for page in pages for row in page.rows]


def test_a_page_size_of_zero_is_everything(client, numbers):
    """Left out or 0, all rows come at once."""
    answer = client.call("GetData", "<getRequest><TemplateName>Sales orders</TemplateName></getRequest>")
    assert len(numbers) == len(answer.rows)


def test_a_server_maximum_can_be_set(simulator, client, numbers):
    """Whether the vendor cuts large pages is unknown; the switch lets it."""
    simulator.switches.change(max_items_per_page=7)
    assert [7, 7] == [len(client.data("Sales orders", size=size).rows) for size in (0, 100)]
    assert len(numbers) == client.data("Sales orders").total


def test_a_change_between_pages_is_seen(client, numbers):
    """Pages are not a snapshot."""
    client.data("Sales orders", page=1, size=10)
    client.save("Sales orders", "SalesOrderNumber\nSO-99", 1)
    later = client.data("Sales orders", page=3, size=10)
    assert ("SO-99", len(numbers) + 1) == (later.rows[-1]["SalesOrderNumber"], later.total)


def test_a_status_may_be_searched_by_name_or_number(client):
    """One client searches orders by a numeric status."""
    client.save_order("SO-1", ("TEE", 1))
    client.save("Sales orders", "SalesOrderNumber\nSO-2", 1)
    assert ["SO-1"] == [row["SalesOrderNumber"] for row in client.data("Sales orders", 'Status == "Allocated"').rows]
    assert ["SO-2"] == [row["SalesOrderNumber"] for row in client.data("Sales orders", "Status.Equals(0)").rows]


def test_dates_are_quoted_once_more_in_reports_and_not_in_data(client):
    """Reports wrap a date in single quotes and leave the seconds out; templates do neither."""
    client.save_order("SO-1", ("TEE", 1), CreatedDate="2026-11-02 08:15:30")
    assert "02/11/2026 08:15:30" == client.data("Sales orders").rows[0]["CreatedDate"]
    assert "'02/11/2026 09:00'" == client.report("Sales orders by status").rows[0]["Date"]


def test_a_tenants_date_format_can_be_broken(simulator, client):
    """A year that was never rendered has been seen in the wild."""
    client.save_order("SO-1", ("TEE", 1))
    simulator.switches.change(report_year_unrendered=True)
    assert "'02/11/YYYY 09:00'" == client.report("Sales order summary").rows[0]["Date"]


def test_columns_are_chosen_in_the_order_asked_with_or_without_brackets(client):
    """Both published spellings work; an unknown column is refused."""
    asked = client.report("Item inventory summary", columns="[Available],\n[Item code]")
    assert "Available,Item code" == asked.detail.split("\n")[0]
    assert '"10","TEE"' == asked.detail.split("\n")[1]
    assert "Item code,On hand" == client.report("item Inventory summary", columns="Item code, On hand").detail.split("\n")[0]
    assert -1 == client.report("Item inventory summary", columns="[Nope]").response_id


def test_old_versions_ignore_columns_and_filters(simulator, client):
    """One client reports having got everything whatever it asked; a switch brings that back."""
    simulator.switches.change(columns_ignored=True)
    answer = client.report("Item inventory summary", '[Item code] == "TEE"', columns="[Item code]")
    assert (3, True) == (len(answer.rows), "Available" in answer.rows[0])


def test_reports_are_sorted_when_asked(client):
    """OrderBy takes columns with a direction."""
    client.save_order("SO-1", ("TEE", 4), ("MUG", 4))
    answer = client.report("Item inventory summary", order="[Available] desc, [Item code] asc")
    assert [("CAP", "10"), ("MUG", "6"), ("TEE", "6")] == [(row["Item code"], row["Available"]) for row in answer.rows]


@pytest.mark.parametrize(
    ("form", "detail"), [("header", "Reference,Name\n"), ("header_without_newline", "Reference,Name"), ("empty", "")]
)
def test_the_form_of_an_empty_result_is_a_switch(simulator, client, form, detail):
    """Heading line, heading line without its end, or nothing at all."""
    columns = ["Reference", "Name"]
    simulator.switches.change(empty_result=form, template_columns={"Customers": columns})
    answer = client.data("Customers")
    assert (0, 0) == (answer.response_id, answer.total)
    assert sorted(detail.strip().split(",")) == sorted(answer.detail.strip().split(","))
    assert detail.endswith("\n") == answer.detail.endswith("\n")


def test_a_search_that_cannot_be_understood_is_an_error(client):
    """Never everything, never a crash."""
    for search in ("Nope == 1", "((", "SalesOrderNumber > DateTime(1,2)", "SalesOrderNumber == 7"):
        assert -1 == client.data("Sales orders", search).response_id, search


def test_despatches_are_found_by_order_by_despatch_and_by_date(client, clock, warehouse):
    """The three ways in which clients ask give the same row."""
    for number in ("SO-1", "SO-2"):
        client.save_order(number, ("TEE", 1))
        clock.advance(3600)
        client.log_in()
        warehouse.work()
    searches = (
        '[Salesorder number].Equals("SO-2") OR [Salesorder number].Equals("SO-3")',
        '([Despatch number] == "DES000002")',
        "([Despatch date] >= DateTime(2026,11,2,11,0,0)) AND ([Despatch date] < DateTime(2026,11,2,12,0,0))",
        '!([Salesorder number].Equals("SO-1"))',
    )
    found = [client.report("Despatch summary", search, columns="[Despatch number]").rows for search in searches]
    assert [[{"Despatch number": "DES000002"}]] * 4 == found


def test_a_report_that_lags_shows_the_past(simulator, client, clock, warehouse):
    """What happened within the lag is not seen yet, in stock as in despatches."""
    simulator.switches.change(report_lag_seconds=120)
    clock.advance(300)
    client.save_order("SO-1", ("TEE", 4))
    warehouse.work()
    search, columns = '[Item code] == "TEE"', "[On hand],[Available]"
    assert [{"On hand": "10", "Available": "10"}] == client.report("Item inventory summary", search, columns=columns).rows
    assert [] == client.report("Despatch summary").rows
    clock.advance(121)
    assert [{"On hand": "6", "Available": "6"}] == client.report("Item inventory summary", search, columns=columns).rows
    assert ["SO-1"] == [row["Salesorder number"] for row in client.report("Despatch summary").rows]


def test_a_report_may_cover_only_some_days(simulator, client, clock, warehouse):
    """A window baked into a report hides what is older, whatever is searched."""
    client.save_order("SO-1", ("TEE", 1))
    warehouse.work()
    clock.advance(3 * 86400)
    client.log_in()
    simulator.switches.change(report_window_days={"Despatch summary": 2})
    assert [] == client.report("Despatch summary", '[Salesorder number] == "SO-1"').rows


def test_every_report_lists_its_columns_and_answers(client):
    """A report that is named in the facts is there, by any case of its name."""
    names = [
        "Despatch summary",
        "Item inventory summary",
        "Item inventory by location",
        "Item availability latest reconciliation",
        "Incremental Changes Report v1",
        "Item movement history",
        "Returns Summary",
        "Goods in summary",
        "Sales orders by status",
        "Sales order summary",
        "Outstanding sales orders",
        "Sales orders allocated",
    ]
    for name in names:
        columns = client.call("GetReportColumns", f"<templateName>{name}</templateName>")
        answer = client.report(name)
        assert (0, 0) == (columns.response_id, answer.response_id), name
        assert columns.detail == answer.detail.split("\n")[0], name


def test_changes_of_stock_are_read_since_a_moment(client, clock, warehouse):
    """The changes report tells what is available now for what changed since."""
    client.data("Item types")
    clock.advance(600)
    warehouse.adjust_stock("CAP", by=-3)
    answer = client.report(
        "Incremental Changes Report v1",
        '([Timestamp] >= DateTime(2026,11,2,9,5,0)) AND ([Site reference].Equals("PrimarySite"))',
        columns="[Item code],[Item current available quantity],[Item Barcode]",
    )
    assert [{"Item code": "CAP", "Item current available quantity": "7", "Item Barcode": "CAP"}] == answer.rows


def test_sites_filters_narrow_the_read(client):
    """The later operation with a sites filter exists and filters."""
    client.save("Sites", "Name,Reference\nNorth,N")
    client.save("Sales orders", "SalesOrderNumber,Site\nSO-1,N\nSO-2,", 1)
    inner = '<TemplateName>Sales orders</TemplateName><sitesFilter>Site.Reference = "N"</sitesFilter>'
    answer = client.call("GetDataWithSitesFilters", f"<getRequest>{inner}</getRequest>")
    assert ["SO-1"] == [row["SalesOrderNumber"] for row in answer.rows]
