"""Whether it is an answer that cannot be read, or single things in it.

One odd thing stands aside and has its case; an answer that is otherwise than published stops its reader, with everything in
it still to be read.
"""

# In a quiet hour a few are all there is. Whoever took those for the answer's fault would read nothing any more.
_FEWEST = 5


def is_at_fault(*, faults: int, read: int) -> bool:
    """Say whether the answer is at fault: of all that it holds not one thing could be read, and they are not few."""
    return faults >= _FEWEST and not read
