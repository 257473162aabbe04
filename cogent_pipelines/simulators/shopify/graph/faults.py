"""The errors a query can end in, in the vendor's shape."""

from typing import Any


class FieldError(Exception):
    """A resolver's refusal: becomes an entry of `errors` and a null at the nearest nullable field above."""

    def __init__(self, message: str, code: str | None = None, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions: dict[str, Any] = {**({"code": code} if code else {}), **extensions}
        self.path: list[str | int] = []
        self.locations: list[dict[str, int]] | None = None

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"message": self.message}
        if self.locations is not None:
            answer["locations"] = self.locations
        if self.path:
            answer["path"] = self.path
        if self.extensions:
            answer["extensions"] = self.extensions
        return answer


class RequestRefused(Exception):
    """The whole request is refused with a list of errors and no data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error["message"]) for error in errors))
        self.errors = errors


def not_modelled(what: str) -> dict[str, Any]:
    """Say that the vendor has it and this simulator does not."""
    return {
        "message": f"{what} is in the vendor's published schema, but this simulator does not model it.",
        "extensions": {"code": "NOT_MODELLED_BY_SIMULATOR"},
    }
