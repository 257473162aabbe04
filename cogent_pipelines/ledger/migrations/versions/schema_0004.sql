-- Vendors that count calls in a window: when the latest were let go, oldest first; no more than the window allows.

alter table vendor_account add column called_at timestamptz[] not null default '{}';
