"""Everything that is wrong now."""

from cogent_pipelines.canonical.exception_case import Severity, Team
from cogent_pipelines.canonical.frames.columns import Moment, Number, Table, Text, Whole, counted, one_of, said


class Exceptions(Table):
    """Every open case; what waits for a person first, the oldest first."""

    severity: Text = one_of(Severity, "Severity", "Transient heals by waiting, critical waits for a person.")
    team: Text = one_of(Team, "Who must act", "The team that owns it.")
    kind: Text = said("Kind", "The stable name of the trouble; the handbook has each.")
    title: Text = said("What is wrong", "The trouble in words.")
    order_name: Text = said("Order", "What the customer quotes; empty where no single order is meant.")
    subject: Text = said("Subject", "What it is about: an order's reference, a SKU, a vendor.")
    message: Text = said("Message", "The exact trouble, with the vendor's own words.")
    suggestion: Text = said("Suggestion", "What would mend just this one; empty where nothing is known.")
    way_out: Text = said("What to do first", "What the owner does first.")
    opened_at: Moment = said("Since", "When it was first seen.")
    age_hours: Number = counted("Age", "Hours since then.")
    occurrences: Whole = said("Seen", "How often it was seen.", ge=1)
    acknowledged_by: Text = said("Taken by", "Who said that they look after it.", nullable=True)
