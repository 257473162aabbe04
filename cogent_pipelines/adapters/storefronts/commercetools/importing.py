"""New inventory entries through the Import API: twenty in a call, carried out by the vendor when it gets to them.

An import names no version and compares nothing: a sale between our look and the import would be given back, and its units
sold again. So no entry that exists goes this way, whatever is expected of it; of one that does not exist nothing can be
reserved. And only where there are enough of them to be worth the wait.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import quote

from cogent_pipelines.adapters.storefronts.commercetools import payloads, version
from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, codes_of, is_missing
from cogent_pipelines.adapters.storefronts.commercetools.keys import inventory_key
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings, ImportRules
from cogent_pipelines.adapters.storefronts.commercetools.values import rows, text
from cogent_pipelines.adapters.transport.settled import Settled, Standing
from cogent_pipelines.adapters.transport.unforeseen import UNFORESEEN, why
from cogent_pipelines.canonical.identity import Sku
from cogent_pipelines.canonical.stock import StockToPublish
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorError
from cogent_pipelines.ports.outcomes import Published, PublishStockOutcome, Rejected, Unavailable, Unknown
from cogent_pipelines.ports.vendor_account import Priority

# What a state means that does not change any more (API reference, `import/types/importoperation`).
_REFUSED = frozenset({"rejected", "validationFailed"})


@dataclass(slots=True)
class _Row:
    """One figure on its way; `key` is that of its entry."""

    index: int
    key: str
    resource: Json
    operation: str = ""


class StockImport:
    """Makes inventory entries of one project through one import container."""

    def __init__(self, api: Api, settings: CommercetoolsSettings, rules: ImportRules, clock: Clock) -> None:
        self._api = api
        self._settings = settings
        self._rules = rules
        self._clock = clock
        self._has_container = False

    def publish(
        self, levels: Sequence[StockToPublish], entries: Mapping[Sku, Json], sold: AbstractSet[Sku]
    ) -> dict[int, PublishStockOutcome]:
        """Outcomes by place of those figures that went this way; the others are for the direct one.

        `sold` are SKUs without an entry for which one may be made.

        Raises:
            VendorError: nothing was attempted.
        """
        candidates = list(self._new(levels, entries, sold))
        if len(candidates) < self._rules.least:
            return {}
        self._ensure_container()
        outcomes: dict[int, PublishStockOutcome] = {}
        waiting = self._send(candidates, outcomes)
        self._follow(waiting, outcomes)
        return outcomes

    def container(self) -> Json | None:
        """The import container; None where there is none yet.

        Raises:
            VendorError: it cannot be asked for.
        """
        path = f"/import-containers/{quote(self._rules.container, safe='')}"
        settled = self._api.send_all([self._api.get_import("import_container", path, priority=Priority.STOCK)])[0]
        return None if is_missing(settled) else self._api.body(settled)

    def _new(self, levels: Sequence[StockToPublish], entries: Mapping[Sku, Json], sold: AbstractSet[Sku]) -> Iterator[_Row]:
        """Each under a key that is always the same: made twice it is one entry."""
        seen: set[Sku] = set()
        for index, level in enumerate(levels):
            if level.expected is not None or level.sku in seen or level.sku in entries or level.sku not in sold:
                continue
            seen.add(level.sku)
            channel = self._settings.supply_channel
            key = inventory_key(level.sku, channel)
            yield _Row(index, key, payloads.inventory_import(key, level.sku, level.quantity, channel))

    def _ensure_container(self) -> None:
        if self._has_container:
            return
        if self.container() is None:
            draft = {"key": self._rules.container, "resourceType": "inventory"}
            settled = self._api.send_all(
                [self._api.post_import("create_import_container", "/import-containers", draft, priority=Priority.STOCK)]
            )[0]
            error = settled.error()
            if error is not None and not isinstance(error, OutcomeUnknown) and "DuplicateField" not in codes_of(settled):
                raise error
        self._has_container = True

    def _send(self, rows_: Sequence[_Row], outcomes: dict[int, PublishStockOutcome]) -> list[_Row]:
        """Answers the rows that the vendor took."""
        size = version.RESOURCES_PER_IMPORT
        chunks = [rows_[start : start + size] for start in range(0, len(rows_), size)]
        path = f"/inventories/import-containers/{quote(self._rules.container, safe='')}"
        calls = [
            self._api.post_import(
                "import_stock",
                path,
                {"type": "inventory", "resources": [row.resource for row in chunk]},
                priority=Priority.STOCK,
                subjects=[str(row.resource["sku"]) for row in chunk],
            )
            for chunk in chunks
        ]
        waiting: list[_Row] = []
        for chunk, settled in zip(chunks, self._api.send_all(calls), strict=True):
            try:
                waiting += self._taken(chunk, settled, outcomes)
            except UNFORESEEN as error:
                outcomes.update((row.index, Unknown(why(error))) for row in chunk)
        return waiting

    def _taken(self, chunk: Sequence[_Row], settled: Settled, outcomes: dict[int, PublishStockOutcome]) -> list[_Row]:
        if settled.standing is not Standing.ANSWERED:
            if is_missing(settled):
                # The container ran out; it is made again next time.
                self._has_container = False
            outcomes.update((row.index, _not_taken(settled)) for row in chunk)
            return []
        said = rows(self._api.body(settled)["operationStatus"], "operationStatus")
        waiting = []
        for row, status in zip(chunk, said, strict=True):
            row.operation = text(status.get("operationId"))
            outcome = _outcome_of(status)
            if outcome is not None:
                outcomes[row.index] = outcome
            elif row.operation:
                waiting.append(row)
            else:
                outcomes[row.index] = Unknown("the import was taken, and has no operation to ask for")
        return waiting

    def _follow(self, waiting: Sequence[_Row], outcomes: dict[int, PublishStockOutcome]) -> None:
        """Ask what became of each until all are settled, or patience ends."""
        pending = list(waiting)
        for look in range(self._rules.looks):
            if not pending:
                return
            if look:
                self._clock.sleep(self._rules.seconds)
            calls = [
                self._api.get_import(
                    "import_operation", f"/import-operations/{quote(row.operation, safe='')}", priority=Priority.STOCK
                )
                for row in pending
            ]
            for row, settled in zip(list(pending), self._api.send_all(calls), strict=True):
                try:
                    outcome = self._seen(row, settled)
                except UNFORESEEN as error:
                    outcome = Unknown(why(error))
                if outcome is not None:
                    outcomes[row.index] = outcome
                    pending.remove(row)
        outcomes.update((row.index, Unknown("the import is still being worked on")) for row in pending)

    def _seen(self, row: _Row, settled: Settled) -> PublishStockOutcome | None:
        try:
            operation = self._api.body(settled)
        except VendorError:
            # A look that failed says nothing; the next one may.
            return None
        if operation.get("resourceKey") not in (None, row.key):
            return Unknown("the operation is of another entry")
        return _outcome_of(operation)


def _outcome_of(operation: Json) -> PublishStockOutcome | None:
    """None while it is not settled."""
    state = text(operation.get("state"))
    if state == "imported":
        return Published()
    if state in _REFUSED:
        said = [
            f"{text(error.get('code')) or 'error'}: {text(error.get('message'))}"
            for error in rows(operation.get("errors"), "errors")
        ]
        return Rejected(tuple(said) or (f"the import was {state}",))
    return Unavailable("the import was cancelled") if state == "canceled" else None


def _not_taken(settled: Settled) -> PublishStockOutcome:
    match settled.standing:
        case Standing.UNSURE:
            return Unknown(settled.reason)
        case Standing.REFUSED if not is_missing(settled):
            return Rejected((settled.reason,))
        case _:
            return Unavailable(settled.reason, settled.retry_after)
