-- What a storefront takes off its own count, and figures that could not be read again.

-- False where the storefront shows as free what it showed before the line was bought.
alter table storefront_order_line add column takes_stock boolean not null default true;
-- Since when the warehouse's newer figure cannot be read; the one that is kept proves nothing of the time after its own.
alter table stock_level add column unreadable_since timestamptz;
