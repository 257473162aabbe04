"""One call as an endpoint sees it, its answer, and reading its body by a shape."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cogent_pipelines.simulators.commercetools.documents import Document, without_null
from cogent_pipelines.simulators.commercetools.errors import invalid_json, malformed_parameter
from cogent_pipelines.simulators.commercetools.project import Project
from cogent_pipelines.simulators.commercetools.shapes import Shape


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes
    client: str
    meddled: bool = False
    """Whether somebody else changes the resource just before the call does: by order of the fault book."""

    @property
    def version(self) -> int:
        """The version that a DELETE names.

        Raises:
            Refused: 400 where it is missing or no number.
        """
        told = self.query.get("version", ())
        if not told or not told[-1].isdecimal():
            raise malformed_parameter("version", "A version is needed.")
        return int(told[-1])

    def document(self, shape: Shape, project: Project) -> Document:
        """Read the body.

        Raises:
            Refused: 400 InvalidJsonInput where it is no JSON or does not fit.
        """
        try:
            told: Any = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise invalid_json(str(error)) from None
        strays: list[str] = []
        shape(told, "", strays)
        project.unknown_fields.update(strays)
        if strays and project.switches.refuse_unknown_fields:
            raise invalid_json(f"{strays[0]}: Unknown field")
        document: Document = without_null(told)
        return document


@dataclass(frozen=True, slots=True)
class Answer:
    document: Document
    status: int = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of the vendor's endpoints. `operation` is its name in the fault book; any one of `scopes` opens it."""

    method: str
    path: str
    operation: str
    scopes: tuple[str, ...]
    act: Callable[[Call], Answer]
