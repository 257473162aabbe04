-- The ledger as of its first version. Money is integer minor units plus ISO currency; times are timestamptz.

create table inbox (
    id bigint generated always as identity primary key,
    connection text not null,
    source text not null,                       -- 'storefront' or 'warehouse'
    event_id text not null,                     -- equal on every delivery of one event; kept for ever
    delivery_id text not null default '',
    topic text not null,
    subject text not null default '',           -- order ref, SKU … as the verifier read it
    occurred_at timestamptz,
    received_at timestamptz not null,
    deliveries integer not null default 1,      -- how often the vendor delivered it
    body bytea,                                 -- may be pruned; the row never is
    flow text not null generated always as (    -- the flow that this event wakes
        case
            when source = 'storefront' then 'order_capture'
            when topic ~* '(availab|inventor|stock)' then 'stock_publication'
            else 'despatch_to_fulfilment'
        end
    ) stored,
    taken_at timestamptz,                       -- accounted for by a flow
    note text not null default '',              -- what the flow made of it, where that is worth a word
    unique (connection, source, event_id)
);
create index inbox_waiting on inbox (connection, flow, id) where taken_at is null;
create index inbox_received on inbox (received_at) where body is not null;

create table watermark (
    connection text not null,
    feed text not null,                         -- 'orders', 'despatches', 'stock', 'order_sweep' …
    up_to timestamptz not null,                 -- everything up to here is accounted for
    moved_at timestamptz not null,
    primary key (connection, feed)
);

create table storefront_order (
    connection text not null,
    order_ref text not null,
    name text not null,                         -- what a customer quotes
    version timestamptz not null,
    created_at timestamptz not null,
    captured_at timestamptz not null,           -- first seen by us
    changed_at timestamptz not null,            -- this version stored by us
    payment text not null,
    cancelled_at timestamptz,
    cancel_reason text not null default '',
    on_hold boolean not null default false,
    is_test boolean not null default false,
    taxes_included boolean not null,
    currency text not null,
    presentment_currency text not null,
    total_minor bigint not null,
    subtotal_minor bigint not null,
    shipping_minor bigint not null,
    tax_minor bigint not null,
    discount_minor bigint not null,
    presentment_total_minor bigint not null,
    purchase_order_number text not null default '',
    source text not null default '',
    is_trade boolean not null default false,
    tags text[] not null default '{}',
    standing text not null check (standing in ('pending', 'waiting', 'held', 'cancelled')),
    standing_reason text not null default '',   -- why this order is not to be sent as it is now
    digest bytea not null,                      -- of the whole content: equal versions may differ (a hold, say)
    details jsonb not null,                     -- the rest of the order, without personal data
    attributes jsonb not null default '[]',     -- personal data from here on: apps put gift messages into attributes
    email text not null default '',
    phone text not null default '',
    note text not null default '',
    shipping_address jsonb,
    billing_address jsonb,
    primary key (connection, order_ref)
);
create index storefront_order_created on storefront_order (connection, created_at);
create index storefront_order_name on storefront_order (connection, name);

create table storefront_order_line (
    connection text not null,
    order_ref text not null,
    line_ref text not null,
    position integer not null,
    sku text,
    title text not null,
    ordered integer not null,
    current integer not null,
    to_ship integer not null,
    requires_shipping boolean not null,
    unit_price_minor bigint not null,
    line_total_minor bigint not null,
    details jsonb not null default '{}',        -- presentment money, discounts, taxes
    attributes jsonb not null default '[]',     -- personal data: engravings, names
    primary key (connection, order_ref, line_ref),
    foreign key (connection, order_ref) references storefront_order
);
create index storefront_order_line_sku on storefront_order_line (connection, sku);

create table storefront_order_version (
    connection text not null,
    order_ref text not null,
    version timestamptz not null,
    stored_at timestamptz not null,
    document bytea not null,                    -- zlib of the canonical order as JSON, without personal data
    primary key (connection, order_ref, version)
);

