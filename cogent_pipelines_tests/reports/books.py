"""A ledger written by hand, row by row; say only what is different from an order that went well."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from cogent_pipelines.ledger.database import Ledger

NOW = datetime.fromisoformat("2026-11-02T12:00:00+00:00")
CONNECTION = "northwind_uk"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@dataclass(frozen=True, slots=True)
class Books:
    """Writes rows as the flows would have left them."""

    ledger: Ledger

    def row(self, table: str, **fields: Any) -> None:
        fields = {"connection": CONNECTION, **fields}
        with self.ledger.pool.session() as session:
            session.execute(
                sql.SQL("insert into {} ({}) values ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, fields)),
                    sql.SQL(", ").join(map(sql.Placeholder, fields)),
                ),
                fields,
            )

    def order(self, number: int, *, sku: str | None = "MUG", quantity: int = 2, ref: str = "", **fields: Any) -> str:
        """The storefront's order `#number`, one line."""
        ref = ref or f"order-{number}"
        placed = fields.pop("captured_at", ago(hours=3))
        order: dict[str, Any] = {
            "order_ref": ref,
            "name": f"#{number}",
            "version": placed,
            "created_at": placed,
            "captured_at": placed,
            "changed_at": placed,
            "payment": "paid",
            "taxes_included": True,
            "currency": "GBP",
            "presentment_currency": "GBP",
            "total_minor": 1000 * quantity + 395,
            "subtotal_minor": 1000 * quantity,
            "shipping_minor": 395,
            "tax_minor": 0,
            "discount_minor": 0,
            "presentment_total_minor": 1000 * quantity + 395,
            "standing": "pending",
            "digest": b"",
            "details": "{}",
            "email": "ada@example.com",
            "shipping_address": '{"name": "Ada King"}',
        }
        self.row("storefront_order", **{**order, **fields})
        self.row(
            "storefront_order_line",
            order_ref=ref,
            line_ref=f"line-{number}",
            position=0,
            sku=sku,
            title="Blue mug",
            ordered=quantity,
            current=quantity,
            to_ship=quantity,
            requires_shipping=True,
            unit_price_minor=1000,
            line_total_minor=1000 * quantity,
        )
        return ref

    def sales_order(self, number: int, *, sku: str = "MUG", quantity: int = 2, ref: str = "", **fields: Any) -> str:
        """Its sales order, acknowledged unless another state is given."""
        ref = ref or f"order-{number}"
        sent: dict[str, Any] = {
            "order_ref": ref,
            "sales_order_ref": f"SO-{number}",
            "order_name": f"#{number}",
            "state": "acknowledged",
            "due_at": ago(hours=3),
            "order_version": ago(hours=3),
            "captured_at": ago(hours=3),
            "changed_at": ago(hours=2),
        }
        if fields.get("state", "acknowledged") == "acknowledged":
            sent |= {"acknowledged_at": ago(hours=2), "warehouse_ref": f"WH-{number}", "first_sent_at": ago(hours=2)}
        self.row("sales_order", **{**sent, **fields})
        self.row(
            "sales_order_line",
            order_ref=ref,
            line_ref=f"line-{number}",
            order_line_ref=f"line-{number}",
            sku=sku,
            quantity=quantity,
            value_minor=1000 * quantity,
        )
        return ref

    def both(self, number: int, *, sku: str = "MUG", quantity: int = 2, **fields: Any) -> str:
        """The order on both sides; `fields` are the sales order's."""
        self.order(number, sku=sku, quantity=quantity)
        return self.sales_order(number, sku=sku, quantity=quantity, **fields)

    def case(self, kind: str, subject: str, message: str, **fields: Any) -> None:
        case: dict[str, Any] = {
            "kind": kind,
            "severity": "critical",
            "team": "merchandising",
            "subject": subject,
            "message": message,
            "opened_at": ago(hours=2),
            "last_seen_at": ago(hours=1),
            "changed_at": ago(hours=1),
        }
        self.row("exception_case", **{**case, **fields})

    def item(self, sku: str, **fields: Any) -> None:
        self.row("warehouse_item", **{"sku": sku, "name": "Blue mug", "active": True, "seen_at": ago(hours=5), **fields})

    def product(self, sku: str | None, **fields: Any) -> None:
        product = {"product_ref": f"product-{sku}", "sku": sku, "title": "Blue mug", "active": True, "seen_at": ago(hours=5)}
        self.row("storefront_product", **{**product, **fields})

    def mapping(self, sold: str, picked: str, state: str = "confirmed") -> None:
        self.row("sku_mapping", storefront_sku=sold, warehouse_sku=picked, state=state, changed_at=ago(hours=5))

    def level(self, sku: str, available: float, **fields: Any) -> None:
        level: dict[str, Any] = {
            "sku": sku,
            "site": "MAIN",
            "available": available,
            "on_hand": max(available, 0) + 10,
            "snapshot_at": ago(minutes=20),
            "changed_at": ago(minutes=20),
        }
        self.row("stock_level", **{**level, **fields})

    def told(self, sku: str, quantity: int, **fields: Any) -> None:
        """A publication that the storefront took, a moment after the figure of `level`."""
        told: dict[str, Any] = {
            "sku": sku,
            "state": "published",
            "quantity": quantity,
            "published_quantity": quantity,
            "published_at": ago(minutes=19),
            "known_quantity": quantity,
            "known_at": ago(minutes=19),
            "intent": "intent",
            "due_at": ago(minutes=19),
            "changed_at": ago(minutes=19),
        }
        self.row("stock_publication", **{**told, **fields})

    def parcel(self, number: int, *, sku: str = "MUG", quantity: int = 2, **fields: Any) -> str:
        """The parcel of order `#number`, an hour old."""
        parcel: dict[str, Any] = {
            "despatch_ref": f"D-{number}",
            "sales_order_ref": f"SO-{number}",
            "order_ref": f"order-{number}",
            "despatched_at": ago(hours=1),
            "carrier": "Royal Mail",
            "tracking_number": f"TRACK-{number}",
            "tracking_url": "https://carrier.example/TRACK?postcode=YO17HH",
            "captured_at": ago(minutes=59),
            "changed_at": ago(minutes=59),
        }
        parcel |= fields
        self.row("despatch", **parcel)
        self.row("despatch_line", despatch_ref=parcel["despatch_ref"], position=0, sku=sku, quantity=quantity)
        return str(parcel["despatch_ref"])

    def fulfilment(self, number: int, *, quantity: int = 2, **fields: Any) -> None:
        """The parcel of order `#number` at the storefront, told at once unless another state is given."""
        told: dict[str, Any] = {
            "despatch_ref": f"D-{number}",
            "order_ref": f"order-{number}",
            "state": "acknowledged",
            "due_at": ago(minutes=59),
            "told_tracking_number": f"TRACK-{number}",
            "planned_at": ago(minutes=59),
            "captured_at": ago(minutes=59),
            "changed_at": ago(minutes=58),
        }
        if fields.get("state", "acknowledged") == "acknowledged":
            told |= {"acknowledged_at": ago(minutes=58), "storefront_ref": f"F-{number}"}
        told |= fields
        self.row("fulfilment", **told)
        self.row("fulfilment_line", despatch_ref=told["despatch_ref"], line_ref=f"line-{number}", quantity=quantity)

    def difference(self, number: int, cause: str, storefront: int, warehouse: int, **fields: Any) -> None:
        difference: dict[str, Any] = {
            "day": NOW.date(),
            "order_ref": f"order-{number}",
            "line_ref": f"line-{number}",
            "cause": cause,
            "storefront_minor": storefront,
            "warehouse_minor": warehouse,
            "explained": True,
            "found_at": ago(minutes=10),
        }
        self.row("order_value_difference", **{**difference, **fields})

    def a_good_day(self) -> None:
        """Two orders, of which one has left and was told; both catalogues agree; the storefront believes what it should."""
        for sku in ("MUG", "TRAY"):
            self.item(sku)
            self.product(sku)
            self.level(sku, 5)
            self.told(sku, 5)
        self.both(1001)
        self.both(1002, sku="TRAY")
        self.parcel(1001)
        self.fulfilment(1001)
