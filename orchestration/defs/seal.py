"""What is made of a PRO-ACT export, sealed in the store, where every data cut finds it."""

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedExport
from orchestration.dagster_parts.export_run import SEALED
from orchestration.dagster_parts.partitions import EXPORTS
from orchestration.defs.transform import BLOCKING_OF_EXPORT, transform_export
from orchestration.night.blocking import refuse_unchecked


@dg.asset(
    key=SEALED,
    deps=list(transform_export.keys),
    partitions_def=EXPORTS,
    group_name="store",
    description="Staging, intermediate tables and halves of marts of one PRO-ACT export, with their checks.",
    kinds={"duckdb"},
    owners=["team:data-management"],
)
def sealed_export(export: SharedExport) -> dg.MaterializeResult:
    """Refuse what is unchecked or incomplete, and keep the rest."""
    refuse_unchecked(export, BLOCKING_OF_EXPORT)
    export.refuse_changed_code()
    path = export.seal()
    return dg.MaterializeResult(
        metadata={"tables": len(export.identities), "size_mb": round(path.stat().st_size / 2**20)}
    )


assets = [sealed_export]
