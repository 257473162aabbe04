"""Somebody who is out with a batch's calls while the flow prepares the next one and records the one before.

Worth having where a vendor answers as fast as it is asked; where it lets so many calls through a minute, nobody gets ahead.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

# Python lets another thread wait for five milliseconds before it asks the running one to make room: as long as a call.
_MAKES_ROOM_AFTER_SECONDS = 0.0005


@contextmanager
def courier() -> Iterator[Executor]:
    """One thread, for as long as the block lasts; what it is out with then is waited for. Not to be nested apart."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_MAKES_ROOM_AFTER_SECONDS)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="courier") as executor:
            yield executor
    finally:
        sys.setswitchinterval(before)
