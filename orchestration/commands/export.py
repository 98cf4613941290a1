"""`vigil export`: marts of a release as files for other programs."""

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
    """In which form, where to, from which release."""
    parser.add_argument("--format", choices=FORMATS, required=True, dest="form")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--marts", nargs="+", choices=MARTS, default=MARTS, metavar="MART")


def run(arguments: argparse.Namespace) -> int:
    """Write the marts; says what was written and that it has a row per subject."""
    from orchestration.export.dataset import DEFINE
    from orchestration.export.marts import export_marts

    index = ReleaseIndex(Settings.from_environment().releases)
    database = index.database(arguments.release)
    release_id = database.parent.name
    if wrong := unsound(database.parent):
        raise LookupError(f"not exported: {wrong[0]}")
    simulated = False
    for data, path in export_marts(database, arguments.form, arguments.out, tuple(arguments.marts)):
        print(f"{path}  {data.n_row} rows, {len(data.columns)} columns  {data.title}")
        simulated = simulated or data.simulated
    print(f"{arguments.out / DEFINE}  Define-XML: what every column is")
    verdict = f"release {release_id}: {verdicts(index.journal()).get(release_id, NOT_APPROVED)}"
    (arguments.out / VERDICT).write_text(verdict + "\n", encoding="utf-8")
    print(verdict)
    print(
        "SYNTHETIC: made from simulated deliveries"
        if simulated
        else "records of subjects: for those who may hold them"
    )
    return 0
