"""What an answer says went wrong."""

from typing import Any


def codes(errors: list[dict[str, Any]]) -> list[str | None]:
    return [error.get("extensions", {}).get("code") for error in errors]
