"""dbt: what is made of a PRO-ACT export alone, and the staging, intermediate, marts and quality tables of a data cut.

Tests of severity error block what is downstream by themselves; `run_results.json` feeds `quality.check_result`.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import cache, partial
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dagster_parts.build_resource import SharedBuild, SharedExport
from orchestration.dagster_parts.dbt_command import DbtCommand, dbt_command
from orchestration.dagster_parts.dbt_manifest import dbt_environment, manifest_path
from orchestration.dagster_parts.dbt_translator import (
    PER_CUT,
    PER_EXPORT,
    VigilTranslator,
    of_export,
    shown_manifest,
)
from orchestration.dagster_parts.partitions import DATA_CUTS, EXPORTS
from orchestration.defs.analysis import stages_of
from orchestration.night.ahead import import_ahead
from orchestration.night.blocking import dbt_checks, record_ran
from orchestration.night.build import Build
from orchestration.night.dbt_failures import first_failure
from orchestration.night.lineage import dbt_tables, in_order, relation
from orchestration.night.orphan import recorded
from orchestration.night.quality import PASSED, dbt_check_results, record_checks, recorded_checks
from orchestration.night.spark_return import refuse_unfinished, take_back
from orchestration.night.spark_run import TARGET, SparkRun, spark_run
from orchestration.night.turns import begin_stages
from orchestration.night.understanding import refuse_not_understood
from orchestration.night.working_file import WorkingFile
from orchestration.settings import SPARK, withheld


@cache
def project() -> dict[str, Any]:
    """The manifest of the dbt project."""
    return json.loads(manifest_path().read_text(encoding="utf-8"))


dbt = dbt_command()


def _of_export(table: str) -> bool:
    return table in _MADE_OF_EXPORT or (table.startswith("raw.") and of_export(table.removeprefix("raw.")))


SHOWN = shown_manifest(project())
_MADE_OF_EXPORT = {relation(node) for node in project()["nodes"].values() if PER_EXPORT in node["tags"]}
UNIQUE_ID = "dagster_dbt/unique_id"
"""Metadata of a check: the test that it is."""
BLOCKING_OF_EXPORT = [check for check in dbt_checks(project()) if all(map(_of_export, check.reads))]


@dbt_assets(
    manifest=SHOWN, select=f"tag:{PER_EXPORT}", partitions_def=EXPORTS,
    dagster_dbt_translator=VigilTranslator(), name="dbt_export",
)  # fmt: skip
def transform_export(context: dg.AssetExecutionContext, dbt: DbtCommand, export: SharedExport) -> Iterator:
    """Build the selected models of a PRO-ACT export and run their tests."""
    # A test that reads a data cut's tables as well waits for them.
    yield from _built(context, dbt, export, [] if context.is_subset else ["--indirect-selection", "cautious"])


@dbt_assets(
    manifest=SHOWN, select=f"tag:{PER_CUT}", partitions_def=DATA_CUTS,
    dagster_dbt_translator=VigilTranslator(), name="dbt",
)  # fmt: skip
def transform(context: dg.AssetExecutionContext, dbt: DbtCommand, build: SharedBuild) -> Iterator:
    """Build the selected models of a data cut and run their tests."""
    if build.is_harmonised:
        _prepare_stages(context, build)
        begin_stages(build, stages_of(context), next_is_stage=False)
        yield from _taken(context, build)
    else:
        yield from _built(context, dbt, build, meanwhile=partial(_prepare_stages, context, build))
        begin_stages(build, stages_of(context), next_is_stage=False)


def _taken(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """The tables that the build began with, sealed after the last run that made them, with the results of their tests."""
    for table in in_order(dbt_tables(project(), build.run)):
        key = dg.AssetKey(table.split("."))
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata={"taken_from": "store/cuts"})
    passed = {check.check_name: check.status == PASSED for check in recorded_checks(build, "dbt")}
    for spec in context.assets_def.check_specs:
        name = project()["nodes"][spec.metadata[UNIQUE_ID]]["name"]
        if spec.key in context.selected_asset_check_keys and name in passed:
            yield dg.AssetCheckResult(asset_key=spec.asset_key, check_name=spec.name, passed=passed[name])


def _built(
    context: dg.AssetExecutionContext,
    dbt: DbtCommand,
    build: WorkingFile,
    selection: Sequence[str] = (),
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator:
    """Build the selected models and run their tests, then stamp them as made of the tables they read.

    dbt's unit tests concern the code, not the delivery: the test suite runs them.

    Args:
        context: Dagster's.
        dbt: its command line.
        build: the working file that is written to.
        selection: which tests, in the words of dbt's command line.
        meanwhile: what to do while dbt works; not while it starts, which takes the processor for itself.
    """
    os.environ.update(dbt_environment(build.settings))
    # Asked for first: where no build has begun, or what is read is not there, dbt must not write either.
    target = build.warehouse.path.parent / "dbt"
    known = dbt_tables(project(), build.run)
    selected = {".".join(key.path) for key in context.selected_asset_keys}
    build.refuse_missing(
        read for name in selected & known.keys() for read in known[name].reads if read not in selected
    )
    written = target / "run_results.json"
    written.unlink(missing_ok=True)
    # What a failure points at is of this night.
    (target / "logs" / "dbt.log").unlink(missing_ok=True)
    on_spark = build.settings.engine == SPARK
    with spark_run(build, context.run_id) if on_spark else nullcontext() as spark:
        build.warehouse.let_go()
        with withheld(), spark.environment() if spark else nullcontext():
            invocation = dbt.cli(
                ["build", "--exclude-resource-type", "unit_test", *selection, *_on_spark(context, spark),
                 *_logging(target)],
                context=context,
                target_path=target,
                raise_on_error=False,
            )  # fmt: skip
        with (
            recorded(build.settings, invocation.process.pid),
            spark.watched(invocation.process.pid) if spark else nullcontext(),
        ):
            for number, event in enumerate(invocation.stream()):
                if number == 0:
                    meanwhile()
                if spark is None or _is_selected(context, event):
                    yield event
        if spark is not None:
            refuse_unfinished(spark)
        if not written.exists():
            raise dg.Failure(
                f"dbt ended with {invocation.process.wait()} before it had results; see build/work/dbt/logs",
                allow_retries=False,
            )
        build.refuse_changed_code()
        if spark is not None:
            take_back(build, spark, project()["nodes"])
    results = json.loads(written.read_text(encoding="utf-8"))
    built = _built_tables(results)
    build.stamp({name: made for name, made in known.items() if name in built})
    record_checks(build, dbt_check_results(results, project()))
    record_ran(build, dbt_checks(project(), _tests_run(results)))
    if not invocation.is_successful():
        # Words that nobody knows leave tables empty: what failed for that is no news, the words are.
        refuse_not_understood(build)
        readable = None if on_spark else build.warehouse
        raise dg.Failure(first_failure(results, readable, project()["nodes"]), allow_retries=False)


def _on_spark(context: dg.AssetExecutionContext, spark: SparkRun | None) -> Sequence[str]:
    """What dbt's command line says of Spark: the target, and what a data cut rests on, since nothing stands there yet.

    Raises:
        Failure: some tables alone were asked for; those that they read are not there.
    """
    if spark is None:
        return ()
    if context.is_subset:
        raise dg.Failure(
            "on Spark dbt's tables are made together: materialise all of them, or run vigil refresh",
            allow_retries=False,
        )
    return (*TARGET, "--select", f"tag:{PER_EXPORT}") if spark.has_cut else TARGET


def _is_selected(context: dg.AssetExecutionContext, event: object) -> bool:
    """Whether what dbt tells is of this step: that of a data cut makes another step's tables, of its export, again."""
    if isinstance(event, dg.Output):
        return event.output_name in {key.to_python_identifier() for key in context.selected_asset_keys}
    if isinstance(event, dg.AssetCheckResult):
        return any(
            (key.asset_key, key.name) == (event.asset_key, event.check_name)
            for key in context.selected_asset_check_keys
        )
    return True


def _prepare_stages(context: dg.AssetExecutionContext, build: Build) -> None:
    """While dbt works: import what comes after it, and start the process that works beside the steps."""
    import_ahead()
    if stages_of(context):
        build.start_second_process()


def _logging(target: Path) -> list[str]:
    """Warnings and errors only: at its usual level dbt writes every statement, which takes a tenth of its time."""
    return ["--log-path", str(target / "logs"), "--log-level-file", "warn"]


def _built_tables(results: dict) -> set[str]:
    nodes = project()["nodes"]
    return {relation(nodes[r["unique_id"]]) for r in results["results"] if r["status"] == "success"}


def _tests_run(results: dict) -> set[str]:
    return {r["unique_id"] for r in results["results"] if r["status"] in ("pass", "fail", "warn")}


assets = [transform_export, transform]
