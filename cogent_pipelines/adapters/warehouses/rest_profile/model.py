"""The sections of a profile as they are written: their fields, with what each is for. A misspelt field is an error.

Only the form is here. What expressions, names and references in it are worth is looked at in `compiling`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from cogent_pipelines.adapters.warehouses.rest_profile.contract import ErrorClass, State

Tree = Any
"""Literals and expressions in lists and objects, as they go over the wire."""


class Part(BaseModel):
    """Any section."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(Part):
    """Something that differs between customers of the vendor and is no secret; expressions know it as `config.<name>`."""

    says: str = Field(description="What it is, for whoever fills it in.")
    default: str | int | None = Field(default=None, description="What is sent where the connection says nothing.")
    required: bool = Field(default=False, description="A connection without it is refused.")


class SecretName(Part):
    """A credential, given to a connection as the name of an environment variable."""

    says: str = Field(description="What it is, for whoever fills it in.")
    identifies: bool = Field(default=False, description="Names the account, such as a user; its value is no secret.")


class Assumption(Part):
    """Something that nobody has confirmed: what is assumed, and what to ask the vendor."""

    assumed: Any = Field(description="The value; give it an &anchor and refer to it with *anchor where it is used.")
    ask: str = Field(description="The question whose answer confirms or corrects it.")
    confirmed: bool = Field(default=False, description="True once the vendor's papers say so.")


class Transport(Part):
    base_url: str = Field(default="", description="Where the vendor answers; a connection may name another, or must.")
    timeout_s: float = Field(default=60.0, gt=0, le=600, description="Seconds for one whole exchange.")
    headers: dict[str, str] = Field(default_factory=dict, description="Sent with every call.")


class RequestPart(Part):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(description="The verb, in capitals.")
    path: str = Field(pattern=r"^/", description="Below the base URL; `{name}` is filled in and escaped.")
    query: dict[str, Tree] = Field(default_factory=dict, description="Parameters; those without a value are left out.")
    headers: dict[str, str] = Field(default_factory=dict, description="Sent with this call only.")
    json_body: Tree = Field(default=None, alias="json", description="The body as JSON.")
    form: dict[str, Tree] | None = Field(default=None, description="The body as a form, instead of `json`.")


def _kind_of_field(written: object) -> str:
    return "rows" if isinstance(written, dict) or hasattr(written, "fields") else "text"


class RowPart(Part):
    """Rows within a row."""

    items: str = Field(default="=@", description="Expression: the list of rows.")
    fields: dict[str, "RowField"] = Field(description="Our name of a field → expression over one row, or rows within it.")


RowField = Annotated[
    Annotated[str, Tag("text")] | Annotated[RowPart, Tag("rows")],
    Discriminator(_kind_of_field),
]


class ResponsePart(Part):
    root: str = Field(default="=@", description="Expression: the part of the answer that the rest is about.")
    items: str = Field(default="", description="Expression over the root: the list of rows; not given: the root is one row.")
    fields: dict[str, RowField] = Field(
        default_factory=dict, description="Our name of a field → expression over one row, or rows within it."
    )
    ok_when: str = Field(default="", description="Expression over the root: true where the vendor did what it was asked.")
    message: str = Field(default="", description="Expression over the root: the vendor's words where it did not.")
    only_states: list[State] = Field(default=[], description="Rows in other states are no such thing and are left out.")
    empty_when_not_found: bool = Field(
        default=False, description="The vendor says of a list by `not_found` that it is empty, or at its end."
    )


class Paging(Part):
    style: Literal["page_number", "offset", "cursor"] = Field(description="How the vendor hands out long lists.")
    param: str = Field(description="The query parameter that moves on.")
    size_param: str = Field(default="", description="The query parameter for how many rows a page may have.")
    size: int = Field(default=100, ge=1, le=10_000, description="Rows asked for.")
    first: int = Field(default=1, ge=0, description="The number of the first page; 0 or 1.")
    stop: Literal["short_page", "empty_page"] = Field(
        default="empty_page",
        description="What ends the list, where nothing else does; a short page only where the vendor is known to fill them.",
    )
    total: str = Field(default="", description="Expression over the answer: how many rows there are in all.")
    next: str = Field(default="", description="Expression over the answer: the next cursor; nothing ends the list.")


