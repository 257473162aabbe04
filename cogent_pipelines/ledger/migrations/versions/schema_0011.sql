-- How far a storefront's numbered account of each order is known. Only for storefronts that keep one; the others have no rows.

create table order_news (
    connection text not null,
    order_ref text not null,
    up_to bigint not null check (up_to >= 0),   -- every number up to here was seen, or is known to be missing
    primary key (connection, order_ref)
);
