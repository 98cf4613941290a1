"""Which deliveries lie in `landing/`, in the order of their own dates, and which are complete.

A delivery is complete when it says so (`.done`), when it carries a manifest and everything listed is there
and still or digests right, or when nothing in it has changed for `settle_seconds`.
Not here: reading the files (`land`).
"""

import math
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from orchestration.extracts.contents import DeliveredFile, list_files, unreadable, why_no_file
from orchestration.extracts.errors import DeliveryError, listed, quoted, shown
from orchestration.extracts.formats import may_hold_table, why_not_read
from orchestration.extracts.limits import DEFAULT_LIMITS, Limits, is_data_file
from orchestration.extracts.scan import digest_bytes
from orchestration.extracts.verify import MANIFEST, ManifestEntry, is_simulated, read_manifest

PROACT = "PROACT"
REGISTRY = "REGISTRY"
DONE = ".done"
AHEAD_SECONDS = 60.0
"""Clocks differ by less without anybody's needing to know."""
BESIDE = {"terms.csv", "columns.toml"}
"""Files that lie beside the deliveries of the registry and are none: a site's words, columns that may be stored."""
_DATE = re.compile(r"(?<!\d)([0-9]{4})[-_]([0-9]{2})[-_]([0-9]{2})(?!\d)")
_CUT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNFINISHED = re.compile(r".*\.(part|partial|tmp|crdownload|filepart|download)|~\$.*", re.IGNORECASE)


@dataclass(frozen=True)
class Delivery:
    """One folder or zip in `landing/`.

    Attributes:
        source: `PROACT` or `REGISTRY`.
        release: folder (or zip) name without suffix; for the registry the data cut, `YYYY-MM-DD`.
        own_date: the date in the name, None if there is none.
        path: the folder or zip.
        simulated: the delivery says of itself that it is simulated.
        complete: ready to be read.
        reason: why it is not, or what is wrong with it; one line.
        in_doubt: encoding of text that can be read both ways, as the site has said; None refuses such text.
        dated_ahead: something in it changed at a time that is still to come.
    """

    source: str
    release: str
    own_date: date | None
    path: Path
    simulated: bool = False
    complete: bool = True
    reason: str | None = None
    in_doubt: str | None = None
    dated_ahead: bool = False

    @property
    def note(self) -> str | None:
        """What a person should know of a delivery that is read all the same."""
        if self.dated_ahead:
            return (
                f"{quoted(self.release)}: files dated later than the clock of this machine; they count as still: put the "
                "clock right that runs ahead or behind"
            )
        if self.source == PROACT and self.own_date is None:
            return (
                f"{quoted(self.release)}: a PRO-ACT export without a date (YYYY_MM_DD) in its name counts as older than"
                " any with one; rename it"
            )
        return None


def find_deliveries(
    landing: Path,
    source: str,
    *,
    now: float,
    settle_seconds: float = 60.0,
    limits: Limits = DEFAULT_LIMITS,
    in_doubt: str | None = None,
    today: date | None = None,
) -> tuple[Delivery, ...]:
    """Find the deliveries of a source, oldest first by their own date; for PRO-ACT simulated ones first.

    So the last complete PRO-ACT delivery is the one to use: a genuine export takes the place of a simulated
    one, the newer that of the older, whenever it arrived.

    Args:
        landing: the landing folder, with `proact/` and `registry/` inside.
        source: `PROACT` or `REGISTRY`.
        now: seconds since the epoch.
        settle_seconds: how long an unmarked delivery must have been still.
        limits: caps on number and size.
        in_doubt: encoding of registry text that can be read both ways. PRO-ACT's is cp1252: its trials were Western.
        today: the day where the service stands; a delivery dated more than a day later is a slip, unless it is simulated.
            None lets every date pass.
    """
    folder = landing / source.lower()
    if not folder.is_dir():
        return ()
    found = [
        _inspect(path, source, now, settle_seconds, limits) for path in (*places(folder), *_no_files(folder))
    ]
    if today is not None:
        found = [_not_of_the_future(delivery, today) for delivery in found]
    in_doubt = "cp1252" if source == PROACT else in_doubt
    return tuple(sorted((replace(delivery, in_doubt=in_doubt) for delivery in found), key=_order))


def newest_complete(deliveries: Sequence[Delivery]) -> Delivery | None:
    """The last complete delivery of an ordered list."""
    return next((delivery for delivery in reversed(deliveries) if delivery.complete), None)


def _order(delivery: Delivery) -> tuple[bool, date, str]:
    genuine = not delivery.simulated if delivery.source == PROACT else False
    return genuine, delivery.own_date or date.min, delivery.release


def places(folder: Path) -> list[Path]:
    """Where deliveries of a source may lie: folders and zips, and the folder itself where data files lie in it loose."""
    if not folder.is_dir():
        return []
    visible = [
        p for p in sorted(folder.iterdir()) if not p.name.startswith(".") and p.name.lower() not in BESIDE
    ]
    inside = [p for p in visible if p.is_dir() or p.suffix.lower() == ".zip"]
    loose = any(p.is_file() and is_data_file(p.name) for p in visible)
    return [folder, *inside] if loose else inside


