"""What the vendor's facts leave open, or what a test wants otherwise: every choice of the simulator with its default."""

from dataclasses import dataclass, fields
from typing import Any

from cogent_pipelines.simulators.common.words import words

ALL_SCOPES = tuple(
    words(
        "view_orders manage_orders view_order_edits manage_order_edits view_products manage_products view_messages",
        "manage_subscriptions view_project_settings view_states view_types manage_types view_stores",
        "view_business_units view_published_products view_channels manage_channels manage_import_containers",
    )
)
_CHOICES = {
    "order_inventory_mode": ("None", "TrackOnly", "ReserveOnOrder"),
    "sync_info_repeats": ("replace", "append"),
    "reserved_until": ("for ever", "shipped"),
    "discounts_on": ("lines", "total"),
    "bridge_signs": ("secret", "hmac-sha256", "nothing"),
    "bridge_wraps": ("nothing", "pubsub", "sns"),
}


@dataclass(slots=True)
class Switches:
    """Each field is one switch; `change` takes the same names."""

    # access
    scopes: tuple[str, ...] = ALL_SCOPES
    """What the API client may do, without the project's key."""
    token_seconds: int = 172_800
    # reading
    query_lag_seconds: float = 0.0
    """How long a query still shows what was before a change; reading by id never lags. No figure is published."""
    inventory_lag_seconds: float = 0.0
    """How late an entry's figures follow an order; the vendor says up to ten seconds."""
    bad_paging_status: int = 400
    """What `limit=501` and `offset=10001` get; the status is not published."""
    refuse_unknown_parameters: bool = False
    refuse_unknown_fields: bool = False
    """The published shapes forbid no further fields; the books count them under `unknown_fields` either way."""
    unequal_matches_absent: bool = True
    """Whether `field != "x"` and `not in` hold where there is no such field, as the vendor's export study supposes."""
    # writing
    unchanged_keeps_version: bool = True
    """Whether an update that changes nothing leaves the version as it is."""
    version_step: int = 1
    """By how much one action raises the version; clients must not compute it."""
    sync_info_repeats: str = "replace"
    """What `updateSyncInfo` does with the entry that the same channel has already: replace or append."""
    advised_can_return: bool = False
    """Whether `setReturnShipmentState` takes a return item from Advised to Returned."""
    cancelling_frees_stock: bool = False
    """Whether the state Cancelled gives the order's units back."""
    reserved_until: str = "for ever"
    """When units of an order leave both the stock and the reservation: for ever (never by themselves) or shipped."""
    orders_raise_inventory_version: bool = True
    """Whether an order's reservation counts as a change of the entry."""
    # orders placed here
    order_inventory_mode: str = "ReserveOnOrder"
    checkout_checks_stock: bool = True
    """False: an order for more than there is is taken all the same, and counted as oversold."""
    discounts_on: str = "lines"
    """Where a discount is told: on each line's price, or on the order's total."""
    tax_rate: float = 0.2
    # messages and subscriptions
    messages_enabled: bool = True
    message_days: int = 15
    message_delay_seconds: float = 0.0
    """How long a message is kept back from `GET /messages`."""
    messages_left_out_every: int = 0
    """Every so many-th message is never shown nor sent; its sequence number stays missing. 0: none."""
    notice_delay_seconds: float = 0.0
    notice_retries: int = 5
    notice_retry_seconds: float = 30.0
    """The wait before a second attempt; each further one is twice as long. Not published."""
    notice_limit_bytes: int = 262_144
    """Above this a notice comes without its payload; the limit depends on the destination and is not published."""
    delivery_stops_after_failures: bool = False
    """True: a notice given up stops the whole subscription (ConfigurationErrorDeliveryStopped)."""
    subscription_activation_seconds: float = 0.0
    """How long a new subscription hears nothing; the vendor says up to a minute."""
    test_notice: bool = True
    # the bridge between a queue and an address
    bridge_signs: str = "secret"
    """secret: the header carries the secret itself; hmac-sha256: the body's signature in Base64; nothing."""
    bridge_header: str = "X-Bridge-Secret"
    bridge_wraps: str = "nothing"
    """nothing: the body is the notice; pubsub and sns: inside the envelope of such a queue's push."""
    # the Import API
    import_seconds: float = 2.0
    """How long an import operation is processing."""
    import_operation_hours: float = 48.0
    import_container_hours: float = 72.0

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)}")

    def change(self, **values: Any) -> None:
        """Set some switches; a misspelt name or value is an error and changes nothing.

        Raises:
            ValueError: there is no such switch, or it has no such position.
        """
        known = {item.name for item in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
        wanted = {name: tuple(value) if name == "scopes" else value for name, value in values.items()}
        Switches(**{name: getattr(self, name) for name in known} | wanted)
        for name, value in wanted.items():
            setattr(self, name, value)
