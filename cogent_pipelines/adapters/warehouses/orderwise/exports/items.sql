-- items (no parameters): every variant, discontinued ones included.
SELECT 1 AS contract_version,
       vad.vad_variant_code AS sku,
       vad.vad_description AS name,
       vas.vas_discontinued_product AS is_discontinued,
       vas.vas_kit_variant AS is_kit
FROM variant_detail vad
LEFT JOIN variant_setting vas ON vas.vas_vad_id = vad.vad_id
