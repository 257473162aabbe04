"""Long lists of plain words, written as text."""


def words(*texts: str) -> tuple[str, ...]:
    """Split texts at their spaces: `words("a b", "c")` is `("a", "b", "c")`."""
    return tuple(" ".join(texts).split())
