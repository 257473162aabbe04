"""Which schedule a seed is, and between which vendors it happens.

`shopify-peoplevox` is the pair with the richer schedule: its shop is edited, put on hold and let go, its batches are half
done. Any other pair, and `mixed`, where the seed chooses among all of them, draws what every vendor has.
"""

from cogent_pipelines_tests.faults.pairs import drawing as of_any_pair
from cogent_pipelines_tests.faults.schedule import Schedule
from cogent_pipelines_tests.faults.shopify_peoplevox import drawing as of_shopify_and_peoplevox
from cogent_pipelines_tests.matrix.pairs import PAIRS

THE_RICHER_ONE = "shopify-peoplevox"
MIXED = "mixed"
CHOICES = tuple(dict.fromkeys((THE_RICHER_ONE, MIXED, *PAIRS)))


def schedule_of(seed: int, pairs: str = THE_RICHER_ONE) -> Schedule:
    """Give the schedule that this seed is among those of these pairs, one of `CHOICES`."""
    if pairs == THE_RICHER_ONE:
        return of_shopify_and_peoplevox.schedule_of(seed)
    return of_any_pair.schedule_of(seed, PAIRS[seed % len(PAIRS)] if pairs == MIXED else pairs)
