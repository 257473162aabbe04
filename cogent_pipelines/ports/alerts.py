"""Where alerts go. One message, delivered to every channel of the deployment, or an error that says which refused."""

from typing import Protocol


class AlertChannel(Protocol):
    def send(self, *, title: str, body: str) -> None:
        """Deliver one alert.

        Raises:
            AlertNotDelivered: no channel took it.
        """
        ...


class AlertNotDelivered(Exception):
    """The alert stays due and is tried again with the next round."""
