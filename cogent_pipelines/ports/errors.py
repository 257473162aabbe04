"""Errors that concern a whole call; the retry decision is in the type.

    VendorError
    ├── TryLater                 the same call may succeed later
    │   └── VendorUnavailable    time-out before sending, 429, 5xx, open circuit, HTML instead of an answer
    ├── OutcomeUnknown           sent, and no answer proves either way: read back before sending again
    └── NeverAsIs                repeating the same call cannot help
        ├── VendorRefused        the vendor understood and said no, or answered what we cannot read
        └── AuthenticationFailed credentials or scopes are wrong

An item's own fault is never an error: it is an outcome (see `outcomes`).
"""


class VendorError(Exception):
    """`message` is the vendor's own text where there is one; `exchange_id` points at the stored evidence."""

    def __init__(self, message: str, *, operation: str = "", exchange_id: int | None = None) -> None:
        super().__init__(f"{operation}: {message}" if operation else message)
        self.message = message
        self.operation = operation
        self.exchange_id = exchange_id


class TryLater(VendorError):
    """`retry_after` is the vendor's own wish in seconds, or None."""

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        exchange_id: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, operation=operation, exchange_id=exchange_id)
        self.retry_after = retry_after


class VendorUnavailable(TryLater):
    """The vendor did not take the call; nothing was written there."""


class OutcomeUnknown(VendorError):
    """The call was sent; it may or may not have been carried out."""


class NeverAsIs(VendorError):
    """Repeating the call unchanged cannot help."""


class VendorRefused(NeverAsIs):
    """The vendor said no, or answered something that this version cannot read."""


class AuthenticationFailed(NeverAsIs):
    """The vendor does not accept our credentials, or they lack a scope that `message` names."""
