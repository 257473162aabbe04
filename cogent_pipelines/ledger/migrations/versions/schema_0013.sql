-- The queue of sales orders in the order in which they go, and an index less to write for each that is sent.

-- A batch is the orders that came first: read off in that order, not sorted out of all that wait.
drop index sales_order_due;
create index sales_order_due on sales_order (connection, captured_at, order_ref) include (due_at)
    where state in ('pending', 'retrying');
-- What is on its way is found by its state: it is little at any time.
drop index sales_order_sent;