class Cursor(Part):
    overlap_s: float = Field(default=300.0, ge=0, description="How far before the watermark the vendor is asked.")
    step: Literal["", "day"] = Field(
        default="", description="`day` where the vendor takes one date and not a span: each day is asked for."
    )


class Precheck(Part):
    operation: Literal["find_order", "get_order"] = Field(description="What reads the live state.")
    allowed_status: list[State] = Field(description="States in which it may still be done; the rest is too late.")


class Confirm(Part):
    operation: Literal["find_order", "get_order"] = Field(description="What reads the state afterwards.")
    status: list[State] = Field(default=[State.CANCELLED], description="States that prove it done.")


class Idempotency(Part):
    strategy: Literal["lookup_first", "server_unique", "upsert"] = Field(
        default="lookup_first",
        description="Look before every order; or rely on the vendor to refuse, or to take the same again.",
    )
    shows_within_s: float = Field(
        default=0.0, ge=0, description="How long after it was sent an order may not be found yet: only then is it not there."
    )


class Wait(Part):
    header: str = Field(default="", description="The header that says how long to wait.")
    text: str = Field(default="", description="Or a regular expression whose first group, in the body, says it.")
    unit: Literal["s", "ms", "date"] = Field(default="s", description="Seconds, milliseconds, or an HTTP date.")


class HeaderIs(Part):
    name: str = Field(description="The header.")
    matches: str = Field(default=".", description="A regular expression for its value.")


class ErrorRule(Part):
    """The first rule that fits decides; every condition that is given must hold."""

    when_status: list[int] = Field(default=[], description="HTTP statuses; none given: any.")
    when_header: HeaderIs | None = Field(default=None, description="A header that must be there.")
    when: str = Field(default="", description="Expression over the body that must be true.")
    when_text: str = Field(default="", description="A regular expression that must be found in the body's text.")
    operations: list[str] = Field(default=[], description="Only answers to these; none given: to all.")
    means: ErrorClass = Field(alias="class", description="What it means.")
    message: str = Field(default="", description="Expression over the body: the vendor's words.")
    wait: Wait | None = Field(default=None, description="Where the vendor says how long to wait.")


class Step(Part):
    request: RequestPart = Field(description="The call.")
    response: ResponsePart = Field(default=ResponsePart(), description="How its answer is read.")
    for_each: Literal["", "lines"] = Field(default="", description="`lines`: one call for each, known as `line`.")


class OperationPart(Part):
    request: RequestPart | None = Field(default=None, description="The call.")
    response: ResponsePart = Field(default=ResponsePart(), description="How its answer is read.")
    steps: list[Step] = Field(default=[], description="Instead of one request: several, the first answering for all.")
    paging: Paging | None = Field(default=None, description="Where the answer comes in pages.")
    cursor: Cursor | None = Field(default=None, description="Where it is asked for what is new.")
    precheck: Precheck | None = Field(default=None, description="The state that is looked at before.")
    confirm: Confirm | None = Field(default=None, description="The state that is looked at afterwards.")
    idempotency: Idempotency | None = Field(default=None, description="How the same order never goes in twice.")
    cost: float = Field(default=1.0, gt=0, description="Tokens of the rate limit that one call takes.")


class WordsFrom(Part):
    request: RequestPart = Field(description="The call that lists the vendor's words.")
    response: ResponsePart = Field(description="Rows with `key` and `word`.")


class WordMap(Part):
    """A table of words."""

    values: dict[str, str] = Field(default_factory=dict, description="The vendor's word, or ours → the other side's.")
    default: str | None = Field(default=None, description="For what is not in the table.")
    on_missing: Literal["default", "passthrough", "fail"] = Field(
        default="passthrough", description="What becomes of a word that is not in the table."
    )
    read: WordsFrom | None = Field(default=None, description="The vendor's own list, read once; it adds to `values`.")


