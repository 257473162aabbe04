"""Orders asked for by name, each by itself: one that SCAYLE does not give out holds up no other.

What an order's JSON means is `translate`'s matter; which orders changed is `orders`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogent_pipelines.adapters.storefronts.scayle.client import AdminApi, body_of, is_not_found
from cogent_pipelines.adapters.storefronts.scayle.identifiers import segment
from cogent_pipelines.adapters.storefronts.scayle.reading import is_failure
from cogent_pipelines.adapters.storefronts.scayle.settings import ScayleSettings
from cogent_pipelines.adapters.storefronts.scayle.shop_countries import path_of
from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.outcomes import Rejected, Unavailable
from cogent_pipelines.ports.vendor_account import Priority


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look, by the names that were asked for; what does not exist is in neither."""

    found: Mapping[OrderRef, Any]
    not_given: Mapping[OrderRef, Settled]
    """Orders whose own call failed while the tenant answered others."""


class OrderLookup:
    """Asks one tenant for orders by name."""

    def __init__(self, api: AdminApi, settings: ScayleSettings) -> None:
        self._api = api
        self._settings = settings

    def look(self, refs: Sequence[OrderRef], *, priority: Priority, custom_data: Sequence[str] | None = None) -> Looked:
        """Ask for these orders, with these custom data; None means those that the settings name.

        Raises:
            VendorError: it is not one order that fails: no list of orders is given either, or SCAYLE has no word for any.
        """
        asked = [(ref, named) for ref in dict.fromkeys(refs) if (named := segment(ref)) is not None]
        settled_calls = self._api.send_all(
            [self.call(named, ref, priority=priority, custom_data=custom_data) for ref, named in asked]
        )
        answers = {ref: settled for (ref, _), settled in zip(asked, settled_calls, strict=True) if not is_not_found(settled)}
        failed = {ref: settled for ref, settled in answers.items() if settled.standing is not Standing.ANSWERED}
        if failed and not self._is_of_the_orders(list(failed.values()), asked=len(asked), priority=priority):
            next((each for each in failed.values() if not is_no(each)), next(iter(failed.values()))).answered()
        found = {ref: body_of(settled) for ref, settled in answers.items() if ref not in failed}
        return Looked(found, failed)

    def call(self, named: str, ref: str, *, priority: Priority, custom_data: Sequence[str] | None = None) -> Call:
        """One order. The path needs a shop country, but any will do (scayle.dev, "Manage transactions")."""
        path = f"{path_of(self._settings.shops[0])}/orders/{named}"
        query = with_data(self._settings.custom_data if custom_data is None else custom_data)
        return self._api.get("order", path, priority=priority, query=query, subject=ref)

    def _is_of_the_orders(self, failed: Sequence[Settled], *, asked: int, priority: Priority) -> bool:
        """Whether the tenant answers but for these orders. A key may be limited to some shops, and events are not."""
        if asked > 1 and len(failed) == asked and not all(is_no(settled) for settled in failed):
            return False
        if any(is_failure(settled) for settled in failed):
            return self._gives_a_list(priority)
        return asked > 1 or is_no(failed[0])

    def _gives_a_list(self, priority: Priority) -> bool:
        path = f"{path_of(self._settings.shops[0])}/orders"
        [settled] = self._api.send_all([self._api.get("orders", path, priority=priority, query={"limit": "1"})])
        return settled.standing is Standing.ANSWERED


def is_no(settled: Settled) -> bool:
    """Whether SCAYLE will not give that order out, and would say so again."""
    return settled.standing in (Standing.REFUSED, Standing.DENIED)


def is_of_the_order(settled: Settled) -> bool:
    """Whether SCAYLE spoke of that order, rather than not at all or of our being too fast."""
    return is_failure(settled) or settled.standing is Standing.REFUSED


def outcome_of(settled: Settled) -> Rejected | Unavailable:
    """What becomes of something to be told of an order that was not given out: nothing was sent."""
    if settled.standing is Standing.REFUSED:
        return Rejected((settled.reason,))
    return Unavailable(settled.reason, settled.retry_after)


def with_data(names: Sequence[str]) -> dict[str, str]:
    return {"with": ",".join(names)} if names else {}
