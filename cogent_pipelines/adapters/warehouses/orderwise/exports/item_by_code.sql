-- item_by_code (@code): the variants whose code is this one apart from case and spaces. @code comes in capitals and without
-- spaces. Optional: saves reading the whole catalogue for one code.
SELECT 1 AS contract_version,
       vad.vad_variant_code AS sku,
       vad.vad_description AS name,
       vas.vas_discontinued_product AS is_discontinued,
       vas.vas_kit_variant AS is_kit
FROM variant_detail vad
LEFT JOIN variant_setting vas ON vas.vas_vad_id = vad.vad_id
WHERE UPPER(REPLACE(vad.vad_variant_code, ' ', '')) = @code
