"""That the delivered line a record points at really holds its subject: checked on the originals in landing.

Not here: which records are checked (`trace`), reading one file (`delivered_lines`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from orchestration.extracts.deliveries import REGISTRY
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.pseudonyms import key_for, key_from_text
from orchestration.landing import deliveries, dictionaries
from orchestration.releases.analysts import open_hardened
from orchestration.settings import Settings
from orchestration.tracing.delivered_lines import (
    DeliveredTable,
    delivered_files,
    lines_of_subjects,
    subjects_on_lines,
)

HOLDS, OTHER, CHANGED, ABSENT = (
    "holds the subject",
    "another subject",
    "file changed since",
    "file not in landing",
)
FILES = "select source, release, table_name, file_name, sha256, simulated from release.input_file "
FILES += "where table_name is not null"
PROVEN = ["delivery", "sha256", "proof"]


@dataclass(frozen=True)
class Landing:
    """The delivered files that a release rests on."""

    settings: Settings
    files: pd.DataFrame

    @classmethod
    def of_release(cls, settings: Settings, database: Path) -> "Landing":
        """The files that `release.input_file` of a release lists."""
        with open_hardened(database) as connection:
            return cls(settings, connection.sql(FILES).df())

    def table(self, entry: Mapping[str, object]) -> DeliveredTable | None:
        """A listed file where it lies now, or None if it is not in landing."""
        source = str(entry["source"])
        found = {d.release: d for d in deliveries(self.settings, source)}.get(str(entry["release"]))
        file = delivered_files(found.path).get(str(entry["file_name"])) if found else None
        if found is None or file is None:
            return None
        given = key_from_text(self.settings.pseudonym_key) if self.settings.pseudonym_key else None
        key = (
            key_for(found.release, simulated=bool(entry["simulated"]), key=given)
            if source == REGISTRY
            else None
        )
        dictionary = dictionaries()[source.lower()].tables[str(entry["table_name"])]
        return DeliveredTable(file, dictionary, key, self.settings.store / "tmp")

    def entries(
        self, source: str, *, file_name: str | None = None, table_name: str | None = None
    ) -> list[dict]:
        """Listed files of a source by file or table name."""
        mine = self.files[self.files["source"] == source]
        for column, value in (("file_name", file_name), ("table_name", table_name)):
            if value is not None:
                mine = mine[mine[column] == value]
        return mine.to_dict("records")


def proven(landing: Landing, records: pd.DataFrame) -> pd.DataFrame:
    """Records with the delivery, the delivered file's digest and what its line holds.

    Args:
        landing: the files of the release.
        records: as `Trace.records`.

    Returns:
        The records with delivery, sha256 and proof (one of the constants here), in their order.
    """
    parts = [records.assign(**dict.fromkeys(PROVEN, None)).iloc[:0]]
    for (source, file_name), part in records.groupby(["source", "source_file"], sort=True):
        entry = next(iter(landing.entries(str(source), file_name=str(file_name))), None)
        parts.append(_proven_file(landing, entry, part))
    unaddressed = records[records["source_file"].isna()]
    for (source, table), part in unaddressed.groupby(["source", "source_table"], sort=True):
        parts.append(_proven_table(landing, str(source), str(table), part))
    proven_records = pd.concat([part for part in parts if len(part)]) if len(records) else parts[0]
    return proven_records.sort_index(kind="stable").reset_index(drop=True)


def _proven_table(landing: Landing, source: str, table: str, part: pd.DataFrame) -> pd.DataFrame:
    """Records whose mart names the table but no line: every line of the subject in that table."""
    lines = delivered_records(landing, source, table, sorted(part["usubjid"].unique()))
    ours = ["source_file", "source_line", *PROVEN]
    found = part.drop(columns=["source_file", "source_line"]).reset_index()
    found = found.merge(lines[["usubjid", *ours]], on="usubjid", how="left").set_index("index")
    return found.assign(proof=found["proof"].fillna(ABSENT))


def _proven_file(landing: Landing, entry: dict | None, part: pd.DataFrame) -> pd.DataFrame:
    table = landing.table(entry) if entry else None
    if entry is None or table is None:
        told = (
            {"delivery": entry["release"], "sha256": entry["sha256"]}
            if entry
            else {"delivery": None, "sha256": None}
        )
        return part.assign(**told, proof=ABSENT)
    lines = part["source_line"].dropna().astype(int)
    try:
        found = subjects_on_lines(table, lines.tolist())
    except DeliveryError:
        return part.assign(delivery=entry["release"], sha256=entry["sha256"], proof=CHANGED)
    return part.assign(
        delivery=entry["release"],
        sha256=entry["sha256"],
        proof=CHANGED
        if found.sha256 != entry["sha256"]
        else [
            HOLDS if pd.notna(line) and is_of(usubjid, found.subject_at.get(int(line))) else OTHER
            for usubjid, line in zip(part["usubjid"], part["source_line"], strict=True)
        ],
    )


def is_of(usubjid: str, subject: str | None) -> bool:
    """Whether `<STUDYID>-<subject>` names the subject read from a line."""
    return bool(subject) and subject_part(usubjid) == subject


def subject_part(usubjid: str) -> str:
    """What stands behind the study: a pseudonym, which has no dash, or PRO-ACT's id, which may have one."""
    own = usubjid.removeprefix("PROACT-")
    return own if own != usubjid else usubjid.rpartition("-")[2]


def delivered_records(landing: Landing, source: str, table_name: str, subjects: list[str]) -> pd.DataFrame:
    """Every line of a delivered table that holds one of some subjects.

    Args:
        landing: the files of the release.
        source: PROACT or REGISTRY.
        table_name: of the source dictionary.
        subjects: USUBJID.

    Returns:
        usubjid, mart (blank), record, source, source_file, source_line, delivery, sha256, proof.
    """
    by_tail = {subject_part(usubjid): usubjid for usubjid in subjects}
    rows = []
    for entry in landing.entries(source, table_name=table_name):
        table = landing.table(entry)
        if table is None:
            continue
        found = lines_of_subjects(table, by_tail.keys())
        state = HOLDS if found.sha256 == entry["sha256"] else CHANGED
        told = (source, entry["file_name"])
        rows += [
            (
                by_tail[subject or ""],
                None,
                f"delivered {table_name}",
                *told,
                line,
                entry["release"],
                entry["sha256"],
                state,
            )
            for line, subject in sorted(found.subject_at.items())
        ]
    columns = ["usubjid", "mart", "record", "source", "source_file", "source_line", *PROVEN]
    return pd.DataFrame(rows, columns=columns)
