-- order_despatch_lines (@order_id): as despatch_lines, for one order.
SELECT 1 AS contract_version,
       vts.vts_id AS movement_id,
       oli.oli_oh_id AS order_id,
       oli.oli_id AS line_id,
       vad.vad_variant_code AS sku,
       moved.vad_variant_code AS moved_sku,
       (SELECT MAX(vbc.vbc_quantity)
        FROM variant_bom vb
        JOIN variant_bom_component vbc ON vbc.vbc_vb_id = vb.vb_id
        WHERE vb.vb_vad_id = oli.oli_vad_id AND vbc.vbc_vad_id = vth.vth_vad_id AND vb.vb_active = 1) AS units_per_kit,
       vts.vts_quantity AS qty,
       vts.vts_datetime AS despatched_at,
       vth.vth_sl_id AS stock_location_id
FROM variant_transaction_split vts
JOIN variant_transaction_header vth ON vth.vth_id = vts.vts_vth_id
JOIN order_line_item oli ON oli.oli_id = vts.vts_oli_id
JOIN variant_detail vad ON vad.vad_id = oli.oli_vad_id
JOIN variant_detail moved ON moved.vad_id = vth.vth_vad_id
WHERE vts.vts_tt_id = 8
  AND ISNULL(oli.oli_direct, 0) <> 1
  AND oli.oli_oh_id = @order_id
