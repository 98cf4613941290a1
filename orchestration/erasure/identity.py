"""Whom a given text names: the subject's ids as delivered, and the pseudonyms under every key of the home.

A subject is known by USUBJID; SUBJID alone will do where it can mean one subject only. Reads the originals in landing. Not
here: removing anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.conform import match_header
from orchestration.extracts.contents import as_local, list_files
from orchestration.extracts.decode import open_cells
from orchestration.extracts.dictionary import SourceDictionary
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.naming import NamedFile, assign_files
from orchestration.extracts.pseudonyms import PSEUDONYM, PseudonymKey, normalise_identifier, pseudonym
from orchestration.extracts.scan import scan_bytes

PROACT_ID = "PROACT-"
_AT_END = re.compile(rf"(?:.*-)?({PSEUDONYM.pattern})")
_IDS = ("USUBJID", "SUBJID")


class ErasureError(LookupError):
    """Nothing could be erased; one line that does not name the subject."""


@dataclass(frozen=True)
class DeliveredId:
    """The ids of one record of DM as delivered, and where it stands."""

    file_name: str
    line: int
    usubjid: str
    subjid: str


def delivered_ids(
    locations: Iterable[Path], dictionary: SourceDictionary, scratch: Path
) -> Iterator[DeliveredId]:
    """Every record of DM in some deliveries of the registry; what cannot be read is passed over."""
    for location in locations:
        try:
            named = assign_files(list_files(location), dictionary)[0]
        except (DeliveryError, OSError):
            continue
        for one in named:
            if one.table.name == "dm":
                yield from _ids_of(one, scratch)


def names_of(given: str, delivered: Iterable[DeliveredId], keys: Sequence[PseudonymKey]) -> tuple[str, ...]:
    """Pseudonyms of the subject that is meant.

    Args:
        given: USUBJID as in the marts, the pseudonym, or an id as delivered.
        delivered: who is in landing.
        keys: of this home, the one in force first.

    Returns:
        Under each key, in their order; of a pseudonym that nobody in landing has, itself.

    Raises:
        ErasureError: nothing was given, or a SUBJID of several subjects.
    """
    match = _AT_END.fullmatch(given.strip().upper())
    folded = normalise_identifier(given)
    if not folded:
        raise ErasureError("no subject given; nothing was erased")
    by_usubjid, by_subjid = set(), set()
    for record in delivered:
        usubjid = normalise_identifier(record.usubjid)
        if (match and match[1] in _names(usubjid, keys)) or usubjid == folded:
            by_usubjid.add(usubjid)
        elif normalise_identifier(record.subjid) == folded:
            by_subjid.add(usubjid)
    meant = by_usubjid or by_subjid
    if len(meant) > 1:
        raise ErasureError(
            "several subjects have this SUBJID; give the USUBJID as delivered, nothing was erased"
        )
    if meant:
        return _names(meant.pop(), keys)
    return (match[1],) if match else _names(given, keys)


def proact_names(given: str) -> tuple[str, ...]:
    """The USUBJID of a subject of PRO-ACT, given as `PROACT-<id>`."""
    own = normalise_identifier(given.strip()[len(PROACT_ID) :])
    if not own:
        raise ErasureError("no subject given; nothing was erased")
    return (f"{PROACT_ID}{own}",)


def keys_of_home(in_force: PseudonymKey, retired: Mapping[str, PseudonymKey]) -> tuple[PseudonymKey, ...]:
    """The key in force and those before it."""
    return (in_force, *(retired[key_id] for key_id in sorted(retired)))


def _names(raw: str, keys: Sequence[PseudonymKey]) -> tuple[str, ...]:
    return tuple(name for key in keys if (name := pseudonym(raw, key)))


def _ids_of(one: NamedFile, scratch: Path) -> Iterator[DeliveredId]:
    name = one.file.name
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        with (
            as_local(one.file, scratch) as local,
            open_cells(
                name, local, scan_bytes(local), one.table, scratch, DEFAULT_LIMITS, "cp1252"
            ) as stream,
        ):
            positions = match_header(stream.header, one.table, name).positions
            for batch in stream.batches:
                lines = batch.column("_line").to_pylist()
                cells = [
                    batch.column(f"c{positions[column]}").to_pylist()
                    if column in positions
                    else [None] * len(lines)
                    for column in _IDS
                ]
                for line, usubjid, subjid in zip(lines, *cells, strict=True):
                    yield DeliveredId(name, line, usubjid or "", subjid or "")
    except DeliveryError:
        return
