-- Orders that the storefront was to be shown as handed over to the warehouse; only storefronts that have such a mark have rows.
create table export_mark (
    connection text not null,
    order_ref text not null,
    state text not null check (state in ('marked', 'retrying')),
    reason text not null default '',            -- why it is tried again: the storefront's words
    attempt integer not null,
    due_at timestamptz,
    changed_at timestamptz not null,
    primary key (connection, order_ref),
    foreign key (connection, order_ref) references sales_order,
    check ((state = 'retrying') = (due_at is not null))
);
create index export_mark_due on export_mark (connection, due_at) where state = 'retrying';
