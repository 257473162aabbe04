"""Stock as the warehouse has it, and as the storefront was told."""

from cogent_pipelines.canonical.frames.columns import Moment, Number, Table, Text, Whole, YesNo, counted, one_of, said

PUBLICATION_STATES = ("pending", "sent", "published", "retrying", "blocked")


class WmsStock(Table):
    """The warehouse's last figure per SKU and site; what changed last first."""

    sku: Text = said("SKU", "As the warehouse spells it.")
    item_name: Text = said("Item", "The warehouse's name of it; empty where its catalogue does not have it.")
    site: Text = said("Site", "Where the goods are.")
    available: Number = said("Available", "Units free to sell; negative where more is promised than there is.")
    on_hand: Number = said("On hand", "Units on the shelf, promised ones included.", nullable=True)
    active: YesNo = said("Active", "Whether the item is active at the warehouse; null where it is unknown.", nullable=True)
    snapshot_at: Moment = said("True at", "When the figure was true.")
    changed_at: Moment = said("Changed", "When it last differed from the one before.")


class StorefrontStock(Table):
    """What the storefront was told it can sell, and why; what is stuck first, then what was told last."""

    sku: Text = said("SKU", "As the storefront spells it.", unique=True)
    warehouse_sku: Text = said("Warehouse SKU", "What is picked for it.")
    state: Text = one_of(PUBLICATION_STATES, "State", "Whether the storefront has been told.")
    reason: Text = said("Why", "Why it is not told yet; empty where it is.")
    published_quantity: Whole = counted("Published", "Units that the storefront was last told and took.", nullable=True)
    published_at: Moment = said("Told", "When it was last told.", nullable=True)
    quantity: Whole = counted("Wanted", "Units that it shall believe: available, less demand, less buffer.")
    available: Whole = said("Available", "The warehouse's figure behind it.", nullable=True)
    unshipped_demand: Whole = counted("Demand", "Units ordered that the warehouse's figure cannot contain yet.")
    buffer: Whole = counted("Buffer", "Units kept back from sale.")
    snapshot_at: Moment = said("True at", "When the warehouse's figure was true.", nullable=True)
    attempts: Whole = counted("Attempts", "How often this figure was sent without success.")
    next_attempt_at: Moment = said("Next attempt", "When it is sent or read next, by itself.", nullable=True)
    changed_at: Moment = said("Changed", "When the row last changed.")
