"""A storefront that keeps fulfilments in its own books, and can lose answers; tests judge by the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cogent_pipelines.canonical.fulfilment import Fulfilment, Parcel
from cogent_pipelines.canonical.identity import OrderRef
from cogent_pipelines.ports.errors import OutcomeUnknown, VendorError
from cogent_pipelines.ports.outcomes import Created, CreateFulfilmentOutcome, Rejected, Unavailable, Unknown


@dataclass
class ParcelShop:
    """It does not look for doubles: whoever tells it twice has two. `rejects` and `busy` are by despatch reference."""

    books: list[Fulfilment] = field(default_factory=list)
    rejects: dict[str, str] = field(default_factory=dict)
    busy: dict[str, int] = field(default_factory=dict)
    loses_answers: int = 0
    loses_requests: int = 0
    trouble: VendorError | None = None
    batches: list[list[str]] = field(default_factory=list)
    left_at: dict[str, datetime | None] = field(default_factory=dict)

    def create_fulfilments(self, parcels: Sequence[Parcel]) -> list[CreateFulfilmentOutcome]:
        if self.trouble is not None:
            raise self.trouble
        self.batches.append([parcel.despatch_ref for parcel in parcels])
        self.left_at.update({parcel.despatch_ref: parcel.despatched_at for parcel in parcels})
        return [self._create(parcel) for parcel in parcels]

    def _create(self, parcel: Parcel) -> CreateFulfilmentOutcome:
        if parcel.despatch_ref in self.rejects:
            return Rejected((self.rejects[parcel.despatch_ref],))
        if self.busy.get(parcel.despatch_ref, 0) > 0:
            self.busy[parcel.despatch_ref] -= 1
            return Unavailable("throttled")
        if self.loses_requests:
            self.loses_requests -= 1
            return Unknown("no answer came")
        numbers = (parcel.tracking.number,) if parcel.tracking.number else ()
        made = Fulfilment(f"f{len(self.books) + 1}", parcel.order_ref, parcel.lines, numbers, cancelled=False)
        self.books.append(made)
        if self.loses_answers:
            self.loses_answers -= 1
            return Unknown("no answer came")
        return Created(made.ref)

    def fulfilments_of(self, refs: Sequence[OrderRef]) -> Mapping[OrderRef, list[Fulfilment]]:
        if self.trouble is not None:
            raise self.trouble
        return {ref: [each for each in self.books if each.order_ref == ref] for ref in refs}

    def add_tracking(self, fulfilment_ref: str, parcel: Parcel) -> CreateFulfilmentOutcome:
        if self.trouble is not None:
            raise self.trouble
        place = [each.ref for each in self.books].index(fulfilment_ref)
        self.books[place] = replace(self.books[place], tracking_numbers=(parcel.tracking.number,))
        if self.loses_answers:
            self.loses_answers -= 1
            raise OutcomeUnknown("no answer came")
        return Created(fulfilment_ref)

    @property
    def told(self) -> list[tuple[str, dict[str, int], tuple[str, ...]]]:
        """Every fulfilment: the order's number, units by line, tracking numbers."""
        return [
            (each.order_ref.rsplit("/", 1)[-1], {line.line_ref: line.quantity for line in each.lines}, each.tracking_numbers)
            for each in self.books
        ]
