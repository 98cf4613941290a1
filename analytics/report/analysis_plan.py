"""A statistical analysis plan from a protocol: what it holds, in order, as plain rows.

Belongs here: which chapters there are and their words. Does not belong here: a format (`orchestration.export.tables`), or
how a setting is said (`settings`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.protocol import Protocol, differences, protocol_hash
from analytics.report.settings import SettingsOfSection, sections_in_words
from analytics.report.target_trial import components

Row = tuple[str, ...]
IDLE = "no effect {why}"
TARGET_TRIAL = ("Component", "Target trial", "Emulation in these data", "What is lost")
SETTINGS = ("Setting", "Value", "What it means", "Default, if another")
CHANGES = ("Setting", "Before", "After")


@dataclass(frozen=True)
class Chapter:
    """A heading, what is said under it, and a table of it.

    Attributes:
        title: the heading.
        about: a sentence or more; empty for none.
        head: names of the columns.
        rows: a text a column each.
    """

    title: str
    about: str
    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class AnalysisPlan:
    """The plan as a document.

    Attributes:
        title: of the study.
        version: which protocol and version.
        identity: the hash by which a release names the protocol.
        lead: what the document is.
        chapters: in order.
    """

    title: str
    version: str
    identity: str
    lead: str
    chapters: tuple[Chapter, ...]


def analysis_plan(protocol: Protocol, before: Protocol | None = None) -> AnalysisPlan:
    """The plan of a protocol.

    Args:
        protocol: the one that is described.
        before: another version of it, from which the changes are listed; none for no such chapter.
    """
    study = protocol.study
    return AnalysisPlan(
        title=study.title,
        version=f"{study.id} {study.version}",
        identity=f"protocol {protocol_hash(protocol)}",
        lead="Statistical analysis plan, written from the protocol file that the analysis reads: every setting with its "
        "value and its meaning. Whoever changes the analysis changes that file, its version and its hash.",
        chapters=tuple(_chapters(protocol, before)),
    )


def _chapters(protocol: Protocol, before: Protocol | None) -> Iterator[Chapter]:
    yield Chapter(
        "Target trial and its emulation",
        "After the TARGET statement: the trial that would answer the question, and what stands for it here.",
        TARGET_TRIAL,
        tuple(components(protocol)),
    )
    for section in sections_in_words(protocol):
        yield Chapter(section.title, section.about, SETTINGS, tuple(_settings(section)))
    if before is not None:
        yield _changes(before, protocol)


def _settings(section: SettingsOfSection) -> Iterator[Row]:
    for setting in section.settings:
        value = (
            setting.value if setting.idle is None else f"{setting.value} ({IDLE.format(why=setting.idle)})"
        )
        yield setting.key, value, setting.meaning, setting.default or ""


def _changes(before: Protocol, after: Protocol) -> Chapter:
    changes = differences(before, after)
    versions = f"{before.study.id} {before.study.version} and {after.study.id} {after.study.version}"
    about = f"Between {versions}: {len(changes) or 'no'} setting{'s differ' if len(changes) != 1 else ' differs'}."
    if changes and before.study.version == after.study.version and before.study.id == after.study.id:
        about += " Both carry one version: give the later one its own."
    rows = tuple((change.key, change.before, change.after) for change in changes)
    return Chapter("Changes from the version before", about, CHANGES, rows)
