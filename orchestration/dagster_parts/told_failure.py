"""Why a run failed, in Dagster's list of runs and at the end of the run's log, beside where its report lies.

No heavy imports: every run that is added passes here. Does not belong here: what the reason is, and that the line of a
failure begins with it (`run_reasons`), nor the report (`night.failures`).
"""

from pathlib import Path

from dagster import DagsterInstance, DagsterRun

REASON, REPORT = "vigil/reason", "vigil/report"
"""Tags of a failed run: the pages list them with it."""


def tell_failure(instance: DagsterInstance, run: DagsterRun, reason: str, report: Path | None) -> None:
    """Tag a failed run with its reason and its report, and end its log with both.

    Args:
        instance: that has the run.
        run: as it failed.
        reason: in one line.
        report: of the failure; None where it could not be written.
    """
    instance.add_run_tags(run.run_id, {REASON: reason} | ({REPORT: str(report)} if report else {}))
    where = f"\nThe failure report: {report}" if report else ""
    instance.report_engine_event(f"{reason}{where}", run)


def without_failure(run: DagsterRun) -> DagsterRun:
    """A run that is added: made again from a failed one, it has that one's tags and not its failure."""
    kept = {name: value for name, value in run.tags.items() if name not in (REASON, REPORT)}
    return run if len(kept) == len(run.tags) else run._replace(tags=kept)
