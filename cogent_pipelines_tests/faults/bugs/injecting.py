"""Mistakes on the way into the warehouse."""

from typing import Any

from cogent_pipelines.adapters.transport import client
from cogent_pipelines.adapters.transport.call import NoAnswer
from cogent_pipelines.adapters.transport.evidence import is_kept
from cogent_pipelines.adapters.transport.settled import Settled
from cogent_pipelines.adapters.warehouses.orderwise import injection as into_orderwise
from cogent_pipelines.adapters.warehouses.peoplevox import injection
from cogent_pipelines.adapters.warehouses.peoplevox.guard import Guard
from cogent_pipelines.adapters.warehouses.rest_profile import injection as into_a_profile
from cogent_pipelines.flows import order_injection
from cogent_pipelines.flows.order_injection import _Injection
from cogent_pipelines.ledger.exception_cases import ExceptionCases
from cogent_pipelines.ledger.sales_order_claims import Claim, DoubtfulOrder
from cogent_pipelines.ledger.sales_orders import SalesOrders
from cogent_pipelines.ports.outcomes import NotFound, Rejected, Unknown
from cogent_pipelines_tests.faults.bugs.mistake import Bug, both, replaced

_send_some, _judged, _header_row = _Injection._send_some, order_injection.judged, injection._header_row
_read_back = order_injection.read_back


def _all_in_one_transaction(flow: _Injection) -> Any:
    with flow.ledger.transaction():
        return _send_some(flow)


def _unknown_is_rejected(claim: Claim, outcome: Any, **given: Any) -> Any:
    return _judged(claim, Rejected((outcome.reason,)) if isinstance(outcome, Unknown) else outcome, **given)


def _never_there(doubtful: DoubtfulOrder, _: Any, **given: Any) -> Any:
    return _read_back(doubtful, NotFound(doubtful.claim.ref), **given)


def _of_answers_only(settled: Settled) -> bool:
    return is_kept(settled) and not isinstance(settled.reply, NoAnswer)


BUGS = (
    Bug(
        "no_read_back",
        "an order in doubt is sent again without a look whether it is there",
        both(replaced(Guard, "taken", lambda *_: set()), replaced(order_injection, "read_back", _never_there)),
        ("peoplevox",),
    ),
    Bug(
        "no_look_first",
        "nobody looks whether an order is at the warehouse already, neither before it is sent nor after a doubt",
        both(
            replaced(order_injection, "read_back", _never_there),
            replaced(into_orderwise._Injection, "compare", lambda injection, drafts, _: drafts),
            replaced(into_a_profile._Batch, "looked_up", lambda batch, drafts: drafts),
        ),
        ("orderwise", "mintsoft", "scend"),
    ),
    Bug(
        "commit_after_call",
        "the intent is committed only after the call",
        replaced(_Injection, "_send_some", _all_in_one_transaction),
    ),
    Bug(
        "unknown_is_rejected",
        "a lost answer is taken for a refusal",
        replaced(order_injection, "judged", _unknown_is_rejected),
    ),
    Bug(
        "release_early",
        "an order is released before its lines are there",
        replaced(injection, "_header_row", lambda draft, _: _header_row(draft, {})),
        ("peoplevox",),
    ),
    Bug(
        "lease_forgotten",
        "an order whose process died is never looked at again",
        replaced(SalesOrders, "claim_doubtful", lambda *_, **__: []),
    ),
    Bug(
        "evidence_of_answers",
        "no evidence is kept of a call without an answer",
        replaced(client, "is_kept", _of_answers_only),
    ),
    Bug("case_left_open", "a case is not closed when its cause goes", replaced(ExceptionCases, "close", lambda *_, **__: 0)),
)
