-- statuses (no parameters): the tenant's own words for how far an order is. Optional: lets the check before go-live name
-- those that the connection does not map.
SELECT 1 AS contract_version,
       os.os_id AS status_id,
       os.os_description AS status_text
FROM order_status os
