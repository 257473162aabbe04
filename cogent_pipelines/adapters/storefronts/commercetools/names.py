"""Keys that people write down, and the ids that orders hold: channels and states, looked up once.

A key that the project does not have is said by name; nothing is read or written on a guess.
"""

from collections.abc import Sequence
from urllib.parse import quote

from cogent_pipelines.adapters.storefronts.commercetools.client import Api, Json, paging, results_in
from cogent_pipelines.adapters.storefronts.commercetools.predicates import one_of
from cogent_pipelines.adapters.storefronts.commercetools.settings import CommercetoolsSettings, ReadingRules
from cogent_pipelines.adapters.storefronts.commercetools.version import LARGEST_PAGE
from cogent_pipelines.ports.errors import VendorRefused
from cogent_pipelines.ports.vendor_account import Priority


class Names:
    """Channels and states of one project."""

    def __init__(self, api: Api, settings: CommercetoolsSettings) -> None:
        self._api = api
        self._settings = settings
        self._channels: dict[str, Json] = {}
        self._rules: ReadingRules | None = None

    def rules(self) -> ReadingRules:
        """How orders are read, with ids in place of keys; without such keys nothing is asked.

        Raises:
            VendorRefused: a key is not there.
            VendorError: it cannot be found out.
        """
        if self._rules is None:
            settings = self._settings
            states = self._states(sorted(settings.held_states | settings.cancelled_line_states))
            self._rules = settings.reading_rules(
                held_states=frozenset(states[key] for key in settings.held_states),
                cancelled_line_states=frozenset(states[key] for key in settings.cancelled_line_states),
                supply_channels=frozenset(self.channel_id(key) for key in sorted(settings.fulfilment_channels)),
                stock_channel=self.supply_channel_id(),
            )
        return self._rules

    def supply_channel_id(self) -> str:
        """Of the channel whose stock is published; '' where entries have none."""
        return self.channel_id(self._settings.supply_channel) if self._settings.supply_channel else ""

    def export_channel_id(self) -> str:
        return self.channel_id(self._settings.export_channel)

    def channel_id(self, key: str) -> str:
        return str(self.channel(key)["id"])

    def channel(self, key: str) -> Json:
        """The channel itself, with its roles.

        Raises:
            VendorError: it is not there, or cannot be asked for.
        """
        if key not in self._channels:
            path = f"/channels/key={quote(key, safe='')}"
            channel = self._api.read(self._api.get("channel", path, priority=Priority.CAPTURE))
            if not isinstance(channel.get("id"), str):
                raise VendorRefused(f"channel {key} has no id", operation="channel")
            self._channels[key] = channel
        return self._channels[key]

    def _states(self, keys: Sequence[str]) -> dict[str, str]:
        if not keys:
            return {}
        query = [("where", one_of("key", keys)), *paging(LARGEST_PAGE)]
        page = self._api.read(self._api.get("states", "/states", query, priority=Priority.CAPTURE))
        found = {str(row.get("key")): str(row["id"]) for row in results_in(page, "states")}
        missing = [key for key in keys if key not in found]
        if missing:
            raise VendorRefused(f"the project has no state {', '.join(missing)}", operation="states")
        return found
