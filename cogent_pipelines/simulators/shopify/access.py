"""Who may call: the static token, and the day-long tokens of the client-credentials grant."""

import hmac
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cogent_pipelines.simulators.shopify.simulator import ShopifySimulator


class Access:
    def __init__(self, simulator: "ShopifySimulator", *, static_token: str) -> None:
        self._simulator = simulator
        self.static_token = static_token
        self.static_allowed = True
        self._tokens: dict[str, int] = {}

    def knows(self, token: str | None) -> bool:
        """Say whether a token is good now."""
        if not token:
            return False
        if hmac.compare_digest(token, self.static_token):
            return self.static_allowed
        until = self._tokens.get(token)
        return until is not None and until > self._simulator.shop.now_ms()

    def grant(self, client_id: str, client_secret: str) -> tuple[str, int] | None:
        """Give a token and its seconds of life for good credentials."""
        mine = self._simulator
        good = hmac.compare_digest(client_id, mine.client_id) & hmac.compare_digest(client_secret, mine.client_secret)
        if not good:
            return None
        seconds = mine.switches.token_seconds
        number = uuid.UUID(int=mine.shop.random.getrandbits(128), version=4).hex
        token = f"shpua_{number}"
        self._tokens[token] = mine.shop.now_ms() + seconds * 1000
        return token, seconds

    def forget(self, token: str | None) -> None:
        """Expire a token that the grant gave; the static one is beyond this."""
        if token:
            self._tokens.pop(token, None)

    def forget_all(self) -> None:
        self._tokens.clear()
