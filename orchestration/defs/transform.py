"""dbt: staging, intermediate, marts and quality tables of a data cut.

Tests of severity error block what is downstream by themselves; `run_results.json` feeds `quality.check_result`.
"""

import json
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from analytics.study import STAGES
from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.data_cuts import DATA_CUTS
from orchestration.dagster_parts.dbt_manifest import dbt_environment, manifest_path
from orchestration.dagster_parts.dbt_translator import VigilTranslator
from orchestration.defs.analysis import step_name
from orchestration.night.ahead import import_ahead
from orchestration.night.blocking import dbt_checks, record_ran
from orchestration.night.dbt_failures import first_failure
from orchestration.night.lineage import dbt_tables, relation
from orchestration.night.orphan import recorded
from orchestration.night.quality import dbt_check_results, record_checks
from orchestration.night.understanding import refuse_not_understood
from orchestration.settings import DBT_PROJECT


@cache
def project() -> dict[str, Any]:
    """The manifest of the dbt project."""
    return json.loads(manifest_path().read_text())


dbt = DbtCliResource(
    project_dir=str(DBT_PROJECT),
    profiles_dir=str(DBT_PROJECT),
    # The one beside this interpreter, whether or not its folder is on PATH.
    dbt_executable=str(Path(sys.executable).with_name("dbt")),
)


@dbt_assets(
    manifest=manifest_path(), partitions_def=DATA_CUTS, dagster_dbt_translator=VigilTranslator(), name="dbt"
)
def transform(context: dg.AssetExecutionContext, dbt: DbtCliResource, build: SharedBuild) -> Iterator:
    """Build the selected models and run their tests, then stamp them as made of the tables they read.

    dbt's unit tests concern the code, not the delivery: the test suite runs them.
    """
    os.environ.update(dbt_environment(build.settings))
    # Asked for first: where no build of this cut has begun, or what is read is not there, dbt must not write either.
    target = build.warehouse.path.parent / "dbt"
    known = dbt_tables(project(), build.run)
    selected = {".".join(key.path) for key in context.selected_asset_keys}
    build.refuse_missing(
        read for name in selected & known.keys() for read in known[name].reads if read not in selected
    )
    written = target / "run_results.json"
    written.unlink(missing_ok=True)
    invocation = dbt.cli(
        ["build", "--exclude-resource-type", "unit_test", *_logging(target)],
        context=context,
        target_path=target,
        raise_on_error=False,
    )
    import_ahead()
    if any(context.job_def.has_node_named(step_name(stage)) for stage in STAGES):
        build.start_second_process()
    with recorded(build.settings, invocation.process.pid):
        yield from invocation.stream()
    if not written.exists():
        raise dg.Failure(
            f"dbt ended with {invocation.process.wait()} before it had results; see build/work/dbt/logs",
            allow_retries=False,
        )
    build.refuse_changed_code()
    results = json.loads(written.read_text())
    built = _built_tables(results)
    build.stamp({name: made for name, made in known.items() if name in built})
    record_checks(build, dbt_check_results(results, project()))
    record_ran(build, dbt_checks(project(), _tests_run(results)))
    if not invocation.is_successful():
        # Words that nobody knows leave tables empty: what failed for that is no news, the words are.
        refuse_not_understood(build)
        raise dg.Failure(first_failure(results, build.warehouse), allow_retries=False)


def _logging(target: Path) -> list[str]:
    """Warnings and errors only: at its usual level dbt writes every statement, which takes a tenth of its time."""
    return ["--log-path", str(target / "logs"), "--log-level-file", "warn"]


def _built_tables(results: dict) -> set[str]:
    nodes = project()["nodes"]
    return {relation(nodes[r["unique_id"]]) for r in results["results"] if r["status"] == "success"}


def _tests_run(results: dict) -> set[str]:
    return {r["unique_id"] for r in results["results"] if r["status"] in ("pass", "fail", "warn")}
