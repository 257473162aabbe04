"""What a run shows of the table that it keeps: count, columns, a preview, and whether it is as its description promises.

Frames and charts come from `reports`; here they become Dagster's metadata. No personal data is in them.
"""

from datetime import date
from typing import Any

import dagster as dg

from cogent_pipelines.components.check_catalogue import SCHEMA
from cogent_pipelines.components.nouns import Noun, key
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.ledger.database import Ledger

_PREVIEW_ROWS = 25
_CHECKED_ROWS = 1000
# A live table always shows the ledger as it is: a run of one makes no other table out of date.
_LIVE = dg.DataVersion("live")


def table_result(
    ledger: Ledger, settings: ConnectionSettings, noun: Noun, *, more: dict[str, Any] | None = None
) -> dg.MaterializeResult[None]:
    """The materialisation of a live table, with its schema check."""
    # Frames bring pandas and pandera, a second and a half that the loading of definitions does not pay.
    from cogent_pipelines.reports.tables import row_count, table_of  # noqa: PLC0415

    bundles = settings.connection().bundles
    frame = table_of(ledger, settings.name, noun.name, limit=_CHECKED_ROWS, bundles=bundles)
    metadata = {
        "dagster/row_count": row_count(ledger, settings.name, noun.name, bundles=bundles),
        **_described(noun),
        **(more or {}),
        "latest": _preview(frame),
    }
    return dg.MaterializeResult(
        asset_key=key(settings.name, noun.name),
        metadata=metadata,
        data_version=_LIVE,
        check_results=[schema_result(settings.name, noun, frame)],
    )


def daily_result(ledger: Ledger, settings: ConnectionSettings, noun: Noun, day: date, *, more: dict[str, Any]) -> Any:
    """The materialisation of one day of a daily table, with its schema check."""
    from cogent_pipelines.reports.tables import daily_table_of  # noqa: PLC0415

    frame = daily_table_of(ledger, settings.name, noun.name, day, timezone=settings.timezone)
    metadata = {"dagster/partition_row_count": len(frame), **_described(noun), **more, "differences": _preview(frame)}
    return dg.MaterializeResult(
        asset_key=key(settings.name, noun.name),
        metadata=metadata,
        check_results=[schema_result(settings.name, noun, frame)],
    )


def schema_result(connection: str, noun: Noun, frame: Any) -> dg.AssetCheckResult:
    """Hold a frame to its model, every fault at once."""
    import pandera.errors  # noqa: PLC0415

    from cogent_pipelines.canonical.frames import model_of  # noqa: PLC0415

    try:
        model_of(noun.name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as faults:
        from cogent_pipelines.reports.markdown import as_markdown  # noqa: PLC0415

        cases = faults.failure_cases
        return dg.AssetCheckResult(
            asset_key=key(connection, noun.name),
            check_name=SCHEMA,
            passed=False,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"{len(cases)} values or columns are not as the table's description promises.",
            metadata={"faults": dg.MetadataValue.md(as_markdown(cases, limit=_PREVIEW_ROWS))},
        )
    return dg.AssetCheckResult(
        asset_key=key(connection, noun.name),
        check_name=SCHEMA,
        passed=True,
        description=f"{len(frame)} rows looked at.",
    )


def schema_spec(connection: str, noun: Noun) -> dg.AssetCheckSpec:
    """The blocking promise of one table."""
    return dg.AssetCheckSpec(
        SCHEMA,
        asset=key(connection, noun.name),
        blocking=True,
        description="The table has the columns, types and value ranges that its description promises.",
    )


def table_spec(settings: ConnectionSettings, noun: Noun, deps: list[dg.AssetKey]) -> dg.AssetSpec:
    """The asset as the catalogue shows it before any run."""
    vendor = {"storefront": settings.storefront.vendor, "warehouse": settings.warehouse.vendor}.get(noun.side)
    return dg.AssetSpec(
        key(settings.name, noun.name),
        deps=deps,
        description=noun.description,
        group_name=settings.name,
        owners=settings.owners,
        kinds={"postgres", *([vendor] if vendor else [])},
        tags={"flow": noun.flow, **({"vendor": vendor} if vendor else {})},
        metadata={"dagster/table_name": f"cogent.public.{noun.table}"},
    )


def _described(noun: Noun) -> dict[str, Any]:
    from cogent_pipelines.reports.markdown import column_schema  # noqa: PLC0415

    columns = [
        dg.TableColumn(name, kind, description, constraints=dg.TableColumnConstraints(nullable=nullable))
        for name, kind, description, nullable in column_schema(noun.name)
    ]
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": f"cogent.public.{noun.table}"}


def _preview(frame: Any) -> dg.MarkdownMetadataValue:
    from cogent_pipelines.reports.markdown import as_markdown  # noqa: PLC0415

    return dg.MetadataValue.md(as_markdown(frame, limit=_PREVIEW_ROWS))
