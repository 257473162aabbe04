"""One customer's account at a vendor that a profile describes. Values only: secrets arrive resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cogent_pipelines.adapters.transport.hosts import hosts_of
from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile
from cogent_pipelines.adapters.warehouses.rest_profile.contract import State
from cogent_pipelines.adapters.warehouses.rest_profile.expressions import Maps
from cogent_pipelines.ports.vendor_account import RateLimit


@dataclass(frozen=True, slots=True)
class RestProfileSettings:
    """One account as one connection uses it.

    Attributes:
        base_url: where the vendor answers, if not where the profile says.
        secrets: the profile's secrets by name.
        parameters: what this customer gives for the profile's parameters, by name.
        words: what this customer's words add to the profile's maps: map → word → other side's word.
        cancel_while: states in which this site still stops orders; None leaves it to the profile.
        zone: the time zone of the vendor's dates; empty leaves it to the profile.
        sites: locations whose stock counts; empty means every one.
        stock_lag_seconds: how far behind the truth stock figures may be.
        calls_per_second: instead of the profile's; 0 leaves it to the profile.
    """

    profile: Profile
    base_url: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cancel_while: frozenset[State] | None = None
    zone: str = ""
    sites: frozenset[str] = frozenset()
    stock_lag_seconds: float = 0.0
    calls_per_second: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what the profile does not know, or cannot do without.

        Raises:
            ValueError: a name is unknown, or a required one is missing; every such name is in the message.
        """
        faults = faults_of_names(self.profile, secrets=self.secrets, parameters=self.parameters, words=self.words)
        if not self.url:
            faults.append("base_url is missing: the profile does not say where the vendor answers")
        if faults:
            raise ValueError(f"profile {self.profile.name}: {'; '.join(faults)}")

    @property
    def url(self) -> str:
        return (self.base_url or self.profile.written.transport.base_url).rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """The only host that gets the credentials."""
        return hosts_of(self.url)

    @property
    def account(self) -> str:
        """Whose rate budget and circuit all connections of this account share."""
        who = [self.secrets[name] for name, each in self.profile.written.secrets.items() if each.identifies]
        return ":".join([self.profile.name, urlsplit(self.url).hostname or "", *who]).rstrip(":")

    @property
    def config(self) -> dict[str, str | int | None]:
        """What expressions know as `config`."""
        defaults = {name: each.default for name, each in self.profile.written.parameters.items()}
        return {**defaults, **self.parameters}

    @property
    def rate_limit(self) -> RateLimit:
        limits = self.profile.written.limits
        per_second = self.calls_per_second or limits.max_per_s
        return RateLimit(capacity=max(limits.burst, 1.0), refill_per_second=per_second)

    @property
    def concurrency(self) -> int:
        return self.profile.written.limits.max_concurrency

    @property
    def time_zone(self) -> str:
        return self.zone or self.profile.written.formats.zone

    @property
    def cancellable(self) -> frozenset[State]:
        """States in which an order may still be stopped."""
        if self.cancel_while is not None:
            return self.cancel_while
        operation = self.profile.operations.get("cancel_order")
        precheck = operation.precheck if operation else None
        return frozenset(precheck.allowed_status) if precheck else frozenset()

    def maps(self) -> Maps:
        """The profile's tables of words with this customer's own on top."""
        maps = Maps()
        for name, table in self.profile.written.maps.items():
            maps.values[name] = {**table.values, **self.words.get(name, {})}
            if table.on_missing == "fail":
                maps.strict.add(name)
            elif table.default is not None:
                maps.defaults[name] = table.default
        return maps


def faults_of_names(
    profile: Profile,
    *,
    secrets: Mapping[str, object],
    parameters: Mapping[str, object],
    words: Mapping[str, object],
) -> list[str]:
    """What the profile does not know, and what it cannot do without."""
    written = profile.written
    required = {name for name, each in written.parameters.items() if each.required and each.default is None}
    return [
        *_faults_of("secret", secrets, written.secrets, set(written.secrets)),
        *_faults_of("parameter", parameters, written.parameters, required),
        *_faults_of("map", words, written.maps, set()),
    ]


def _faults_of(kind: str, given: Mapping[str, object], known: Mapping[str, object], required: set[str]) -> list[str]:
    names = ", ".join(known) or "none"
    strange = [f"there is no {kind} {name}; there are {names}" for name in given if name not in known]
    return strange + [f"{kind} {name} is missing" for name in known if name in required and given.get(name, "") == ""]
