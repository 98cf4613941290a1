"""Deliveries: from landing to the Parquet store, and registered as schema `raw` in the working file.

One asset per delivered table, made by one step for each source, since a delivery is accepted whole or not at all. A file
whose bytes are in the store already is not read again. A data cut begins with what is sealed of its PRO-ACT export, which is
made first where nobody has.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedBuild, SharedExport
from orchestration.dagster_parts.dbt_translator import of_export
from orchestration.dagster_parts.export_run import SEALED, SharedHarmonise
from orchestration.dagster_parts.partitions import DATA_CUTS, EXPORTS
from orchestration.extracts.land import AcceptedDelivery
from orchestration.extracts.register import ABOUT as ABOUT_A_DELIVERY
from orchestration.extracts.register import OF_BOTH, register_data_cut, register_export
from orchestration.extracts.site_columns import NO_SITE_COLUMNS, SiteColumns
from orchestration.landing import dictionaries
from orchestration.night.inputs import PinnedDelivery
from orchestration.night.lineage import delivered, exported
from orchestration.night.readable import accepted
from orchestration.settings import Settings

PUBLISHED = dg.AssetKey(["release", "published"])
KINDS = {"proact": {"csv", "parquet"}, "registry": {"csv", "sas", "parquet"}}
ABOUT = {
    "delivered_file": "The accepted files. One row per file.",
    "other_file": "Files of a delivery that hold no table, with what they are. One row per file.",
    "decode_reject": "Records that could not be decoded. One row per record.",
    "delivered_word": "Every distinct value of every coded column. One row per table, column, value and part.",
    "data_cut": "The data cut and the PRO-ACT release it is pinned to. One row.",
    "site_term": "The words the site taught in landing/registry/terms.csv. One row per word.",
    "site_column": "The columns the site lets be stored by landing/registry/columns.toml. One row per column.",
    "site_answer": "What the sites answered in landing/registry/answers.csv. One row per answer.",
}


def raw_key(source: str, table: str) -> dg.AssetKey:
    """`raw/proact_alsfrs`."""
    return dg.AssetKey(["raw", f"{source}_{table}"])


BEGINS_WITH = {
    "proact": [],
    "registry": [dg.AssetDep(SEALED, partition_mapping=dg.AllPartitionMapping())],
}
BESIDE = {"proact": ("site_term",), "registry": (*OF_BOTH, "data_cut", "site_column", "site_answer")}


def _specs(source: str) -> Iterator[dg.AssetSpec]:
    for name, table in dictionaries()[source].tables.items():
        yield _spec(source, raw_key(source, name), table.description, KINDS[source])
    for name in _about(source):
        description = ABOUT[name.removeprefix(f"{source}_")]
        yield _spec(source, dg.AssetKey(["raw", name]), description, {"duckdb"})


def _about(source: str) -> list[str]:
    """Tables that say what a delivery was, and what was said beside it."""
    return [
        *(f"{source}_{name}" for name in ABOUT_A_DELIVERY),
        f"{source}_delivered_word",
        *BESIDE[source],
    ]


def _spec(source: str, key: dg.AssetKey, description: str, kinds: set[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=BEGINS_WITH[source],
        group_name=f"deliveries_{source}",
        description=description,
        kinds=kinds,
        owners=["team:data-management"],
        skippable=True,
    )


@dg.multi_asset(specs=list(_specs("proact")), name="deliveries_proact", partitions_def=EXPORTS)
def export(context: dg.AssetExecutionContext, export: SharedExport) -> Iterator[dg.MaterializeResult]:
    """Pin what is made of a PRO-ACT export, accept it and register what it holds."""
    inputs = export.begin(context.run_id)
    taken = _accept(export.settings, inputs.proact, NO_SITE_COLUMNS)
    _warn(context, taken)
    with export.warehouse.write() as connection:
        register_export(connection, taken, dictionaries()["proact"], site_terms=inputs.site_terms)
    export.stamp(exported(export.run))
    yield from _materialised(taken)


@dg.multi_asset(specs=list(_specs("registry")), name="deliveries", partitions_def=DATA_CUTS)
def deliveries(
    context: dg.AssetExecutionContext, build: SharedBuild, harmonise: SharedHarmonise
) -> Iterator[dg.MaterializeResult]:
    """Pin what the build rests on, begin with its PRO-ACT export, accept the registry's delivery and register what it holds.

    A run that would publish a second time what is released by now makes nothing, and ends well.
    """
    if PUBLISHED in context.job_def.asset_layer.executable_asset_keys and (same := build.released_already()):
        context.log.info(
            f"nothing new: release {same.release_id} has these inputs, this protocol and this code"
        )
        return
    inputs = build.begin(context.run_id, partial(harmonise, context.instance, context.run_id))
    taken = _accept(build.settings, inputs.registry, inputs.site_columns)
    _warn(context, taken)
    if not build.is_harmonised:
        with build.warehouse.write() as connection:
            register_data_cut(
                connection,
                taken,
                dictionaries()["registry"],
                data_cut=date.fromisoformat(build.data_cut),
                site_terms=inputs.site_terms,
                site_columns=inputs.site_columns,
                site_answers=inputs.site_answers,
            )
    build.stamp({name: made for name, made in delivered(build.run).items() if not _is_of_export(name)})
    yield from _materialised(taken)


def _is_of_export(table: str) -> bool:
    return of_export(table.removeprefix("raw."))


def _accept(settings: Settings, pinned: PinnedDelivery, allowed: SiteColumns) -> AcceptedDelivery:
    taken = accepted(settings, pinned.delivery, allowed)
    pinned.refuse_other_content(taken)
    return taken


def _warn(context: dg.AssetExecutionContext, taken: AcceptedDelivery) -> None:
    for warning in taken.warnings:
        context.log.warning(warning)


def _materialised(taken: AcceptedDelivery) -> Iterator[dg.MaterializeResult]:
    source = taken.source.lower()
    for table in dictionaries()[source].tables:
        files = [file for file in taken.files if file.table == table]
        yield dg.MaterializeResult(
            asset_key=raw_key(source, table),
            metadata={
                "dagster/row_count": sum(file.entry.n_row for file in files),
                "records_delivered": sum(file.entry.n_record for file in files),
                "records_not_decoded": sum(file.entry.n_decode_reject for file in files),
                "read_again": sum(not file.reused for file in files),
                "delivery": taken.release,
                "sha256": ", ".join(file.entry.sha256[:16] for file in files) or "not delivered",
                "unknown_columns": ", ".join(
                    c for f in files for c in f.entry.unknown_columns + f.entry.withheld_columns
                )
                or "none",
                "simulated": taken.simulated,
            },
        )
    for name in _about(source):
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["raw", name]))


assets = [export, deliveries]
