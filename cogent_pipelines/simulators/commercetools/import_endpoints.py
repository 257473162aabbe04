"""The endpoints of the Import API. Only inventory is imported; the vendor's other kinds are not simulated."""

import re
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.commercetools.calls import Answer, Call, Endpoint
from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.drafts import CUSTOM, KEY, STRING
from cogent_pipelines.simulators.commercetools.errors import (
    concurrent_modification,
    invalid_input,
    malformed_parameter,
    not_found,
    not_simulated,
)
from cogent_pipelines.simulators.commercetools.imports import MOST_RESOURCES, STATES
from cogent_pipelines.simulators.commercetools.shapes import listed, moment, one_of, record, whole
from cogent_pipelines.simulators.common.words import words

if TYPE_CHECKING:
    from cogent_pipelines.simulators.commercetools.simulator import CommercetoolsSimulator

_RESOURCE_TYPES = words(
    "business-unit category customer discount-code inventory order order-patch price product product-draft",
    "product-selection product-tailoring product-type product-variant product-variant-patch standalone-price variant type",
)
_RETENTION = record({"strategy": one_of("ttl"), "config": record({"timeToLive": STRING})})
CONTAINER = record({"key": KEY}, {"resourceType": one_of(*_RESOURCE_TYPES), "retentionPolicy": _RETENTION})
_CONTAINER_UPDATE = record({"version": whole}, {"resourceType": one_of(*_RESOURCE_TYPES)})
INVENTORY = record(
    {"key": KEY, "sku": STRING, "quantityOnStock": whole},
    {
        "restockableInDays": whole,
        "expectedDelivery": moment,
        "reservationExpirationInMinutes": whole,
        "supplyChannel": record({"typeId": one_of("channel"), "key": STRING}),
        "custom": CUSTOM,
    },
)
REQUEST = record({"type": one_of("inventory"), "resources": listed(INVENTORY, fewest=1, most=MOST_RESOURCES)})
_VIEW = ("view_import_containers", "manage_import_containers")
_MANAGE = ("manage_import_containers",)
_MOST, _USUAL = 500, 20


def import_endpoints(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    return [*_containers(simulator), *_operations(simulator), *_requests(simulator)]


def _containers(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    imports, project = simulator.imports, simulator.project

    def create(call: Call) -> Answer:
        return Answer(imports.shown_container(imports.add_container(call.document(CONTAINER, project))), 201)

    def query(call: Call) -> Answer:
        return _page(call, [imports.shown_container(each) for each in imports.containers.values()])

    def get(call: Call) -> Answer:
        return Answer(imports.shown_container(imports.container(call.path["key"])))

    def change(call: Call) -> Answer:
        wanted, container = call.document(_CONTAINER_UPDATE, project), imports.container(call.path["key"])
        if wanted["version"] != container.version:
            raise concurrent_modification(container.key, wanted["version"], container.version)
        container.version += 1
        container.resource_type = wanted.get("resourceType")
        container.modified_at = project.now()
        return Answer(imports.shown_container(container))

    def remove(call: Call) -> Answer:
        return Answer(imports.shown_container(imports.remove_container(call.path["key"])))

    one = "/import-containers/{key}"
    return [
        Endpoint("POST", "/import-containers", "import-containers.create", _MANAGE, create),
        Endpoint("GET", "/import-containers", "import-containers.query", _VIEW, query),
        Endpoint("GET", one, "import-containers.get", _VIEW, get),
        Endpoint("PUT", one, "import-containers.update", _MANAGE, change),
        Endpoint("DELETE", one, "import-containers.delete", _MANAGE, remove),
    ]


def _operations(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    imports = simulator.imports

    def query(call: Call) -> Answer:
        rows = imports.of_container(imports.container(call.path["key"]).key)
        states, keys = call.query.get("states", ()), call.query.get("resourceKey", ())
        if wrong := set(states) - set(STATES):
            raise invalid_input(f"There is no state {', '.join(sorted(wrong))}.")
        found = [each for each in rows if (not states or each.state in states) and (not keys or each.draft["key"] in keys)]
        return _page(call, [imports.shown_operation(each) for each in found])

    def summary(call: Call) -> Answer:
        rows = imports.of_container(imports.container(call.path["key"]).key)
        counted = {state: sum(each.state == state for each in rows) for state in STATES}
        return Answer({"states": counted, "total": len(rows)})

    def get(call: Call) -> Answer:
        operation = imports.operations.get(call.path["value"])
        if operation is None:
            raise not_found(call.path["value"])
        return Answer(imports.shown_operation(operation))

    return [
        Endpoint("GET", "/import-containers/{key}/import-operations", "import-operations.query", _VIEW, query),
        Endpoint("GET", "/import-containers/{key}/import-summaries", "import-summaries.get", _VIEW, summary),
        Endpoint("GET", "/import-operations/{value}", "import-operations.get", _VIEW, get),
    ]


def _requests(simulator: "CommercetoolsSimulator") -> list[Endpoint]:
    imports = simulator.imports

    def inventories(call: Call) -> Answer:
        container = imports.container(call.path["key"])
        if container.resource_type not in {None, "inventory"}:
            raise invalid_input(f"The import container takes resources of type {container.resource_type} only.")
        drafts = call.document(REQUEST, simulator.project)["resources"]
        made = imports.take(container, drafts)
        return Answer({"operationStatus": [{"operationId": each.id, "state": each.state} for each in made]}, 201)

    def other(call: Call) -> Answer:
        raise not_simulated(f"imports of {call.path['kind']}")

    return [
        Endpoint("POST", "/inventories/import-containers/{key}", "import.inventories", ("manage_products",), inventories),
        Endpoint("POST", "/{kind}/import-containers/{key}", "import.other", ("manage_products", "manage_orders"), other),
    ]


def _page(call: Call, rows: list[Document]) -> Answer:
    limit, offset = _number(call, "limit", _USUAL, _MOST), _number(call, "offset", 0, 10_000)
    results = rows[offset : offset + limit]
    return Answer({"limit": limit, "offset": offset, "count": len(results), "total": len(rows), "results": results})


def _number(call: Call, name: str, usual: int, most: int) -> int:
    told = call.query.get(name, ())
    if not told:
        return usual
    if not re.fullmatch(r"\d{1,9}", told[-1]) or int(told[-1]) > most:
        raise malformed_parameter(name, f"'{told[-1]}' is not between 0 and {most}.")
    return int(told[-1])
