"""The check of SKUs: can everything that is sold be shipped?"""

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.sku_problems import SKU_PROBLEMS
from cogent_pipelines.reports.words import counted, some_of

_SAID = {
    "unknown": "unknown to the warehouse",
    "spelt_differently": "spelt differently there",
    "inactive_at_warehouse": "deactivated there",
    "blank": "without a SKU",
}


def sku_mismatches(judging: Judging) -> CheckFinding:
    """What keeps orders waiting comes first; what is only on sale is trouble that is still to come."""
    frame = judging.ask(
        f"""
        with {SKU_PROBLEMS}
        select sku, problem, title, orders_waiting, first_order, warehouse_sku, mapping, suggestion,
               count(*) over () as _total, count(*) over (partition by problem) as _alike
        from sku_problem order by orders_waiting desc, problem, sku, title limit %(limit)s
        """  # noqa: S608 - our own text
    )
    if frame.empty:
        return passed("sku_mismatches", frame, "Every SKU that is sold and shipped is known to the warehouse, or mapped.")
    kinds = []
    for problem, part in frame.groupby("problem", sort=False):
        alike = int(part["_alike"].iloc[0])
        names = [str(name) for name in part["sku"].fillna(part["title"])]
        kinds.append(f"{alike:,} {_SAID[str(problem)]} ({some_of(names, of=alike)})")
    worst = frame.iloc[0]
    waits = f", {worst['first_order']} among those that wait" if worst["orders_waiting"] else "; no order waits yet"
    reason = (
        f"{counted(total(frame), 'SKU')} cannot be shipped as sold: {', '.join(kinds)}{waits}. First: {worst['suggestion']}"
    )
    return failed("sku_mismatches", frame, reason, Severity.CRITICAL)
