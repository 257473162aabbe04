"""The smallest profile that works, for tests of what a profile can say; sections are replaced by name."""

from typing import Any

import yaml

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile


def written(**sections: Any) -> dict[str, Any]:
    """A profile as a document; `operations` are added to those that there must be, other sections replaced."""
    operations = {
        "create_order": {
            "request": {"method": "POST", "path": "/orders", "json": {"Ref": "=external_ref"}},
            "response": {"fields": {"wms_ref": "=Id"}},
        },
        "find_order": {
            "request": {"method": "GET", "path": "/orders", "query": {"ref": "=external_ref"}},
            "response": {"items": "=@", "fields": {"wms_ref": "=Id", "status": "=Status", "external_ref": "=Ref"}},
        },
        "list_stock": {
            "request": {"method": "GET", "path": "/stock"},
            "response": {"items": "=@", "fields": {"sku": "=Sku", "available": "=Free"}},
        },
        "list_shipments": {
            "request": {"method": "GET", "path": "/shipments", "query": {"since": "=since"}},
            "response": {
                "items": "=@",
                "fields": {
                    "ref": "=Id",
                    "external_ref": "=Ref",
                    "shipped_at": "=At",
                    "lines": {"items": "=Lines", "fields": {"sku": "=Sku", "quantity": "=Units"}},
                },
            },
        },
        "list_items": {
            "request": {"method": "GET", "path": "/items"},
            "response": {"items": "=@", "fields": {"sku": "=Sku"}},
        },
    }
    document: dict[str, Any] = {
        "profile_version": 1,
        "name": "small",
        "title": "Small",
        "sources": ["made up"],
        "transport": {"base_url": "http://127.0.0.1"},
        "auth": {"kind": "none"},
        "limits": {"max_per_s": 10},
        "maps": {"status": {"values": {"OPEN": "ACCEPTED", "GONE": "SHIPPED", "DEAD": "CANCELLED"}, "default": "UNKNOWN"}},
        "capabilities": {
            "cancel": "manual",
            "manual_cancel": "Ring the warehouse.",
            "partial_shipment": "none",
            "returns": "none",
            "stock_delta": "none",
        },
    }
    return {**document, **sections, "operations": {**operations, **sections.get("operations", {})}}


def profile(**sections: Any) -> Profile:
    return compiling.of_text(yaml.safe_dump(written(**sections), sort_keys=False), "small")
