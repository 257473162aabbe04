"""Who and where: warehouses, merchants with their two addresses, carriers, shops and shop countries."""

from typing import Any

from cogent_pipelines.simulators.scayle import bodies, paging
from cogent_pipelines.simulators.scayle.calls import CREATED, NO_CONTENT, Call, Endpoint, Reply
from cogent_pipelines.simulators.scayle.countries import alpha3
from cogent_pipelines.simulators.scayle.deliver import masked
from cogent_pipelines.simulators.scayle.order_json import shop_country_json
from cogent_pipelines.simulators.scayle.records import Carrier, Merchant, Warehouse
from cogent_pipelines.simulators.scayle.refusals import refused
from cogent_pipelines.simulators.scayle.tenant import COMPANY_ID, Tenant

MERCHANT = {
    "referenceKey": "filled string",
    "name": "filled string",
    "priority": "integer",
    "orderDelegationUrl": "string",
    "cancellationUrl": "string",
    "customData": "object",
    "id": "integer",
}
PACKAGE_GROUP = {"id": 3}


# ---- warehouses


def warehouse_json(tenant: Tenant, warehouse: Warehouse) -> dict[str, Any]:
    merchants = [row for row in tenant.merchants.values() if warehouse.id in row.warehouses]
    return {
        "id": warehouse.id,
        "referenceKey": warehouse.key,
        "merchants": [
            {"id": row.id, "referenceKey": row.key, "name": row.name, "priority": row.priority} for row in merchants
        ],
        "shopCountries": [
            {
                "shopKey": row.shop_key,
                "countryCode": row.country.lower(),
                "priority": row.priorities[warehouse.id],
                "packageGroup": PACKAGE_GROUP,
            }
            for row in tenant.shop_countries.values()
            if warehouse.id in row.priorities
        ],
    }


def list_warehouses(call: Call) -> Reply:
    rows = call.tenant.warehouses.values()
    return Reply(paging.page(rows, call, lambda row: warehouse_json(call.tenant, row), place=paging.by_number))


def post_warehouse(call: Call) -> Reply:
    told = bodies.read(call.document(), {"referenceKey": "filled string"}, call.switches, required=("referenceKey",))
    if told["referenceKey"] in call.tenant.warehouses_by_key:
        raise refused(409, "a warehouse has this reference key", referenceKey=told["referenceKey"])
    return Reply(warehouse_json(call.tenant, call.tenant.add_warehouse(told["referenceKey"])), CREATED)


def delete_warehouse(call: Call) -> Reply:
    warehouse, tenant = call.warehouse(), call.tenant
    del tenant.warehouses[warehouse.id], tenant.warehouses_by_key[warehouse.key]
    for merchant in tenant.merchants.values():
        merchant.warehouses.pop(warehouse.id, None)
    for country in tenant.shop_countries.values():
        country.priorities.pop(warehouse.id, None)
    return Reply(status=NO_CONTENT)


def post_shop_warehouse(call: Call) -> Reply:
    shop_country = call.shop_country()
    shape = {"referenceKey": "filled string", "priority": "integer"}
    told = bodies.read(call.document(), shape, call.switches, required=("referenceKey",))
    warehouse = call.tenant.warehouses_by_key.get(told["referenceKey"])
    if warehouse is None:
        raise refused(404, "warehouse not found", referenceKey=told["referenceKey"])
    return _attached(warehouse, shop_country.priorities, told.get("priority", 1), CREATED)


def put_shop_warehouse(call: Call) -> Reply:
    shop_country, warehouse = call.shop_country(), call.warehouse()
    told = bodies.read(call.document(), {"referenceKey": "string", "priority": "integer"}, call.switches)
    if warehouse.id not in shop_country.priorities:
        raise refused(404, "the warehouse is not attached to this shop country")
    return _attached(warehouse, shop_country.priorities, told.get("priority", 1), 200)


def _attached(warehouse: Warehouse, priorities: dict[int, int], priority: int, status: int) -> Reply:
    priorities[warehouse.id] = priority
    row = {"id": warehouse.id, "referenceKey": warehouse.key, "priority": priority, "packageGroup": PACKAGE_GROUP}
    return Reply(row, status)


def delete_shop_warehouse(call: Call) -> Reply:
    if call.shop_country().priorities.pop(call.warehouse().id, None) is None:
        raise refused(404, "the warehouse is not attached to this shop country")
    return Reply(status=NO_CONTENT)


# ---- merchants