create table sales_order (
    connection text not null,
    order_ref text not null,
    sales_order_ref text not null,
    order_name text not null,
    state text not null check (state in
        ('waiting', 'pending', 'sent', 'acknowledged', 'held', 'retrying', 'failed', 'cancelled')),
    reason text not null default '',            -- why waiting, held, retrying, failed: a case kind's code or a vendor's words
    attempt integer not null default 0,
    claims integer not null default 0,          -- counts who took the row: a claim that was overtaken records nothing
    due_at timestamptz not null,
    lease_until timestamptz,
    in_doubt boolean not null default false,    -- sent, and no answer proves either way
    warehouse_ref text,
    routing_rule text not null default '',      -- the rule that chose channel and service when it was sent
    order_version timestamptz not null,         -- the version of the order that this row stands for
    sent_version timestamptz,                   -- the version that the warehouse was sent
    sent_lines jsonb,                           -- each line to ship with its `current` when sent: later edits show
    sent_address jsonb,                         -- personal data: where the warehouse was told to ship
    captured_at timestamptz not null,
    first_sent_at timestamptz,
    acknowledged_at timestamptz,
    changed_at timestamptz not null,
    primary key (connection, order_ref),
    unique (connection, sales_order_ref),
    foreign key (connection, order_ref) references storefront_order,
    check ((state = 'acknowledged') <= (acknowledged_at is not null and warehouse_ref is not null)),
    check ((state = 'sent') = (lease_until is not null))
);
create index sales_order_due on sales_order (connection, due_at) where state in ('pending', 'retrying');
create index sales_order_held on sales_order (connection, due_at) where state = 'held';
create index sales_order_sent on sales_order (connection, lease_until) where state = 'sent';
create index sales_order_open on sales_order (connection, state) where state not in ('acknowledged', 'cancelled');
create index sales_order_changed on sales_order (connection, changed_at);

create table sales_order_line (
    connection text not null,
    order_ref text not null,
    line_ref text not null,
    order_line_ref text not null,               -- differs from line_ref where a bundle became components
    sku text not null,                          -- the warehouse's spelling
    quantity integer not null check (quantity > 0),
    value_minor bigint not null,                -- what the line is worth, exactly
    primary key (connection, order_ref, line_ref),
    foreign key (connection, order_ref) references sales_order
);
create index sales_order_line_sku on sales_order_line (connection, sku);

-- What the warehouse holds of a sales order, as last read back; compared with what it was sent.
create table sales_order_read_back (
    connection text not null,
    order_ref text not null,
    read_at timestamptz not null,
    found boolean not null,
    status text not null default '',            -- the warehouse's own word
    shipping numeric,                           -- null where the warehouse does not say
    total numeric,
    primary key (connection, order_ref),
    foreign key (connection, order_ref) references sales_order
);

create table sales_order_read_back_line (
    connection text not null,
    order_ref text not null,
    position integer not null,
    line_ref text,
    sku text not null,
    quantity integer not null,
    unit_price numeric,
    primary key (connection, order_ref, position),
    foreign key (connection, order_ref) references sales_order_read_back on delete cascade
);

create table warehouse_item (
    connection text not null,
    sku text not null,
    name text not null default '',
    barcode text not null default '',
    active boolean not null,
    seen_at timestamptz not null,
    primary key (connection, sku)
);
create index warehouse_item_folded on warehouse_item (connection, lower(regexp_replace(sku, '\s', '', 'g')));

create table storefront_product (
    connection text not null,
    product_ref text not null,
    sku text,
    title text not null default '',
    barcode text not null default '',
    active boolean not null,
    requires_shipping boolean not null default true,
    stock_ref text not null default '',         -- the storefront's own handle for the variant's stock
    seen_at timestamptz not null,
    primary key (connection, product_ref)
);
create index storefront_product_sku on storefront_product (connection, sku);
create index storefront_product_folded on storefront_product (connection, lower(regexp_replace(sku, '\s', '', 'g')));

create table sku_mapping (
    connection text not null,
    storefront_sku text not null,
    warehouse_sku text not null,
    state text not null check (state in ('suggested', 'confirmed', 'rejected')),
    reason text not null default '',
    decided_by text not null default '',
    changed_at timestamptz not null,
    primary key (connection, storefront_sku)
);

create table stock_level (
    connection text not null,
    sku text not null,
    site text not null,
    available numeric not null,
    on_hand numeric,
    snapshot_at timestamptz not null,
    changed_at timestamptz not null,            -- when the figure last differed from the one before
    primary key (connection, sku, site)
);
create index stock_level_changed on stock_level (connection, changed_at);

create table stock_publication (
    connection text not null,
    sku text not null,                          -- the storefront's spelling
    state text not null check (state in ('pending', 'sent', 'published', 'retrying', 'blocked')),
    quantity integer not null,                  -- what the storefront shall believe, or believes
    published_quantity integer,                 -- what it was last told and took
    published_at timestamptz,
    known_quantity integer,                     -- the storefront's figure when it was last proven: told and taken, or read
    known_at timestamptz,
    expected integer,                           -- what the storefront was expected to believe before it
    superseded integer not null default 0,      -- how often in a row it believed something else
    ask boolean not null default false,         -- only the storefront's own figure can tell; read it before publishing
    available integer,                          -- the warehouse's figure behind `quantity`
    unshipped_demand integer not null default 0,
    buffer integer not null default 0,
    snapshot_at timestamptz,
    intent text not null,
    reason text not null default '',
    attempt integer not null default 0,
    due_at timestamptz not null,
    lease_until timestamptz,
    changed_at timestamptz not null,
    primary key (connection, sku),
    check ((state = 'sent') = (lease_until is not null))
);
create index storefront_order_captured on storefront_order (connection, captured_at);
create index sales_order_acknowledged on sales_order (connection, acknowledged_at) where acknowledged_at is not null;
create index stock_publication_changed on stock_publication (connection, changed_at);
create index stock_publication_due on stock_publication (connection, due_at) where state in ('pending', 'retrying', 'sent');