def _no_files(folder: Path) -> list[Path]:
    """Broken links, pipes and devices that lie among the deliveries, the zips of `places` apart."""
    entries = (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
    return [p for p in entries if p.suffix.lower() != ".zip" and not (p.is_file() or p.is_dir())]


def _inspect(path: Path, source: str, now: float, settle_seconds: float, limits: Limits) -> Delivery:
    release = path.stem if path.suffix.lower() == ".zip" and not path.is_dir() else path.name
    own_date = _own_date(release)
    blank = Delivery(source, release, own_date, path, complete=False)
    if reason := _misnamed(path, source, release) or why_no_file(path):
        return replace(blank, reason=reason)
    try:
        if path.is_file() and not zipfile.is_zipfile(path):
            return replace(blank, reason=f"{quoted(path.name)}: not a complete zip yet; still being copied?")
        files = list_files(path, limits)
        simulated = is_simulated(files)
        inside = list(_everything_in(path)) if path.is_dir() else []
        times = _changes(path, inside)
        waiting = _waiting_for(
            path, files, inside, rest=now - _last_change(times, now), needed=settle_seconds
        )
    except DeliveryError as error:
        return replace(blank, reason=str(error))
    except OSError as error:
        return replace(blank, reason=str(unreadable(path.name, error)))
    ahead = max(times) > now + AHEAD_SECONDS
    return replace(blank, simulated=simulated, complete=waiting is None, reason=waiting, dated_ahead=ahead)


def _misnamed(path: Path, source: str, release: str) -> str | None:
    """Why a delivery cannot be known by its name, and the way out; None where it can."""
    if shown(release) != release:
        return f"{quoted(release)}: a name with characters that cannot be shown; rename it"
    if "..." in release:
        return f"{quoted(release)}: three dots stand for a range of partitions; rename it"
    if source != REGISTRY or (_own_date(release) and _CUT.fullmatch(release)):
        return None
    if path.name == REGISTRY.lower() and path.is_dir():
        loose = [p.name for p in sorted(path.iterdir()) if is_data_file(p.name) and not p.is_dir()]
        return f"{listed(loose)}: loose among the deliveries; put it into a folder named by its data cut, YYYY-MM-DD"
    return f"{quoted(release)}: a registry delivery is named by its data cut, YYYY-MM-DD in digits 0 to 9; rename it"


def _not_of_the_future(delivery: Delivery, today: date) -> Delivery:
    if delivery.simulated or delivery.own_date is None or delivery.own_date <= today + timedelta(days=1):
        return delivery
    what = "a data cut" if delivery.source == REGISTRY else "an export dated"
    reason = f"{quoted(delivery.release)}: {what} after today ({today}); correct the date in its name"
    return replace(delivery, complete=False, reason=reason)


def _own_date(name: str) -> date | None:
    match = _DATE.search(name)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _waiting_for(
    path: Path,
    files: Sequence[DeliveredFile],
    inside: Sequence[os.DirEntry[str]],
    *,
    rest: float,
    needed: float,
) -> str | None:
    """Why a delivery cannot be read yet, or None; how long it rests, and has to where nothing marks it, is in seconds."""
    name = quoted(path.name)
    manifest = read_manifest(files)
    if any(_UNFINISHED.fullmatch(entry.name) for entry in inside):
        return f"{name}: holds a file that is still being copied"
    if not any(is_data_file(file.name) for file in files):
        return _without_data(name, files)
    if absent := set(manifest or ()) - {file.name for file in files}:
        return f"{name}: {MANIFEST} lists {len(absent)} file(s) that are not there yet"
    marked = any(entry.name == DONE for entry in inside)
    if marked or rest >= needed or (manifest and _digests_right(files, manifest)):
        return None
    return f"{name}: changed a moment ago; read after {needed:.0f} s of rest"


def _without_data(name: str, files: Sequence[DeliveredFile]) -> str:
    """What a delivery holds instead of data files: tables in a format that is not read are named, with the way out."""
    by_reason: dict[str, list[str]] = {}
    for file in files:
        if may_hold_table(file.name):
            by_reason.setdefault(why_not_read(file.name), []).append(file.name)
    if not by_reason:
        return f"{name}: holds no data file yet"
    return "; ".join(f"{listed(names)}: {reason}" for reason, names in by_reason.items())


def _digests_right(files: Sequence[DeliveredFile], manifest: dict[str, ManifestEntry]) -> bool:
    listed_files = [file for file in files if file.name in manifest]
    return all(f.member is None and digest_bytes(f.path) == manifest[f.name].sha256 for f in listed_files)


def _everything_in(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Entries of a folder and of those inside it, but of one that may not be read; where a link leads is no part of it."""
    with suppress(PermissionError), os.scandir(folder) as entries:
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _everything_in(entry.path)


def _changes(path: Path, inside: Sequence[os.DirEntry[str]]) -> list[float]:
    """When anything under a path changed. Change time counts too: copying with `-p` sets back only the other."""
    found = (path.lstat(), *(entry.stat(follow_symlinks=False) for entry in inside))
    return [time for status in found for time in (status.st_mtime, status.st_ctime)]


def _last_change(times: Sequence[float], now: float) -> float:
    """The latest change. A time still to come is of a clock that runs ahead, or of this one before it was put back; where
    all are, nothing can be waited for.
    """
    return max((time for time in times if time <= now), default=-math.inf)
