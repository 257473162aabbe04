"""The check of open cases: does anything wait for a person?"""

from cogent_pipelines.canonical.exception_case import ALL_KINDS, Severity
from cogent_pipelines.reports.finding import CheckFinding, Judging, failed, passed, total
from cogent_pipelines.reports.words import counted


def open_cases(judging: Judging) -> CheckFinding:
    """Everything that is wrong now and that nobody has taken on; what heals by waiting only where it has not in an hour."""
    frame = judging.ask(
        """
        with told as (
            select severity, team as must_act, coalesce(described.title, kind) as what,
                   coalesce(nullif(order_name, ''), subject) as which, message as why, opened_at as since,
                   coalesce(described.way_out, '') as first_step
            from exception_case
            left join unnest(%(kind_codes)s::text[], %(kind_titles)s::text[], %(kind_ways_out)s::text[])
                as described (code, title, way_out) on described.code = kind
            where connection = %(connection)s and resolved_at is null and acknowledged_at is null
              and (severity = 'critical' or opened_at < %(now)s - interval '1 hour')
        )
        select *, count(*) over () as _total from told order by severity, must_act, since, which limit %(limit)s
        """,
        **_kinds(),
    )
    if frame.empty:
        return passed("open_cases", frame, "Nothing waits for a person.")
    by_team = [f"{str(team).replace('_', ' ')} {count}" for team, count in frame["must_act"].value_counts().items()]
    oldest = frame["since"].min()
    reason = (
        f"{counted(total(frame), 'case waits', 'cases wait')} for a person: {', '.join(by_team)}; "
        f"the oldest since {oldest:%d %b %H:%M} UTC."
    )
    return failed("open_cases", frame, reason, Severity(frame["severity"].iloc[0]))


def _kinds() -> dict[str, list[str]]:
    kinds = list(ALL_KINDS.values())
    return {
        "kind_codes": [kind.code for kind in kinds],
        "kind_titles": [kind.title for kind in kinds],
        "kind_ways_out": [kind.way_out for kind in kinds],
    }