create table despatch (
    connection text not null,
    despatch_ref text not null,
    sales_order_ref text not null,
    order_ref text,                             -- null while no order of ours matches
    despatched_at timestamptz not null,
    carrier text not null default '',
    service text not null default '',
    tracking_number text not null default '',
    tracking_url text not null default '',
    captured_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (connection, despatch_ref)
);
create index despatch_unmatched on despatch (connection, captured_at) where order_ref is null;
create index despatch_order on despatch (connection, order_ref);
create index despatch_day on despatch (connection, despatched_at);

create table despatch_line (
    connection text not null,
    despatch_ref text not null,
    position integer not null,
    sku text not null,
    quantity integer not null,
    line_ref text,                              -- the storefront's line, as the warehouse remembers it
    primary key (connection, despatch_ref, position),
    foreign key (connection, despatch_ref) references despatch
);

create table fulfilment (
    connection text not null,
    despatch_ref text not null,
    order_ref text not null,
    state text not null check (state in
        ('pending', 'sent', 'acknowledged', 'held', 'retrying', 'failed')),
    reason text not null default '',
    attempt integer not null default 0,
    due_at timestamptz not null,
    lease_until timestamptz,
    in_doubt boolean not null default false,
    claims integer not null default 0,          -- counts up with each claim; an overtaken claim records nothing
    storefront_ref text,                        -- set and pending: made already, tracking to be added
    told_tracking_number text not null default '',
    planned_at timestamptz not null,            -- when its lines were last settled
    captured_at timestamptz not null,
    acknowledged_at timestamptz,
    changed_at timestamptz not null,
    primary key (connection, despatch_ref),
    foreign key (connection, despatch_ref) references despatch,
    check ((state = 'acknowledged') <= (acknowledged_at is not null and storefront_ref is not null)),
    check ((state = 'sent') = (lease_until is not null))
);
create index fulfilment_changed on fulfilment (connection, changed_at);
create index fulfilment_due on fulfilment (connection, due_at) where state in ('pending', 'retrying', 'sent');

create table fulfilment_line (
    connection text not null,
    despatch_ref text not null,
    line_ref text not null,
    quantity integer not null check (quantity > 0),
    primary key (connection, despatch_ref, line_ref),
    foreign key (connection, despatch_ref) references fulfilment
);

create table exception_case (
    id bigint generated always as identity primary key,
    connection text not null,
    kind text not null,
    severity text not null check (severity in ('transient', 'critical')),
    team text not null,
    subject text not null,
    order_name text not null default '',
    message text not null,
    suggestion text not null default '',
    evidence jsonb not null default '{}',
    occurrences integer not null default 1,
    opened_at timestamptz not null,
    last_seen_at timestamptz not null,
    changed_at timestamptz not null,            -- opened, worded anew, acknowledged or resolved; not merely seen again
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,                           -- 'itself' where the cause went away
    alerted_at timestamptz
);
create unique index exception_case_open on exception_case (connection, kind, subject) where resolved_at is null;
create index exception_case_opened on exception_case (connection, opened_at);
create index exception_case_changed on exception_case (connection, changed_at);
create index exception_case_alert_due on exception_case (id) where alerted_at is null and resolved_at is null;

create table exchange (
    id bigint generated always as identity primary key,
    account text not null,
    operation text not null,
    subjects text[] not null default '{}',
    sent_at timestamptz not null,
    seconds real not null,
    status integer,
    outcome text not null,
    request bytea not null,                     -- redacted, compressed
    response bytea not null
);
create index exchange_subjects on exchange using gin (subjects);
create index exchange_sent on exchange (sent_at);

create table vendor_account (
    account text primary key,
    tokens double precision not null,
    refilled_at timestamptz not null,
    hold_until timestamptz,
    failures integer not null default 0,
    opened_at timestamptz,
    probe_at timestamptz,
    last_reason text not null default '',
    waiting_at timestamptz[] not null default '{null,null,null,null,null}'  -- who was last sent away, by priority
);

create table event_subscription (
    connection text not null,
    source text not null,
    topic text not null,
    vendor_id text not null,
    address text not null,
    made_at timestamptz not null,
    primary key (connection, source, topic)
);

create table order_value_difference (
    connection text not null,
    day date not null,
    order_ref text not null,
    line_ref text not null,                     -- '' for shipping and whole-order figures
    cause text not null,
    storefront_minor bigint not null,
    warehouse_minor bigint not null,
    explained boolean not null,
    found_at timestamptz not null,
    primary key (connection, order_ref, line_ref, cause)
);
create index order_value_difference_day on order_value_difference (connection, day);
