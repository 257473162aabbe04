"""Texts of other people's in Markdown: nothing in them may change a table, become a tag, or fetch a picture."""

# Back-ticks are ours, for commands to copy.
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|", "*": "\\*", "<": "&lt;", ">": "&gt;", "[": "\\[", "\r": " ", "\n": " "})


def escaped(text: str) -> str:
    """The text as it reads, on one line."""
    return text.translate(_ESCAPES)
