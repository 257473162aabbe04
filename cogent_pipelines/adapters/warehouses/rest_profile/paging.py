"""Where in a long list we are: what the next page is asked for with, and when there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cogent_pipelines.adapters.transport.trail import Trail
from cogent_pipelines.adapters.warehouses.rest_profile import formats, version
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Operation
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import ProfileFunctions
from cogent_pipelines.ports.errors import VendorRefused

Row = Mapping[str, Any]
"""Our names of fields to the vendor's values; nested rows as lists of such."""

FAULT = "!"
"""In a row under no field's name: which of its fields cannot be worked out, in words. Such a row is somebody's case."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer, and when it was asked for: the figures in it are from then or later."""

    rows: list[Row]
    asked_at: datetime
    body: Any = field(default=None, repr=False)
    given: int = 0
    """Rows that the vendor gave, those of no concern included: a page is short by its own count."""


class Turning:
    """Where in a list we are."""

    def __init__(self, operation: Operation, functions: ProfileFunctions) -> None:
        paging = operation.paging
        if paging is None:  # Only asked of operations that have pages.
            raise ValueError(f"{operation.name} has no pages")
        self._name = operation.name
        self._paging = paging
        self._functions = functions
        self._number = paging.settings.first
        self._seen = 0
        self._cursor: str | None = ""
        self._turned = 0
        self._last: Any = None
        self._ended = False
        self._trail = Trail(operation.name)

    def parameters(self) -> dict[str, str] | None:
        """What the next page is asked for with; None after the last."""
        if self._ended:
            return None
        settings = self._paging.settings
        size = {settings.size_param: str(settings.size)} if settings.size_param else {}
        match settings.style:
            case "page_number":
                return {settings.param: str(self._number), **size}
            case "offset":
                return {settings.param: str(self._seen), **size}
        return {**({settings.param: self._cursor} if self._cursor else {}), **size}

    def turn(self, page: Page) -> None:
        """Look at a page to see whether there is another.

        Raises:
            VendorRefused: the vendor repeats itself.
        """
        self._turned += 1
        count = page.given
        if self._turned >= version.MOST_PAGES or (count and page.body == self._last):
            raise VendorRefused(f"page {self._turned} is the page before it again", operation=self._name)
        self._last = page.body
        self._seen += count
        self._number += 1
        self._ended = self._is_last(page, count)

    def _is_last(self, page: Page, count: int) -> bool:
        settings = self._paging.settings
        if settings.style == "cursor":
            after = self._paging.next.of(page.body, self._functions) if self._paging.next else None
            self._cursor = formats.text(after) or None
            return self._cursor is None or not self._trail.on_to(self._cursor)
        total = formats.number(self._paging.total.of(page.body, self._functions)) if self._paging.total else None
        if total is not None:
            return count == 0 or self._seen >= total
        return count == 0 or (settings.stop == "short_page" and count < settings.size)
