"""What is made once and taken over, sealed in the store: of a PRO-ACT export, for every data cut; of a data cut, for every
protocol.
"""

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedBuild, SharedExport
from orchestration.dagster_parts.export_run import SEALED
from orchestration.dagster_parts.partitions import DATA_CUTS, EXPORTS
from orchestration.defs import checks
from orchestration.defs.transform import BLOCKING_OF_EXPORT, project, transform, transform_export
from orchestration.night.blocking import dbt_checks, refuse_unchecked
from orchestration.night.quality import FailedChecksError
from orchestration.night.working_file import WorkingFile

OF_DELIVERIES = [*dbt_checks(project()), *checks.BLOCKING]


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
    size = export.seal().stat().st_size
    return _told(export, size)


@dg.asset(
    key=["store", "data_cut"],
    deps=list(transform.keys),
    partitions_def=DATA_CUTS,
    group_name="store",
    description="All that rests on the deliveries of one data cut, with its checks, for whatever protocol.",
    kinds={"duckdb"},
    owners=["team:data-management"],
    # Before anything else is made of the tables.
    op_tags={"dagster/priority": "100"},
)
def sealed_cut(build: SharedBuild) -> dg.MaterializeResult:
    """Keep what is checked and whole; a build made by hand in another order is none."""
    if build.is_harmonised:
        return dg.MaterializeResult(metadata={"taken_from": "store/cuts"})
    made = {name for name in build.identities if name.startswith(("results.", "change."))}
    try:
        refuse_unchecked(build, OF_DELIVERIES)
    except FailedChecksError as error:
        return dg.MaterializeResult(metadata={"not_sealed": str(error)})
    if made:
        return dg.MaterializeResult(metadata={"not_sealed": "other tables were made before"})
    build.refuse_changed_code()
    return _told(build, build.seal().stat().st_size)


def _told(working: WorkingFile, n_byte: int) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"tables": len(working.identities), "size_mb": round(n_byte / 2**20)}
    )


assets = [sealed_export, sealed_cut]
