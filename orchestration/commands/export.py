"""`vigil export`: marts and results of a release as files for other programs."""

import argparse
from pathlib import Path

from analytics.study import MARTS
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.soundness import unsound
from orchestration.releases.standing import NOT_APPROVED, verdicts
from orchestration.settings import Settings

VERDICT = "RELEASE.txt"
"""Beside the files, since no format has a place for it: which release, and whether it is approved, held or neither."""
FORMATS = ("xpt", "dataset-json", "parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Marts in which form, results or both, where to, from which release."""
    what = parser.add_argument_group("what, one or both")
    what.add_argument(
        "--format", choices=FORMATS, dest="form", help="marts, with a row per subject or record"
    )
    what.add_argument(
        "--results", action="store_true", help="analysis results data, as the public may see them"
    )
    parser.add_argument(
        "--in-house", action="store_true", help="results with exact counts and rows of subjects"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--marts", nargs="+", choices=MARTS, default=MARTS, metavar="MART")


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for; says what was written and for whom it is."""
    if not (arguments.form or arguments.results):
        raise ValueError(
            "nothing to export: give --format for marts, --results for analysis results data, or both"
        )
    if arguments.in_house and not arguments.results:
        raise ValueError("--in-house is about results: add --results, or leave it out")
    index = ReleaseIndex(Settings.from_environment().releases)
    database = index.database(arguments.release)
    if wrong := unsound(database.parent):
        raise LookupError(f"not exported: {wrong[0]}")
    simulated = bool(arguments.form) and _marts(database, arguments)
    simulated = (arguments.results and _results(database, arguments)) or simulated
    release_id = database.parent.name
    verdict = f"release {release_id}: {verdicts(index.journal()).get(release_id, NOT_APPROVED)}"
    (arguments.out / VERDICT).write_text(verdict + "\n", encoding="utf-8")
    print(verdict)
    has_subjects = arguments.form or arguments.in_house
    print(
        "SYNTHETIC: made from simulated deliveries"
        if simulated
        else "records of subjects: for those who may hold them"
        if has_subjects
        else "results as the public edition of the report tells them"
    )
    return 0


def _marts(database: Path, arguments: argparse.Namespace) -> bool:
    """Write the marts; whether any delivery was simulated."""
    from orchestration.export.dataset import DEFINE
    from orchestration.export.marts import export_marts

    simulated = False
    for data, path in export_marts(database, arguments.form, arguments.out, tuple(arguments.marts)):
        print(f"{path}  {data.n_row} rows, {len(data.columns)} columns  {data.title}")
        simulated = simulated or data.simulated
    print(f"{arguments.out / DEFINE}  Define-XML: what every column is")
    return simulated


def _results(database: Path, arguments: argparse.Namespace) -> bool:
    """Write the results; whether any delivery was simulated."""
    from orchestration.export.results import export_results

    path, data, simulated = export_results(database, arguments.out, in_house=arguments.in_house)
    print(f"{path}  {len(data.tables)} result tables, value by value")
    for reason in sorted(set(data.left_out.values())):
        names = ", ".join(name for name, why in data.left_out.items() if why == reason)
        print(f"left out, {reason}: {names}")
    return simulated
