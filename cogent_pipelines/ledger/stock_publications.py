"""What the storefront was last told of each SKU, and what it is to be told next.

    pending ──claim──▶ sent ──▶ published
       ▲                │ ├──▶ retrying   waits for time
       │                │ └──▶ blocked    waits until the storefront's catalogue changes, or its stock lists the SKU
       └────────────────┘ superseded, or in doubt

Figures are summed when a SKU is decided on and again when it is claimed, so that what is sent is never stale. Rows marked
`ask` are not sent before the storefront's own figure was read: new SKUs, and those whose last answer proves nothing. What
was read, at `known_at`, is not relied on at once: units may be off it whose order is not listed yet. `ask` stays until
orders were read late enough to contain them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cogent_pipelines.canonical.connection import Connection
from cogent_pipelines.canonical.identity import ConnectionName, Sku
from cogent_pipelines.ledger.pool import Pool, Session
from cogent_pipelines.ledger.stock_arithmetic import WANTED, Sum, arithmetic

# Every figure is read anew once a night; an order acknowledged longer ago is in it.
_LONGEST_SNAPSHOT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ClaimedStock:
    """One figure on its way; `superseded` counts the storefront's refusals in a row."""

    sku: Sku
    quantity: int
    expected: int | None
    intent: str
    superseded: int
    attempt: int
    snapshot_at: datetime
    at_snapshot: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class StockMove:
    """Where a claimed figure goes from `sent`; `ask` means that only the storefront's own figure can tell."""

    claim: ClaimedStock
    to: str
    reason: str = ""
    due_at: datetime | None = None
    superseded: bool = False
    ask: bool = False


