"""Who may call: the client-credentials grant, tokens that expire by the simulator's clock, and scopes.

(vendor's OAuth description and error examples, read 2026-11; the texts of the grant's refusals are ours)
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from cogent_pipelines.simulators.commercetools.documents import Document
from cogent_pipelines.simulators.commercetools.errors import AuthRefused, insufficient_scope, invalid_token
from cogent_pipelines.simulators.commercetools.project import Project


@dataclass(frozen=True, slots=True)
class Grant:
    """What one token allows, and until when."""

    scopes: frozenset[str]
    until: datetime


class Access:
    """One API client of one project, and its tokens."""

    def __init__(self, project: Project, seed: int) -> None:
        self._project = project
        self.client_id = _secret(seed, "client id")[:24]
        self.client_secret = _secret(seed, "client secret")[:32]
        self._grants: dict[str, Grant] = {}
        self._made = 0

    @property
    def scopes(self) -> tuple[str, ...]:
        """All scopes of the client as the vendor writes them: with the project's key."""
        key = self._project.key
        return tuple(_with_project(scope, key) for scope in self._project.switches.scopes)

    def grant(self, authorization: str | None, form: Mapping[str, Sequence[str]]) -> Document:
        """Answer a call of the token endpoint.

        Raises:
            Refused: 401 invalid_client; 400 unsupported_grant_type, invalid_scope.
        """
        self._check_client(authorization)
        kind = (form.get("grant_type") or [""])[-1]
        if kind != "client_credentials":
            raise AuthRefused(400, "unsupported_grant_type", f"Invalid parameter: grant_type: Invalid grant type: {kind}.")
        asked = " ".join(form.get("scope", ())).split() or list(self.scopes)
        if unknown := [scope for scope in asked if not self._owns(scope)]:
            raise AuthRefused(400, "invalid_scope", f"Malformed parameter: scope: the client lacks {', '.join(unknown)}.")
        seconds = self._project.switches.token_seconds
        return {
            "access_token": self._token(frozenset(asked), seconds),
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": " ".join(asked),
        }

    def _owns(self, scope: str) -> bool:
        return scope in self.scopes or _with_project("manage_project", self._project.key) in self.scopes

    def _check_client(self, authorization: str | None) -> None:
        text = "Please provide valid client credentials using HTTP Basic Authentication."
        try:
            kind, _, encoded = (authorization or "").partition(" ")
            told = base64.b64decode(encoded, validate=True).decode() if kind.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            told = ""
        name, _, secret = told.partition(":")
        good = hmac.compare_digest(unquote(name).encode(), self.client_id.encode())
        if not good & hmac.compare_digest(unquote(secret).encode(), self.client_secret.encode()):
            raise AuthRefused(401, "invalid_client", text)

    def _token(self, scopes: frozenset[str], seconds: int) -> str:
        self._made += 1
        token = hashlib.sha256(f"{self.client_secret} {self._made}".encode()).hexdigest()[:40]
        self._grants[token] = Grant(scopes, self._project.now() + timedelta(seconds=seconds))
        return token

    def check(self, authorization: str | None, *, project: str, needed: Sequence[str], store: str | None = None) -> None:
        """Let a call pass whose token is alive and has one of the needed scopes.

        Raises:
            Refused: 401 invalid_token; 403 insufficient_scope.
        """
        grant = self._grants.get(bearer(authorization) or "")
        if grant is None or grant.until <= self._project.now():
            raise invalid_token()
        allowed = {f"{scope}:{project}" for scope in (*needed, "manage_project")}
        if store is not None:
            allowed |= {f"{scope}:{project}:{store}" for scope in needed}
        if not allowed & grant.scopes:
            raise insufficient_scope(" ".join(f"{scope}:{project}" for scope in needed))

    def forget(self, authorization: str | None) -> None:
        self._grants.pop(bearer(authorization) or "", None)

    def forget_all(self) -> None:
        self._grants.clear()


def bearer(authorization: str | None) -> str | None:
    """Give the token of an Authorization header."""
    kind, _, token = (authorization or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _with_project(scope: str, key: str) -> str:
    # A scope for one store is written manage_orders:<store>; the project's key goes between.
    name, _, store = scope.partition(":")
    return f"{name}:{key}:{store}" if store else f"{name}:{key}"


def _secret(seed: int, what: str) -> str:
    return (
        base64.urlsafe_b64encode(hashlib.sha256(f"commercetools {what} {seed}".encode()).digest()).decode().replace("=", "")
    )
