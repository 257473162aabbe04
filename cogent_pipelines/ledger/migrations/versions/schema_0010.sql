-- Orders of which units have not left for long: what the warehouse said of each, and whether the storefront was told that they never
-- will. Only for storefronts that must be told; the others have no rows.

create table unsent_goods (
    connection text not null,
    order_ref text not null,
    state text not null check (state in ('standing', 'cancelled', 'sent', 'told')),   -- sent: told, the answer is awaited
    asked_at timestamptz not null,              -- when the warehouse was asked last
    cancelled_since timestamptz,                -- first seen cancelled there, and at every look since
    reason text not null default '',            -- why the storefront was not told yet: its own words
    told_at timestamptz,
    primary key (connection, order_ref),
    foreign key (connection, order_ref) references sales_order,
    check ((state = 'standing') = (cancelled_since is null)),
    check ((state = 'told') = (told_at is not null))
);
