"""One thing that must be right before a connection goes live, and what to do where it is not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """`remedy` is empty where `ok`; a warning is `ok` with a remedy."""

    subject: str
    ok: bool
    finding: str
    remedy: str = ""
