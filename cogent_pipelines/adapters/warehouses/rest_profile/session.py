"""How a vendor knows us: the credentials on every call, and where a token is exchanged for them."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cogent_pipelines.adapters.transport.call import Call
from cogent_pipelines.adapters.transport.credentials import Credentials
from cogent_pipelines.adapters.transport.granting import fits_a_header
from cogent_pipelines.adapters.transport.redaction import Redaction, Secret
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.rest_profile import client, formats, model
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import ProfileFunctions
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings
from cogent_pipelines.ports.clock import Clock
from cogent_pipelines.ports.errors import AuthenticationFailed
from cogent_pipelines.ports.vendor_account import Priority

_SECRET = re.compile(r"\$\{secret:([^}]*)\}")
LOG_IN = "log-in"


def credentials_of(settings: RestProfileSettings, clock: Clock) -> Credentials:
    """What the profile's `auth` says."""
    auth = settings.profile.written.auth
    match auth:
        case model.TokenExchange():
            return TokenSession(settings, clock, _ExchangedToken(settings, auth), auth.inject, auth.ttl_s)
        case model.ClientCredentials():
            bearer = model.Inject.model_validate({"in": "header", "name": "Authorization", "template": "Bearer {token}"})
            return TokenSession(settings, clock, _GrantedToken(settings, auth), bearer, auth.ttl_s)
        case model.Hmac():
            return Signature(settings, auth, clock)
    return FixedCredentials(settings)


def _quoted(header: str) -> list[Secret]:
    """The header as a vendor may repeat it in its words; what stands in it need not be a secret that we were given."""
    if not header:
        return []
    name = re.escape(header.encode())
    return [Secret(re.compile(rb"(?i)(\b" + name + rb"[\"']?\s*[:=]\s*[\"']?)[^\s\"'<>&,;]+"), (header.lower().encode(),))]


def redaction_of(settings: RestProfileSettings) -> Redaction:
    """What evidence must not keep: every secret, and the header or parameter that shows one."""
    auth, headers, secrets = settings.profile.written.auth, set[str](), list[Secret]()
    place = ("header", "") if not isinstance(auth, model.ApiKeyAuth) else (auth.place, auth.name)
    if isinstance(auth, model.TokenExchange):
        place = (auth.inject.place, auth.inject.name)
    if isinstance(auth, model.Hmac):
        place = ("header", auth.header)
    if place[0] == "header":
        headers.add(place[1].lower())
        secrets += _quoted(place[1])
    else:
        secrets.append(Secret(re.compile(rb"([?&]" + re.escape(place[1].encode()) + rb"=)[^&\s]+")))
    names = settings.profile.written.secrets
    hidden = [value for name, value in settings.secrets.items() if not names[name].identifies]
    return Redaction().also(headers=frozenset(headers - {""}), secrets=tuple(secrets)).knowing(*hidden)


def filled(text: str, secrets: Mapping[str, str]) -> str:
    """The text with its `${secret:…}` in place."""
    return _SECRET.sub(lambda found: secrets.get(found[1], ""), text)