class Formats(Part):
    dates_in: list[str] = Field(
        default=["iso8601"], description="`iso8601`, `epoch_s`, `epoch_ms`, or strptime patterns; the first that fits."
    )
    dates_out: str = Field(default="iso8601", description="`iso8601`, or a strftime pattern.")
    zone: str = Field(default="UTC", description="Of dates that do not say theirs, in and out.")
    decimals: Literal["number", "text"] = Field(default="number", description="How amounts are written.")
    decimal_places: int = Field(default=2, ge=0, le=6, description="Decimals of an amount.")
    nulls: Literal["omit", "empty", "send"] = Field(default="omit", description="What is sent for nothing.")
    booleans: tuple[str, str] = Field(default=("true", "false"), description="Yes and no in an address or a form.")


class SkuCheck(Part):
    pattern: str = Field(description="A regular expression for a whole SKU.")
    says: str = Field(description="The rule in words, for whoever has to correct a SKU.")


class Checks(Part):
    """What the vendor refuses, found before it is sent."""

    sku: SkuCheck | None = Field(default=None, description="The form of a SKU.")
    required: list[str] = Field(default=[], description="Fields that must not be empty, such as `ship_to.line1`.")
    longest: dict[str, int] = Field(default_factory=dict, description="Field → characters that it may have.")


class Capabilities(Part):
    cancel: Literal["rest", "manual"] = Field(description="Whether orders can be stopped by a call.")
    manual_cancel: str = Field(default="", description="What a person does instead.")
    partial_shipment: Literal["order_parts", "shipment_lines", "none"] = Field(
        description="How goods that leave in several parcels are told."
    )
    boxes: Literal["one_by_one", "together"] = Field(
        default="one_by_one",
        description="`together` where a shipment may show before its boxes do: it is one parcel then, and stays one.",
    )
    returns: Literal["none", "read", "create_and_read"] = Field(description="Whether returns can be read and announced.")
    stock_delta: Literal["none", "changes"] = Field(description="Whether stock can be asked for since a time.")
    webhooks: Literal["none", "events"] = Field(default="none", description="Whether the vendor tells us of news.")
    longest_ref: int = Field(default=50, ge=1, le=255, description="Characters of our reference that the vendor keeps.")
    remembers_line_refs: bool = Field(default=False, description="Whether parcels name the line that was sent.")


class EventProof(Part):
    kind: Literal["hmac", "header", "address"] = Field(
        description="A signature in a header, the secret itself in a header, or the secret in the address that is called."
    )
    header: str = Field(default="", description="The header, for the first two.")
    prefix: str = Field(default="", description="What stands before it in the header, such as `sha256=`.")
    algorithm: Literal["sha256", "sha512"] = Field(default="sha256", description="Of a signature.")
    encoding: Literal["hex", "base64"] = Field(default="hex", description="How a signature is written.")
    signed: str = Field(default="{body}", description="What is signed: `{body}` and `{time}` are filled in.")
    time_header: str = Field(default="", description="The header that carries the time, where it is signed too.")
    max_age_s: float | None = Field(default=None, gt=0, description="Older events are refused, by `occurred_at`.")


class EventsPart(Part):
    """What the vendor posts to us; it has to be asked for at the vendor."""

    proof: EventProof = Field(description="How an event proves who it is from.")
    topic: str = Field(description="Expression over the body: its kind; one that speaks of stock wakes the stock flow.")
    subject: str = Field(description="Expression over the body: our reference of the order, or the SKU, it is about.")
    id: str = Field(default="", description="Expression over the body: the event's own id, equal on every delivery.")
    occurred_at: str = Field(default="", description="Expression over the body: when it happened.")


class Limits(Part):
    max_per_s: float = Field(gt=0, description="Calls a second, in the long run.")
    burst: float = Field(default=1.0, ge=1, description="Calls that may go at once after a rest.")
    max_concurrency: int = Field(default=4, ge=1, le=64, description="Calls under way at once.")
    orders_per_batch: int = Field(default=50, ge=1, le=500, description="Orders that are put in together.")
    items_per_change: int = Field(
        default=100, ge=1, description="More changed items than these, and all stock is read instead."
    )


class NoAuth(Part):
    kind: Literal["none"]


class BasicAuth(Part):
    kind: Literal["basic"]
    username: str = Field(description="`${secret:name}`.")
    password: str = Field(description="`${secret:name}`.")


class BearerAuth(Part):
    kind: Literal["bearer"]
    token: str = Field(description="`${secret:name}`.")


