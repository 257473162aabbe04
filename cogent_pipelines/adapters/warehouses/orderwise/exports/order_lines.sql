-- order_lines (@order_id): what one sales order asks for, and how much of each line has left.
SELECT 1 AS contract_version,
       oli.oli_id AS line_id,
       oli.oli_oh_id AS order_id,
       vad.vad_variant_code AS sku,
       oli.oli_qty_required AS qty_ordered,
       oli.oli_qty_sent AS qty_sent,
       oli.oli_qty_tbsent AS qty_to_send,
       oli.oli_os_id AS line_status_id,
       oli.oli_direct AS is_dropship
FROM order_line_item oli
JOIN variant_detail vad ON vad.vad_id = oli.oli_vad_id
WHERE oli.oli_oh_id = @order_id
