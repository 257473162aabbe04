"""The block of a warehouse that a YAML profile describes: which profile, which account, and what differs with it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from cogent_pipelines.adapters.transport.client import VendorClient
from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.adapters.warehouses.rest_profile.adapter import warehouse_of
from cogent_pipelines.adapters.warehouses.rest_profile.client import judge
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile
from cogent_pipelines.adapters.warehouses.rest_profile.contract import State
from cogent_pipelines.adapters.warehouses.rest_profile.session import credentials_of, redaction_of
from cogent_pipelines.adapters.warehouses.rest_profile.settings import RestProfileSettings, faults_of_names
from cogent_pipelines.adapters.warehouses.rest_profile.webhook import SECRET_PARAMETER, RestProfileWebhook
from cogent_pipelines.adapters.warehouses.rest_profile.wire import Shared
from cogent_pipelines.connections.block import EnvName, TimeZone
from cogent_pipelines.connections.secrets import Variables, values_of
from cogent_pipelines.connections.services import VendorServices
from cogent_pipelines.connections.side import EventSource, WarehouseSide
from cogent_pipelines.ports.warehouse import Warehouse

_PROJECT = Path(__file__).parents[3]
_ANY = "rest_profile"
_TO_FILL_IN = "to be filled in"


class RestProfileBlock(WarehouseSide):
    """A warehouse with a REST interface that a profile describes; the vendor's name alone chooses a shipped one."""

    vendor: Literal["rest_profile", "mintsoft", "scend"]
    profile: str = Field(
        default="", description="With `vendor: rest_profile`: a shipped profile, or a file below the project's folder."
    )
    base_url: str = Field(default="", description="Where the vendor answers, if not where the profile says.")
    base_url_env: EnvName | None = Field(default=None, description="Instead of `base_url`: the variable that holds it.")
    secrets_env: dict[str, EnvName] = Field(
        default_factory=dict, description="Each secret of the profile → the variable that holds it."
    )
    event_secret_env: EnvName | None = Field(
        default=None, description="What events are proved with, where the profile has any; at least sixteen characters."
    )
    parameters: dict[str, str | int] = Field(default_factory=dict, description="Each parameter of the profile → its value.")
    words: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Per map of the profile (service, carrier, country …): a word → the other side's."
    )
    cancel_while: list[State] | None = Field(
        default=None, description="States in which this site still stops orders; not given: as the profile says."
    )
    timezone: TimeZone | None = Field(default=None, description="The zone of the vendor's dates, if not the profile's.")
    stock_lag_seconds: float = Field(default=0.0, ge=0, description="How far behind the truth stock figures may be.")
    calls_per_second: float | None = Field(default=None, gt=0, description="Instead of the profile's limit.")
    calls_per_second_env: EnvName | None = Field(
        default=None, description="Replaces it where it is set, for stand-ins that run in fast time."
    )
    rate_limited: bool = Field(default=True, description="False only against a stand-in without limits.")

    @classmethod
    def begun(cls, vendor: str, variable: Callable[[str], str]) -> dict[str, Any]:
        """With every secret and parameter that the vendor's profile cannot do without."""
        of_any = vendor == _ANY
        profile = compiling.load(next(iter(compiling.shipped())) if of_any else vendor)
        written = profile.written
        begun: dict[str, Any] = {}
        if of_any:
            begun["profile"] = profile.name
        if of_any or not written.transport.base_url:
            begun["base_url_env"] = variable("base_url_env")
        begun["secrets_env"] = {name: variable(name) for name in written.secrets}
        if profile.events is not None:
            begun["event_secret_env"] = variable("event_secret_env")
        wanted = {name: each for name, each in written.parameters.items() if each.required and each.default is None}
        if wanted:
            begun["parameters"] = dict.fromkeys(wanted, _TO_FILL_IN)
        return begun

    def seen_within(self, looks_back: timedelta) -> timedelta | None:
        """As late as the figures are, and as changes may show by the profile beyond what every reading looks back."""
        changes = self.described().operations.get("list_stock_changes")
        overlap = timedelta(seconds=changes.cursor.overlap_s if changes is not None and changes.cursor is not None else 0.0)
        beyond = max(overlap - looks_back, timedelta(0))
        return timedelta(seconds=self.stock_lag_seconds) + beyond

    @contextmanager
    def open(self, services: VendorServices, environment: Mapping[str, str]) -> Iterator[Warehouse]:
        """The account, its wire closed with the block."""
        account = rest_profile_settings(self, environment)
        shared = Shared.of(account)
        client = VendorClient(
            account=account.account,
            reader=judge(account, shared.functions, services.clock),
            limit=account.rate_limit if self.rate_limited else None,
            budget=services.budget,
            circuit=services.circuit,
            evidence=services.evidence,
            clock=services.clock,
            redaction=redaction_of(account).knowing(*values_of(environment, self.event_secret_env)),
            credentials=credentials_of(account, services.clock),
            engine=services.engine,
            concurrency=account.concurrency,
            hosts=account.hosts,
            random=services.random,
        )
        try:
            yield warehouse_of(account, client, services.clock, shared)
        finally:
            client.close()

    def event_source(self, environment: Mapping[str, str]) -> EventSource | None:
        """As the profile's `events` prove themselves; without them it is polled."""
        events = self.described().events
        if not self.event_secret_env or events is None:
            return None
        variables = Variables(environment)
        secret = variables.get(self.event_secret_env)
        variables.refuse_if_any_is_missing()
        verifier = RestProfileWebhook(rest_profile_settings(self, environment), secret)
        age = events.proof.max_age_s
        query = {SECRET_PARAMETER: secret} if events.proof.kind == "address" else {}
        return EventSource(verifier, max_age=timedelta(seconds=age) if age is not None else None, query=query)

    def described(self) -> Profile:
        """The profile that the block means.

        Raises:
            ProfileFault: it has mistakes.
            OSError: there is no such file.
        """
        name = self.profile if self.vendor == _ANY else self.vendor
        return compiling.load(name if name in compiling.shipped() else str(_PROJECT / name))

    @model_validator(mode="after")
    def _fits_its_profile(self) -> "RestProfileBlock":
        """Every name must be the profile's: what is misspelt here would otherwise be found by the first order."""
        if (self.vendor == _ANY) != bool(self.profile):
            raise ValueError(f"give profile with vendor: {_ANY}, and only with that")
        try:
            profile = self.described()
        except OSError:
            known = ", ".join(compiling.shipped())
            raise ValueError(f"there is no profile {self.profile}; use {known}, or a file below the project") from None
        faults = faults_of_names(profile, secrets=self.secrets_env, parameters=self.parameters, words=self.words)
        if not (self.base_url or self.base_url_env or profile.written.transport.base_url):
            faults.append("give base_url or base_url_env: the profile does not say where the vendor answers")
        if self.event_secret_env and profile.events is None:
            faults.append("it has no events: leave event_secret_env out")
        if faults:
            raise ValueError(f"profile {profile.name}: {'; '.join(faults)}")
        return self


def rest_profile_settings(block: RestProfileBlock, environment: Mapping[str, str]) -> RestProfileSettings:
    """The account's settings, its secrets looked up."""
    variables = Variables(environment)
    pace = block.calls_per_second_env
    base_url = variables.get(block.base_url_env) if block.base_url_env else block.base_url
    secrets = {name: variables.get(variable) for name, variable in block.secrets_env.items()}
    calls_per_second = variables.number(pace) if pace and environment.get(pace) else block.calls_per_second or 0.0
    variables.refuse_if_any_is_missing()
    return RestProfileSettings(
        profile=block.described(),
        base_url=base_url,
        secrets=secrets,
        parameters=block.parameters,
        words=block.words,
        cancel_while=frozenset(block.cancel_while) if block.cancel_while is not None else None,
        zone=block.timezone or "",
        sites=frozenset(block.sites),
        stock_lag_seconds=block.stock_lag_seconds,
        calls_per_second=calls_per_second,
    )