class ApiKeyAuth(Part):
    kind: Literal["api_key"]
    place: Literal["header", "query"] = Field(alias="in", description="Where the key goes.")
    name: str = Field(description="The header or the parameter.")
    key: str = Field(description="`${secret:name}`.")


class Extract(Part):
    source: Literal["text", "json", "header"] = Field(alias="from", description="Where the token is in the answer.")
    value: str = Field(default="", description="The header, or the expression over the body.")
    strip: str = Field(default="", description="Characters to be taken off both ends.")


class Inject(Part):
    place: Literal["header", "query"] = Field(alias="in", default="header", description="Where the token goes.")
    name: str = Field(description="The header or the parameter.")
    template: str = Field(default="{token}", description="What stands there; `{token}` is filled in.")


class TokenExchange(Part):
    kind: Literal["token_exchange"]
    request: RequestPart = Field(description="The log-in; secrets as `${secret:name}`.")
    extract: Extract = Field(description="How the token is taken from its answer.")
    inject: Inject = Field(description="How calls show it.")
    ttl_s: float = Field(default=3000.0, gt=0, description="Seconds after which a new one is asked for.")
    refresh_on_status: list[int] = Field(default=[401], description="Statuses that say that it is no longer good.")


class ClientCredentials(Part):
    kind: Literal["oauth2_client_credentials"]
    path: str = Field(pattern=r"^/", description="Of the token endpoint, below the base URL.")
    client_id: str = Field(description="`${secret:name}`.")
    client_secret: str = Field(description="`${secret:name}`.")
    credentials_in: Literal["basic", "body"] = Field(default="basic", description="Where the two go.")
    encoding: Literal["form", "json"] = Field(default="form", description="How the body is written.")
    extra: dict[str, str] = Field(default_factory=dict, description="Fields besides, such as `scope`.")
    ttl_s: float = Field(default=1500.0, gt=0, description="Seconds after which a new one is asked for.")
    refresh_on_status: list[int] = Field(default=[401], description="Statuses that say that it is no longer good.")


class Hmac(Part):
    kind: Literal["hmac"]
    key: str = Field(description="`${secret:name}`.")
    algorithm: Literal["sha256", "sha512"] = Field(default="sha256", description="Of the signature.")
    text: str = Field(description="What is signed: `{method}`, `{path}`, `{query}`, `{body}` and `{time}` are filled in.")
    encoding: Literal["hex", "base64"] = Field(default="hex", description="How the signature is written.")
    header: str = Field(description="The header that carries it.")
    time_header: str = Field(default="", description="The header that carries the time, in epoch seconds.")
    headers: dict[str, str] = Field(default_factory=dict, description="Sent besides, such as a key's id.")


Auth = Annotated[
    NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | TokenExchange | ClientCredentials | Hmac, Field(discriminator="kind")
]


class ProfileModel(Part):
    """One vendor."""

    profile_version: Literal[1] = Field(description="1.")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Lower-case letters, digits, underscores.")
    title: str = Field(description="What people call the vendor.")
    sources: list[str] = Field(min_length=1, description="Where its facts come from, and when they were read.")
    parameters: dict[str, Parameter] = Field(default_factory=dict, description="What differs between its customers.")
    secrets: dict[str, SecretName] = Field(default_factory=dict, description="The credentials it wants.")
    assumptions: dict[str, Assumption] = Field(
        default_factory=dict, description="Everything that is not known, in one place."
    )
    transport: Transport = Field(description="Where the vendor answers.")
    auth: Auth = Field(description="How it knows us.")
    limits: Limits = Field(description="How fast it may be asked.")
    errors: list[ErrorRule] = Field(default=[], description="What its refusals mean; the first rule that fits decides.")
    operations: dict[str, OperationPart] = Field(description="Its calls.")
    maps: dict[str, WordMap] = Field(default_factory=dict, description="Its words.")
    formats: Formats = Field(default=Formats(), description="How it writes dates, amounts and nothing.")
    checks: Checks = Field(default=Checks(), description="What it would refuse.")
    capabilities: Capabilities = Field(description="What it can do.")
    events: EventsPart | None = Field(default=None, description="What it tells us of by itself.")
