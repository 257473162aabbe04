"""Imports: what SaveData does with each row of each template.

A row is read by the tenant's headings, checked, and handed to the warehouse; a row that fails leaves the others alone.
The texts of refusals are this simulator's own: the vendor's wording is not publicly known.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from cogent_pipelines.simulators.peoplevox.csv_text import BadCsv, read_csv
from cogent_pipelines.simulators.peoplevox.entities import DEFAULT_SITE, Values
from cogent_pipelines.simulators.peoplevox.switches import Switches
from cogent_pipelines.simulators.peoplevox.templates import Field, Headings, Template, tenant_headings
from cogent_pipelines.simulators.peoplevox.values import BadValue, read_value
from cogent_pipelines.simulators.peoplevox.warehouse import Refused, Warehouse

SAVE, SAVE_WITHOUT_ALLOCATING, DELETE = 0, 1, 2
_OPTIONAL_KEYS = {"Line", "AddressReference"}


class ImportRefused(ValueError):
    """An import of which no row was looked at."""


@dataclass(slots=True)
class ImportResult:
    """What became of each row, in order: its reference, and whether it was saved."""

    rows: list[tuple[str, bool]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    cut_short: bool = False

    @property
    def saved(self) -> int:
        return sum(1 for _, saved in self.rows if saved)

    @property
    def complete(self) -> bool:
        return not self.messages and not self.cut_short

    def failed(self, number: int, reference: str, why: str) -> None:
        self.rows.append((reference, False))
        self.messages.append(f"Row {number} ({reference}): {why}")


Saver = Callable[[Values, bool], object]


class Importer:
    """Runs imports against one warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._savers: dict[str, Saver] = {
            "Sales orders": self._save_order,
            "Sales order items": self._save_line,
            "Item types": self._save_item,
            "Item type kittings": self._save_kitting,
            "Purchase order items": self._save_purchase_line,
            "Customer addresses": lambda values, _: self._save_address("Customer", values),
            "Supplier addresses": lambda values, _: self._save_address("Supplier", values),
        }
        self._addresses = 0

    def run(self, template_name: str, csv_data: str, action: int, *, only: int | None = None) -> ImportResult:
        """Run one import; with `only`, stop after so many rows as if the import had died."""
        columns, headings, rows = self._opened(template_name, csv_data, action)
        template, result = headings.template, ImportResult()
        act = self._deleter(template) if action == DELETE else self._saver(template)
        allocate = action != SAVE_WITHOUT_ALLOCATING
        for number, cells in enumerate(rows, start=1):
            if only is not None and number > only:
                result.cut_short = True
                break
            self._run_row(number, cells, columns, template, act, allocate, result)
        return result

    def _opened(self, template_name: str, csv_data: str, action: int) -> tuple[list[Field], Headings, list[list[str]]]:
        switches = self.warehouse.switches
        headings = tenant_headings(template_name, switches)
        if headings is None:
            raise ImportRefused(f"The template '{template_name}' is not configured")
        if action not in (SAVE, SAVE_WITHOUT_ALLOCATING, DELETE):
            raise ImportRefused(f"The action {action} is not known")
        if not headings.template.saves:
            raise ImportRefused(f"The template '{headings.template.name}' cannot be imported")
        try:
            names, rows = read_csv(csv_data)
        except BadCsv as error:
            raise ImportRefused(str(error)) from None
        columns = [_field(name, headings) for name in names]
        present = {column.name for column in columns}
        for name in headings.template.key:
            if name not in present and name not in _OPTIONAL_KEYS:
                raise ImportRefused(f"The column '{name}' is missing")
        return columns, headings, rows

    def _run_row(
        self,
        number: int,
        cells: list[str],
        columns: list[Field],
        template: Template,
        act: Saver,
        allocate: bool,  # noqa: FBT001 - passed on from the call's action
        result: ImportResult,
    ) -> None:
        switches, values = self.warehouse.switches, Values()
        reference = cells[0] if cells else ""
        try:
            if len(cells) != len(columns):
                raise Refused(f"{len(cells)} values for {len(columns)} columns")  # noqa: TRY301 - one way out of a row
            _read_cells(cells, columns, switches, values)
            reference = _reference(template, values, switches)
            act(values, allocate)
        except (Refused, BadValue) as why:
            result.failed(number, reference, str(why))
        else:
            result.rows.append((reference, True))

    # ---- what a row does

    def _saver(self, template: Template) -> Saver:
        own = self._savers.get(template.name)
        required = (*template.required, *self.warehouse.switches.required_fields.get(template.name, ()))
        table = self.warehouse.tables[template.name]
        if own is None:

            def own(values: Values, _: bool) -> object:  # noqa: FBT001
                return self.warehouse.save_master(template.name, _key(template, values), values)

        exists = self._exists(template, table)

        def save(values: Values, allocate: bool) -> object:  # noqa: FBT001
            for name in template.key:
                if not values.get(name) and name not in _OPTIONAL_KEYS:
                    raise Refused(f"{name} is required")
            if len(required) > len(template.key) or required != template.key:
                is_new = not exists(values)
                for name in required:
                    if values.get(name) in (None, "") and name not in _OPTIONAL_KEYS and (is_new or name in values):
                        raise Refused(f"{name} is required")
            return own(values, allocate)

        return save

    def _exists(self, template: Template, table: dict[tuple[str, ...], object] | object) -> Callable[[Values], bool]:
        if template.name == "Sales orders":
            return lambda values: str(values["SalesOrderNumber"]) in self.warehouse.orders
        if template.name == "Sales order items":
            return lambda _: False
        return lambda values: isinstance(table, dict) and _key(template, values) in table

    def _deleter(self, template: Template) -> Saver:
        def delete(values: Values, _: bool) -> object:  # noqa: FBT001
            key = _key(template, values)
            if template.name == "Sales orders":
                self.warehouse.delete_order(key[0])
            elif template.name == "Sales order items":
                raise Refused("Lines cannot be removed by an import")
            elif template.name == "Item type kittings":
                self.warehouse.set_components(key[0], {key[1]: 0})
            elif key not in self.warehouse.tables[template.name]:
                raise Refused(f"'{key[0]}' was not found")
            elif template.name == "Item types":
                self.warehouse.deactivate_item(key[0])
            else:
                del self.warehouse.tables[template.name][key]
            self.warehouse.version += 1
            return True

        return delete

    def _save_order(self, values: Values, allocate: bool) -> object:  # noqa: FBT001
        warehouse, switches = self.warehouse, self.warehouse.switches
        number = str(values["SalesOrderNumber"])
        customer, service = values.get("Customer"), values.get("ServiceType")
        if customer and switches.unknown_customer == "error" and not self._knows_customer(str(customer)):
            raise Refused(f"Customer '{customer}' was not found")
        if service and switches.unknown_service == "error" and not warehouse.service_for(str(service))[0]:
            raise Refused(f"Service type '{service}' was not found")
        if switches.ignore_case_of_keys and number.strip().casefold() in warehouse.times_created_plainly:
            number = next((known for known in warehouse.orders if known.casefold() == number.casefold()), number)
        return warehouse.save_order(number, values, allocate=allocate)

    def _knows_customer(self, wanted: str) -> bool:
        customers = self.warehouse.tables["Customers"]
        return (wanted,) in customers or any(record.values.get("Name") == wanted for record in customers.values())

    def _save_line(self, values: Values, allocate: bool) -> object:  # noqa: FBT001
        number, item_code = str(values["SalesOrderNumber"]), str(values["ItemCode"])
        if self.warehouse.switches.ignore_case_of_keys and self.warehouse.item(item_code) is None:
            known = (key[0] for key in self.warehouse.items if key[0].casefold() == item_code.casefold())
            item_code = next(known, item_code)
        return self.warehouse.save_line(number, item_code, str(values.get("Line") or ""), values, allocate=allocate)

    def _save_item(self, values: Values, _: bool) -> object:  # noqa: FBT001
        code, group = str(values["ItemCode"]), values.get("ItemGroup")
        if isinstance(group, str) and group and (group,) not in self.warehouse.tables["Item type groups"]:
            # An unknown group comes into being with the item that names it (connector's documentation).
            self.warehouse.save_master("Item type groups", (group,), {"Name": group})
        is_new = self.warehouse.save_master("Item types", (code,), values)
        if is_new:
            self.warehouse.stock.level(code, DEFAULT_SITE)
        return is_new

    def _save_kitting(self, values: Values, _: bool) -> object:  # noqa: FBT001
        parent, child = str(values["ParentItemCode"]), str(values["ChildItemCode"])
        quantity = values.get("Quantity")
        for code in (parent, child):
            if self.warehouse.item(code) is None:
                raise Refused(f"Item type '{code}' was not found")
        self.warehouse.set_components(parent, {child: quantity if isinstance(quantity, int) else 0})
        return self.warehouse.save_master("Item type kittings", (parent, child), values)

    def _save_purchase_line(self, values: Values, _: bool) -> object:  # noqa: FBT001
        number, item_code = str(values["PurchaseOrderNumber"]), str(values["ItemCode"])
        if (number,) not in self.warehouse.tables["Purchase orders"]:
            raise Refused(f"Purchase order '{number}' was not found")
        if self.warehouse.item(item_code) is None:
            raise Refused(f"Item type '{item_code}' was not found")
        key = (number, item_code, str(values.get("Line") or ""))
        return self.warehouse.save_master("Purchase order items", key, values)

    def _save_address(self, owner: str, values: Values) -> object:
        """Save an address; one without a reference is a new one each time (documented for suppliers)."""
        reference = str(values.get("AddressReference") or "")
        if not reference:
            self._addresses += 1
            reference = f"\0{self._addresses}"
        key = (str(values[f"{owner}Reference"]), reference)
        return self.warehouse.save_master(f"{owner} addresses", key, values)


