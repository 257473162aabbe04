"""What a deliberate bug is: a name, what somebody did wrong, and how to switch it on for a while."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any
from unittest.mock import patch

import psycopg

_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)

Switch = Callable[[str], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Bug:
    """`switched_on` wants the ledger's URL, for mistakes that are made in its tables.

    `vendors` are those one of whom must be there for it to show; none where it is in what all of them have in common.
    """

    name: str
    what: str
    switched_on: Switch
    vendors: tuple[str, ...] = ()

    def met_by(self, pair: str) -> bool:
        """Whether schedules of this pair can meet it."""
        return not self.vendors or any(vendor in pair.split("-") for vendor in self.vendors)


def replaced(owner: Any, attribute: str, by: Any) -> Switch:
    """Put something else in the place of a function or a value.

    Raises ValueError where a function does not take what the one takes whose place it takes: it would be caught for that.
    """
    was = getattr(owner, attribute)
    if callable(was) and not _takes_as_much(by, was):
        raise ValueError(f"{attribute} takes {signature(was)} now: this bug must be written anew")

    def switch(ledger_url: str) -> AbstractContextManager[Any]:
        del ledger_url
        return patch.object(owner, attribute, by)

    return switch


def reworded(owner: Any, attribute: str, said: str, instead: str) -> Switch:
    """Change a constant text, such as a piece of SQL."""
    text = getattr(owner, attribute)
    if said not in text:
        raise ValueError(f"{attribute} does not say {said!r}: this bug must be written anew")
    return replaced(owner, attribute, text.replace(said, instead))


def both(*switches: Switch) -> Switch:
    @contextmanager
    def switch(ledger_url: str) -> Iterator[None]:
        with switches[0](ledger_url):
            if switches[1:]:
                with both(*switches[1:])(ledger_url):
                    yield
            else:
                yield

    return switch


def without_constraint(table: str, constraint: str, again: str) -> Switch:
    """Drop a constraint of a table, and put it back over an emptied table afterwards."""

    @contextmanager
    def switch(ledger_url: str) -> Iterator[None]:
        with psycopg.connect(ledger_url, autocommit=True) as session:
            session.execute(f"alter table {table} drop constraint {constraint}")
        try:
            yield
        finally:
            with psycopg.connect(ledger_url, autocommit=True) as session:
                session.execute(f"truncate {table} cascade")
                session.execute(f"alter table {table} add constraint {constraint} {again}")

    return switch


def _takes_as_much(by: Callable[..., Any], was: Callable[..., Any]) -> bool:
    kinds = {name: parameter.kind for name, parameter in signature(was).parameters.items()}
    positional = [name for name, kind in kinds.items() if kind in _BY_POSITION]
    named = {name: None for name, kind in kinds.items() if kind is Parameter.KEYWORD_ONLY}
    try:
        signature(by).bind(*positional, **named)
    except TypeError:
        return False
    return True
