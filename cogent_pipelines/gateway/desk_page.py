"""The desk as one HTML page: what waits, since when, why, whose it is, and what to do.

Everything that comes from outside is escaped here; where the rows come from is the caller's matter.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from urllib.parse import quote, urlencode

from cogent_pipelines.canonical.exception_case import ALL_KINDS, Severity
from cogent_pipelines.gateway.desk import DeskCase, DeskView, QueueDepth
from cogent_pipelines.gateway.desk_style import STYLE

_AT_ONCE = 10
_MOST_ROWS = 200
_REFRESH_SECONDS = 30
_DAGSTER_LOCATION = "cogent_pipelines"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader wants to see; empty means all."""

    connection: str = ""
    team: str = ""

    def shows(self, case: DeskCase) -> bool:
        return self.connection in {"", case.connection} and self.team in {"", case.team.value}

    def href(self, *, connection: str | None = None, team: str | None = None) -> str:
        chosen = {
            "connection": self.connection if connection is None else connection,
            "team": self.team if team is None else team,
        }
        return "/?" + urlencode({key: value for key, value in chosen.items() if value})


def desk_page(view: DeskView, *, choice: Choice, now: datetime, dagster_url: str = "") -> str:
    shown = [case for case in view.cases if choice.shows(case)]
    queues = [queue for queue in view.queues if choice.connection in {"", queue.connection}]
    critical = [case for case in shown if case.severity is Severity.CRITICAL]
    transient = [case for case in shown if case.severity is Severity.TRANSIENT]
    body = "".join(
        [
            _tiles(critical, transient, queues, now),
            _chips(view, choice),
            _teams(critical, now) or _calm(transient),
            _transient(transient, now),
            _queues(queues, now, dagster_url),
        ]
    )
    return _document(body, now, dagster_url)


def unreachable_page(*, now: datetime, dagster_url: str = "") -> str:
    """What is shown while the ledger is away: nothing is known, and the page says so."""
    alarm = (
        '<p class="alarm"><strong>The ledger cannot be reached.</strong> Nothing can be said about what waits. '
        "Webhooks are answered with 503 until it is back, so that vendors send them again.</p>"
    )
    return _document(alarm, now, dagster_url)


def _document(body: str, now: datetime, dagster_url: str) -> str:
    links = _dagster_links(dagster_url)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="refresh" content="{_REFRESH_SECONDS}">'
        f"<title>Exception desk</title><style>{STYLE}</style></head><body>"
        f'<header><div><h1>Exception desk</h1><span class="soft">as of {now:%d %b %Y, %H:%M:%S} UTC</span>'
        f"<nav>{links}</nav></div></header><main>{body}"
        f"<footer>Reloads every {_REFRESH_SECONDS} seconds. Cases close by themselves when their cause goes away.</footer>"
        "</main></body></html>"
    )


def _dagster_links(dagster_url: str) -> str:
    if not dagster_url:
        return ""
    base = dagster_url.rstrip("/")
    pages = [("Dagster", "/overview"), ("Assets", "/assets"), ("Runs", "/runs")]
    return "".join(f'<a href="{escape(base + path)}">{name}</a>' for name, path in pages)


def _tiles(critical: Sequence[DeskCase], transient: Sequence[DeskCase], queues: Sequence[QueueDepth], now: datetime) -> str:
    oldest = min((case.opened_at for case in critical), default=None)
    waiting = sum(queue.waiting for queue in queues)
    tiles = [
        ("critical" if critical else "good", str(len(critical)), "wait for a person"),
        ("", _age(oldest, now) if oldest else "none", "oldest of them"),
        ("transient" if transient else "good", str(len(transient)), "clear by themselves"),
        ("", f"{waiting:,}", "in the queues"),
    ]
    return (
        '<ul class="tiles">'
        + "".join(f'<li class="{kind}"><strong>{escape(figure)}</strong>{text}</li>' for kind, figure, text in tiles)
        + "</ul>"
    )


def _chips(view: DeskView, choice: Choice) -> str:
    connections = sorted({case.connection for case in view.cases} | {queue.connection for queue in view.queues})
    teams = sorted({case.team.value for case in view.cases})
    by_connection = _chip_row("Connection", connections, choice.connection, lambda name: choice.href(connection=name), str)
    return by_connection + _chip_row("Team", teams, choice.team, lambda name: choice.href(team=name), _words)


def _chip_row(label: str, names: Sequence[str], chosen: str, href: Callable[[str], str], word: Callable[[str], str]) -> str:
    if len(names) <= 1 and not chosen:
        return ""
    chips = "".join(
        f'<a href="{escape(href(name))}"{" aria-current=true" if name == chosen else ""}>'
        f"{escape(word(name)) if name else 'all'}</a>"
        for name in ["", *names]
    )
    return f'<div class="chips"><span>{label}</span>{chips}</div>'


def _calm(transient: Sequence[DeskCase]) -> str:
    rest = "What is open clears by itself." if transient else "Nothing is open."
    return f'<div class="calm"><strong>Nothing waits for a person.</strong><br><span class="soft">{rest}</span></div>'


