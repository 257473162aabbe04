-- order_deliveries (@order_id): as orders_changed, for one order.
SELECT 1 AS contract_version,
       oh.oh_id AS order_id,
       oh.oh_order_number AS order_number,
       oh.oh_cust_order_ref AS customer_order_ref,
       os.os_id AS status_id,
       os.os_description AS status_text,
       dh.dh_consignment_number AS consignment_number,
       cod.cod_tracking_url_prefix + dh.dh_consignment_number + cod.cod_tracking_url_suffix AS tracking_url,
       dh.dh_datetime AS shipped_at,
       (SELECT COUNT(*) FROM order_line_item oli WHERE oli.oli_oh_id = oh.oh_id AND oli.oli_direct = 1) AS dropship_lines,
       (SELECT MAX(v) FROM (VALUES (oh.oh_datetime), (ohd.ohd_last_amended_datetime), (dh.dh_datetime)) AS t(v)) AS changed_at
FROM order_header oh
LEFT JOIN order_status os ON os.os_id = oh.oh_os_id
LEFT JOIN order_header_detail ohd ON ohd.ohd_oh_id = oh.oh_id
LEFT JOIN delivery_header dh ON dh.dh_oh_id = oh.oh_id
LEFT JOIN delivery_method dm ON dm.dm_id = ohd.ohd_dm_id
LEFT JOIN courier_detail cod ON cod.cod_id = dm.dm_cod_id
WHERE oh.oh_sot_id = 1
  AND oh.oh_id = @order_id
