"""The vendor's tables as far as public code shows them, in SQLite, for export definitions to be run against.

Tables and columns: the prefixes and columns seen in integrators' SQL (read 2026-11); types where they were told, else
by their use. Text compares as SQL Server's default collation does: case and trailing spaces aside. Who fills the tables
is `picture`.
"""

import sqlite3
from types import MappingProxyType

COLLATION = "SQLSERVER"

# A line is a table and its columns; a kind follows a colon, `int` where none does, and the first column is the key
# unless the table has none of its own (marked `-`).
_TABLES = """
order_header                 oh_id oh_order_number:text oh_datetime:date oh_cd_id oh_sot_id oh_os_id oh_sl_id \
                             oh_cust_order_ref:text oh_order_complete:bit oh_promise_date:date
order_header_detail          ohd_oh_id ohd_dm_id ohd_last_amended_datetime:date
order_header_total           oht_id oht_oh_id oht_total_quantity:num
order_status                 os_id os_description:text
order_line_item              oli_id oli_oh_id oli_vad_id oli_sl_id oli_pol_id oli_original_oli_id oli_rsp_net:num \
                             oli_item_price:num oli_price_per:num oli_qty_required:num oli_qty_sent:num \
                             oli_qty_tbsent:num oli_date_required:date oli_date_promised:date oli_os_id oli_direct:bit \
                             oli_back_to_back:bit
delivery_header              - dh_oh_id dh_consignment_number:text dh_datetime:date
delivery_method              dm_id dm_cod_id
courier_detail               cod_id cod_tracking_url_prefix:text cod_tracking_url_suffix:text
customer_detail              cd_id cd_statement_name:text cd_invoice_name:text cd_account_customer:bit \
                             cd_ow_account:text
variant_detail               vad_id vad_variant_code:text vad_description:text vad_abv_description:text \
                             vad_quantity:num vad_weight:num vad_volume:num vad_length:num vad_width:num vad_depth:num \
                             vad_uom:text vad_pd_id vad_sale_variant:bit vad_purchase_variant:bit vad_case_quantity:num \
                             vad_commodity_code:text vad_country_code_of_origin:text vad_input_datetime:date \
                             vad_last_amended_datetime:date
variant_setting              vas_vad_id vas_kit_variant:bit vas_discontinued_product:bit
variant_analysis             vaa_id vaa_vad_id vaa_c_1:text vaa_l_1:bit vaa_n_2:num vaa_n_5:num vaa_n_6:num
variant_stock_quantity       vasq_id vasq_vad_id vasq_free_stock_quantity:num vasq_stock_levels_last_calculated:date
variant_stock_location       vsl_id vsl_vad_id vsl_sl_id vsl_free_stock_quantity:num vsl_overall_stock_quantity:num
variant_alternate_item       - vaai_vad_id vaai_alt_vad_id
variant_bom                  vb_id vb_vad_id vb_active:bit vb_oli_id vb_pol_id vb_crli_id
variant_bom_component        - vbc_vb_id vbc_vad_id vbc_quantity:num
variant_foreign_price        vafp_id vafp_vad_id vafp_c_id vafp_vr_id vafp_rsp_exc_vat:num vafp_rsp_inc_vat:num \
                             vafp_price_per:num vafp_base_price:num vafp_input_datetime:date \
                             vafp_last_amended_datetime:date
variant_purchase_info        vapi_id vapi_vad_id vapi_estimated_cost:num vapi_cost_per:num
variant_supplier_detail      vasd_id vasd_sd_id vasd_vad_id vasd_guide_lead_time vasd_standard_cost:num \
                             vasd_multiplier_qty:num vasd_minimum_order_qty:num vasd_is_main_supplier:bit \
                             vasd_supplier_part_number:text
variant_transaction_header   vth_id vth_vad_id vth_sl_id vth_tt_id vth_transaction_datetime:date vth_quantity:num \
                             vth_current_quantity:num
variant_transaction_split    vts_id vts_vth_id vts_oli_id vts_datetime:date vts_quantity:num vts_tt_id
transaction_type             tt_id tt_transaction_type:text
stock_location               sl_id sl_name:text sl_address1:text sl_address2:text sl_town:text sl_county:text \
                             sl_country:text sl_postcode:text sl_telephone:text sl_contact:text sl_country_code:text
product_detail               pd_id pd_product_code:text pd_abbv_description:text pd_description:text
purchase_order_header        poh_id poh_order_number:text poh_datetime:date poh_required_date:date \
                             poh_promised_date:date poh_pos_id poh_sd_id poh_supp_order_ref:text \
                             poh_all_invoices_received:bit
purchase_order_line          pol_id pol_poh_id pol_vad_id pol_vad_description:text pol_sl_id pol_qty_ordered:num \
                             pol_qty_received:num pol_qty_cancelled:num pol_date_promised:date pol_date_required:date \
                             pol_pos_id pol_direct:bit pol_direct_oli_id pol_back_to_back_oli_id pol_pack_qty:num
purchase_order_line_received - polr_pol_id polr_qty_received:num
supplier_detail              sd_id sd_name:text sd_ow_account:text sd_sde_id
currency                     c_id c_description:text c_exchange_rate:num c_currency_code:text c_currency_symbol:text \
                             c_currency_is_base:bit c_last_amended_datetime:date c_input_datetime:date
invoice_line_item            ili_id ili_oli_id ili_vad_id ili_ih_id
category_treeview_node       ctn_id ctn_parent_id ctn_description:text
variant_category             vac_id vac_vad_id vac_ctn_id
"""
_SQL_TYPES = {
    "int": "INTEGER",
    "bit": "INTEGER",
    "num": "REAL",
    "date": "TEXT",
    "text": f"NVARCHAR COLLATE {COLLATION}",
}
_INDEXED = (
    ("order_header", "oh_cust_order_ref"),
    ("order_header", "oh_order_number"),
    ("order_line_item", "oli_oh_id"),
    ("delivery_header", "dh_oh_id"),
    ("delivery_header", "dh_datetime"),
    ("variant_detail", "vad_variant_code"),
    ("variant_stock_quantity", "vasq_vad_id"),
    ("variant_stock_location", "vsl_vad_id"),
    ("variant_alternate_item", "vaai_alt_vad_id"),
    ("variant_bom", "vb_vad_id"),
    ("variant_bom_component", "vbc_vb_id"),
    ("variant_bom_component", "vbc_vad_id"),
    ("variant_transaction_split", "vts_oli_id"),
    ("variant_transaction_split", "vts_vth_id"),
    ("variant_foreign_price", "vafp_vad_id"),
)


def _read() -> dict[str, tuple[bool, dict[str, str]]]:
    tables = {}
    for line in _TABLES.strip().splitlines():
        name, *columns = line.split()
        keyless = columns[0] == "-"
        kinds = dict(_column(column) for column in columns[keyless:])
        tables[name] = (keyless, kinds)
    return tables


def _column(text: str) -> tuple[str, str]:
    name, _, kind = text.partition(":")
    return name, kind or "int"


TABLES = MappingProxyType(_read())
KINDS = MappingProxyType({column: kind for _, columns in TABLES.values() for column, kind in columns.items()})


def create_tables(connection: sqlite3.Connection) -> None:
    connection.create_collation(COLLATION, _compare)
    for name, (keyless, columns) in TABLES.items():
        texts = [f"{column} {_SQL_TYPES[kind]}" for column, kind in columns.items()]
        if not keyless:
            texts[0] += " PRIMARY KEY"
        connection.execute(f"CREATE TABLE {name} ({', '.join(texts)})")
    for table, column in _INDEXED:
        connection.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")


def _compare(one: str, other: str) -> int:
    one, other = one.rstrip(" ").casefold(), other.rstrip(" ").casefold()
    return (one > other) - (one < other)
