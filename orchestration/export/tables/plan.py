"""A protocol's statistical analysis plan as a document of tables.

Does not belong here: what the plan says (`analytics.report.analysis_plan`), or how a format is written (`word`).
"""

from collections.abc import Iterator
from pathlib import Path

from analytics.protocol import Protocol
from analytics.report.analysis_plan import CHANGES, SETTINGS, AnalysisPlan, Chapter, analysis_plan
from orchestration.export.staged import staged_beside
from orchestration.export.tables.displays import Document, Summary, Table
from orchestration.export.tables.word import write_word

KIND = "Statistical analysis plan"
SUFFIX = ".docx"
SECTIONS = {SETTINGS: "Every setting", CHANGES: "Changes"}
"""By what a chapter's table has; any other is a chapter of its own."""


def write_plan(protocol: Protocol, before: Protocol | None, file: Path) -> int:
    """Write the plan; an earlier file is replaced.

    Args:
        protocol: the one that is described.
        before: another version, from which the changes are listed; None for no such chapter.
        file: a name that ends in `.docx`, in a folder that is made if missing.

    Returns:
        How many tables it has.

    Raises:
        ValueError: the name ends otherwise.
    """
    if file.suffix.lower() != SUFFIX:
        raise ValueError(
            f"--out {file.name}: a plan is written as Word reads it; give a name that ends in {SUFFIX}"
        )
    document = _document(analysis_plan(protocol, before))
    file.parent.mkdir(parents=True, exist_ok=True)
    with staged_beside(file) as staged:
        write_word(document, staged)
    return len(document.displays)


def _document(plan: AnalysisPlan) -> Document:
    lead = (
        ("", plan.lead),
        *((each.title + ".", each.about) for each in plan.chapters if each.head == CHANGES),
    )
    return Document(
        title=plan.title, study=plan.version, standing=plan.identity, warnings=(), mark=None,
        summary=Summary("en", KIND, lead), displays=tuple(_tables(plan)), data_cut=None, kind=KIND, is_flowing=True,
    )  # fmt: skip


def _tables(plan: AnalysisPlan) -> Iterator[Table]:
    for number, chapter in enumerate(plan.chapters, start=1):
        yield _table(number, chapter)


def _table(number: int, chapter: Chapter) -> Table:
    rows = chapter.rows or (("none", *[""] * (len(chapter.head) - 1)),)
    return Table(
        label=f"Table {number}", title=chapter.title, section=SECTIONS.get(chapter.head, chapter.title),
        notes=(chapter.about,) if chapter.about else (), spans=(), heads=chapter.head,
        is_text=(True,) * len(chapter.head), groups=((None, rows),),
    )  # fmt: skip