def _teams(critical: Iterable[DeskCase], now: datetime) -> str:
    """One section per team, the team with the oldest case first."""
    by_team = [list(cases) for _, cases in groupby(sorted(critical, key=_team), key=_team)]
    by_team.sort(key=_oldest)
    return "".join(
        f"<section><h2>{escape(_words(cases[0].team.value).capitalize())}<small>{len(cases)} to act on</small></h2>"
        f"{_kinds(cases, now)}</section>"
        for cases in by_team
    )


def _transient(transient: Sequence[DeskCase], now: datetime) -> str:
    if not transient:
        return ""
    return f"<section><h2>Clears by itself<small>{len(transient)} open</small></h2>{_kinds(transient, now)}</section>"


def _kinds(cases: Iterable[DeskCase], now: datetime) -> str:
    """One card per kind of trouble, the one with the oldest case first."""
    by_kind = [list(group) for _, group in groupby(sorted(cases, key=_kind), key=_kind)]
    by_kind.sort(key=_oldest)
    return "".join(_card(sorted(group, key=_opened), now) for group in by_kind)


def _card(cases: Sequence[DeskCase], now: datetime) -> str:
    kind = ALL_KINDS.get(cases[0].kind)
    severity = cases[0].severity
    title = kind.title if kind else _words(cases[0].kind)
    owner = "" if severity is Severity.CRITICAL else f"<small>{escape(_words(cases[0].team.value))}</small>"
    way_out = f"<p><strong>What to do:</strong> {_text_with_code(kind.way_out)}</p>" if kind else ""
    return (
        f'<article class="card {severity.value}"><div class="about"><h3>'
        f'<span class="badge">{severity.value} · {len(cases)}</span>{escape(title)}{owner}</h3>'
        f"{way_out}</div>{_rows(cases, now)}</article>"
    )


def _rows(cases: Sequence[DeskCase], now: datetime) -> str:
    first, more = cases[:_AT_ONCE], cases[_AT_ONCE:_MOST_ROWS]
    table = _case_table(first, now)
    if not more:
        return table
    left_out = len(cases) - len(first) - len(more)
    note = f" ({left_out} more are in the ledger)" if left_out else ""
    return f"{table}<details><summary>{len(more)} more{note}</summary>{_case_table(more, now)}</details>"


def _case_table(cases: Sequence[DeskCase], now: datetime) -> str:
    head = "<th>Order or subject<th>What is wrong<th>Connection<th>Since"
    rows = "".join(_row(case, now) for case in cases)
    return f'<div class="scroll"><table class="cases"><thead><tr>{head}<tbody>{rows}</table></div>'


def _row(case: DeskCase, now: datetime) -> str:
    name = escape(case.order_name or case.subject)
    below = f'<br><span class="soft">{escape(case.subject)}</span>' if case.order_name not in {"", case.subject} else ""
    suggestion = f"<br><strong>Suggested:</strong> {escape(case.suggestion)}" if case.suggestion else ""
    taken = f'<br><span class="soft">with {escape(case.acknowledged_by)}</span>' if case.acknowledged_by else ""
    number = f'<br><span class="soft">case {case.number}</span>' if case.number is not None else ""
    again = f'<br><span class="soft">seen {case.occurrences:,} times</span>' if case.occurrences > 1 else ""
    return (
        f'<tr><td class="name"><strong>{name}</strong>{below}<td class="what">{escape(case.message)}{suggestion}{taken}'
        f'<td>{escape(case.connection)}{number}<td class="since">{_since(case.opened_at, now)}{again}'
    )


def _queues(queues: Sequence[QueueDepth], now: datetime, dagster_url: str) -> str:
    if not queues:
        return ""
    rows = "".join(
        f"<tr><td>{_connection_link(queue.connection, dagster_url)}<td>{escape(queue.queue)}"
        f'<td class="number">{queue.waiting:,}<td class="since">'
        f"{_since(queue.oldest_at, now) if queue.oldest_at and queue.waiting else ''}"
        for queue in sorted(queues, key=lambda queue: (queue.connection, queue.queue))
    )
    head = '<th>Connection<th>Queue<th class="number">Waiting<th>Oldest since'
    table = f"<table><thead><tr>{head}<tbody>{rows}</table>"
    return f'<section><h2>Queues</h2><div class="card scroll queues">{table}</div></section>'


def _connection_link(connection: str, dagster_url: str) -> str:
    if not dagster_url:
        return escape(connection)
    path = f"/locations/__repository__@{_DAGSTER_LOCATION}/asset-groups/{quote(connection, safe='')}"
    return f'<a href="{escape(dagster_url.rstrip("/") + path)}">{escape(connection)}</a>'


def _since(at: datetime, now: datetime) -> str:
    return f'{_age(at, now)} <time datetime="{at.isoformat()}">({at:%d %b %H:%M})</time>'


def _age(at: datetime, now: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds())) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "just now"


def _text_with_code(text: str) -> str:
    """Escaped text; what stands in backquotes is shown as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _words(code: str) -> str:
    return code.replace("_", " ")


def _team(case: DeskCase) -> str:
    return case.team.value


def _kind(case: DeskCase) -> str:
    return case.kind


def _opened(case: DeskCase) -> datetime:
    return case.opened_at


def _oldest(cases: Sequence[DeskCase]) -> datetime:
    return min(case.opened_at for case in cases)
