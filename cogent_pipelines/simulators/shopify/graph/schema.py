"""The published schema's subset, one per API version, and what the vendor has beyond it.

The data files beside this package are derived from the vendor's introspection by `prune_schema`. Versions differ here
only where the facts say so: the directive @idempotent is unknown before 2026-01, and `OrderCancelPayload.jobResult`
before 2026-10.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_ast_schema, parse

PUBLISHED = Path(__file__).parent.parent / "published"
SUPPORTED = ("2026-01", "2026-04", "2026-07", "2026-10")
CANDIDATE = "2027-01"
UNSTABLE = "unstable"
IDEMPOTENCY_KNOWN_FROM = "2026-01"
IDEMPOTENCY_REQUIRED_FROM = "2026-04"
JOB_RESULT_FROM = "2026-10"


def served_version(asked: str) -> str | None:
    """Say which version answers a call to `asked`: an expired one falls forward to the oldest supported."""
    if asked in SUPPORTED or asked in {CANDIDATE, UNSTABLE}:
        return asked
    year, dash, month = asked.partition("-")
    if dash and len(year) == 4 and year.isdecimal() and month in {"01", "04", "07", "10"}:
        return SUPPORTED[0] if asked < SUPPORTED[0] else None
    return None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Names that the vendor's schema has and the subset has not."""

    fields: dict[str, frozenset[str]]
    types: frozenset[str]

    def has_field(self, type_name: str, field: str) -> bool:
        return field in self.fields.get(type_name, frozenset())


@lru_cache(maxsize=1)
def elsewhere() -> Elsewhere:
    fields: dict[str, frozenset[str]] = {}
    for row in (PUBLISHED / "elsewhere.txt").read_text(encoding="utf-8").splitlines():
        name, _, listed = row.partition(": ")
        fields[name] = frozenset(listed.split())
    types = fields.pop("*", frozenset())
    return Elsewhere(fields, types)


@lru_cache(maxsize=8)
def schema_of(version: str) -> GraphQLSchema:
    """Build the schema that a version serves."""
    text = (PUBLISHED / "admin.graphql").read_text(encoding="utf-8")
    if version < JOB_RESULT_FROM:
        text = text.replace("  jobResult: OrderCancelJobResult\n", "")
    return build_ast_schema(parse(text, no_location=True), assume_valid=True)
