"""Which table a delivered file is, from its name: PRO-ACT stems of every generation, SDTM domains.

Not here: which names are allowed (`limits`), what the header says (`conform`).
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from orchestration.extracts.contents import DeliveredFile
from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.errors import DeliveryError, listed, quoted
from orchestration.extracts.limits import is_data_file

_PROACT_PREFIX = re.compile(r"(?P<prefix>(?:F_)?PROACT_)?(?P<stem>.+)", re.IGNORECASE)
_GENERATION = {"": "2016", "PROACT_": "2022", "F_PROACT_": "2026"}
# A domain may be split over files that carry its name and one or two letters more (`qsco`, `qsmm`, `lb1`). The domains
# of one record a subject or an administration are not.
_SPLIT = re.compile(r"(?P<domain>ae|cm|ds|eg|fa|lb|mh|pe|pr|qs|re|ss|vs)[a-z0-9]{1,2}")
# The withdrawal list under another name: a wish to be erased must not pass as a file that nobody reads.
_WITHDRAWALS = re.compile(r"withdr|opt_?out|erasure|erase|revo[ck]|철회|삭제")
_NOT_DATA = {"manifest.sha256", "synthetic.json", ".done"}


@dataclass(frozen=True)
class NamedFile:
    """A delivered file with its table; `part` tells stacked files (SUPPAE, SUPPDM …) apart."""

    file: DeliveredFile
    table: SourceTable
    generation: str
    part: str


def assign_files(
    files: Sequence[DeliveredFile], dictionary: SourceDictionary
) -> tuple[tuple[NamedFile, ...], tuple[str, ...]]:
    """Assign files to tables.

    Returns:
        The assigned files in the order of the dictionary, and the names of the files that are no table.
    """
    assign = _proact_table if dictionary.source == "proact" else _registry_table
    named, unknown = [], []
    for file in files:
        if (found := assign(file, dictionary)) is not None:
            named.append(found)
        elif file.name.lower() not in _NOT_DATA:
            unknown.append(file.name)
    order = {name: i for i, name in enumerate(dictionary.tables)}
    return tuple(sorted(named, key=lambda n: (order[n.table.name], n.part, n.file.name))), tuple(unknown)


def table_of(name: str, dictionary: SourceDictionary) -> SourceTable | None:
    """The table that a file's name says, whatever its suffix."""
    stem = name.rpartition(".")[0] or name
    if dictionary.source == "proact":
        match = _PROACT_PREFIX.fullmatch(stem)
        return dictionary.tables.get(match["stem"].lower()) if match else None
    stem = stem.lower()
    split = _SPLIT.fullmatch(stem)
    name = "supp" if stem.startswith("supp") else split["domain"] if split else stem
    return dictionary.tables.get(stem) or dictionary.tables.get(name)


def is_near_withdrawals(name: str) -> bool:
    """Whether a file's name is nearly that of the withdrawal list, or says what such a list does."""
    stem = re.sub(r"[\W\d]+", "_", PurePosixPath(name.casefold()).name.partition(".")[0]).strip("_")
    return bool(_WITHDRAWALS.search(stem) or difflib.get_close_matches(stem, ["withdrawals"], cutoff=0.8))


def _proact_table(file: DeliveredFile, dictionary: SourceDictionary) -> NamedFile | None:
    stem, _, suffix = file.name.rpartition(".")
    match = _PROACT_PREFIX.fullmatch(stem)
    table = table_of(file.name, dictionary)
    if suffix.lower() != "csv" or match is None or table is None:
        return None
    return NamedFile(file, table, _GENERATION[(match["prefix"] or "").upper()], table.name)


def _registry_table(file: DeliveredFile, dictionary: SourceDictionary) -> NamedFile | None:
    stem = file.name.lower().rpartition(".")[0]
    table = table_of(file.name, dictionary) if is_data_file(file.name) else None
    return NamedFile(file, table, "SDTM", stem) if table and file.name != "SYNTHETIC.json" else None


def refuse_missing_tables(
    dictionary: SourceDictionary, named: Sequence[NamedFile], unknown: Sequence[str], release: str
) -> None:
    """Refuse a delivery that lacks a required table.

    Raises:
        DeliveryError: naming what is missing, and the file that may be it.
    """
    present = {one.table.name for one in named}
    missing = [t.name for t in dictionary.tables.values() if t.required and t.name not in present]
    if not missing:
        return
    stems = {name.rpartition(".")[0].lower(): name for name in unknown}
    close = difflib.get_close_matches(missing[0], list(stems), n=1, cutoff=0.5)
    hint = f"; is it {quoted(stems[close[0]])}?" if close else ""
    raise DeliveryError(
        f"{dictionary.source} delivery {release}: required file missing:"
        f" {', '.join(name.upper() for name in missing)}"
        f" (unknown files: {listed(tuple(unknown)) if unknown else 'none'}){hint or ';'} complete the delivery"
    )
