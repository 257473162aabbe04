"""The business checks of one connection: judged together, from the ledger, in one step.

They warn and never block: a wrong order is a case for a person, not a reason to stop the others.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from cogent_pipelines.components.check_catalogue import CHECKS, Check
from cogent_pipelines.components.nouns import key
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger
from cogent_pipelines.ports.clock import SystemClock

if TYPE_CHECKING:
    from cogent_pipelines.reports.finding import CheckFinding

_SHOWN_ROWS = 50
_TOLD_ROWS = 10


def business_checks(settings: ConnectionSettings) -> list[dg.AssetChecksDefinition]:
    """One op for all checks of the connection, which can run any subset of them."""
    by_key = {dg.AssetCheckKey(key(settings.name, check.noun), check.name): check for check in CHECKS}

    @dg.multi_asset_check(
        name=f"{settings.name}__checks",
        specs=[_spec(settings, check) for check in CHECKS],
        can_subset=True,
        required_resource_keys={"ledger"},
        description=f"What must be true of {settings.title or settings.name}, judged from the ledger.",
    )
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        ledger: Ledger = context.resources.ledger
        for selected in sorted(context.selected_asset_check_keys, key=lambda each: each.name):
            yield _judged(ledger, settings, by_key[selected])

    return [checks]


def _judged(ledger: Ledger, settings: ConnectionSettings, check: Check) -> dg.AssetCheckResult:
    from cogent_pipelines.reports.checks import finding_of  # noqa: PLC0415 - pandas; not paid when definitions load
    from cogent_pipelines.reports.markdown import as_markdown  # noqa: PLC0415

    finding = finding_of(ledger, settings.connection(), check.name, now=SystemClock().now())
    trouble = {} if finding.passed else {"severity": str(finding.severity), "must act": check.owner}
    return dg.AssetCheckResult(
        asset_key=key(settings.name, check.noun),
        check_name=check.name,
        passed=finding.passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=_told(check, finding),
        metadata={
            "found": finding.count,
            **trouble,
            **({"rows": dg.MetadataValue.md(as_markdown(finding.rows, limit=_SHOWN_ROWS))} if finding.count else {}),
        },
    )


def _told(check: Check, finding: "CheckFinding") -> str:
    """What the check's page shows without a click: how bad, whose it is, why, and the worst rows."""
    from cogent_pipelines.reports.markdown import as_markdown  # noqa: PLC0415

    if finding.passed:
        return finding.reason
    sentence = f"{finding.severity.upper()} · {check.owner.replace('_', ' ')} must act · {finding.reason}"
    return f"{sentence}\n\n{as_markdown(finding.rows, limit=_TOLD_ROWS)}" if finding.count else sentence


def _spec(settings: ConnectionSettings, check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=key(settings.name, check.noun),
        description=f"{check.claim} Owner: {check.owner.replace('_', ' ')}.",
        metadata={"owner": check.owner, "handbook": "docs/handbook.md#checks"},
    )