class FixedCredentials:
    """Credentials that are the same on every call, or none."""

    def __init__(self, settings: RestProfileSettings) -> None:
        self._auth = settings.profile.written.auth
        self._secrets = settings.secrets

    def apply(self, call: Call) -> Call | None:
        match self._auth:
            case model.BasicAuth() as auth:
                pair = f"{filled(auth.username, self._secrets)}:{filled(auth.password, self._secrets)}"
                return _with_header(call, "Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
            case model.BearerAuth() as auth:
                return _with_header(call, "Authorization", f"Bearer {filled(auth.token, self._secrets)}")
            case model.ApiKeyAuth() as auth:
                return _shown(call, auth.place, auth.name, filled(auth.key, self._secrets))
        return call

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """There is nothing to renew.

        Raises:
            AuthenticationFailed: always.
        """
        del stale, send
        raise AuthenticationFailed("the credentials are not accepted", operation=LOG_IN)


class Signature:
    """A signature over every call."""

    def __init__(self, settings: RestProfileSettings, auth: model.Hmac, clock: Clock) -> None:
        self._auth = auth
        self._key = filled(auth.key, settings.secrets).encode()
        self._headers = {name: filled(value, settings.secrets) for name, value in auth.headers.items()}
        self._clock = clock

    def apply(self, call: Call) -> Call | None:
        auth, address = self._auth, urlsplit(call.url)
        time = str(int(self._clock.now().timestamp()))
        given = {
            "method": call.method,
            "path": address.path,
            "query": address.query,
            "body": call.content.decode(),
            "time": time,
        }
        signed = re.sub(r"\{(\w+)\}", lambda found: given.get(found[1], found[0]), auth.text)
        digest = hmac.new(self._key, signed.encode(), getattr(hashlib, auth.algorithm)).digest()
        value = digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode()
        times = {auth.time_header: time} if auth.time_header else {}
        return replace(call, headers={**call.headers, **self._headers, **times, auth.header: value})

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """There is nothing to renew.

        Raises:
            AuthenticationFailed: always.
        """
        del stale, send
        raise AuthenticationFailed("the signature is not accepted", operation=LOG_IN)


class TokenSession:
    """A token that was given for credentials, shown on every call until it is old or refused."""

    def __init__(self, settings: RestProfileSettings, clock: Clock, source: Any, inject: model.Inject, ttl_s: float) -> None:
        self._settings = settings
        self._clock = clock
        self._source = source
        self._inject = inject
        self._ttl = ttl_s
        self._token = ""
        self._given_at: datetime | None = None

    def apply(self, call: Call) -> Call | None:
        """The call with the token; None where there is none, or it is too old."""
        if not self._token or self._given_at is None:
            return None
        if (self._clock.now() - self._given_at).total_seconds() >= self._ttl:
            return None
        return _shown(call, self._inject.place, self._inject.name, self._inject.template.replace("{token}", self._token))

    def renew(self, stale: Call, send: Callable[[Call], Settled]) -> None:
        """Log in.

        Raises:
            AuthenticationFailed: the vendor said no, or gave no token.
            VendorError: the log-in did not get through.
        """
        del stale
        answer = send(self._source.call()).answered()
        token = self._source.token(answer.content, answer.headers)
        if not fits_a_header(token):
            raise AuthenticationFailed("no token in the answer to the log-in", operation=LOG_IN)
        self._token, self._given_at = token, self._clock.now()


class _ExchangedToken:
    """The profile's own log-in."""

    def __init__(self, settings: RestProfileSettings, auth: model.TokenExchange) -> None:
        self._settings = settings
        self._auth = auth

    def call(self) -> Call:
        settings, request = self._settings, self._settings.profile.log_in
        if request is None:
            raise AuthenticationFailed("the profile has no log-in", operation=LOG_IN)
        context = {"config": settings.config}
        functions = ProfileFunctions(settings.maps())
        ways = settings.profile.written.formats
        body = formats.rendered(_with_secrets(request.json, settings.secrets), context, functions, ways)
        form = formats.rendered(_with_secrets(request.form, settings.secrets), context, functions, ways)
        headers = {name: filled(value, settings.secrets) for name, value in request.headers.items()}
        query = formats.rendered(_with_secrets(dict(request.query), settings.secrets), context, functions, ways)
        url = settings.url + request.path.filled(context, functions) + (f"?{urlencode(query)}" if query else "")
        return _log_in(settings, request.method, url, headers, body=body, form=form)

    def token(self, content: bytes, headers: Mapping[str, str]) -> str:
        extract = self._auth.extract
        match extract.source:
            case "text":
                found = content.decode(errors="replace").strip()
            case "header":
                found = {name.casefold(): value for name, value in headers.items()}.get(extract.value.casefold(), "")
            case _:
                found = _of_json(content, self._settings.profile.token)
        return found.strip(extract.strip) if extract.strip else found


class _GrantedToken:
    """The client-credentials grant."""

    def __init__(self, settings: RestProfileSettings, auth: model.ClientCredentials) -> None:
        self._settings = settings
        self._auth = auth

    def call(self) -> Call:
        auth, secrets = self._auth, self._settings.secrets
        who, secret = filled(auth.client_id, secrets), filled(auth.client_secret, secrets)
        fields = {"grant_type": "client_credentials", **{name: filled(text, secrets) for name, text in auth.extra.items()}}
        headers = {}
        if auth.credentials_in == "basic":
            headers["Authorization"] = f"Basic {base64.b64encode(f'{quote(who)}:{quote(secret)}'.encode()).decode()}"
        else:
            fields |= {"client_id": who, "client_secret": secret}
        as_form = auth.encoding == "form"
        url = self._settings.url + auth.path
        return _log_in(
            self._settings, "POST", url, headers, body=None if as_form else fields, form=fields if as_form else None
        )

    def token(self, content: bytes, headers: Mapping[str, str]) -> str:
        del headers
        try:
            body = client.parsed(content)
        except client.NotJson:
            return ""
        return formats.text(body.get("access_token")) if isinstance(body, dict) else ""


def _log_in(
    settings: RestProfileSettings, method: str, url: str, headers: Mapping[str, str], *, body: Any, form: Any
) -> Call:
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    content = urlencode(form).encode() if form else json.dumps(body).encode() if body is not None else b""
    sent = {"Accept": "application/json", **settings.profile.written.transport.headers, **headers}
    return Call(
        operation=LOG_IN,
        method=method,
        url=url,
        content=content,
        headers={**sent, "Content-Type": kind} if content else sent,
        priority=Priority.INJECTION,
        timeout=settings.profile.written.transport.timeout_s,
    )


def _of_json(content: bytes, expression: Any) -> str:
    try:
        body = client.parsed(content)
        return formats.text(expression.of(body, ProfileFunctions())) if expression is not None else ""
    except ValueError:
        return ""


def _with_secrets(tree: Any, secrets: Mapping[str, str]) -> Any:
    if isinstance(tree, str):
        return filled(tree, secrets)
    if isinstance(tree, Mapping):
        return {name: _with_secrets(below, secrets) for name, below in tree.items()}
    if isinstance(tree, list):
        return [_with_secrets(below, secrets) for below in tree]
    return tree


def _shown(call: Call, place: str, name: str, value: str) -> Call:
    if place == "header":
        return _with_header(call, name, value)
    joint = "&" if "?" in call.url else "?"
    return replace(call, url=f"{call.url}{joint}{quote(name)}={quote(value, safe='')}")


def _with_header(call: Call, name: str, value: str) -> Call:
    return replace(call, headers={**call.headers, name: value})
