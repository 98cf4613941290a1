"""From results to a release: what was checked, what changed, the report, and publication.

Only these assets see the whole build. Publication refuses a working file that mixes builds and a build whose blocking
checks did not run on it, or failed.
"""

from pathlib import Path

import dagster as dg

from analytics import study
from analytics.change import TABLES
from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.partitions import DATA_CUTS
from orchestration.defs import checks, guards, second_opinion
from orchestration.defs.transform import project
from orchestration.night.analysis_views import analysis_views
from orchestration.night.backward_follow_up import add_backward_follow_up
from orchestration.night.blocking import dbt_checks, refuse_unchecked
from orchestration.night.drop_guard import refuse_erased_subjects
from orchestration.night.key_checks import key_checks
from orchestration.night.lineage import BACKWARD, REPORT, checked, dbt_tables, identities_of
from orchestration.night.old_extracts import forget_unused_extracts
from orchestration.night.publication import publication_of
from orchestration.night.quality import quality_summary, record_checks
from orchestration.night.reporting import write_report
from orchestration.night.since_parent import change_tables
from orchestration.releases.editions import FILE, IN_HOUSE, PUBLIC
from orchestration.releases.manifest import read_manifest
from orchestration.releases.publish import publish
from orchestration.releases.retention import apply_retention
from orchestration.settings import time_here

RESULTS = [dg.AssetKey(["results", table]) for stage in study.STAGES for table in stage.makes]
MARTS = [dg.AssetKey(["marts", name]) for name in study.MARTS]
QUALITY = [
    dg.AssetKey(["quality", name])
    for name in ("record_count", "understood_count", "rejected_row", "data_query", "source_profile")
]
OWNERS = ["team:surveillance"]
BLOCKING = [*dbt_checks(project()), *checks.BLOCKING, *guards.BLOCKING, *second_opinion.BLOCKING]
CHECKED = [*(table for check in BLOCKING for table in check.reads), *(".".join(key.path) for key in RESULTS)]


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
    **_asset(
        "quality",
        [*MARTS, *QUALITY, *RESULTS, second_opinion.ASSET],
        "Every check of the build, counted.",
        {"duckdb"},
    )
)
def quality(build: SharedBuild) -> dg.MaterializeResult:
    """Refuse to go on when a blocking check failed or did not run on these very tables; otherwise count what was checked.

    The checks stopped the run long before, unless it was launched without them.
    """
    refuse_unchecked(build, BLOCKING)
    record_checks(build, key_checks(build))
    build.stamp(checked(build.run, CHECKED))
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
    build.refuse_missing(build.lineage[BACKWARD].reads)
    n_backward = add_backward_follow_up(build)
    build.stamp({BACKWARD: build.lineage[BACKWARD]})
    build.refuse_missing(build.lineage["change.change"].reads)
    tables = change_tables(build)
    # The last that it had to do; what it holds is free for the publication.
    build.spare_second_process()
    build.put("change", tables, TABLES)
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
    build.refuse_missing(build.lineage[REPORT].reads)
    path = write_report(build)
    build.stamp({REPORT: build.lineage[REPORT]})
    # What is rendered here is of the next build tomorrow; `published` names the place where it stays.
    current = dg.MetadataValue.path(build.settings.releases / "current" / PUBLIC / FILE)
    return dg.MaterializeResult(
        metadata={"open_current_report": current, "size_kb": round(path.stat().st_size / 1000)}
    )


@dg.asset(
    **_asset("published", [dg.AssetKey(["release", "report"])], "The immutable release.", {"duckdb", "html"})
)
def published(build: SharedBuild) -> dg.MaterializeResult:
    """Copy, verify, switch `current`."""
    refuse_erased_subjects(build)
    refuse_unchecked(build, BLOCKING)
    build.refuse_changed_code()
    lineage = {**build.lineage, **dbt_tables(project(), build.run), **checked(build.run, CHECKED)}
    now = time_here()
    views = analysis_views(project())
    folder = publish(build.releases, publication_of(build, now, identities_of(lineage), views, lineage))
    removed = apply_retention(build.releases, build.settings.keep_releases, now)
    n_unused = forget_unused_extracts(build.settings, now)
    manifest = read_manifest(folder)
    return dg.MaterializeResult(
        metadata={
            **_places(folder),
            "release": folder.name,
            "logical_hash": manifest.logical_hash,
            "tables": len(manifest.tables),
            "simulated": manifest.simulated,
            "removed_by_retention": len(removed),
            "extracts_long_unused": n_unused,
        }
    )


def _places(release: Path) -> dict[str, dg.MetadataValue]:
    """Where the reports of a release lie: paths to copy, since a browser follows no link from a server's page to a file."""
    files = {"open_report": release / PUBLIC / FILE, "open_report_in_house": release / IN_HOUSE / FILE}
    return {name: dg.MetadataValue.path(file) for name, file in files.items() if file.exists()}


assets = [quality, change, report, published]
