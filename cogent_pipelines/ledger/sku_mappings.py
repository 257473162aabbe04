"""Which warehouse SKU a storefront SKU stands for, where the two differ. Only a person confirms; the audit suggests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.ledger.pool import Pool


class MappingState(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SkuMapping:
    storefront_sku: Sku
    warehouse_sku: Sku
    state: MappingState
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    storefront_sku: Sku
    warehouse_sku: Sku
    reason: str


@dataclass(frozen=True, slots=True)
class SkuMappings:
    pool: Pool

    def confirmed(self, connection: ConnectionName, skus: Sequence[Sku]) -> dict[Sku, Sku]:
        """Storefront SKU → warehouse SKU, for those of the SKUs that a person has mapped."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select storefront_sku, warehouse_sku from sku_mapping
                where connection = %s and state = 'confirmed' and storefront_sku = any(%s)
                """,
                [connection, list(skus)],
            ).fetchall()
        return {Sku(sold): Sku(picked) for sold, picked in rows}

    def all(self, connection: ConnectionName) -> list[SkuMapping]:
        with self.pool.session() as session:
            rows = session.execute(
                """
                select storefront_sku, warehouse_sku, state, reason, decided_by from sku_mapping
                where connection = %s order by storefront_sku
                """,
                [connection],
            ).fetchall()
        return [SkuMapping(Sku(sold), Sku(picked), MappingState(state), why, who) for sold, picked, state, why, who in rows]

    def suggest(self, connection: ConnectionName, suggestions: Iterable[Suggestion], *, now: datetime) -> int:
        """Note suggestions; what a person has confirmed or rejected stays. Answers how many are new or differ."""
        rows = [latest for _, latest in sorted({each.storefront_sku: each for each in suggestions}.items())]
        with self.pool.session() as session:
            return session.execute(
                """
                insert into sku_mapping as kept (connection, storefront_sku, warehouse_sku, state, reason, changed_at)
                select %s, sold, picked, 'suggested', reason, %s
                from unnest(%s::text[], %s::text[], %s::text[]) as suggestion (sold, picked, reason)
                on conflict (connection, storefront_sku) do update
                set warehouse_sku = excluded.warehouse_sku, reason = excluded.reason, changed_at = excluded.changed_at
                where kept.state = 'suggested'
                  and (kept.warehouse_sku, kept.reason) is distinct from (excluded.warehouse_sku, excluded.reason)
                """,
                [
                    connection,
                    now,
                    [row.storefront_sku for row in rows],
                    [row.warehouse_sku for row in rows],
                    [row.reason for row in rows],
                ],
            ).rowcount

    def withdraw_others(self, connection: ConnectionName, still: Collection[Sku]) -> int:
        """Take back the suggestions about any other storefront SKU: a full audit no longer makes them."""
        with self.pool.session() as session:
            return session.execute(
                """
                delete from sku_mapping where connection = %s and state = 'suggested' and storefront_sku <> all(%s)
                """,
                [connection, sorted(still)],
            ).rowcount

    def decide(self, connection: ConnectionName, mapping: SkuMapping, *, now: datetime) -> None:
        """A person's word, over whatever was there."""
        with self.pool.session() as session:
            session.execute(
                """
                insert into sku_mapping (connection, storefront_sku, warehouse_sku, state, reason, decided_by, changed_at)
                values (%s, %s, %s, %s, %s, %s, %s)
                on conflict (connection, storefront_sku) do update
                set warehouse_sku = excluded.warehouse_sku, state = excluded.state, reason = excluded.reason,
                    decided_by = excluded.decided_by, changed_at = excluded.changed_at
                """,
                [
                    connection,
                    mapping.storefront_sku,
                    mapping.warehouse_sku,
                    mapping.state.value,
                    mapping.reason,
                    mapping.decided_by,
                    now,
                ],
            )
