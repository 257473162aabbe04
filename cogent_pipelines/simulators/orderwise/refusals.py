"""How this vendor says no. The envelope is not stable among tenants: which one is the switch `error_form`."""

from typing import Any

from cogent_pipelines.simulators.orderwise.switches import Switches

# The two texts that integrators' parsers look for; every other text here is this simulator's own.
UNKNOWN_VARIANT = "variant code: {code} does not exist or is not active"
NO_VARIANT = "no variant has been provided"
EXPORT_FAILED = "Export failed"


class Refused(Exception):
    """A call that is not done; `messages` may be several at once."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.status = status
        self.messages = messages


class Unauthorised(Exception):
    """No token, a wrong one, or one that has run out."""


def envelope(messages: tuple[str, ...], switches: Switches) -> Any:
    """Give the body of an error; a `str` is sent as plain text, a one-item list as a JSON string."""
    joined = " ".join(messages)
    if switches.error_form == "text":
        return joined
    if switches.error_form == "json_text":
        return [joined]
    if switches.error_form == "nested":
        return {"errors": [{"order": {"messages": list(messages)}}]}
    return {"Message": joined}
