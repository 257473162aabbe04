"""Returns: the operations under `/api/Return`. A return is made, then its items, then it is confirmed."""

from dataclasses import dataclass
from typing import Any

from cogent_pipelines.simulators.common.depot.door import Call, Operation, Refused
from cogent_pipelines.simulators.common.depot.fields import Fields, number_in
from cogent_pipelines.simulators.common.depot.floor import Depot, NotNow
from cogent_pipelines.simulators.common.depot.records import GoodsReturn
from cogent_pipelines.simulators.common.depot.returns import Returns
from cogent_pipelines.simulators.mintsoft import reference
from cogent_pipelines.simulators.mintsoft.orders import Orders
from cogent_pipelines.simulators.mintsoft.results import result
from cogent_pipelines.simulators.mintsoft.switches import Switches
from cogent_pipelines.simulators.mintsoft.writing import Writer


@dataclass(slots=True)
class ReturnsDesk:
    depot: Depot
    switches: Switches
    writer: Writer
    orders: Orders
    returns: Returns

    def operations(self) -> list[Operation]:
        get, post, place = "GET", "POST", "/api/Return"
        return [
            Operation(name="CreateReturn", method=post, path=place + "/CreateReturn/{id}", act=self.create),
            Operation(name="AddReturnItem", method=post, path=place + "/{id}/AddItem", act=self.add, takes_body=True),
            Operation(name="ConfirmReturn", method=post, path=place + "/{id}/Confirm", act=self.confirm),
            Operation(name="ReturnReasons", method=get, path=f"{place}/Reasons", act=self.reasons),
            Operation(name="ReturnsByDate", method=get, path=f"{place}/SearchByDate", act=self.by_date),
            Operation(name="GetReturn", method=get, path=place + "/{id}", act=self.read),
            Operation(name="ReturnItems", method=get, path=place + "/{id}/Items", act=self.items),
        ]

    def create(self, call: Call) -> Any:
        order = self.orders.order(call)
        if not order.despatches:
            return result(0, error="Order has not been despatched")
        return result(self.returns.announce(order).id)

    def _return(self, call: Call) -> GoodsReturn:
        number = call.path["id"]
        back = self.returns.all.get(number_in(number) or 0)
        if back is None:
            raise Refused(404, f"Return {number} was not found")
        return back

    def add(self, call: Call) -> Any:
        back, fields = self._return(call), Fields(call.body)
        article = self.depot.stock.by_id.get(fields.whole("ProductId") or 0)
        reason, quantity = fields.whole("ReturnReasonId"), fields.whole("Quantity") or 0
        if article is None or quantity < 1:
            return result(back.id, error="ProductId and Quantity are required")
        if reason not in {number for number, _ in reference.RETURN_REASONS}:
            return result(back.id, error="ReturnReasonId is not known")
        action, comments = fields.text("Action"), fields.text("Comments")
        try:
            line = self.returns.add(back, article.sku, quantity, reason=str(reason), action=action, comments=comments)
        except NotNow as error:
            return result(back.id, error=str(error))
        return result(line.id)

    def confirm(self, call: Call) -> Any:
        back = self._return(call)
        try:
            self.returns.confirm(back, restock=self.switches.restocking_actions)
        except NotNow as error:
            return result(back.id, error=str(error))
        return result(back.id)

    def reasons(self, _: Call) -> Any:
        return [{"ID": number, "Name": name, "Active": True} for number, name in reference.RETURN_REASONS]

    def read(self, call: Call) -> Any:
        return self.writer.returned(self._return(call))

    def items(self, call: Call) -> Any:
        back = self._return(call)
        return [self.writer.return_item(back, line) for line in back.lines]

    def by_date(self, call: Call) -> Any:
        """Give the returns of a day of the account's zone, by when they were last changed."""
        moment = Fields(call.query).moment("Date", self.switches.zone)
        if moment is None:
            raise Refused(400, "Date is required")
        day = str(self.writer.moment(moment))[:10]
        return [
            self.writer.returned(back)
            for back in self.returns.all.values()
            if str(self.writer.moment(back.changed_at))[:10] == day
        ]
