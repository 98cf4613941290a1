"""Design, outcomes, robustness and safety: one subsettable asset group per stage of `analytics.study`.

Generated from `study.STAGES`, the list that `vigil analyse` folds over, so that the two cannot drift.
"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from analytics.catalogue import TABLES
from analytics.study import STAGES, TAKEN, Stage
from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.metadata import column_schema, table_metadata
from orchestration.dagster_parts.partitions import DATA_CUTS
from orchestration.defs.ingest import raw_key
from orchestration.night.build import Build
from orchestration.night.lineage import PARENT_RESULT, table_read
from orchestration.night.since_parent import attribution_designs
from orchestration.night.stages_asked import record_stage
from orchestration.night.turns import begin, begin_stages, stage_run

KINDS = {"python", "numba"}


def asset_key(table: str) -> dg.AssetKey:
    """`marts/adsl` for a mart, `results/effect_estimate` for a result."""
    return dg.AssetKey(table_read(table).split("."))


def stage_assets(stage: Stage) -> dg.AssetsDefinition:
    """The assets of one stage."""
    reads = (need for need in stage.needs if not need.startswith(PARENT_RESULT))
    inputs = list(dict.fromkeys([*map(asset_key, reads), *_begun_by(stage)]))
    specs = [
        dg.AssetSpec(
            asset_key(table),
            deps=inputs,
            group_name=stage.group,
            description=TABLES[table].description,
            metadata={"dagster/column_schema": column_schema(TABLES[table])},
            kinds=KINDS,
            owners=["team:biostatistics"],
            skippable=True,
        )
        for table in stage.makes
    ]

    @dg.multi_asset(
        specs=specs,
        name=step_name(stage),
        can_subset=True,
        partitions_def=DATA_CUTS,
        # Of the steps that could be next the one that the study has first: the second process begins with the last.
        op_tags={"dagster/priority": str(-STAGES.index(stage))},
    )
    def _assets(context: dg.AssetExecutionContext, build: SharedBuild) -> Iterator[dg.MaterializeResult]:
        held = build.parent_stages.take(stage)
        run = held or stage_run(build, stage)
        selected = {key.path[-1] for key in context.selected_asset_keys}
        chosen = {table: frame for table, frame in run.tables.items() if table in selected}
        build.put("results", chosen, TABLES)
        record_stage(build.warehouse, stage.name, run.asked, build.run.parent_id if held else None)
        begin_stages(build, stages_of(context))
        if context.job_def.has_node_named("release__change"):
            begin(build, attribution_designs(build))
        yield from _results(build, chosen)

    return _assets


def _begun_by(stage: Stage) -> Iterator[dg.AssetKey]:
    """What a stage that reads nothing of the night waits for all the same: the build that it is made in."""
    if TAKEN.keys() & set(stage.needs):
        yield raw_key("registry", "delivered_file")


def stages_of(context: dg.AssetExecutionContext) -> list[Stage]:
    """The stages of a run."""
    return [stage for stage in STAGES if context.job_def.has_node_named(step_name(stage))]


def step_name(stage: Stage) -> str:
    """As Dagster knows the step that computes a stage."""
    return f"stage_{stage.name}"


def _results(build: Build, made: dict[str, pd.DataFrame]) -> list[dg.MaterializeResult]:
    with build.warehouse.held_open():
        return [
            dg.MaterializeResult(asset_key=asset_key(table), metadata=table_metadata(build, table, frame))
            for table, frame in made.items()
        ]


assets = [stage_assets(stage) for stage in STAGES]
