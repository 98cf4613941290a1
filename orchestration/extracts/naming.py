"""Which table a delivered file is, from its name: PRO-ACT stems of every generation, SDTM domains.

Not here: which names are allowed (`limits`), what the header says (`conform`).
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.extracts.contents import DeliveredFile
from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.errors import DeliveryError, listed, quoted

_PROACT_PREFIX = re.compile(r"(?P<prefix>(?:F_)?PROACT_)?(?P<stem>.+)", re.IGNORECASE)
_GENERATION = {"": "2016", "PROACT_": "2022", "F_PROACT_": "2026"}
_REGISTRY_SUFFIXES = (".csv", ".xpt", ".json", ".ndjson")
_NOT_DATA = {"manifest.sha256", "synthetic.json", ".done"}


@dataclass(frozen=True)
class NamedFile:
    """A delivered file with its table; `part` tells stacked files (SUPPAE, SUPPDM …) apart."""

    file: DeliveredFile
    table: SourceTable
    generation: str
    part: str


def name_files(
    files: Sequence[DeliveredFile], dictionary: SourceDictionary, release: str
) -> tuple[tuple[NamedFile, ...], tuple[str, ...]]:
    """Assign files to tables.

    Returns:
        The assigned files in the order of the dictionary, and the names of the files that are no table.

    Raises:
        DeliveryError: a required table was not delivered.
    """
    named, unknown = assign_files(files, dictionary)
    _refuse_missing_tables(dictionary, {n.table.name for n in named}, list(unknown), release)
    return named, unknown


def assign_files(
    files: Sequence[DeliveredFile], dictionary: SourceDictionary
) -> tuple[tuple[NamedFile, ...], tuple[str, ...]]:
    """Like `name_files`, whether or not the delivery is complete."""
    assign = _proact_table if dictionary.source == "proact" else _registry_table
    named, unknown = [], []
    for file in files:
        if (found := assign(file, dictionary)) is not None:
            named.append(found)
        elif file.name.lower() not in _NOT_DATA:
            unknown.append(file.name)
    order = {name: i for i, name in enumerate(dictionary.tables)}
    return tuple(sorted(named, key=lambda n: (order[n.table.name], n.part, n.file.name))), tuple(unknown)


def _proact_table(file: DeliveredFile, dictionary: SourceDictionary) -> NamedFile | None:
    stem, dot, suffix = file.name.rpartition(".")
    match = _PROACT_PREFIX.fullmatch(stem)
    if not dot or suffix.lower() != "csv" or match is None:
        return None
    table = dictionary.tables.get(match["stem"].lower())
    generation = _GENERATION[(match["prefix"] or "").upper()]
    return NamedFile(file, table, generation, table.name) if table else None


def _registry_table(file: DeliveredFile, dictionary: SourceDictionary) -> NamedFile | None:
    stem, dot, suffix = file.name.lower().rpartition(".")
    if f"{dot}{suffix}" not in _REGISTRY_SUFFIXES or file.name == "SYNTHETIC.json":
        return None
    name = "supp" if stem.startswith("supp") else stem
    table = dictionary.tables.get(name)
    return NamedFile(file, table, "SDTM", stem) if table else None


def _refuse_missing_tables(
    dictionary: SourceDictionary, present: set[str], unknown: list[str], release: str
) -> None:
    missing = [t.name for t in dictionary.tables.values() if t.required and t.name not in present]
    if not missing:
        return
    stems = {name.rpartition(".")[0].lower(): name for name in unknown}
    close = difflib.get_close_matches(missing[0], list(stems), n=1, cutoff=0.5)
    hint = f"; is it {quoted(stems[close[0]])}?" if close else ""
    raise DeliveryError(
        f"{dictionary.source} delivery {release}: required file missing:"
        f" {', '.join(name.upper() for name in missing)}"
        f" (unknown files: {listed(unknown) if unknown else 'none'}){hint or ';'} complete the delivery"
    )
