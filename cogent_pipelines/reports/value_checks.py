"""The check of money: is every order worth the same on both sides?"""

from cogent_pipelines.canonical.exception_case import Severity
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.words import counted, money, some_of

# The two sides are not meant to agree on these.
BY_DESIGN = ("not_sent", "tax_outside_prices")


def value_discrepancies(judging: Judging) -> CheckFinding:
    """Differences that the reconciliation found; one that is explained to the penny needs no person, only to be booked.

    What no warehouse is ever told of, such as vouchers, is in the reconciliation and is no discrepancy.
    """
    frame = judging.ask(
        """
        select latest.name as order_name,
               coalesce(nullif(line.sku, ''), line.title, nullif(found.line_ref, ''),
                        case found.cause when 'shipping_differs' then 'delivery' when 'tax_outside_prices' then 'tax'
                                         else 'whole order' end) as what,
               found.cause, case when found.explained then 'transient' else 'critical' end as severity, found.explained,
               latest.currency, found.storefront_minor, found.warehouse_minor,
               found.storefront_minor - found.warehouse_minor as difference_minor, found.day::text as day,
               count(*) over () as _total,
               count(*) over (partition by found.cause) as _alike,
               (sum(found.storefront_minor - found.warehouse_minor) over (partition by latest.currency))::bigint as _sum
        from order_value_difference as found
        join storefront_order as latest using (connection, order_ref)
        left join storefront_order_line as line
            on line.connection = found.connection and line.order_ref = found.order_ref and line.line_ref = found.line_ref
        where found.connection = %(connection)s and found.cause <> all(%(by_design)s)
        order by found.explained, abs(found.storefront_minor - found.warehouse_minor) desc, latest.name, what, found.cause
        limit %(limit)s
        """,
        by_design=list(BY_DESIGN),
    )
    if frame.empty:
        return passed("value_discrepancies", frame, "Every reconciled order is worth the same on both sides.")
    sums = [money(int(part["_sum"].iloc[0]), str(currency)) for currency, part in frame.groupby("currency", sort=False)]
    causes = [
        f"{int(part['_alike'].iloc[0]):,} {str(cause).replace('_', ' ')} "
        f"({some_of(list(dict.fromkeys(part['order_name'])), of=part['order_name'].nunique())})"
        for cause, part in frame.groupby("cause", sort=False)
    ]
    worst = frame.iloc[0]
    unexplained = worst["severity"] == Severity.CRITICAL
    act = "What is unexplained needs a person" if unexplained else "All of it is explained; book it"
    reason = (
        f"{counted(total(frame), 'difference')} of {' and '.join(sums)} in all: {', '.join(causes)}. {act}; "
        f"the largest is {money(int(worst['difference_minor']), worst['currency'])} on {worst['order_name']}."
    )
    return failed("value_discrepancies", frame, reason)
