"""From results to a release: what was checked, what changed, the report, and publication.

Only these assets see the whole build. Publication refuses a working file that mixes builds and a build whose blocking
checks did not pass.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from analytics import study
from analytics.change import TABLES
from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.data_cuts import DATA_CUTS
from orchestration.night.backward_follow_up import add_backward_follow_up
from orchestration.night.drop_guard import refuse_erased_subjects, refuse_losses
from orchestration.night.losses import figures_of_marts, matched_sets
from orchestration.night.publication import publication_of
from orchestration.night.quality import quality_summary, refuse_failed_checks
from orchestration.night.reporting import write_report
from orchestration.night.since_parent import change_tables
from orchestration.night.understanding import refuse_not_understood
from orchestration.night.unread_requests import refuse_unread_requests
from orchestration.releases.manifest import read_manifest
from orchestration.releases.publish import publish
from orchestration.releases.retention import apply_retention
from orchestration.settings import TIME_ZONE

RESULTS = [dg.AssetKey(["results", table]) for stage in study.STAGES for table in stage.makes]
MARTS = [dg.AssetKey(["marts", name]) for name in study.MARTS]
QUALITY = [
    dg.AssetKey(["quality", name])
    for name in ("record_count", "understood_count", "rejected_row", "data_query", "source_profile")
]
MATCHED_SET = dg.AssetKey(["results", "matched_set"])
OWNERS = ["team:surveillance"]


def _asset(name: str, deps: list[dg.AssetKey], description: str, kinds: set[str]) -> dict:
    return {
        "key": dg.AssetKey(["release", name]),
        "deps": deps,
        "group_name": "release",
        "description": description,
        "kinds": kinds,
        "owners": OWNERS,
        "partitions_def": DATA_CUTS,
    }


@dg.asset(
    **_asset("quality", [*MARTS, *QUALITY, MATCHED_SET], "Every check of the build, counted.", {"duckdb"})
)
def quality(build: SharedBuild) -> dg.MaterializeResult:
    """Refuse to go on when a blocking check failed or something is gone; otherwise count what was checked.

    The guards stopped the run long before, unless it was launched without its checks.
    """
    refuse_unread_requests(build)
    refuse_failed_checks(build)
    refuse_erased_subjects(build)
    refuse_not_understood(build)
    refuse_losses(build, [*figures_of_marts(build), *matched_sets(build)])
    return dg.MaterializeResult(metadata=quality_summary(build))


@dg.asset(
    **_asset(
        "change",
        [*RESULTS, *MARTS],
        "What changed since the release before, and why estimates moved.",
        {"duckdb"},
    )
)
def change(build: SharedBuild) -> dg.MaterializeResult:
    """Compare this build with its parent release."""
    tables = change_tables(build)
    build.put("change", tables, TABLES)
    n_backward = add_backward_follow_up(build)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(tables["change"]),
            "corrected_values": len(tables["corrected_record"]),
            "tombstones": len(tables["tombstone"]),
            "follow_up_going_backwards": n_backward,
        }
    )


@dg.asset(
    **_asset(
        "report",
        [*RESULTS, dg.AssetKey(["release", "quality"]), dg.AssetKey(["release", "change"])],
        "The HTML report of this release.",
        {"html"},
    )
)
def report(build: SharedBuild) -> dg.MaterializeResult:
    """Render the report beside the working file."""
    path = write_report(build)
    return dg.MaterializeResult(metadata={"size_kb": round(path.stat().st_size / 1000), "file": path.name})


@dg.asset(
    **_asset("published", [dg.AssetKey(["release", "report"])], "The immutable release.", {"duckdb", "html"})
)
def published(build: SharedBuild) -> dg.MaterializeResult:
    """Copy, verify, switch `current`."""
    now = datetime.now(ZoneInfo(TIME_ZONE)).isoformat(timespec="seconds")
    folder = publish(build.releases, publication_of(build, now))
    removed = apply_retention(build.releases, build.settings.keep_releases, now)
    manifest = read_manifest(folder)
    return dg.MaterializeResult(
        metadata={
            "release": folder.name,
            "logical_hash": manifest.logical_hash,
            "tables": len(manifest.tables),
            "simulated": manifest.simulated,
            "removed_by_retention": len(removed),
        }
    )


assets = [quality, change, report, published]
