"""Where in a feed we have been, so that it comes to an end whatever the vendor answers.

A cursor that was followed before would lead round in a circle, be it of one page or of many; and no feed of ours has more
pages than `MOST_PAGES`.
"""

from cogent_pipelines.ports.errors import VendorRefused

MOST_PAGES = 100_000
_LONGEST_CURSOR = 10_000


class Trail:
    """The cursors of one feed, each followed once."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._followed: set[int] = set()

    def on_to(self, cursor: str) -> str:
        """The cursor, which leads further.

        Raises:
            VendorRefused: it was followed before, is too long to be sent, or is one too many.
        """
        if len(cursor) > _LONGEST_CURSOR:
            raise VendorRefused(f"the cursor to the next page has {len(cursor)} characters", operation=self._operation)
        # Their hashes are enough: a feed of millions of rows keeps thousands of them.
        mark = hash(cursor)
        if mark in self._followed:
            raise VendorRefused("the next page begins where this one began, or one before it", operation=self._operation)
        if len(self._followed) >= MOST_PAGES:
            raise VendorRefused(f"the list goes on after {MOST_PAGES} pages", operation=self._operation)
        self._followed.add(mark)
        return cursor
