"""A vendor's trouble as Dagster should take it: what only a person can mend is not retried, neither step nor run."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from cogent_pipelines.ports.errors import AuthenticationFailed, NeverAsIs, VendorError


@contextmanager
def told_to_dagster(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Turn a vendor's error into a failure whose first line says whether to wait or to act.

    The step is told by the failure, the daemon that retries runs by a tag; telling one leaves the other retrying.
    """
    try:
        yield
    except NeverAsIs as error:
        not_tried_again(context)
        owner = "engineering: renew the credentials" if isinstance(error, AuthenticationFailed) else "engineering"
        raise dg.Failure(f"CRITICAL · {owner} · {error}", metadata=_evidence(error), allow_retries=False) from error
    except VendorError as error:
        raise dg.Failure(f"TRANSIENT · tried again by itself · {error}", metadata=_evidence(error)) from error


def not_tried_again(context: dg.AssetExecutionContext) -> None:
    """Have the daemon leave the run alone when it fails."""
    context.instance.add_run_tags(context.run.run_id, {"dagster/max_retries": "0"})


def _evidence(error: VendorError) -> dict[str, str | int]:
    shown: dict[str, str | int] = {"vendor's words": error.message, "operation": error.operation}
    if error.exchange_id is not None:
        shown["exchange"] = error.exchange_id
    return {name: value for name, value in shown.items() if value != ""}
