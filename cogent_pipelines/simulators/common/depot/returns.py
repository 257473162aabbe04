"""The goods-in desk: returns announced by a client or booked in by the floor; stock moves when they are confirmed."""

from collections.abc import Sequence

from cogent_pipelines.simulators.common.depot.floor import Depot, NotNow
from cogent_pipelines.simulators.common.depot.records import GoodsReturn, Order, ReturnLine


class Returns:
    """All returns of one depot, by number."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot
        self.all: dict[int, GoodsReturn] = {}
        self._lines = 0

    def announce(self, order: Order, *, rma: str = "") -> GoodsReturn:
        """Open a return of an order."""
        now, number = self._depot.clock.now(), 30_000 + len(self.all) + 1
        back = GoodsReturn(id=number, rma=rma, order=order, created_at=now, changed_at=now)
        self.all[number] = back
        return back

    def add(
        self, back: GoodsReturn, sku: str, quantity: int, *, reason: str = "", action: str = "", comments: str = ""
    ) -> ReturnLine:
        """Put a line on a return.

        Raises:
            NotNow: it is confirmed, or more would come back than has left.
        """
        if back.confirmed:
            raise NotNow(f"return {back.id} is confirmed")
        if quantity > self.returnable(back.order).get(sku, 0):
            raise NotNow(f"{quantity} of {sku} is more than has left for order {back.order.ref}")
        self._lines += 1
        line = ReturnLine(
            id=40_000 + self._lines, sku=sku, quantity=quantity, reason=reason, action=action, comments=comments
        )
        back.lines.append(line)
        back.changed_at = self._depot.clock.now()
        return line

    def returnable(self, order: Order) -> dict[str, int]:
        """Say how many units per SKU have left for an order and are on no return."""
        units: dict[str, int] = {}
        for line in order.lines:
            units[line.sku] = units.get(line.sku, 0) + line.despatched
        for back in self.all.values():
            for returned in back.lines if back.order is order else ():
                units[returned.sku] -= returned.quantity
        return units

    def confirm(self, back: GoodsReturn, *, restock: Sequence[str]) -> None:
        """Book in what is on a return; lines whose action is among `restock` go back on the shelf."""
        if back.confirmed:
            raise NotNow(f"return {back.id} is confirmed")
        now = self._depot.clock.now()
        back.confirmed, back.confirmed_at, back.changed_at = True, now, now
        for line in back.lines:
            line.received = line.quantity
            line.restocked = line.action in restock and line.sku in self._depot.stock.articles
            if line.restocked:
                self._depot.adjust(line.sku, line.quantity, "returned")
