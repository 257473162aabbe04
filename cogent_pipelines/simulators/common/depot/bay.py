"""The despatch bay: parcels made up, despatches written down, tracking numbers stuck on. What leaves is the floor's."""

from datetime import datetime

from cogent_pipelines.simulators.common.depot.records import Content, Despatch, Order, Parcel


class Bay:
    """All that has left one depot."""

    def __init__(self) -> None:
        self.despatches: dict[int, Despatch] = {}
        self._parcels = 0
        self._tracked = 0

    def record(self, order: Order, contents: list[Content], *, parcels: int, at: datetime) -> Despatch:
        """Pack what leaves in at most so many parcels and write it down."""
        despatch = Despatch(
            id=70_000 + len(self.despatches) + 1,
            order=order,
            at=at,
            carrier=order.carrier,
            service=order.service,
            parcels=[Parcel(self._next_parcel(), share) for share in _packed(contents, parcels)],
            changed_at=at,
        )
        self.despatches[despatch.id] = despatch
        order.despatches.append(despatch)
        return despatch

    def _next_parcel(self) -> str:
        self._parcels += 1
        return f"P{self._parcels:06d}"

    def track(self, despatch: Despatch, at: datetime) -> None:
        """Give a number to the parcels that have none; the order counts as changed."""
        for parcel in despatch.parcels:
            if not parcel.tracking:
                self._tracked += 1
                parcel.tracking, parcel.tracking_at = f"TRK{self._tracked:08d}", at
                despatch.changed_at = despatch.order.changed_at = max(despatch.order.changed_at, at)

    def tracking_arrives(self, at: datetime) -> None:
        for despatch in self.despatches.values():
            self.track(despatch, at)


def _packed(contents: list[Content], parcels: int) -> list[list[Content]]:
    """Spread what leaves over at most so many parcels; a single line is split by its quantity."""
    if parcels > 1 and len(contents) == 1:
        one, count = contents[0], min(parcels, contents[0].quantity)
        shares = [one.quantity // count + (1 if n < one.quantity % count else 0) for n in range(count)]
        contents = [Content(one.sku, share, one.line_id) for share in shares]
    count = max(1, min(parcels, len(contents)))
    return [contents[n::count] for n in range(count)]