def merchant_json(merchant: Merchant) -> dict[str, Any]:
    return {
        **_merchant_short(merchant),
        "contacts": [],
        "returnAddresses": [],
        "carriers": [
            {"countryCode": country, "carrier": carrier_json(carrier)} for (_, country), carrier in merchant.carriers.items()
        ],
        "warehouses": [{"id": row.id, "referenceKey": row.key} for row in merchant.warehouses.values()],
    }


def _merchant_short(merchant: Merchant) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": merchant.id,
        "referenceKey": merchant.key,
        "name": merchant.name,
        "priority": merchant.priority,
    }
    if merchant.delegation_url:
        found["orderDelegationUrl"] = masked(merchant.delegation_url)
    if merchant.cancellation_url:
        found["cancellationUrl"] = masked(merchant.cancellation_url)
    return found


def list_merchants(call: Call) -> Reply:
    return Reply(paging.page(call.tenant.merchants.values(), call, merchant_json, place=paging.by_number))


def get_merchant(call: Call) -> Reply:
    return Reply(merchant_json(call.merchant()))


def post_merchant(call: Call) -> Reply:
    told = bodies.read(call.document(), MERCHANT, call.switches, required=("referenceKey", "name"))
    if told["referenceKey"] in call.tenant.merchants_by_key:
        raise refused(409, "a merchant has this reference key", referenceKey=told["referenceKey"])
    _check_addresses(call, told)
    merchant = call.tenant.add_merchant(told["referenceKey"], told["name"])
    return _changed(merchant, told, CREATED)


def put_merchant(call: Call) -> Reply:
    merchant = call.merchant()
    told = bodies.read(call.document(), MERCHANT, call.switches)
    if told.get("referenceKey", merchant.key) != merchant.key:
        raise refused(400, "a merchant's reference key does not change", field="referenceKey")
    _check_addresses(call, told)
    return _changed(merchant, told, 200)


def _check_addresses(call: Call, told: dict[str, Any]) -> None:
    for name in ("orderDelegationUrl", "cancellationUrl"):
        address = told.get(name, "")
        # What was read back masked must not be written back.
        if address and ("***" in address or not call.simulator.takes_address(address)):
            raise refused(400, f"{name} is not an address", field=name)


def _changed(merchant: Merchant, told: dict[str, Any], status: int) -> Reply:
    merchant.name = told.get("name", merchant.name)
    merchant.priority = told.get("priority", merchant.priority)
    merchant.delegation_url = told.get("orderDelegationUrl", merchant.delegation_url)
    merchant.cancellation_url = told.get("cancellationUrl", merchant.cancellation_url)
    return Reply(_merchant_short(merchant), status)


def list_merchant_warehouses(call: Call) -> Reply:
    rows = call.merchant().warehouses.values()
    return Reply(paging.whole([{"id": row.id, "referenceKey": row.key} for row in rows]))


def attach_warehouse(call: Call) -> Reply:
    merchant, warehouse = call.merchant(), call.warehouse()
    merchant.warehouses[warehouse.id] = warehouse
    return Reply(status=NO_CONTENT)


def detach_warehouse(call: Call) -> Reply:
    if call.merchant().warehouses.pop(call.warehouse().id, None) is None:
        raise refused(404, "the warehouse is not attached to this merchant")
    return Reply(status=NO_CONTENT)


def attach_carrier(call: Call) -> Reply:
    merchant, carrier = call.merchant(), _carrier(call)
    country = call.parts["countryCode"].upper()
    try:
        alpha3(country)
    except LookupError as error:
        raise refused(400, "unknown country", countryCode=country) from error
    merchant.carriers[carrier.key, country] = carrier
    return Reply(status=NO_CONTENT)


# ---- carriers


def carrier_json(carrier: Carrier) -> dict[str, Any]:
    return {"id": carrier.id, "key": carrier.key, "name": carrier.name, "trackingUrl": carrier.tracking_url}


def _carrier(call: Call) -> Carrier:
    number, key = call.identifier("carrierIdentifier")
    found = call.tenant.carriers.get(number) if number is not None else call.tenant.carriers_by_key.get(key)
    if found is None:
        raise refused(404, "carrier not found")
    return found


def list_carriers(call: Call) -> Reply:
    return Reply(paging.page(call.tenant.carriers.values(), call, carrier_json, place=paging.by_number))


def get_carrier(call: Call) -> Reply:
    return Reply(carrier_json(_carrier(call)))


def post_carrier(call: Call) -> Reply:
    shape = {"key": "filled string", "name": "filled string", "trackingUrl": "string", "id": "integer"}
    told = bodies.read(call.document(), shape, call.switches, required=("key", "name"))
    if told["key"] in call.tenant.carriers_by_key:
        raise refused(409, "a carrier has this key", key=told["key"])
    made = call.tenant.add_carrier(told["key"], told["name"], told.get("trackingUrl", ""))
    return Reply(carrier_json(made), CREATED)


