"""Alerts as lines of JSON in a file: for the demo, and for sites whose log collector reads files."""

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cogent_pipelines.ports.clock import Clock

SCHEMES = frozenset({"file", "cogent-file"})


class AlertFile:
    """Each alert is one line, appended in one write, so that several processes may share the file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def append(self, *, title: str, body: str) -> None:
        """Write one alert.

        Raises:
            OSError: the file cannot be written.
        """
        line = json.dumps({"at": self._clock.now().isoformat(), "title": title, "body": body}, ensure_ascii=False)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
        finally:
            os.close(descriptor)


def path_of(url: str) -> Path:
    """The absolute path in `file:///path`.

    Raises:
        ValueError: the URL names another host, or no file.
    """
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"} or len(parts.path) <= 1:
        raise ValueError("write a file channel as file:///absolute/path")
    return Path(unquote(parts.path))
