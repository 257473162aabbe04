"""Variables by name, read when a run needs them and never at import."""

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    """The process's variables as they are now."""
    return dict(os.environ)
