"""Every channel that apprise knows, and files, by URL.

A channel's URL holds its secrets: it is named by its scheme and its place in the list, in logs and errors alike. What is
alerted, and how often, is the flows' matter.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cogent_pipelines.adapters.alerting.file_channel import SCHEMES, AlertFile, path_of
from cogent_pipelines.ports.alerts import AlertNotDelivered
from cogent_pipelines.ports.check import CheckLine
from cogent_pipelines.ports.clock import Clock, SystemClock

_log = logging.getLogger(__name__)

Deliver = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class _Channel:
    """`deliver` takes title and body, and raises where they were not taken; None where the URL cannot be understood."""

    name: str
    deliver: Deliver | None


class AppriseChannel:
    """Sends each alert to every URL; delivered is what at least one of them took."""

    def __init__(self, urls: Sequence[str], clock: Clock | None = None) -> None:
        self._urls = tuple(urls)
        self._clock = clock or SystemClock()

    @cached_property
    def _channels(self) -> list[_Channel]:
        return [_channel(place, url, self._clock) for place, url in enumerate(self._urls, start=1)]

    def send(self, *, title: str, body: str) -> None:
        """Deliver one alert.

        Raises:
            AlertNotDelivered: no channel took it.
        """
        refused = [channel.name for channel in self._channels if not _delivered(channel, title, body)]
        if len(refused) == len(self._channels):
            raise AlertNotDelivered(f"no alert channel took it: {', '.join(refused) or 'none is configured'}")
        if refused:
            # To raise here would send the alert again to those who have it already.
            _log.error("alert channels that did not take an alert: %s", ", ".join(refused))

    def check(self) -> Iterator[CheckLine]:
        """Whether each URL can be understood; sends nothing."""
        for channel in self._channels:
            if channel.deliver is None:
                yield CheckLine(f"alerts: {channel.name}", ok=False, finding="not an address", remedy=_REMEDY)
            else:
                yield CheckLine(f"alerts: {channel.name}", ok=True, finding="understood")


_REMEDY = (
    "Write the channel as apprise documents it (mailto://, slack://, msteams://, json://), or as file:///absolute/path."
)


def _channel(place: int, url: str, clock: Clock) -> _Channel:
    scheme, separator, _ = url.strip().partition("://")
    if not separator or not scheme.replace("-", "").isalnum():
        return _Channel(f"channel {place}", None)
    name = f"channel {place} ({scheme.lower()})"
    return _Channel(name, _file_delivery(url, clock) if scheme.lower() in SCHEMES else _apprise_delivery(url))


def _file_delivery(url: str, clock: Clock) -> Deliver | None:
    try:
        file = AlertFile(path_of(url.strip()), clock)
    except ValueError:
        return None
    return lambda title, body: file.append(title=title, body=body)


def _apprise_delivery(url: str) -> Deliver | None:
    # Imported here: apprise loads some hundred services, which a run that alerts nobody need not wait for.
    with warnings.catch_warnings():
        # apprise itself imports what Python 3.13 no longer has; nothing that we could mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # noqa: PLC0415

        service = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, secure_logging=True))
        understood = service.add(url)
    if not understood:
        return None

    def deliver(title: str, body: str) -> None:
        if not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise ConnectionError("refused")

    return deliver


def _delivered(channel: _Channel, title: str, body: str) -> bool:
    if channel.deliver is None:
        return False
    try:
        channel.deliver(title, body)
    except Exception as error:  # noqa: BLE001 - one channel that breaks must not keep the alert from the others
        # Not the error's text: it may quote the URL.
        _log.warning("alert %s: %s", channel.name, type(error).__name__)
        return False
    return True