@dataclass(frozen=True, slots=True)
class StockPublications:
    pool: Pool

    # ---- deciding

    def decide(self, connection: Connection, picked: Sequence[Sku] | None, *, now: datetime) -> int:
        """Queue what differs from what the storefront is believed to say; None means all, else `picked` says which.

        `picked` are warehouse SKUs, which touch every bundle that they are in, and bundles, which touch their components.

        Answers how many SKUs were queued. What is queued or under way already stays as it is.
        """
        if picked is not None and not picked:
            return 0
        with self.pool.transaction() as session:
            if picked is None:
                _plan_for_everything(session)
            return session.execute(
                f"""
                {WANTED}
                insert into stock_publication as told (connection, sku, state, quantity, available, unshipped_demand, buffer,
                                                       snapshot_at, intent, ask, due_at, changed_at)
                select %(connection)s, sku, 'pending', quantity, available, demand, buffer, snapshot_at, '', true,
                       %(now)s, %(now)s
                from wanted where not settled order by sku
                on conflict (connection, sku) do update set
                    state = 'pending', quantity = excluded.quantity, available = excluded.available,
                    unshipped_demand = excluded.unshipped_demand, buffer = excluded.buffer,
                    snapshot_at = excluded.snapshot_at, attempt = 0,
                    due_at = case when told.ask then greatest(told.due_at, excluded.due_at) else excluded.due_at end,
                    changed_at = excluded.changed_at, ask = told.ask or told.known_quantity is null
                where told.state = 'published'
                """,  # noqa: S608 - the text in front is a constant
                arithmetic(connection, now=now, picked=picked),
            ).rowcount

    def sums(self, connection: Connection, picked: Sequence[Sku] | None = None, *, now: datetime) -> list[Sum]:
        """Do the sum without deciding anything; for checks and for people."""
        with self.pool.session() as session:
            rows = session.execute(
                f"""
                {WANTED}
                select sku, picked, available, snapshot_at, demand, buffer, quantity, belief, sure
                from wanted order by sku
                """,  # noqa: S608 - the text in front is a constant
                arithmetic(connection, now=now, picked=picked),
            ).fetchall()
        return [Sum(*row) for row in rows]

    def decide_for_sold(self, connection: Connection, sold: Sequence[Sku], *, now: datetime) -> int:
        """Decide on storefront SKUs."""
        if not sold:
            return 0
        return self.decide(connection, self._picked_as(connection.name, sold), now=now)

    def _picked_as(self, connection: ConnectionName, sold: Sequence[Sku]) -> list[Sku]:
        with self.pool.session() as session:
            rows = session.execute(
                """
                select distinct coalesce(mapping.warehouse_sku, ask) from unnest(%s::text[]) as ask
                left join sku_mapping as mapping
                    on mapping.connection = %s and mapping.storefront_sku = ask and mapping.state = 'confirmed'
                """,
                [list(sold), connection],
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]

    def oversold(self, connection: Connection, *, now: datetime) -> list[Sum]:
        """SKUs with more units ordered than the warehouse has to give, told or not; the buffer is not counted."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sku from stock_level where connection = %(connection)s and available < 0
                union
                select coalesce(mapping.warehouse_sku, line.sku)
                from sales_order as waiting
                join storefront_order_line as line using (connection, order_ref)
                left join sku_mapping as mapping
                    on mapping.connection = line.connection and mapping.storefront_sku = line.sku
                   and mapping.state = 'confirmed'
                where waiting.connection = %(connection)s and line.sku is not null and line.to_ship > 0
                  and (waiting.state not in ('acknowledged', 'cancelled') or waiting.acknowledged_at > %(lately)s)
                """,
                {"connection": connection.name, "lately": now - _LONGEST_SNAPSHOT},
            ).fetchall()
        sums = self.sums(connection, [Sku(sku) for (sku,) in rows], now=now)
        short = [each for each in sums if each.available < each.demand]
        # A bundle is short because a component is: it is named only where that is not sold by itself.
        alone = {each.picked for each in sums if each.sku not in connection.bundles.by_sku}
        return [each for each in short if each.sku not in connection.bundles.by_sku or each.picked not in alone]

    # ---- asking

    def asking(self, connection: ConnectionName, *, now: datetime) -> list[Sku]:
        """Due SKUs whose figure at the storefront must be read before they are published."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sku from stock_publication
                where connection = %s and ask and known_at is null and state in ('pending', 'retrying') and due_at <= %s
                order by sku
                """,
                [connection, now],
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]

    def learn(self, connection: Connection, said: Mapping[Sku, int | None], *, at: datetime, now: datetime) -> None:
        """Take the storefront's own figures, asked for at `at`; None where it gave none, which is told without comparison.

        Nothing is told by them before they are relied on. Orders that were captured by then are in the figures, and those
        placed after it are not; where a clock makes that wrong, the next comparison says so.
        """
        if not said:
            return
        skus = sorted(said)
        with self.pool.session() as session:
            session.execute(
                """
                update stock_publication as told
                set known_quantity = said.quantity, known_at = %(at)s, ask = true,
                    due_at = greatest(told.due_at, %(at)s + %(lag)s),
                    changed_at = case when told.ask then %(now)s else told.changed_at end
                from unnest(%(skus)s::text[], %(quantities)s::integer[]) as said (sku, quantity)
                where told.connection = %(connection)s and told.sku = said.sku and told.state <> 'sent'
                """,
                {
                    "connection": connection.name,
                    "at": at,
                    "lag": connection.feeds.order_search_lag,
                    "now": now,
                    "skus": skus,
                    "quantities": [said[sku] for sku in skus],
                },
            )

    def waits_for_orders(self, connection: ConnectionName, *, learnt_by: datetime) -> bool:
        """Whether a figure that was learnt by then is not relied on yet."""
        with self.pool.session() as session:
            row = session.execute(
                "select exists (select 1 from stock_publication where connection = %s and ask and known_at <= %s)",
                [connection, learnt_by],
            ).fetchone()
        return bool(row and row[0])

    def rely(self, connection: ConnectionName, *, learnt_by: datetime) -> int:
        """Rely on the figures that were learnt by then: every order that they contain is here. Answers how many."""
        with self.pool.session() as session:
            return session.execute(
                """
                update stock_publication set ask = false, superseded = 0
                where connection = %s and ask and known_at <= %s
                """,
                [connection, learnt_by],
            ).rowcount

    def postpone(self, connection: ConnectionName, *, learnt_by: datetime, until: datetime) -> None:
        """Let figures wait on that were learnt by then and cannot be relied on yet."""
        with self.pool.session() as session:
            session.execute(
                "update stock_publication set due_at = %s where connection = %s and ask and known_at <= %s",
                [until, connection, learnt_by],
            )

    def told(self, connection: ConnectionName) -> list[Sku]:
        """SKUs whose figure at the storefront is known, and that wait for nothing."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sku from stock_publication
                where connection = %s and state = 'published' and known_quantity is not null and not ask order by sku
                """,
                [connection],
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]

    # ---- claiming and recording

    def claim_due(
        self, connection: Connection, *, now: datetime, limit: int, names: Sequence[UUID], due_by: datetime | None = None
    ) -> list[ClaimedStock]:
        """Claim what is due, or was by then, summed anew; `names` are that many fresh identifiers for the intents.

        Each intent is made of its name and the SKU's intent before: a process that gives the same names as another, because
        its dice began where the other's did, still has intents of its own. A storefront answers an intent that it knows
        with what it did for it then, and does nothing.

        SKUs of which the storefront turns out to say the right figure already are settled without being claimed, unless it
        has just shown that we do not know what it says.
        """
        with self.pool.transaction() as session:
            due = session.execute(
                """
                select told.sku, coalesce(mapping.warehouse_sku, told.sku) from stock_publication as told
                left join sku_mapping as mapping
                    on mapping.connection = told.connection and mapping.storefront_sku = told.sku
                   and mapping.state = 'confirmed'
                where told.connection = %s and told.state in ('pending', 'retrying') and not told.ask
                  and told.due_at <= %s
                order by told.due_at, told.sku limit %s
                for update of told skip locked
                """,
                [connection.name, due_by or now, limit],
            ).fetchall()
            if not due:
                return []
            rows = session.execute(
                f"""
                {WANTED}, named as (
                    select * from unnest(%(skus)s::text[], %(names)s::text[]) as named (sku, name)
                )
                update stock_publication as told set
                    state = case
                        when wanted.sku is null or wanted.settled then 'published' else 'sent' end,
                    lease_until = case
                        when wanted.sku is null or wanted.settled then null else %(lease_until)s end,
                    attempt = case when wanted.settled then 0 else told.attempt + 1 end,
                    quantity = coalesce(wanted.quantity, told.quantity),
                    available = coalesce(wanted.available, told.available),
                    unshipped_demand = coalesce(wanted.demand, told.unshipped_demand),
                    buffer = coalesce(wanted.buffer, told.buffer),
                    snapshot_at = coalesce(wanted.snapshot_at, told.snapshot_at),
                    expected = case when told.superseded = 2 then wanted.sure else wanted.belief end + wanted.put_back,
                    intent = encode(sha256(convert_to(told.intent || ' ' || named.name, 'UTF8')), 'hex'),
                    changed_at = %(now)s,
                    reason = case when wanted.sku is null then 'not sold, or no figure from the warehouse'
                                  when wanted.settled then '' else told.reason end
                from named left join wanted on wanted.sku = named.sku
                where told.connection = %(connection)s and told.sku = named.sku
                returning told.state, told.sku, told.quantity, told.expected, told.intent, told.superseded,
                          told.attempt, told.snapshot_at, coalesce(wanted.at_snapshot, told.quantity)
                """,  # noqa: S608 - the text in front is a constant
                {
                    **arithmetic(connection, now=now, picked=sorted({picked for _, picked in due})),
                    "skus": [sku for sku, _ in due],
                    "names": [str(name) for name in names[: len(due)]],
                    "lease_until": now + connection.stock.lease,
                },
            ).fetchall()
        return [ClaimedStock(*(*row[1:], now)) for row in sorted(rows) if row[0] == "sent"]

    def record(self, connection: Connection, moves: Sequence[StockMove], *, now: datetime) -> None:
        """Record what became of claimed figures; a claim that was overtaken records nothing."""
        if not moves:
            return
        ordered = sorted(moves, key=lambda move: move.claim.sku)
        with self.pool.session() as session:
            session.execute(
                """
                update stock_publication as told set
                    state = move.state, reason = move.reason, lease_until = null,
                    due_at = coalesce(move.due_at, %(now)s), changed_at = %(now)s, ask = move.ask,
                    attempt = case when move.state = 'published' then 0 else told.attempt end,
                    superseded = case when move.superseded then told.superseded + 1
                                      when move.state = 'published' then 0 else told.superseded end,
                    published_quantity = case when move.state = 'published' then told.quantity
                                              else told.published_quantity end,
                    published_at = case when move.state = 'published' then %(now)s else told.published_at end,
                    known_quantity = case when move.state = 'published' then told.quantity else told.known_quantity end,
                    known_at = case when move.state = 'published' then move.claimed_at
                                    when move.ask then null else told.known_at end
                from unnest(%(skus)s::text[], %(intents)s::text[], %(states)s::text[], %(reasons)s::text[],
                            %(dues)s::timestamptz[], %(superseded)s::boolean[], %(asks)s::boolean[],
                            %(claimed)s::timestamptz[])
                    as move (sku, intent, state, reason, due_at, superseded, ask, claimed_at)
                where told.connection = %(connection)s and told.sku = move.sku and told.state = 'sent'
                  and told.intent = move.intent
                """,
                {
                    "connection": connection.name,
                    "now": now,
                    "skus": [move.claim.sku for move in ordered],
                    "intents": [move.claim.intent for move in ordered],
                    "states": [move.to for move in ordered],
                    "reasons": [move.reason[:2000] for move in ordered],
                    "dues": [move.due_at for move in ordered],
                    "superseded": [move.superseded for move in ordered],
                    "asks": [move.ask for move in ordered],
                    "claimed": [move.claim.claimed_at for move in ordered],
                },
            )

    def release_lapsed(self, connection: ConnectionName, *, now: datetime) -> int:
        """Put back what was claimed by a run that died; whether the storefront was told, only the storefront knows."""
        with self.pool.session() as session:
            return session.execute(
                """
                update stock_publication
                set state = 'pending', lease_until = null, ask = true, known_at = null, due_at = %s, changed_at = %s,
                    reason = 'the run that told the storefront ended before its answer'
                where connection = %s and state = 'sent' and lease_until <= %s
                """,
                [now, now, connection, now],
            ).rowcount

    def release_blocked(self, connection: ConnectionName, skus: Collection[Sku] | None = None, *, now: datetime) -> int:
        """Try SKUs again that the storefront did not know: its catalogue has changed, or it lists them now."""
        with self.pool.session() as session:
            return session.execute(
                """
                update stock_publication
                set state = 'pending', ask = true, known_at = null, attempt = 0, due_at = %s, changed_at = %s
                where connection = %s and state = 'blocked' and (%s::text[] is null or sku = any(%s))
                """,
                [now, now, connection, *2 * [None if skus is None else sorted(skus)]],
            ).rowcount

    def blocked(self, connection: ConnectionName) -> list[Sku]:
        """SKUs that the storefront did not know."""
        with self.pool.session() as session:
            rows = session.execute(
                "select sku from stock_publication where connection = %s and state = 'blocked' order by sku", [connection]
            ).fetchall()
        return [Sku(sku) for (sku,) in rows]

    def sold_skus(self, connection: ConnectionName, skus: Collection[Sku]) -> set[Sku]:
        """Those of the SKUs that are products at the storefront, or were mapped by a person."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select sku from storefront_product where connection = %(connection)s and sku = any(%(skus)s)
                union
                select storefront_sku from sku_mapping
                where connection = %(connection)s and storefront_sku = any(%(skus)s) and state = 'confirmed'
                """,
                {"connection": connection, "skus": sorted(skus)},
            ).fetchall()
        return {Sku(sku) for (sku,) in rows}


def _plan_for_everything(session: Session) -> None:
    """Have whole tables joined as such: a plan made for a few SKUs takes minutes over a hundred thousand."""
    session.execute("analyze stock_level, stock_publication")
    session.execute("set local enable_nestloop = off")
