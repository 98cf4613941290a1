"""What a delivery contains: the files of a folder or a zip, seen alike, wrapper folders looked through.

Not here: which delivery is complete (`deliveries`), what a file means (`land`).
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orchestration.extracts.errors import DeliveryError, listed, quoted
from orchestration.extracts.formats import may_hold_table
from orchestration.extracts.limits import (
    DEFAULT_LIMITS,
    FILE_NAME,
    Limits,
    check_file_name,
    check_size,
    is_data_file,
)

CHUNK = 2**20
MAX_WRAPPERS = 3
_MANIFEST = "manifest.sha256"
READ_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a damaged member raises; `RuntimeError` where it is encrypted."""


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery: on disk, or a member of a zip."""

    name: str
    size: int
    path: Path
    member: str | None = None


def list_files(location: Path, limits: Limits = DEFAULT_LIMITS) -> tuple[DeliveredFile, ...]:
    """List the files of a delivery, sorted by name, with sizes and names checked.

    Args:
        location: a folder or a `.zip`; either may hold one (dated) wrapper folder or one zip.
        limits: caps on number and size.

    Raises:
        DeliveryError: a name, a size, a compression ratio or the layout is not allowed.
    """
    if location.is_symlink():
        raise DeliveryError(why_no_file(location) or "")
    found = _zip_files(location, limits) if location.is_file() else _folder_files(location, limits)
    found = _without_strays(found)
    data = [file for file in found if is_data_file(file.name)]
    for file in data:
        check_file_name(file.name)
        check_size(file.name, file.size, limits.file_bytes)
    check_size(location.name, sum(file.size for file in data), limits.delivery_bytes)
    if len(found) > limits.n_file:
        raise DeliveryError(f"{quoted(location.name)}: {len(found)} files, more than {limits.n_file}")
    return tuple(sorted(found, key=lambda file: file.name))


def why_no_file(path: Path) -> str | None:
    """What an entry is that is neither a file nor a folder, and the way out; None where it is one.

    A link is none, wherever it leads: what lies at its end is no part of the delivery, and could not be erased with it.
    """
    if path.is_symlink():
        what = "a link" if path.exists() else "a link that leads nowhere"
    elif path.is_file() or path.is_dir():
        return None
    else:
        what = "a pipe, socket or device"
    return f"{quoted(path.name)}: {what}; deliver the file itself, or take it away"


def _folder_files(folder: Path, limits: Limits, depth: int = 0) -> list[DeliveredFile]:
    # A night looks at every delivery of a year: the folder tells what an entry is without a look at each.
    with os.scandir(folder) as scanned:
        entries = sorted((e for e in scanned if not _is_hidden(e.name)), key=lambda entry: entry.name)
    odd = {e.name: reason for e in entries if _is_odd(e) and (reason := why_no_file(Path(e.path)))}
    files = [entry for entry in entries if entry.name not in odd and entry.is_file()]
    folders = [Path(entry.path) for entry in entries if entry.name not in odd and entry.is_dir()]
    odd |= {entry.name: _folder_for_a_file(entry.name) for entry in folders if is_data_file(entry.name)}
    whole = any(_holds_records(file.name) for file in files)
    if reason := next((reason for name, reason in odd.items() if not whole or _may_matter(name)), None):
        raise DeliveryError(reason)
    here = [DeliveredFile(file.name, file.stat().st_size, Path(file.path)) for file in files]
    if whole:
        return here
    zips = [file.path for file in here if file.path.suffix.lower() == ".zip"]
    # A folder of documents beside the data is a bystander.
    folders = (
        [folder for folder in folders if _leads_to_data(folder)] if len(zips) + len(folders) > 1 else folders
    )
    if len(zips) + len(folders) > 1:
        names = [entry.name for entry in [*zips, *folders]]
        raise DeliveryError(f"{quoted(folder.name)}: holds several deliveries ({listed(names)}); keep one")
    if zips:
        return [file for file in here if file.path not in zips] + _zip_files(zips[0], limits)
    if folders and depth < MAX_WRAPPERS:
        return here + _folder_files(folders[0], limits, depth + 1)
    return here


def _is_odd(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() or not (entry.is_file() or entry.is_dir())


def _folder_for_a_file(name: str) -> str:
    return f"{quoted(name)}: a folder where a file is expected; deliver the file itself, or take it away"


def _may_matter(name: str) -> bool:
    """Whether an entry that is no file would be read, or told of as a table, if it were one; other strays are passed by."""
    return is_data_file(name) or may_hold_table(name) or name.lower() == _MANIFEST


def _without_strays(found: list[DeliveredFile]) -> list[DeliveredFile]:
    """Without files whose names are not allowed, where the manifest says what belongs to the delivery and names none."""
    manifest = next((file for file in found if file.name.lower() == _MANIFEST), None)
    odd = [file for file in found if is_data_file(file.name) and not FILE_NAME.fullmatch(file.name)]
    if manifest is None or not odd:
        return found
    text = read_small(manifest).decode("utf-8-sig", errors="replace")
    return [file for file in found if file not in odd or file.name in text]


def _zip_files(path: Path, limits: Limits) -> list[DeliveredFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise DeliveryError(
            f"{quoted(path.name)}: not a complete zip file ({error}); copy it again"
        ) from error
    members = [info for info in entries if not info.is_dir()]
    for name in (PurePosixPath(info.filename).name for info in entries if info.is_dir()):
        if is_data_file(name):
            raise DeliveryError(_folder_for_a_file(name))
    kept = [info for info in members if not any(_is_hidden(p) for p in info.filename.split("/"))]
    data = [info for info in kept if _holds_records(PurePosixPath(info.filename).name)]
    for info in data:
        _check_member(path, info, limits)
    _check_expansion(path, members, limits)
    beside = set(data) - set(_of_one_folder(path, data))
    return [
        DeliveredFile(PurePosixPath(info.filename).name, info.file_size, path, info.filename)
        for info in kept
        if info not in beside
    ]


def _of_one_folder(path: Path, data: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The data files of the folder that holds most of them; a data file elsewhere is a bystander.

    Raises:
        DeliveryError: two folders could be meant: they hold as many files, or files of one name.
    """
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for info in data:
        folders.setdefault(str(PurePosixPath(info.filename).parent), []).append(info)
    by_size = sorted(folders.values(), key=len, reverse=True)
    names = [{PurePosixPath(info.filename).name.casefold() for info in folder} for folder in by_size]
    if len(by_size) > 1 and (
        len(by_size[1]) == len(by_size[0]) or any(names[0] & other for other in names[1:])
    ):
        raise DeliveryError(f"{quoted(path.name)}: data files in several folders ({listed(sorted(folders))})")
    return by_size[0] if by_size else []


