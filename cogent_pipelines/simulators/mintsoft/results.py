"""The vendor's general answer to an act: `ID`, `Success`, `Message`, `WarningMessage`, always with status 200."""

from typing import Any


def result(number: int, *, error: str | None = None, warning: str | None = None) -> dict[str, Any]:
    return {
        "ID": number,
        "Success": error is None,
        "Message": error,
        "WarningMessage": warning,
        "AllocatedFromReplen": False,
    }
