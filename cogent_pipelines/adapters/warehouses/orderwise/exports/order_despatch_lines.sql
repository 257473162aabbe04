-- order_despatch_lines (@order_id): as despatch_lines, for one order.
SELECT 2 AS contract_version,
       vts.vts_id AS movement_id,
       oli.oli_oh_id AS order_id,
       oli.oli_id AS line_id,
       vad.vad_variant_code AS sku,
       moved.vad_variant_code AS moved_sku,
       CASE WHEN EXISTS (SELECT 1 FROM variant_bom own WHERE own.vb_oli_id = oli.oli_id AND own.vb_vad_id = oli.oli_vad_id)
            THEN (SELECT MAX(copied.units)
                  FROM (SELECT SUM(vbc.vbc_quantity) AS units
                        FROM variant_bom vb
                        JOIN variant_bom_component vbc ON vbc.vbc_vb_id = vb.vb_id
                        WHERE vb.vb_oli_id = oli.oli_id AND vb.vb_vad_id = oli.oli_vad_id AND vbc.vbc_vad_id = vth.vth_vad_id
                        GROUP BY vb.vb_id) copied)
            ELSE (SELECT MAX(recipe.units)
                  FROM (SELECT SUM(vbc.vbc_quantity) AS units
                        FROM variant_bom vb
                        JOIN variant_bom_component vbc ON vbc.vbc_vb_id = vb.vb_id
                        WHERE vb.vb_vad_id = oli.oli_vad_id AND vbc.vbc_vad_id = vth.vth_vad_id AND vb.vb_active = 1
                          AND ISNULL(vb.vb_oli_id, 0) = 0 AND ISNULL(vb.vb_pol_id, 0) = 0 AND ISNULL(vb.vb_crli_id, 0) = 0
                        GROUP BY vb.vb_id) recipe)
       END AS units_per_kit,
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
