"""The despatch bay: parcels made up, despatches written down, tracking numbers given now or later.

What leaves and when is decided by `floor`; the bay only packs, records and tells.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cogent_pipelines.simulators.peoplevox.entities import Despatch, DespatchRow, Parcel, ParcelLine, SalesOrder
from cogent_pipelines.simulators.peoplevox.values import Value

if TYPE_CHECKING:
    from cogent_pipelines.simulators.peoplevox.warehouse import Warehouse

PlanTracking = Callable[[Despatch, datetime, float], None]


class Bay:
    """The despatch bay of one warehouse; `plan_tracking` is called for numbers that come later."""

    def __init__(self, warehouse: "Warehouse", plan_tracking: PlanTracking) -> None:
        self.warehouse = warehouse
        self._plan_later = plan_tracking
        self._tracked = 0
        self._despatched = 0

    def record(
        self,
        number: str,
        order: SalesOrder | None,
        site: str,
        parcels: list[Parcel],
        at: datetime,
        tracking: str | None,
    ) -> Despatch:
        warehouse = self.warehouse
        if warehouse.despatch_rows:
            at = max(at, warehouse.despatch_rows[-1].despatch.at)
        self._despatched += 1
        carrier, service, code = warehouse.service_for(order.text("ServiceType") if order else "")
        carrier = (order.text("CarrierName") if order else "") or carrier
        despatch = Despatch(f"DES{self._despatched:06d}", at, number, order, carrier, service, code, site, parcels)
        warehouse.despatches[despatch.number] = despatch
        rows = [DespatchRow(despatch, parcel, line) for parcel in parcels for line in parcel.lines]
        warehouse.despatch_rows.extend(rows)
        warehouse.rows_by_order[number].extend(rows)
        warehouse.version += 1
        if order is not None:
            order.despatches.append(despatch)
        self._tell_of_despatch(despatch)
        self._plan_tracking(despatch, tracking, at)
        return despatch

    def _tell_of_despatch(self, despatch: Despatch) -> None:
        # Both events are known by name only; their placeholders are assumed to be those of TrackingNumberReceived.
        warehouse = self.warehouse
        if "OnDespatchOrderReceived" in warehouse.wanted_events:
            warehouse.raise_event("OnDespatchOrderReceived", self._shown(despatch, despatch.parcels[0]))
        if "DespatchPackageDespatched" in warehouse.wanted_events:
            for parcel in despatch.parcels:
                warehouse.raise_event("DespatchPackageDespatched", self._shown(despatch, parcel))

    # ---- tracking

    def _plan_tracking(self, despatch: Despatch, tracking: str | None, at: datetime) -> None:
        switches = self.warehouse.switches
        if tracking is None:
            missing = switches.tracking_missing_probability
            tracking = "never" if missing and self.warehouse.random.random() < missing else "now"
            if tracking == "now" and switches.tracking_delay_seconds:
                self._plan_later(despatch, at, switches.tracking_delay_seconds)
                return
        if tracking == "now":
            self.track(despatch, at)

    def track(self, despatch: Despatch, at: datetime, number: str | None = None) -> int:
        """Give tracking numbers to the parcels that have none; says how many got one."""
        warehouse, tracked = self.warehouse, 0
        for parcel in despatch.parcels:
            if parcel.tracking:
                continue
            self._tracked += 1
            tracked += 1
            parcel.tracking = number or f"TRK{self._tracked:08d}"
            parcel.tracking_at = at
            if "DespatchPackageTrackingNumberReceived" in warehouse.wanted_events:
                warehouse.raise_event("DespatchPackageTrackingNumberReceived", self._shown(despatch, parcel))
        if tracked:
            warehouse.version += 1
            if despatch.order is not None:
                despatch.order.values["DespatchTrackingNumber"] = despatch.parcels[0].tracking
            if "TrackingNumberReceived" in warehouse.wanted_events:
                warehouse.raise_event("TrackingNumberReceived", self._shown(despatch, *despatch.parcels))
        return tracked

    def tracking_arrives(self, despatch_number: str | None = None) -> int:
        """Let the carrier answer now, for one despatch or for all that wait."""
        waiting = self.warehouse.despatches
        chosen = list(waiting.values()) if despatch_number is None else [waiting[despatch_number]]
        return sum(self.track(despatch, self.warehouse.clock.now()) for despatch in chosen)

    def track_by_hand(self, order: SalesOrder, number: str) -> None:
        """Take a tracking number that an import wrote onto the order."""
        for despatch in order.despatches:
            self.track(despatch, self.warehouse.clock.now(), number)

    def _shown(self, despatch: Despatch, *parcels: Parcel) -> Mapping[str, Value]:
        separator = self.warehouse.switches.event_list_separator
        return {
            "DespatchNumber": despatch.number,
            "TrackingNumber": separator.join(parcel.tracking for parcel in parcels if parcel.tracking),
            "Carrier.Number": despatch.carrier,
            "ServiceType.Name": despatch.service,
            "ServiceType.Code": despatch.service_code,
            "Picks.SalesOrder.SalesOrderNumber": despatch.order_number,
            "Picks.SalesOrder.Email": despatch.order.text("Email") if despatch.order else "",
        }


def packed(contents: Sequence[ParcelLine], parcels: int) -> list[Parcel]:
    """Spread what leaves over at most so many parcels; a single line is split by its quantity."""
    if parcels > 1 and len(contents) == 1 and not contents[0].parent:
        contents = _split(contents[0], parcels)
    count = max(1, min(parcels, len(contents)))
    return [Parcel(f"Package {n + 1}", list(contents[n::count])) for n in range(count)]


def _split(line: ParcelLine, parcels: int) -> list[ParcelLine]:
    count = min(parcels, line.quantity)
    shares = [line.quantity // count + (1 if n < line.quantity % count else 0) for n in range(count)]
    return [ParcelLine(line.item_code, line.line, share, order_line=line.order_line) for share in shares]
