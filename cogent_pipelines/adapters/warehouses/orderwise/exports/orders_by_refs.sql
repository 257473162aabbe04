-- orders_by_refs (@refs): as order_by_ref, for up to a hundred references at once, parted by '|'.
-- Optional: saves one call per order. Needs STRING_SPLIT, so SQL Server 2016 with compatibility level 130 or later.
SELECT 1 AS contract_version,
       oh.oh_id AS order_id,
       oh.oh_order_number AS order_number,
       oh.oh_cust_order_ref AS customer_order_ref,
       os.os_id AS status_id,
       os.os_description AS status_text
FROM order_header oh
LEFT JOIN order_status os ON os.os_id = oh.oh_os_id
WHERE oh.oh_sot_id = 1
  AND oh.oh_cust_order_ref IN (SELECT value FROM STRING_SPLIT(@refs, '|'))