def _holds_records(name: str) -> bool:
    return is_data_file(name) and name != "SYNTHETIC.json"


def _leads_to_data(folder: Path) -> bool:
    return any(_holds_records(path.name) or path.suffix.lower() == ".zip" for path in folder.rglob("*"))


def _check_member(path: Path, info: zipfile.ZipInfo, limits: Limits) -> None:
    where = f"{quoted(path.name)}: member {quoted(info.filename)}"
    parts = info.filename.split("/")
    if (
        info.filename.startswith("/")
        or {".", ".."} & set(parts)
        or "\\" in info.filename
        or ":" in info.filename
    ):
        raise DeliveryError(f"{where} points outside the archive; deliver a zip of plain file names")
    if info.flag_bits & 1:
        raise DeliveryError(f"{where} is encrypted; deliver it unencrypted")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DeliveryError(f"{where} is a symbolic link; deliver the file itself")
    if info.compress_type not in READ_COMPRESSIONS:
        raise DeliveryError(f"{where} is compressed by another method than deflate; deliver an ordinary zip")
    big = info.file_size > CHUNK
    if big and info.file_size > limits.compression_ratio * max(info.compress_size, 1):
        raise DeliveryError(f"{where} expands more than {limits.compression_ratio:.0f}-fold; not unpacked")


def _check_expansion(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse an archive that would be unpacked for minutes though each of its members is below the caps."""
    packed = path.stat().st_size
    if sum(info.compress_size for info in members) > packed:
        raise DeliveryError(f"{quoted(path.name)}: its members overlap; deliver an ordinary zip")
    unpacked = sum(info.file_size for info in members)
    if unpacked > limits.unpacked_bytes + limits.unpacked_ratio * packed:
        raise DeliveryError(
            f"{quoted(path.name)}: expands to {unpacked / 2**20:,.0f} MiB, more than {limits.unpacked_ratio:.0f}-fold; "
            "not unpacked, deliver the files themselves"
        )


@contextmanager
def as_local(file: DeliveredFile, scratch: Path) -> Iterator[Path]:
    """Give a path to the file's bytes: the original, or a temporary copy unpacked from the zip.

    Raises:
        DeliveryError: it may not be read, or the member is damaged or larger than the archive declares.
    """
    if file.member is None:
        _refuse_unreadable(file)
        yield file.path
        return
    scratch.mkdir(parents=True, exist_ok=True)
    local = scratch / f"unzip-{os.getpid()}-{file.name}"
    try:
        _unpack(file, local)
        yield local
    finally:
        local.unlink(missing_ok=True)


def _refuse_unreadable(file: DeliveredFile) -> None:
    try:
        file.path.open("rb").close()
    except OSError as error:
        raise unreadable(file.name, error) from error


def unreadable(name: str, error: OSError) -> DeliveryError:
    """A file or folder that the system does not let be read."""
    return DeliveryError(
        f"{quoted(name)}: cannot be read ({error.strerror}); let the user of the service read it"
    )


def _unpack(file: DeliveredFile, local: Path) -> None:
    written = 0
    assert file.member is not None
    try:
        with (
            zipfile.ZipFile(file.path) as archive,
            archive.open(file.member) as member,
            local.open("wb") as out,
        ):
            while block := member.read(CHUNK):
                written += len(block)
                if written > file.size:
                    raise DeliveryError(f"{quoted(file.name)}: larger than its zip declares; not read")
                out.write(block)
    except DAMAGED as error:
        raise DeliveryError(
            f"{quoted(file.name)}: damaged in {quoted(file.path.name)}; copy it again"
        ) from error


def read_small(file: DeliveredFile, limit: int = 4 * CHUNK) -> bytes:
    """Read a small file (manifest, marker) whole.

    Raises:
        DeliveryError: it is larger than `limit` bytes.
    """
    check_size(file.name, file.size, limit)
    if file.member is None:
        try:
            return file.path.read_bytes()
        except OSError as error:
            raise unreadable(file.name, error) from error
    try:
        with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as member:
            return member.read(limit)
    except DAMAGED as error:
        raise DeliveryError(
            f"{quoted(file.name)}: damaged in {quoted(file.path.name)}; copy it again"
        ) from error


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name not in (".", "..")) or name == "__MACOSX"
