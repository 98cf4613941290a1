"""What is left of a run that failed: a readable quality report outside any release. The last good release stays current."""

from pathlib import Path

import duckdb

from orchestration.disk import write_into_room
from orchestration.night.quality import FAILED, TABLE, WARNED
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

KEPT = 20


def report_of(settings: Settings, run_id: str, name: str) -> Path:
    """Where the report of a run lies, or would."""
    return settings.failures / f"{name}-{run_id[:8]}.md"


def write_failure_report(
    settings: Settings, run_id: str, name: str, reason: str, *, of: str = "data cut"
) -> Path:
    """Write `build/failures/<name>-<run>.md`: why the run failed and what its checks had found; counts only.

    Args:
        settings: the home folder.
        run_id: Dagster's.
        name: of what was made, the run's partition.
        reason: the first failure, in one line.
        of: what that is the name of.
    """
    settings.failures.mkdir(parents=True, exist_ok=True)
    path = report_of(settings, run_id, name)
    lines = [
        f"# Refresh of {of} {name} failed",
        "",
        f"Run {run_id}; when and where it stopped is in the Dagster UI.",
        "",
        reason,
        "",
        "No release was published; the last good one is still current.",
        "",
        *_checks(settings),
    ]
    write_into_room(path, "\n".join(lines) + "\n")
    for old in sorted(settings.failures.glob("*.md"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
        old.unlink()
    return path


def _checks(settings: Settings) -> list[str]:
    """Checks that did not pass, as a table; nothing where none had run."""
    warehouse = Warehouse(settings.build_file)
    try:
        if not warehouse.has(TABLE):
            return ["No check had run yet."]
        checks = warehouse.table(TABLE)
    except (OSError, duckdb.Error):
        # Damaged, or another refresh writes it.
        return ["The working database cannot be read."]
    # What stopped the run first; of the same severity in the order in which the checks ran.
    broken = checks[checks["status"].isin([FAILED, WARNED])]
    broken = broken.sort_values("status", key=lambda status: status != FAILED, kind="stable")
    head = [
        f"## Checks: {len(checks)} run, {len(broken)} not passed",
        "",
        "| Status | Table | What must hold | Rows |",
        "|---|---|---|---:|",
    ]
    counts = [
        "" if missing else str(n)
        for n, missing in zip(broken["n_failed"], broken["n_failed"].isna(), strict=True)
    ]
    rows = [
        f"| {r.status} | {r.table_name} | {r.description} | {n} |"
        for r, n in zip(broken.itertuples(), counts, strict=True)
    ]
    return head + rows if rows else [f"{len(checks)} checks had run, all passed."]
