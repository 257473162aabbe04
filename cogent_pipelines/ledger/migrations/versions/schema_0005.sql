-- An edit moves the storefront's own stock, either way: when a line's quantity last differed from the one before.

alter table storefront_order_line add column edited_at timestamptz;
