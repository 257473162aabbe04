"""Errors as the vendor words them: a list of `errorKey`, `message`, `context`.

Only `RATE_LIMIT_EXCEED` and `VARIANT_NOT_FOUND` are published keys (rate-limits page; reservation example, read 2026-11);
there is no catalogue. The others here are the stand-in's own, so that a client which reads them reads too much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEYS = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMIT_EXCEED",
    500: "INTERNAL_SERVER_ERROR",
    502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE",
    504: "GATEWAY_TIMEOUT",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of an error body."""

    key: str
    message: str
    context: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """A call is answered with an error, and nothing was done."""

    def __init__(self, status: int, *complaints: Complaint) -> None:
        super().__init__("; ".join(complaint.message for complaint in complaints))
        self.status = status
        self.complaints = complaints


def refused(status: int, message: str, /, **context: Any) -> Refused:
    return Refused(status, Complaint(KEYS.get(status, "ERROR"), message, context))


def error_body(complaints: tuple[Complaint, ...], empty_context: str) -> dict[str, Any]:
    nothing: Any = [] if empty_context == "list" else {}
    return {
        "errors": [
            {"errorKey": complaint.key, "message": complaint.message, "context": dict(complaint.context) or nothing}
            for complaint in complaints
        ]
    }
