-- kit_stock_changed (@since): the components of every kit of which a component was recalculated since, all components of it,
-- with the stock of each per stock location. Kits have no stock of their own. Optional: for tenants that sell kits.
-- A kit is what its own recipe says: copies that belong to one order's line are left out, and a component that stands on
-- several lines of a recipe is added up.
SELECT 2 AS contract_version,
       kit.vad_variant_code AS sku,
       part.vad_variant_code AS component_sku,
       recipe.units AS units_per_kit,
       vsl.vsl_sl_id AS stock_location_id,
       vsl.vsl_free_stock_quantity AS free_qty,
       vasq.vasq_stock_levels_last_calculated AS calculated_at,
       GETDATE() AS read_at
FROM variant_bom vb
JOIN variant_setting vas ON vas.vas_vad_id = vb.vb_vad_id AND vas.vas_kit_variant = 1
JOIN variant_detail kit ON kit.vad_id = vb.vb_vad_id
JOIN (SELECT vbc.vbc_vb_id, vbc.vbc_vad_id, SUM(vbc.vbc_quantity) AS units
      FROM variant_bom_component vbc
      GROUP BY vbc.vbc_vb_id, vbc.vbc_vad_id) recipe ON recipe.vbc_vb_id = vb.vb_id
JOIN variant_detail part ON part.vad_id = recipe.vbc_vad_id
LEFT JOIN variant_stock_quantity vasq ON vasq.vasq_vad_id = part.vad_id
LEFT JOIN variant_stock_location vsl ON vsl.vsl_vad_id = part.vad_id
WHERE vb.vb_active = 1
  AND ISNULL(vb.vb_oli_id, 0) = 0
  AND ISNULL(vb.vb_pol_id, 0) = 0
  AND ISNULL(vb.vb_crli_id, 0) = 0
  AND EXISTS (SELECT 1
              FROM variant_bom_component other
              LEFT JOIN variant_stock_quantity moved ON moved.vasq_vad_id = other.vbc_vad_id
              WHERE other.vbc_vb_id = vb.vb_id
                AND COALESCE(moved.vasq_stock_levels_last_calculated, '19000101') >= @since)
