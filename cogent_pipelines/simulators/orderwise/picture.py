"""The relational picture of one company: its books as the vendor's tables, for export definitions to be run against.

The books are the truth and this is written after them: what changed is noted, and written when a definition is run.
Columns that nobody is known to fill stay NULL.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cogent_pipelines.simulators.orderwise.entities import Line, Order, Stage, Variant
from cogent_pipelines.simulators.orderwise.schema import TABLES, create_tables
from cogent_pipelines.simulators.orderwise.times import as_sql, local, plain

if TYPE_CHECKING:
    from cogent_pipelines.simulators.orderwise.company import Company

_FIRST_COPY = 1_000_000  # among the recipes, whose numbers are their kits'
_CUSTOMER_SALE = 8  # transaction type of goods that left for a customer (one tenant's SQL, read 2026-11)
_DATE_PARTS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


class Picture:
    def __init__(self, company: "Company") -> None:
        self._company = company
        # Served from one thread and read by a test from another, never at once: the company's lock sees to that.
        self.connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        create_tables(self.connection)
        self._add_functions()
        self._orders: dict[int, None] = {}
        self._variants: dict[int, None] = {}
        self._masters_stale = True
        self._movements_written = 0
        self._shown: tuple[object, ...] = ()
        self._inserts = {
            name: f"INSERT OR REPLACE INTO {name} ({{}}) VALUES ({{}})"  # noqa: S608 - names of ours
            for name in TABLES
        }

    # ---- what changed

    def order_changed(self, order: Order) -> None:
        self._orders[order.id] = None

    def variant_changed(self, variant_id: int) -> None:
        self._variants[variant_id] = None

    def customers_changed(self) -> None:
        self._masters_stale = True

    # ---- writing it

    def refresh(self) -> None:
        """Bring the tables up to the books."""
        with self.connection:
            self.connection.execute("BEGIN")
            self._note_switches()
            self._write_masters()
            for variant_id in self._variants:
                self._write_variant(self._company.variants[variant_id])
            for order_id in self._orders:
                self._write_order(self._company.orders[order_id])
            self._write_movements()
        self._variants.clear()
        self._orders.clear()

    def _note_switches(self) -> None:
        """Write all of it again where the tenant was switched to show things otherwise."""
        switches = self._company.switches
        statuses = tuple((switches.status_ids[stage], switches.status_names[stage]) for stage in Stage)
        shown = (
            *(statuses, switches.zone, switches.no_tracking_as, switches.kit_stock),
            *(switches.kit_copies, switches.kit_lines, switches.not_direct_as),
        )
        if shown == self._shown:
            return
        self._shown = shown
        self._variants = dict.fromkeys(self._company.variants)
        self._orders = dict.fromkeys(self._company.orders)
        self._movements_written = 0
        self.connection.execute("DELETE FROM order_status")
        for number, text in statuses:
            self._put("order_status", os_id=number, os_description=text)

    def _put(self, table: str, **values: Any) -> None:
        sql = self._inserts[table].format(", ".join(values), ", ".join("?" * len(values)))
        self.connection.execute(sql, tuple(values.values()))

    def _time(self, moment: datetime | None) -> str | None:
        return None if moment is None else local(moment, self._company.switches.zone)

    def _write_masters(self) -> None:
        company = self._company
        if not self._masters_stale:
            return
        self._masters_stale = False
        for number, courier in company.couriers.items():
            self._put(
                "courier_detail",
                cod_id=number,
                cod_tracking_url_prefix=courier.url_prefix,
                cod_tracking_url_suffix=courier.url_suffix,
            )
        for number, (_, courier_id) in company.delivery_methods.items():
            self._put("delivery_method", dm_id=number, dm_cod_id=courier_id)
        for number, name in company.locations.items():
            self._put("stock_location", sl_id=number, sl_name=name)
        for customer in company.customers.values():
            self._put(
                "customer_detail",
                cd_id=customer.id,
                cd_statement_name=customer.name,
                cd_invoice_name=customer.name,
                cd_account_customer=1,
                cd_ow_account=customer.account_number,
            )
        self._put("transaction_type", tt_id=_CUSTOMER_SALE, tt_transaction_type="Customer sale")

    def _write_variant(self, variant: Variant) -> None:
        created, amended = self._time(variant.created_at), self._time(variant.amended_at)
        self._put(
            "variant_detail",
            vad_id=variant.id,
            vad_variant_code=variant.code,
            vad_description=variant.description,
            vad_weight=variant.weight,
            vad_pd_id=variant.product_id,
            vad_sale_variant=1,
            vad_input_datetime=created,
            vad_last_amended_datetime=amended,
        )
        self._put(
            "variant_setting",
            vas_vad_id=variant.id,
            vas_kit_variant=int(variant.is_kit),
            vas_discontinued_product=int(variant.discontinued),
        )
        rate = self._company.tax_rates.get(variant.tax_rate_id)
        gross = variant.price * (100 + (rate.percent if rate else 0)) / 100
        self._put(
            "variant_foreign_price",
            vafp_id=variant.id,
            vafp_vad_id=variant.id,
            vafp_c_id=1,
            vafp_vr_id=variant.tax_rate_id,
            vafp_rsp_exc_vat=float(variant.price),
            vafp_rsp_inc_vat=float(gross),
            vafp_price_per=1.0,
            vafp_input_datetime=created,
            vafp_last_amended_datetime=amended,
        )
        self._write_parts(variant)
        self._write_stock(variant)

    def _write_parts(self, variant: Variant) -> None:
        self.connection.execute("DELETE FROM variant_bom_component WHERE vbc_vb_id = ?", (variant.id,))
        self.connection.execute("DELETE FROM variant_alternate_item WHERE vaai_alt_vad_id = ?", (variant.id,))
        if variant.is_kit:
            self._put(
                "variant_bom", vb_id=variant.id, vb_vad_id=variant.id, vb_active=1, vb_oli_id=0, vb_pol_id=0, vb_crli_id=0
            )
        self._write_recipe(variant.id, variant.components)
        if variant.master_id is not None:
            self._put("variant_alternate_item", vaai_vad_id=variant.master_id, vaai_alt_vad_id=variant.id)

    def _write_stock(self, variant: Variant) -> None:
        stock = self._company.stock
        if variant.is_kit or variant.master_id is not None:
            self._write_stock_of_others(variant)
            return
        self._put(
            "variant_stock_quantity",
            vasq_id=variant.id,
            vasq_vad_id=variant.id,
            vasq_free_stock_quantity=float(stock.shown_free(variant.id)),
            vasq_stock_levels_last_calculated=self._time(stock.calculated_at.get(variant.id)),
        )
        for level in stock.by_variant.get(variant.id, ()):
            self._put(
                "variant_stock_location",
                vsl_id=level.id,
                vsl_vad_id=variant.id,
                vsl_sl_id=level.location_id,
                vsl_free_stock_quantity=float(level.shown_free),
                vsl_overall_stock_quantity=float(level.shown_overall),
            )

    def _write_stock_of_others(self, variant: Variant) -> None:
        """A kit and an alternate code have no stock of their own; the tenant may show them at nought."""
        for table, column in (("variant_stock_quantity", "vasq_vad_id"), ("variant_stock_location", "vsl_vad_id")):
            self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (variant.id,))  # noqa: S608 - names of ours
        if variant.is_kit and self._company.switches.kit_stock == "zero":
            at = self._time(variant.amended_at)
            self._put(
                "variant_stock_quantity",
                vasq_id=variant.id,
                vasq_vad_id=variant.id,
                vasq_free_stock_quantity=0.0,
                vasq_stock_levels_last_calculated=at,
            )
            self._put(
                "variant_stock_location",
                vsl_id=-variant.id,
                vsl_vad_id=variant.id,
                vsl_sl_id=variant.location_id,
                vsl_free_stock_quantity=0.0,
                vsl_overall_stock_quantity=0.0,
            )

    def _write_order(self, order: Order) -> None:
        switches = self._company.switches
        status = switches.status_ids[order.stage]
        self._put(
            "order_header",
            oh_id=order.id,
            oh_order_number=order.number,
            oh_datetime=self._time(order.created_at),
            oh_cd_id=order.customer_id,
            oh_sot_id=order.order_type,
            oh_os_id=status,
            oh_sl_id=order.lines[0].location_id if order.lines else None,
            oh_cust_order_ref=order.cust_order_ref or None,
            oh_order_complete=int(not order.open),
            oh_promise_date=self._time(order.required_at),
        )
        self._put(
            "order_header_detail",
            ohd_oh_id=order.id,
            ohd_dm_id=order.delivery_method_id,
            ohd_last_amended_datetime=self._time(order.amended_at),
        )
        total = float(sum(line.quantity for line in order.lines))
        self._put("order_header_total", oht_id=order.id, oht_oh_id=order.id, oht_total_quantity=total)
        self._write_lines(order, status)
        self.connection.execute("DELETE FROM delivery_header WHERE dh_oh_id = ?", (order.id,))
        blank = "" if switches.no_tracking_as == "empty" else None
        for delivery in order.deliveries:
            self._put(
                "delivery_header",
                dh_oh_id=order.id,
                dh_consignment_number=delivery.consignment or blank,
                dh_datetime=self._time(delivery.at),
            )

    def _write_lines(self, order: Order, status: int) -> None:
        ids = self._company.switches.status_ids
        cancelled = order.stage is Stage.CANCELLED
        for line in order.lines:
            done = ids["despatched"] if line.to_send == 0 else ids["partial"] if line.sent else status
            rate = self._company.tax_rates.get(line.tax_rate_id)
            net = float(line.gross * 100 / (100 + (rate.percent if rate else 0)))
            self._put(
                "order_line_item",
                oli_id=line.id,
                oli_oh_id=order.id,
                oli_vad_id=line.variant_id,
                oli_sl_id=line.location_id,
                oli_rsp_net=net,
                oli_item_price=net,
                oli_price_per=1.0,
                oli_qty_required=float(line.quantity),
                oli_qty_sent=float(line.sent),
                oli_qty_tbsent=0.0 if cancelled else float(line.to_send),
                oli_date_required=self._time(order.required_at),
                oli_os_id=status if cancelled else done,
                oli_direct=0 if self._company.switches.not_direct_as == "zero" else None,
                oli_back_to_back=0,
            )
            self._write_copy(line)

    def _write_copy(self, line: Line) -> None:
        """The recipe of a kit as it was when the line came, for the line alone."""
        copy_id = _FIRST_COPY + line.id
        self.connection.execute("DELETE FROM variant_bom WHERE vb_id = ?", (copy_id,))
        self.connection.execute("DELETE FROM variant_bom_component WHERE vbc_vb_id = ?", (copy_id,))
        if self._company.variants[line.variant_id].is_kit and self._company.switches.kit_copies == "per_line":
            self._put(
                "variant_bom",
                vb_id=copy_id,
                vb_vad_id=line.variant_id,
                vb_active=1,
                vb_oli_id=line.id,
                vb_pol_id=0,
                vb_crli_id=0,
            )
            self._write_recipe(copy_id, line.parts)

    def _write_recipe(self, bom_id: int, parts: Mapping[int, Decimal]) -> None:
        for part_id, units in parts.items():
            single = self._company.switches.kit_lines == "single_units" and units == units.to_integral_value()
            for each in [Decimal(1)] * int(units) if single else [units]:
                self._put("variant_bom_component", vbc_vb_id=bom_id, vbc_vad_id=part_id, vbc_quantity=float(each))

    def _write_movements(self) -> None:
        movements = self._company.floor.movements
        for moved in movements[self._movements_written :]:
            at, units = self._time(moved.at), float(moved.quantity)
            self._put(
                "variant_transaction_header",
                vth_id=moved.id,
                vth_vad_id=moved.variant_id,
                vth_sl_id=moved.location_id,
                vth_tt_id=_CUSTOMER_SALE,
                vth_transaction_datetime=at,
                vth_quantity=units,
            )
            self._put(
                "variant_transaction_split",
                vts_id=moved.id,
                vts_vth_id=moved.id,
                vts_oli_id=moved.line_id,
                vts_datetime=at,
                vts_quantity=units,
                vts_tt_id=_CUSTOMER_SALE,
            )
        self._movements_written = len(movements)

    # ---- functions of the dialect

    def _add_functions(self) -> None:
        def now() -> str:
            return local(self._company.now(), self._company.switches.zone)

        self.connection.create_function("ow_now", 0, now)
        self.connection.create_function("ow_split", 2, _split, deterministic=True)
        self.connection.create_function("ow_len", 1, _length, deterministic=True)
        self.connection.create_function("ow_date_add", 3, _date_add, deterministic=True)


def _split(text: str | None, separator: str) -> str:
    return json.dumps([] if text is None else str(text).split(separator))


def _length(text: str | None) -> int | None:
    return None if text is None else len(str(text).rstrip(" "))


def _date_add(part: str, number: int | None, moment: str | None) -> str | None:
    if number is None or moment is None:
        return None
    seconds = _DATE_PARTS[part.casefold().removesuffix("s")]
    return plain(datetime.fromisoformat(as_sql(moment)) + timedelta(seconds=seconds * number))