# ---- shops


def list_shops(call: Call) -> Reply:
    keys = sorted({row.shop_key for row in call.tenant.shop_countries.values()})
    rows = []
    for number, key in enumerate(keys, start=1):
        countries = [_country(call.tenant, row) for row in call.tenant.shop_countries.values() if row.shop_key == key]
        rows.append(
            {
                "id": number,
                "key": key,
                "name": key.upper(),
                "active": True,
                "deleted": False,
                "companyId": COMPANY_ID,
                "countries": countries,
            }
        )
    return Reply(paging.whole(rows))


def list_shop_countries(call: Call) -> Reply:
    key = call.parts["shopKey"].lower()
    rows = [_country(call.tenant, row) for row in call.tenant.shop_countries.values() if row.shop_key.lower() == key]
    if not rows:
        raise refused(404, "shop not found", shopKey=call.parts["shopKey"])
    return Reply(paging.whole(rows))


def get_shop_country(call: Call) -> Reply:
    return Reply(_country(call.tenant, call.shop_country()))


def _country(tenant: Tenant, row: Any) -> dict[str, Any]:
    warehouses = [
        {"id": number, "referenceKey": tenant.warehouses[number].key, "priority": priority, "packageGroup": PACKAGE_GROUP}
        for number, priority in row.priorities.items()
        if number in tenant.warehouses
    ]
    return {**shop_country_json(row), "warehouses": warehouses}


READ, WRITE = "globalRead", "globalWrite"
SHOP = "/shops/{shopKey}/countries/{countryCode}"
MERCHANT_PATH = "/merchants/{merchantIdentifier}"
MERCHANT_WAREHOUSE = f"{MERCHANT_PATH}/warehouses/{{warehouseIdentifier}}"
SHOP_WAREHOUSE = f"{SHOP}/warehouses/{{warehouseIdentifier}}"
ENDPOINTS = (
    Endpoint("listWarehouses", "GET", "/warehouses", "warehouses", READ, list_warehouses),
    Endpoint("createWarehouse", "POST", "/warehouses", "warehouses", WRITE, post_warehouse),
    Endpoint("deleteWarehouse", "DELETE", "/warehouses/{warehouseIdentifier}", "warehouses", WRITE, delete_warehouse),
    Endpoint("attachShopWarehouse", "POST", f"{SHOP}/warehouses", "shops", WRITE, post_shop_warehouse),
    Endpoint("updateShopWarehouse", "PUT", SHOP_WAREHOUSE, "shops", WRITE, put_shop_warehouse),
    Endpoint("detachShopWarehouse", "DELETE", SHOP_WAREHOUSE, "shops", WRITE, delete_shop_warehouse),
    Endpoint("listMerchants", "GET", "/merchants", "merchants", READ, list_merchants),
    Endpoint("createMerchant", "POST", "/merchants", "merchants", WRITE, post_merchant),
    Endpoint("getMerchant", "GET", MERCHANT_PATH, "merchants", READ, get_merchant),
    Endpoint("updateMerchant", "PUT", MERCHANT_PATH, "merchants", WRITE, put_merchant),
    Endpoint("listMerchantWarehouses", "GET", f"{MERCHANT_PATH}/warehouses", "merchants", READ, list_merchant_warehouses),
    Endpoint("attachWarehouse", "POST", MERCHANT_WAREHOUSE, "merchants", WRITE, attach_warehouse),
    Endpoint("detachWarehouse", "DELETE", MERCHANT_WAREHOUSE, "merchants", WRITE, detach_warehouse),
    Endpoint(
        "attachCarrier",
        "POST",
        f"{MERCHANT_PATH}/carriers/{{carrierIdentifier}}/countries/{{countryCode}}",
        "merchants",
        WRITE,
        attach_carrier,
    ),
    Endpoint("listCarriers", "GET", "/carriers", "carriers", READ, list_carriers),
    Endpoint("createCarrier", "POST", "/carriers", "carriers", WRITE, post_carrier),
    Endpoint("getCarrier", "GET", "/carriers/{carrierIdentifier}", "carriers", READ, get_carrier),
    Endpoint("listShops", "GET", "/shops", "shops", READ, list_shops),
    Endpoint("listShopCountries", "GET", "/shops/{shopKey}/countries", "shops", READ, list_shop_countries),
    Endpoint("getShopCountry", "GET", SHOP, "shops", READ, get_shop_country),
)
