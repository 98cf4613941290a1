"""Every file of a delivery is answered for: the tables that are read, and of all others what they are and why not.

Not here: reading (`intake`), what a format is called (`formats`).
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from orchestration.extracts.contents import DeliveredFile, why_no_file
from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.dictionary import SourceDictionary
from orchestration.extracts.errors import DeliveryError, quoted, shown
from orchestration.extracts.formats import holds_no_data, may_hold_table, why_not_read
from orchestration.extracts.limits import FILE_NAME, is_data_file
from orchestration.extracts.naming import NamedFile, is_near_withdrawals, table_of

_MARKS = {
    "manifest.sha256": "the delivery's manifest, compared with its files",
    "synthetic.json": "says whether the delivery is simulated",
    ".done": "says that the delivery is complete",
    ".accept-drop": "names the losses that are accepted",
}


@dataclass(frozen=True)
class OtherFile:
    """A file of a delivery that is no table of it.

    Attributes:
        name: as delivered, with its folder inside the delivery.
        size: bytes.
        is_mark: read as the delivery's word about itself.
        reason: what it is, or why it is not read and what to do.
    """

    name: str
    size: int
    is_mark: bool
    reason: str


def other_files(
    delivery: Delivery,
    files: Sequence[DeliveredFile],
    named: Sequence[NamedFile],
    dictionary: SourceDictionary,
) -> tuple[OtherFile, ...]:
    """Answer for every file of a delivery that is not among `named`.

    Args:
        delivery: as found.
        files: the delivery's files that reading looks at.
        named: those that are read as tables.
        dictionary: of the source.

    Raises:
        DeliveryError: a file that is not read has the name of a table that nothing else delivers, or may be the withdrawal
            list under another name.
    """
    read = {(one.file.path, one.file.member) for one in named}
    tables = {one.table.name for one in named}
    found = []
    for file in _everything(delivery.path, files):
        if (file.path, file.member) not in read:
            other = _answer(file, named, dictionary)
            _refuse_unread_table(other, tables, dictionary)
            _refuse_unread_requests(other, tables, dictionary)
            found.append(replace(other, name=shown(other.name)))
    return tuple(sorted(found, key=lambda other: other.name))


def _answer(file: DeliveredFile, named: Sequence[NamedFile], dictionary: SourceDictionary) -> OtherFile:
    base = PurePosixPath(file.name).name
    odd = why_no_file(file.path) if file.member is None else None
    if base.lower() in _MARKS and not odd:
        return OtherFile(file.name, file.size, True, _MARKS[base.lower()])
    if reason := _no_data_file(base, odd):
        return OtherFile(file.name, file.size, False, reason)
    table = table_of(base, dictionary)
    if table is None:
        known = (
            "SDTM domain that is read" if dictionary.source == "registry" else "table of PRO-ACT that is read"
        )
        return OtherFile(file.name, file.size, False, f"not the name of a {known}")
    if dictionary.source == "proact" and not base.lower().endswith(".csv"):
        return OtherFile(file.name, file.size, False, "PRO-ACT is read from CSV files alone; save as CSV")
    twin = next((one.file.name for one in named if one.table.name == table.name), None)
    reason = f"beside the folder of the data files; table {table.name} is read from {quoted(twin or 'there')}"
    return OtherFile(file.name, file.size, False, reason)


def _no_data_file(base: str, odd: str | None) -> str | None:
    """Why a file is none that could be read, whatever table its name says."""
    if odd:
        return odd.partition(": ")[2]
    if not is_data_file(base) or base.startswith("."):
        return why_not_read(base)
    return None if FILE_NAME.fullmatch(base) else "file name not allowed, and the manifest does not list it"


def _refuse_unread_table(other: OtherFile, tables: set[str], dictionary: SourceDictionary) -> None:
    base = PurePosixPath(other.name).name
    if other.is_mark or not (is_data_file(base) or may_hold_table(base)):
        return
    table = table_of(base, dictionary)
    if table is None or table.name in tables:
        return
    raise DeliveryError(
        f"{quoted(other.name)}: {other.reason}, or take it away: nothing else delivers {table.name.upper()}"
    )


def _refuse_unread_requests(other: OtherFile, tables: set[str], dictionary: SourceDictionary) -> None:
    base = PurePosixPath(other.name).name
    if (
        dictionary.source != "registry"
        or other.is_mark
        or holds_no_data(base)
        or not is_near_withdrawals(base)
    ):
        return
    if table_of(base, dictionary) is None or "withdrawals" not in tables:
        raise DeliveryError(
            f"{quoted(other.name)}: may be the withdrawal list and is not read; did you mean WITHDRAWALS.csv? rename it, or "
            "take it away where it asks for nothing"
        )


def _everything(location: Path, files: Sequence[DeliveredFile]) -> Iterator[DeliveredFile]:
    """All files of a delivery, hidden ones too, and the members of the zip that is read."""
    opened = {file.path for file in files if file.member is not None}
    if location.is_file():
        yield from _members(location, "")
        return
    for path in sorted(p for p in location.rglob("*") if p.is_symlink() or not p.is_dir()):
        name = path.relative_to(location).as_posix()
        if path in opened:
            yield from _members(path, f"{name}/")
        else:
            yield DeliveredFile(name, path.lstat().st_size, path)


def _members(path: Path, prefix: str) -> Iterator[DeliveredFile]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield DeliveredFile(prefix + info.filename, info.file_size, path, info.filename)