def _field(heading: str, headings: Headings) -> Field:
    found = headings.by_heading.get(heading.casefold())
    if found is None:
        raise ImportRefused(f"The column '{heading}' is not part of the template '{headings.template.name}'")
    return found


def _read_cells(cells: list[str], columns: list[Field], switches: Switches, values: Values) -> None:
    for text, column in zip(cells, columns, strict=True):
        if not text and switches.empty_cell == "ignored":
            continue
        if column.kind != "text":
            try:
                values[column.name] = read_value(text, column.kind, switches)
            except BadValue as why:
                raise BadValue(f"{column.name}: {why}") from None
        elif column.length and len(text) > column.length:
            if switches.over_length == "error":
                raise Refused(f"{column.name} is longer than {column.length} characters")
            values[column.name] = text[: column.length]
        else:
            values[column.name] = text


def _key(template: Template, values: Values) -> tuple[str, ...]:
    return tuple(str(values.get(name) or "") for name in template.key)


def _reference(template: Template, values: Values, switches: Switches) -> str:
    """Give what the answer calls a row by."""
    if template.name == "Suppliers" and values.get("Name"):
        return str(values["Name"])  # a connector's comment: the supplier's name comes back
    if template.name != "Sales order items":
        return str(values.get(template.key[0]) or "")
    parts = {"order": 1, "order+item": 2, "order+item+line": 3, "empty": 0}[switches.line_reference]
    return " ".join(str(values.get(name) or "") for name in template.key[:parts])
