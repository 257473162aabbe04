-- order_by_ref (@ref): the sales orders that bear our reference, whoever made them. More than one is a duplicate.
-- Confirm on site that the reference sent as eCommerceOrderNumber and as customer order reference arrives in
-- oh_cust_order_ref; if the tenant keeps eCommerceOrderNumber in a column of its own, compare that one as well.
SELECT 1 AS contract_version,
       oh.oh_id AS order_id,
       oh.oh_order_number AS order_number,
       oh.oh_cust_order_ref AS customer_order_ref,
       os.os_id AS status_id,
       os.os_description AS status_text
FROM order_header oh
LEFT JOIN order_status os ON os.os_id = oh.oh_os_id
WHERE oh.oh_sot_id = 1
  AND oh.oh_cust_order_ref = @ref
