-- Bundles: sold as one line, picked and despatched as several. A parcel is placed on the lines that were sent; what the
-- storefront is told of it follows from there.

alter table sales_order_line
    add column bundle_units integer check (bundle_units > 0);   -- how many bundles of the order line; null where it is none

create table parcel_placement (
    connection text not null,
    despatch_ref text not null,
    line_ref text not null,                     -- as it was sent to the warehouse
    part_of text,                               -- the storefront's line where that is a bundle
    quantity integer not null check (quantity > 0),
    primary key (connection, despatch_ref, line_ref),
    foreign key (connection, despatch_ref) references fulfilment
);

-- Until now every line was sent as it was sold.
insert into parcel_placement (connection, despatch_ref, line_ref, quantity)
select connection, despatch_ref, line_ref, quantity from fulfilment_line;

-- waiting: completes no bundle until another parcel leaves; covered: another parcel was told with what it holds.
alter table fulfilment drop constraint fulfilment_state_check;
alter table fulfilment add constraint fulfilment_state_check check (state in
    ('pending', 'sent', 'acknowledged', 'held', 'retrying', 'failed', 'waiting', 'covered'));
