"""`vigil export`: marts and results of a release as files for other programs, its report as tables and figures."""

import argparse
from datetime import date
from pathlib import Path

from analytics.study import MARTS
from orchestration.private_place import ignored_folder, refuse_place
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.manifest import read_manifest
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
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="instead of exports/RELEASE in the home folder, which git passes over and an erasure empties, unlike DIR",
    )
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--marts", nargs="+", choices=MARTS, default=MARTS, metavar="MART")


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for; says what was written and for whom it is."""
    _check(arguments)
    settings = Settings.from_environment()
    index = ReleaseIndex(settings.releases)
    database = index.database(arguments.release)
    if wrong := unsound(database.parent):
        raise LookupError(f"not exported: {wrong[0]}")
    out = _place(settings, database.parent.name, arguments)
    verdict = (
        f"release {database.parent.name}: {verdicts(index.journal()).get(database.parent.name, NOT_APPROVED)}"
    )
    # Said before anything is written: who must not have it can stop here.
    print(verdict, _for_whom(database, arguments), sep="\n", flush=True)
    if arguments.form:
        _marts(database, out, arguments)
    if arguments.results:
        _results(database, out, in_house=arguments.in_house)
    if arguments.tables:
        _tables(database, out, arguments, verdict)
    (out / VERDICT).write_text(verdict + "\n", encoding="utf-8")
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


def _has_subjects(arguments: argparse.Namespace) -> bool:
    return bool(arguments.form) or arguments.in_house


def _for_whom(database: Path, arguments: argparse.Namespace) -> str:
    if read_manifest(database.parent).simulated:
        return "SYNTHETIC: made from simulated deliveries"
    if _has_subjects(arguments):
        return "records of subjects: for those who may hold them"
    return "results as the public edition of the report tells them"


def _place(settings: Settings, release_id: str, arguments: argparse.Namespace) -> Path:
    """Where to.

    Raises:
        RefusedPlaceError: subjects would get where they do not belong.
    """
    if arguments.out is None:
        return ignored_folder(settings.exported) / release_id
    if _has_subjects(arguments):
        refuse_place(arguments.out, settings)
    place: Path = arguments.out
    return place


def _marts(database: Path, out: Path, arguments: argparse.Namespace) -> None:
    from orchestration.export.dataset import DEFINE
    from orchestration.export.marts import export_marts

    for data, path in export_marts(database, arguments.form, out, tuple(arguments.marts)):
        print(f"{path}  {data.n_row} rows, {len(data.columns)} columns  {data.title}")
    print(f"{out / DEFINE}  Define-XML: what every column is")


def _results(database: Path, out: Path, *, in_house: bool) -> None:
    from orchestration.export.results import export_results

    path, data = export_results(database, out, in_house=in_house)
    print(f"{path}  {len(data.tables)} result tables, value by value")
    for reason in sorted(set(data.left_out.values())):
        names = ", ".join(name for name, why in data.left_out.items() if why == reason)
        print(f"left out, {reason}: {names}")


def _tables(database: Path, out: Path, arguments: argparse.Namespace, verdict: str) -> None:
    from orchestration.export.tables.document import Asked, export_tables

    asked = Asked(
        arguments.tables, arguments.in_house, arguments.language, arguments.after, arguments.to, verdict
    )
    path, n_table, n_figure = export_tables(database.parent, out, asked)
    print(f"{path}  {n_table} tables, {n_figure} figures of the report")
