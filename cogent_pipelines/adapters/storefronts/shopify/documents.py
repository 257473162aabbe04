"""The GraphQL documents, one file each under `queries/`; a fragment is in the file that bears its name."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_SPREAD = re.compile(r"\.\.\.\s*([A-Z]\w*)")


@cache
def document(name: str) -> str:
    """The text of a query or mutation, with every fragment that it uses, however deep."""
    text = (_folder() / f"{name}.graphql").read_text("utf-8")
    fragments: dict[str, str] = {}
    _gather(text, fragments)
    return "\n".join([text, *fragments.values()])


def names() -> list[str]:
    """Every document there is."""
    return sorted(entry.name.removesuffix(".graphql") for entry in _folder().iterdir() if entry.name.endswith(".graphql"))


def _gather(text: str, fragments: dict[str, str]) -> None:
    for name in _SPREAD.findall(text):
        if name not in fragments:
            fragments[name] = (_folder() / "fragments" / f"{name}.graphql").read_text("utf-8")
            _gather(fragments[name], fragments)


def _folder() -> Traversable:
    return files(__package__) / "queries"
