"""What a new ledger's planner knows before there is a row: that one connection has many orders and parcels.

Without it PostgreSQL plans for tables of which it knows nothing, and looks a line's order up by the wrong index: through
every order of the connection, slower with each. The plan lasts until the tables are counted, which on most servers is after
a minute of full traffic. So rows are made up, counted and taken out again; the counts stay until real rows are counted.
"""

import psycopg

_ROWS = 500

_MADE_UP = (
    """
    insert into storefront_order (
        connection, order_ref, name, version, created_at, captured_at, changed_at, payment, taxes_included, currency,
        presentment_currency, total_minor, subtotal_minor, shipping_minor, tax_minor, discount_minor,
        presentment_total_minor, standing, digest, details)
    select 'made up', n, n, moment, moment, moment, moment, 'paid', true, 'XXX', 'XXX', 0, 0, 0, 0, 0, 0, 'pending', '', '{}'
    from generate_series(1, %(rows)s) as n, cast('epoch' as timestamptz) as moment
    """,
    """
    insert into sales_order (
        connection, order_ref, sales_order_ref, order_name, state, due_at, order_version, captured_at, changed_at)
    select 'made up', n, n, n, 'pending', moment, moment, moment, moment
    from generate_series(1, %(rows)s) as n, cast('epoch' as timestamptz) as moment
    """,
    """
    insert into despatch (connection, despatch_ref, sales_order_ref, despatched_at, captured_at, changed_at)
    select 'made up', n, n, moment, moment, moment
    from generate_series(1, %(rows)s) as n, cast('epoch' as timestamptz) as moment
    """,
    """
    insert into fulfilment (connection, despatch_ref, order_ref, state, due_at, captured_at, planned_at, changed_at)
    select 'made up', n, n, 'pending', moment, moment, moment, moment
    from generate_series(1, %(rows)s) as n, cast('epoch' as timestamptz) as moment
    """,
)


_NEVER_COUNTED = """
    select not exists (
        select from pg_stats where schemaname = current_schema() and tablename = 'storefront_order')
    """

_EMPTY = """
    select not exists (select from storefront_order) and not exists (select from sales_order)
        and not exists (select from despatch) and not exists (select from fulfilment)
    """


def prepare(url: str) -> None:
    """Have the counts of tables that nothing has ever been counted of; a ledger in use is left alone."""
    with psycopg.connect(url, connect_timeout=10) as session:
        if session.execute(_NEVER_COUNTED).fetchone() == (True,):
            try:
                _count_made_up_rows(session)
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                session.rollback()  # Somebody is at work in it: a ledger in use.


def _count_made_up_rows(session: psycopg.Connection) -> None:
    """Only in tables that are empty and that nobody else can reach until the rows are out again.

    Truncating, unlike deleting, leaves no counted emptiness behind, which the planner would take at its word.
    """
    session.execute("set local lock_timeout = '2s'")
    session.execute("lock table storefront_order, sales_order, despatch, fulfilment in access exclusive mode")
    if session.execute(_EMPTY).fetchone() != (True,):
        return
    for rows in _MADE_UP:
        session.execute(rows, {"rows": _ROWS})
    session.execute("analyze storefront_order, sales_order, despatch, fulfilment")
    session.execute("truncate storefront_order, sales_order, despatch, fulfilment cascade")
