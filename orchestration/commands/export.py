"""`vigil export`: marts and results of a release as files for other programs, its report as tables and figures."""

import argparse
from datetime import date
from pathlib import Path

from analytics.study import MARTS
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.soundness import unsound
from orchestration.releases.standing import NOT_APPROVED, verdicts
from orchestration.settings import Settings

VERDICT = "RELEASE.txt"
"""Beside the files, since no format has a place for it: which release, and whether it is approved, held or neither."""
FORMATS = ("xpt", "dataset-json", "parquet")
TABLES = ("rtf", "docx")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Marts in which form, results or both, where to, from which release."""
    what = parser.add_argument_group("what, one or more")
    what.add_argument(
        "--format", choices=FORMATS, dest="form", help="marts, with a row per subject or record"
    )
    what.add_argument(
        "--results", action="store_true", help="analysis results data, as the public may see them"
    )
    what.add_argument(
        "--tables", choices=TABLES, help="every table and figure of the report, numbered, as a document"
    )
    parser.add_argument(
        "--in-house", action="store_true", help="results and tables with exact counts and rows of subjects"
    )
    tables = parser.add_argument_group("of --tables")
    tables.add_argument("--language", default="en", metavar="CODE", help="of the report's first page")
    tables.add_argument(
        "--from", type=_day, dest="after", metavar="CUT",
        help="adds the adverse events that began after this data cut, and cumulative",
    )  # fmt: skip
    tables.add_argument("--to", type=_day, metavar="CUT", help="up to this one; by default the release's")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--marts", nargs="+", choices=MARTS, default=MARTS, metavar="MART")


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for; says what was written and for whom it is."""
    _check(arguments)
    index = ReleaseIndex(Settings.from_environment().releases)
    database = index.database(arguments.release)
    if wrong := unsound(database.parent):
        raise LookupError(f"not exported: {wrong[0]}")
    simulated = bool(arguments.form) and _marts(database, arguments)
    simulated = (arguments.results and _results(database, arguments)) or simulated
    release_id = database.parent.name
    verdict = f"release {release_id}: {verdicts(index.journal()).get(release_id, NOT_APPROVED)}"
    simulated = (bool(arguments.tables) and _tables(database, arguments, verdict)) or simulated
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date: give it as 2026-03-31") from None


def _check(arguments: argparse.Namespace) -> None:
    """Fail before anything is written where what is asked for is nothing, or cannot be."""
    if not (arguments.form or arguments.results or arguments.tables):
        raise ValueError(
            "nothing to export: give --format for marts, --results for analysis results data, --tables for the report's "
            "tables and figures, or more than one"
        )
    if arguments.in_house and not (arguments.results or arguments.tables):
        raise ValueError("--in-house is about results and tables: add --results or --tables, or leave it out")
    if not arguments.tables and (arguments.after or arguments.to or arguments.language != "en"):
        raise ValueError("--from, --to and --language are about tables: add --tables, or leave them out")
    if arguments.to and not arguments.after:
        raise ValueError("--to is the end of a period: add --from, the data cut of the report before")
    if arguments.tables:
        from orchestration.export.tables.document import check_installed

        check_installed()


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


def _tables(database: Path, arguments: argparse.Namespace, verdict: str) -> bool:
    """Write the tables and figures; whether any delivery was simulated."""
    from orchestration.export.tables.document import Asked, export_tables

    asked = Asked(
        arguments.tables, arguments.in_house, arguments.language, arguments.after, arguments.to, verdict
    )
    path, n_table, n_figure, simulated = export_tables(database.parent, arguments.out, asked)
    print(f"{path}  {n_table} tables, {n_figure} figures of the report")
    return simulated
