-- Lines are found by their order, parcels by theirs, and a parcel without a bundle is placed as it is told.

-- With the connection in front a planner that has no counts takes this index for every look at an order's lines, and reads
-- all lines of the connection.
drop index storefront_order_line_sku;
create index storefront_order_line_sku on storefront_order_line (sku, connection);
drop index sales_order_line_sku;
create index sales_order_line_sku on sales_order_line (sku, connection);

create index fulfilment_order on fulfilment (connection, order_ref);

-- Rows only for parcels with something of a bundle in them: the others lie where the storefront was told.
delete from parcel_placement as placed
where not exists (
    select from parcel_placement as part
    where part.connection = placed.connection and part.despatch_ref = placed.despatch_ref and part.part_of is not null);

-- Every line is written a second time, when its parcel is told: beside the first, where no index has to be told of it.
alter table storefront_order_line set (fillfactor = 50);
