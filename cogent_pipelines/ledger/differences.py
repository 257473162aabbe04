"""Where the value of an order differs between the two sides, and why: every part of the gap has a cause, or says so.

The two sides are joined in SQL; only differences are kept. Amounts are minor units of the shop's currency.
"""

from dataclasses import dataclass
from datetime import date, datetime

from cogent_pipelines.canonical.identity import ConnectionName, OrderRef
from cogent_pipelines.ledger.pool import Pool


@dataclass(frozen=True, slots=True)
class Compared:
    """One day's comparison. `explained_minor` and `unexplained_minor` add up to the gap (storefront less warehouse)."""

    orders: int
    differing: int
    storefront_minor: int
    warehouse_minor: int
    explained_minor: int
    unexplained_minor: int


@dataclass(frozen=True, slots=True)
class DifferingOrder:
    """An order whose gap is not benign; `causes` are its causes with their amounts, largest first."""

    order_ref: OrderRef
    order_name: str
    currency: str
    gap_minor: int
    causes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Differences:
    pool: Pool

    def compare(self, connection: ConnectionName, day: date, *, timezone: str, now: datetime) -> Compared:
        """Compare every order that was acknowledged on that day and read back; replaces what an earlier look found."""
        with self.pool.transaction() as session:
            session.execute(_COMPARED_ORDERS, {"connection": connection, "day": day, "timezone": timezone})
            # Nobody else counts the rows of a temporary table, and a join planned for none takes minutes on a busy day.
            session.execute("analyze compared")
            session.execute(_COMPARED_LINES)
            session.execute("analyze compared_line")
            session.execute(
                """
                delete from order_value_difference as found using compared
                where found.connection = %s and found.order_ref = compared.order_ref
                """,
                [connection],
            )
            session.execute(_PARTS, {"connection": connection, "day": day, "now": now})
            row = session.execute(_TOTALS, {"connection": connection}).fetchone()
            session.execute("drop table compared, compared_line")
        return Compared(*(int(figure) for figure in row)) if row else Compared(0, 0, 0, 0, 0, 0)

    def worth_a_case(self, connection: ConnectionName, day: date) -> list[DifferingOrder]:
        """Orders of the day with a cause that a person must look at."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select found.order_ref, latest.name, latest.currency, sum(found.storefront_minor - found.warehouse_minor),
                       array_agg(found.cause order by abs(found.storefront_minor - found.warehouse_minor) desc),
                       array_agg(found.storefront_minor - found.warehouse_minor
                                 order by abs(found.storefront_minor - found.warehouse_minor) desc)
                from order_value_difference as found
                join storefront_order as latest using (connection, order_ref)
                where found.connection = %s and found.day = %s
                group by found.order_ref, latest.name, latest.currency
                having not bool_and(found.explained)
                order by latest.name
                """,
                [connection, day],
            ).fetchall()
        return [
            DifferingOrder(OrderRef(ref), name, currency, int(gap), tuple(zip(causes, amounts, strict=True)))
            for ref, name, currency, gap, causes, amounts in rows
        ]

    def agreeing(self, connection: ConnectionName, day: date) -> list[OrderRef]:
        """Orders of the day, compared, with nothing that a person must look at."""
        with self.pool.session() as session:
            rows = session.execute(
                """
                select distinct back.order_ref from sales_order_read_back as back
                where back.connection = %(connection)s and not exists (
                    select from order_value_difference as found
                    where found.connection = back.connection and found.order_ref = back.order_ref and not found.explained
                ) and exists (
                    select from exception_case as open_case
                    where open_case.connection = back.connection and open_case.subject = back.order_ref
                      and open_case.kind = 'value_discrepancy' and open_case.resolved_at is null
                )
                """,
                {"connection": connection, "day": day},
            ).fetchall()
        return [OrderRef(ref) for (ref,) in rows]


# Currencies whose minor unit is not a hundredth, as `canonical.money` has them.
_EXPONENT = """
    case when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
                           'XAF', 'XOF', 'XPF') then 0
         when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3 else 2 end
"""

_COMPARED_ORDERS = f"""
    create temporary table compared on commit drop as
    with priced as (
        select {_EXPONENT} as exponent, latest.* from storefront_order as latest where connection = %(connection)s
    )
    select sent.order_ref, currency, exponent::integer as exponent, 10::numeric ^ exponent as scale, taxes_included,
           total_minor, shipping_minor, tax_minor, back.found,
           coalesce(round(back.shipping * 10::numeric ^ exponent)::bigint, shipping_minor) as held_shipping_minor
    from sales_order as sent
    join priced using (connection, order_ref)
    join sales_order_read_back as back using (connection, order_ref)
    where sent.connection = %(connection)s and sent.state = 'acknowledged'
      and sent.acknowledged_at >= (%(day)s::date)::timestamp at time zone %(timezone)s
      and sent.acknowledged_at < (%(day)s::date + 1)::timestamp at time zone %(timezone)s
"""  # noqa: S608 - our own text
"""The orders of the day, each with what both sides say of it as a whole."""

