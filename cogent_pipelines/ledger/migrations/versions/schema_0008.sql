-- A warehouse may take an order and show it later: its absence proves nothing until so long after it was last sent.

alter table sales_order add column last_sent_at timestamptz;
