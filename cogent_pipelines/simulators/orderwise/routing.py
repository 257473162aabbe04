"""What a request means: which operation, of which company, with which parts of its path."""

from collections.abc import Mapping
from dataclasses import dataclass

from cogent_pipelines.simulators.orderwise.calls import Endpoint
from cogent_pipelines.simulators.orderwise.company import Company
from cogent_pipelines.simulators.orderwise.endpoints import ENDPOINTS
from cogent_pipelines.simulators.orderwise.order_endpoints import cancel_order
from cogent_pipelines.simulators.orderwise.switches import Switches

TOKEN = "token"  # noqa: S105 - the name of an operation
_TOKEN_PATH = "token/gettoken"  # noqa: S105
_EXPORT = "run_export_definition"


@dataclass(frozen=True, slots=True)
class Meant:
    """`name` is what faults and counts go by; without an endpoint it is the token or nothing, and `missing` says how."""

    company: Company
    name: str
    endpoint: Endpoint | None
    parts: Mapping[str, str]
    missing: int = 404


def meaning(company: Company, method: str, path: str) -> Meant:
    """Read a path below a virtual directory, without regard to case."""
    segments = path.strip("/").split("/")
    if _parts(_TOKEN_PATH, segments) is not None:
        return Meant(company, TOKEN, None, {}, 200 if method == "GET" else 405)
    missing = 404
    for endpoint in _endpoints(company.switches):
        parts = _parts(endpoint.path, segments)
        if parts is not None and endpoint.method == method:
            return Meant(company, _name(company, endpoint, parts), endpoint, parts)
        missing = missing if parts is None else 405
    return Meant(company, "unknown", None, {}, missing)


def _endpoints(switches: Switches) -> list[Endpoint]:
    found = [each for each in ENDPOINTS if each.name != "adjust_stock_out" or switches.adjust_stock_out == "guessed"]
    if switches.cancel_operation == "present":
        path = switches.cancel_path.strip("/")
        found.append(Endpoint("cancel_sales_order", switches.cancel_method, path, "Sales orders", cancel_order))
    return found


def _name(company: Company, endpoint: Endpoint, parts: Mapping[str, str]) -> str:
    """Name an operation; a definition is named by its own name, so that a fault may strike one alone."""
    if endpoint.name != _EXPORT:
        return endpoint.name
    return f"{_EXPORT}:{company.definitions.name_of(parts['definitionId'])}"


def _parts(pattern: str, segments: list[str]) -> dict[str, str] | None:
    wanted = pattern.split("/")
    if len(wanted) != len(segments):
        return None
    parts = {}
    for want, have in zip(wanted, segments, strict=True):
        if want.startswith("{"):
            parts[want[1:-1]] = have
        elif want.casefold() != have.casefold():
            return None
    return parts
