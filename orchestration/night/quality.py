"""Checks as rows: what dbt and Great Expectations found, in `quality.check_result` of the build.

Counts only: no subject and no failing value gets into a check's result, a log or an event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from analytics.catalogue.declarations import Column, TableDeclaration
from orchestration.night.build import Build
from orchestration.night.check_words import meaning
from orchestration.night.working_file import WorkingFile
from orchestration.warehouse import scalar

PASSED, WARNED, FAILED = "pass", "warn", "fail"
TABLE = "quality.check_result"
CHECK_RESULT = TableDeclaration(
    "check_result",
    "Every check of this release. One row per check.",
    {
        "engine": Column("text", "What ran the check: dbt, gx (Great Expectations) or vigil."),
        "table_name": Column("text", "Table checked, as schema.table where it is known."),
        "check_name": Column("text", "The check's own name."),
        "description": Column("text", "What must hold, in words."),
        "severity": Column("text", "error: a failure stops the build. warning: it is reported."),
        "status": Column("text", "pass, warn or fail."),
        "n_failed": Column("whole", "Rows that break the rule; null where the engine does not count."),
        "n_checked": Column("whole", "Rows looked at; null where the engine does not count."),
    },
)


@dataclass(frozen=True)
class CheckResult:
    """One check of one build."""

    engine: str
    table_name: str
    check_name: str
    description: str
    severity: str
    status: str
    n_failed: int | None
    n_checked: int | None


def record_checks(build: WorkingFile, results: Iterable[CheckResult]) -> None:
    """Add check results to the build; a check that ran before is replaced."""
    new = pd.DataFrame([asdict(result) for result in results], columns=list(CHECK_RESULT.columns))
    with build.warehouse.held_open():
        if build.warehouse.has(TABLE):
            # As objects: the types are the declaration's, not those of whichever part has counts.
            new = pd.concat([build.warehouse.table(TABLE).astype(object), new.astype(object)])
    new = new.drop_duplicates(["engine", "table_name", "check_name"], keep="last")
    new = new.sort_values(["engine", "table_name", "check_name"], ignore_index=True)
    build.put("quality", {CHECK_RESULT.name: new}, {CHECK_RESULT.name: CHECK_RESULT})


def dbt_check_results(run_results: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[CheckResult]:
    """The tests of a dbt run; a test that could not run is a failure."""
    found = []
    for result in run_results["results"]:
        node = manifest["nodes"].get(result["unique_id"])
        if node is None or node["resource_type"] != "test":
            continue
        status = {"pass": PASSED, "warn": WARNED}.get(result["status"], FAILED)
        severity = "warning" if node["config"]["severity"].lower() == "warn" else "error"
        tables = [manifest["nodes"].get(parent, {}) for parent in node["depends_on"]["nodes"]]
        table = next((f"{t['schema']}.{t['name']}" for t in tables if t), "")
        description = meaning(node)
        if result["status"] == "skipped":
            description += " (skipped: what it reads failed before it)"
        name = node["name"]
        found.append(
            CheckResult("dbt", table, name, description, severity, status, result.get("failures"), None)
        )
    return found


def recorded_checks(build: WorkingFile, engine: str) -> list[CheckResult]:
    """What an engine found."""
    checks = build.warehouse.table(TABLE)
    mine = checks[checks["engine"] == engine]
    return [CheckResult(*row) for row in mine[list(CHECK_RESULT.columns)].itertuples(index=False)]


class FailedChecksError(RuntimeError):
    """Blocking checks failed; the message names the first."""


def refuse_failed_checks(build: WorkingFile) -> None:
    """Raise when a blocking check failed, or when no check ran at all: a build nobody checked is not fit to publish."""
    if not build.warehouse.has(TABLE):
        raise FailedChecksError(f"not published: no check ran on this build: run {build.command}")
    checks = build.warehouse.table(TABLE)
    failed = checks[(checks["status"] == FAILED) & (checks["severity"] == "error")]
    if len(failed):
        first = failed.iloc[0]
        raise FailedChecksError(
            f"not published: {first['table_name']}: {first['description']} ({len(failed)} failed)"
        )


def quality_summary(build: Build) -> dict[str, int]:
    """Checks by status, open data queries and rejected rows."""
    checks = build.warehouse.table(TABLE)
    counts = {
        f"checks_{status}": int((checks["status"] == status).sum()) for status in (PASSED, WARNED, FAILED)
    }
    with build.warehouse.read() as connection:
        for table in ("data_query", "rejected_row"):
            counts[table] = scalar(connection, f"select count(*) from quality.{table}")
    return counts
