-- What the warehouse answered when it was asked to stop an order that the storefront cancelled after it was sent. Only where a
-- connection has it asked; the others have no rows.

create table sales_order_stop (
    connection text not null,
    order_ref text not null,
    state text not null check (state in ('asking', 'stopped', 'not_stopped')),
    attempt integer not null check (attempt > 0),
    reason text not null default '',            -- why it is not stopped, or not yet: the warehouse's words, or the step a person takes
    asked_at timestamptz not null,
    due_at timestamptz,                         -- when it is asked again
    primary key (connection, order_ref),
    foreign key (connection, order_ref) references sales_order,
    check ((state = 'asking') = (due_at is not null))
);
