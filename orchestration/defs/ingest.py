"""Deliveries: from landing to the Parquet store, and registered as schema `raw` in a fresh working file.

One asset per delivered table, made by one step, since `raw` is made whole or not at all. A file whose bytes are in the
store already is not read again.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.data_cuts import DATA_CUTS
from orchestration.extracts.land import AcceptedDelivery
from orchestration.extracts.register import register_raw
from orchestration.extracts.site_columns import SiteColumns
from orchestration.landing import dictionaries
from orchestration.night.build import Build
from orchestration.night.inputs import PinnedDelivery
from orchestration.night.lineage import delivered
from orchestration.night.readable import accepted

PUBLISHED = dg.AssetKey(["release", "published"])
KINDS = {"proact": {"csv", "parquet"}, "registry": {"csv", "sas", "parquet"}}
ABOUT = {
    "delivered_file": "The accepted files of this data cut. One row per file.",
    "other_file": "Files of the deliveries that hold no table, with what they are. One row per file.",
    "decode_reject": "Records that could not be decoded. One row per record.",
    "data_cut": "The data cut and the PRO-ACT release it is pinned to. One row.",
    "delivered_word": "Every distinct value of every coded column. One row per source, table, column, value and part.",
    "site_term": "The words the site taught in landing/registry/terms.csv. One row per word.",
    "site_column": "The columns the site lets be stored by landing/registry/columns.toml. One row per column.",
}


def raw_key(source: str, table: str) -> dg.AssetKey:
    """`raw/proact_alsfrs`."""
    return dg.AssetKey(["raw", f"{source}_{table}"])


def _specs() -> Iterator[dg.AssetSpec]:
    for source, dictionary in dictionaries().items():
        for name, table in dictionary.tables.items():
            yield _spec(raw_key(source, name), f"deliveries_{source}", table.description, KINDS[source])
    for name, description in ABOUT.items():
        yield _spec(dg.AssetKey(["raw", name]), "deliveries_registry", description, {"duckdb"})


def _spec(key: dg.AssetKey, group: str, description: str, kinds: set[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        group_name=group,
        description=description,
        kinds=kinds,
        owners=["team:data-management"],
        skippable=True,
    )


@dg.multi_asset(specs=list(_specs()), name="deliveries", partitions_def=DATA_CUTS)
def deliveries(context: dg.AssetExecutionContext, build: SharedBuild) -> Iterator[dg.MaterializeResult]:
    """Pin what the build rests on, accept both deliveries of the data cut and register what they hold.

    A run that would publish a second time what is released by now makes nothing, and ends well.
    """
    if PUBLISHED in context.job_def.asset_layer.executable_asset_keys and (same := build.released_already()):
        context.log.info(
            f"nothing new: release {same.release_id} has these inputs, this protocol and this code"
        )
        return
    inputs = build.begin(context.run_id)
    taken = [_accept(build, pinned, inputs.site_columns) for pinned in (inputs.proact, inputs.registry)]
    for warning in (warning for delivery in taken for warning in delivery.warnings):
        context.log.warning(warning)
    with build.warehouse.write() as connection:
        cut = date.fromisoformat(build.data_cut)
        register_raw(
            connection,
            taken,
            dictionaries(),
            data_cut=cut,
            site_terms=inputs.site_terms,
            site_columns=inputs.site_columns,
        )
    build.stamp(delivered(build.run))
    for delivery in taken:
        yield from _materialised(delivery)
    for name in ABOUT:
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["raw", name]))


def _accept(build: Build, pinned: PinnedDelivery, allowed: SiteColumns) -> AcceptedDelivery:
    taken = accepted(build.settings, pinned.delivery, allowed)
    pinned.refuse_other_content(taken)
    return taken


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


assets = [deliveries]
