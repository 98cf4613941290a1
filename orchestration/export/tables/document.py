"""A release's report as a document of tables and figures, written in one of the formats.

Belongs here: which edition, which language, which file. Does not belong here: how a page is read (`report_page`), how a
format is written (`word`, `rich_text`), what began in a period (`reporting_period`).
"""

from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.export.staged import staged_beside
from orchestration.extras import way_to_install
from orchestration.releases.editions import FILE, IN_HOUSE, PUBLIC
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MARK, read_manifest

if TYPE_CHECKING:
    from orchestration.export.tables.displays import Document, Summary
    from orchestration.export.tables.report_page import ReportPage

NEEDED = ("lxml", "docx", "polars", "resvg_py", "rtflite")
NOT_INSTALLED = f"tables and figures need libraries that are not installed: {way_to_install('tables')}"


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Attributes:
        form: rtf or docx.
        in_house: the edition with every count.
        language: of the first page.
        after, to: of a reporting period; None where none is asked for, and `to` is then the data cut.
        verdict: the release, and whether it is approved, held or neither.
    """

    form: str
    in_house: bool
    language: str
    after: date | None
    to: date | None
    verdict: str


def check_installed() -> None:
    """Fail before anything is written.

    Raises:
        ValueError: a library of the extra is not there.
    """
    if not all(map(find_spec, NEEDED)):
        raise ValueError(NOT_INSTALLED)


def export_tables(release: Path, out: Path, asked: Asked) -> tuple[Path, int, int]:
    """Write every table and figure of a release's report.

    Args:
        release: its folder.
        out: folder, made if missing; an earlier file is replaced.
        asked: what is asked for.

    Returns:
        The file, and how many tables and figures it has.

    Raises:
        LookupError: the release has no report of the edition.
        ValueError: the page has no such language, or the period is none.
    """
    from orchestration.export.tables.displays import Table

    document = _document(release, asked)
    mark = f"{MARK}-" if document.mark else ""
    edition = "-in-house" if asked.in_house else ""
    file = out / f"{mark}tables{edition}.{asked.form}"
    out.mkdir(parents=True, exist_ok=True)
    with staged_beside(file) as staged:
        if asked.form == "docx":
            from orchestration.export.tables.word import write_word

            write_word(document, staged)
        else:
            from orchestration.export.tables.rich_text import write_rich_text

            write_rich_text(document, staged)
    n_table = sum(isinstance(each, Table) for each in document.displays)
    return file, n_table, len(document.displays) - n_table


def _document(release: Path, asked: Asked) -> "Document":
    from orchestration.export.tables.displays import Document
    from orchestration.export.tables.report_page import read_page
    from orchestration.export.tables.reporting_period import period_displays

    page = read_page(_page(release, in_house=asked.in_house))
    manifest = read_manifest(release)
    displays = page.displays
    if asked.after:
        to = asked.to or date.fromisoformat(manifest.data_cut)
        cuts = frozenset(each.data_cut for each in ReleaseIndex(release.parent).manifests())
        displays += period_displays(release, page, asked.after, to, cuts, in_house=asked.in_house)
    edition = "In-house edition" if asked.in_house else "Public edition"
    standing = f"{edition}: {page.disclosure} · {asked.verdict}"
    summary = _summary(page, asked.language)
    return Document(
        page.title, page.study, standing, page.warnings, page.mark, summary, displays, manifest.data_cut
    )


def _page(release: Path, *, in_house: bool) -> str:
    file = release / (IN_HOUSE if in_house else PUBLIC) / FILE
    if not file.is_file():
        edition = "in-house" if in_house else "public"
        raise LookupError(f"release {release.name} has no report of the {edition} edition")
    return file.read_text(encoding="utf-8")


def _summary(page: "ReportPage", language: str) -> "Summary | None":
    for summary in page.summaries:
        if summary.language == language:
            return summary
    if not page.summaries and language == "en":
        return None
    there = ", ".join(each.language for each in page.summaries) or "en"
    raise ValueError(f"the report's first page is not in {language}; it is in: {there}")
