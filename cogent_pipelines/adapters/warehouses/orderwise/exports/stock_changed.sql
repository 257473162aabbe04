-- stock_changed (@since): free and physical stock per variant and stock location, of the variants that were recalculated
-- since. A date in 1900 asks for all of them, those included that were never calculated.
SELECT 1 AS contract_version,
       vad.vad_variant_code AS sku,
       vsl.vsl_sl_id AS stock_location_id,
       vsl.vsl_free_stock_quantity AS free_qty,
       vsl.vsl_overall_stock_quantity AS overall_qty,
       vasq.vasq_stock_levels_last_calculated AS calculated_at,
       vas.vas_kit_variant AS is_kit,
       GETDATE() AS read_at
FROM variant_stock_quantity vasq
JOIN variant_detail vad ON vad.vad_id = vasq.vasq_vad_id
JOIN variant_stock_location vsl ON vsl.vsl_vad_id = vad.vad_id
LEFT JOIN variant_setting vas ON vas.vas_vad_id = vad.vad_id
WHERE COALESCE(vasq.vasq_stock_levels_last_calculated, '19000101') >= @since
