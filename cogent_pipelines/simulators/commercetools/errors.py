"""The vendor's refusals: status, and one or more error objects with their code.

Codes, statuses and extra fields are those of the vendor's published error types (read 2026-11); texts that are nowhere
published are ours, in the vendor's manner.
"""

from typing import Any

from cogent_pipelines.simulators.commercetools.documents import Document


class Refused(Exception):
    """A call that the vendor answers with an error."""

    def __init__(self, status: int, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra

    def body(self) -> Document:
        error = {"code": self.code, "message": self.message, **self.extra}
        return {"statusCode": self.status, "message": self.message, "errors": [error]}


class AuthRefused(Refused):
    """A refusal in the shape of OAuth and the vendor's own at once."""

    def body(self) -> Document:
        return {**super().body(), "error": self.code, "error_description": self.message}


def invalid_token() -> AuthRefused:
    return AuthRefused(401, "invalid_token", "invalid_token")


def insufficient_scope(needed: str) -> AuthRefused:
    return AuthRefused(403, "insufficient_scope", f"Insufficient scope. One of the following scopes is missing: {needed}.")


def invalid_input(message: str) -> Refused:
    return Refused(400, "InvalidInput", message)


def malformed_parameter(name: str, message: str) -> Refused:
    return invalid_input(f"Malformed parameter: {name}: {message}")


def invalid_json(detail: str) -> Refused:
    # The wording was recorded (commercetools-api-reference, pull request 256).
    text = "Request body does not contain valid JSON."
    return Refused(400, "InvalidJsonInput", text, detailedErrorMessage=detail)


def invalid_operation(message: str) -> Refused:
    return Refused(400, "InvalidOperation", message)


def invalid_field(field: str, value: Any, allowed: list[Any] | None = None) -> Refused:
    extra: Document = {"field": field, "invalidValue": value}
    if allowed is not None:
        extra["allowedValues"] = allowed
    return Refused(400, "InvalidField", f"The value '{value}' is not valid for field '{field}'.", **extra)


def required_field(field: str) -> Refused:
    return Refused(400, "RequiredField", f"A value is required for field '{field}'.", field=field)


def duplicate_field(field: str, value: Any) -> Refused:
    text = f"A duplicate value '{value}' exists for field '{field}'."
    return Refused(400, "DuplicateField", text, field=field, duplicateValue=value)


def reference_not_found(type_id: str, how: str, value: str) -> Refused:
    text = f"The referenced object of type '{type_id}' with identifier '{value}' was not found."
    return Refused(400, "ReferencedResourceNotFound", text, typeId=type_id, **{how: value})


def out_of_stock(line_ids: list[str], skus: list[str]) -> Refused:
    text = f"Some line items are out of stock: {', '.join(skus)}."
    return Refused(400, "OutOfStock", text, lineItems=line_ids, skus=skus)


def missing_role(channel: Document, role: str) -> Refused:
    text = f"The channel '{channel['key']}' does not have the role {role}."
    return invalid_input(text)


def not_found(what: str) -> Refused:
    return Refused(404, "ResourceNotFound", f"The Resource with ID '{what}' was not found.")


def no_such_uri(path: str) -> Refused:
    return Refused(404, "ResourceNotFound", f"URI not found: {path}")


def concurrent_modification(resource_id: str, expected: int, actual: int) -> Refused:
    text = f"Object {resource_id} has a different version than expected. Expected: {expected} - Actual: {actual}."
    return Refused(409, "ConcurrentModification", text, currentVersion=actual)


def not_simulated(what: str) -> Refused:
    """What the vendor can do and this stand-in cannot; never to be taken for an answer of the vendor's."""
    return Refused(501, "NotSimulated", f"This stand-in does not do {what}.")