_COMPARED_LINES = """
    create temporary table compared_line on commit drop as
    with ours as (
        select line.order_ref, line.line_ref, line.sku, line.quantity, line.value_minor,
               exists (select from sales_order_read_back_line as held
                       where held.connection = line.connection and held.order_ref = line.order_ref
                         and held.line_ref = line.line_ref) as by_line
        from sales_order_line as line join compared using (order_ref)
    ), theirs as (
        select held.order_ref, held.line_ref, held.sku, held.quantity, held.unit_price,
               exists (select from sales_order_line as line
                       where line.connection = held.connection and line.order_ref = held.order_ref
                         and line.line_ref = held.line_ref) as by_line
        from sales_order_read_back_line as held join compared using (order_ref)
    ), our_side as (
        -- A warehouse that keeps no line references, or one line per item, is compared item by item.
        select order_ref, case when by_line then 'line ' || line_ref else 'sku ' || sku end as key,
               min(line_ref) as line_ref, sum(quantity) as quantity, sum(value_minor) as value_minor
        from ours group by 1, 2
    ), their_side as (
        select order_ref, case when by_line then 'line ' || line_ref else 'sku ' || sku end as key, min(sku) as sku,
               sum(quantity) as quantity, min(unit_price) as unit_price, bool_and(unit_price is not null) as priced,
               sum(quantity * unit_price) as value
        from theirs group by 1, 2
    )
    select order_ref, coalesce(our_side.line_ref, 'at the warehouse: ' || their_side.sku) as line_ref,
           our_side.quantity as our_quantity, their_side.quantity as their_quantity, their_side.unit_price, exponent, scale,
           coalesce(our_side.value_minor, 0) as our_minor,
           case when their_side.quantity is null then 0
                -- Where the warehouse says no price, only quantities can be compared.
                when not their_side.priced then coalesce(our_side.value_minor, 0)
                else round(their_side.value * scale)::bigint end as their_minor
    from our_side full join their_side using (order_ref, key) join compared using (order_ref)
    where compared.found
"""
"""Line by line: what was sent against what is held."""

_PARTS = """
    with sent_line as (
        select part.order_ref, part.order_line_ref as line_ref, sum(part.value_minor)::bigint as value_minor
        from sales_order_line as part join compared using (order_ref)
        where part.connection = %(connection)s group by 1, 2
    )
    insert into order_value_difference
        (connection, day, order_ref, line_ref, cause, storefront_minor, warehouse_minor, explained, found_at)
    select %(connection)s, %(day)s, order_ref, line_ref, cause, storefront_minor, warehouse_minor, explained, %(now)s
    from (
        select order_ref, line_ref, our_minor as storefront_minor, their_minor as warehouse_minor, cause,
               cause in ('unit_price_rounding', 'warehouse_rounding') as explained
        from compared_line
        cross join lateral (select our_minor / nullif(our_quantity, 0)::numeric / scale) as each_unit (exact)
        cross join lateral (
            select case
                when their_quantity is null then 'line_missing'
                when our_quantity is null then 'line_extra'
                when our_quantity <> their_quantity then 'quantity_differs'
                when our_minor = their_minor then null
                when unit_price = round(exact, exponent) then 'unit_price_rounding'
                -- Rounded to fewer decimals than the currency has, or cut instead of rounded.
                when unit_price in (select round(exact, decimals) from generate_series(0, exponent) as decimals)
                  or abs(unit_price - exact) < 1 / scale
                    then 'warehouse_rounding'
                else 'price_changed' end
        ) as judged (cause)
        where cause is not null
        union all
        select order_ref, '', shipping_minor, held_shipping_minor, 'shipping_differs', false
        from compared where found and shipping_minor <> held_shipping_minor
        union all
        select order_ref, '', total_minor, 0, 'missing_at_warehouse', false from compared where not found
        union all
        -- What the storefront sold on a line and the warehouse was not sent: vouchers, units shipped before.
        select line.order_ref, line.line_ref, line.line_total_minor - sent.value_minor, 0, 'not_sent', true
        from storefront_order_line as line
        join compared using (order_ref)
        left join sent_line on sent_line.order_ref = line.order_ref and sent_line.line_ref = line.line_ref
        cross join lateral (select coalesce(sent_line.value_minor, 0) as value_minor) as sent
        where line.connection = %(connection)s and found and line.line_total_minor <> sent.value_minor
        union all
        select order_ref, '', tax_minor, 0, 'tax_outside_prices', true
        from compared where found and not taxes_included and tax_minor <> 0
        union all
        select order_ref, '', rest, 0, 'unexplained', false
        from compared
        cross join lateral (
            select total_minor - shipping_minor - case when taxes_included then 0 else tax_minor end
                   - coalesce(sum(line_total_minor), 0)::bigint
            from storefront_order_line as line
            where line.connection = %(connection)s and line.order_ref = compared.order_ref
        ) as remainder (rest)
        where found and rest <> 0
    ) as part
"""
"""Every part of every gap. Storefront less warehouse, summed over the parts of an order, is the order's gap."""

_TOTALS = """
    with held as (
        select order_ref, sum(their_minor)::bigint as minor from compared_line group by order_ref
    ), gaps as (
        select order_ref, sum(storefront_minor - warehouse_minor) filter (where explained) as explained_minor,
               sum(storefront_minor - warehouse_minor) filter (where not explained) as unexplained_minor
        from order_value_difference join compared using (order_ref)
        where connection = %(connection)s group by order_ref
    )
    select count(*), count(gaps.order_ref), coalesce(sum(total_minor), 0),
           coalesce(sum(case when found then held_shipping_minor + coalesce(held.minor, 0) else 0 end), 0),
           coalesce(sum(gaps.explained_minor), 0), coalesce(sum(gaps.unexplained_minor), 0)
    from compared left join held using (order_ref) left join gaps using (order_ref)
"""
