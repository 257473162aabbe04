"""How often Python looks for garbage while a flow works.

Orders are trees of a thousand small values, none of which refers back: reference counting frees them all. The collector's
own rounds, meant for what does refer back, only walk through every order that is in hand, again and again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Containers made before the youngest are looked through, and rounds before older ones are; measured in decision 10.
_SELDOM = (50_000, 20, 20)


def keep_for_good() -> None:
    """Leave what there is now out of all later rounds: it lasts as long as the process."""
    gc.freeze()


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Collect garbage seldom while the block lasts; afterwards as before. For the whole process: not to be nested apart."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
