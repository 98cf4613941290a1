"""The delivery's own word about itself: `MANIFEST.sha256` and `SYNTHETIC.json`, and whether it is kept.

A manifest line is `sha256  rows  name` (rows may be `-`), or `sha256  name` as `sha256sum` writes it.
Not here: finding deliveries, decoding files.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestration.extracts.contents import DeliveredFile, read_small
from orchestration.extracts.errors import DeliveryError, listed, quoted
from orchestration.extracts.limits import check_file_name, is_data_file

MANIFEST = "MANIFEST.sha256"
SYNTHETIC = "SYNTHETIC.json"
_LINE = re.compile(r"(?P<sha>[0-9a-fA-F]{64})\s+(?:(?P<rows>[0-9]+|-)\s+)?\*?(?P<name>\S.*)")


@dataclass(frozen=True)
class ManifestEntry:
    """What the manifest promises of one file."""

    sha256: str
    n_row: int | None


def read_manifest(files: Sequence[DeliveredFile]) -> dict[str, ManifestEntry] | None:
    """Read the delivery's manifest, or None where it brought none.

    Raises:
        DeliveryError: a line is malformed, a name is not allowed or listed twice.
    """
    found = [file for file in files if file.name.lower() == MANIFEST.lower()]
    if not found:
        return None
    text = read_small(found[0]).decode("utf-8-sig", errors="replace")
    entries: dict[str, ManifestEntry] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise DeliveryError(f"{MANIFEST}: row {number}: expected 'sha256  rows  name'; write it again")
        name = match["name"].removeprefix("./")
        check_file_name(name)
        if name in entries:
            raise DeliveryError(f"{MANIFEST}: row {number}: {quoted(name)} is listed twice")
        rows = match["rows"]
        entries[name] = ManifestEntry(match["sha"].lower(), int(rows) if rows and rows != "-" else None)
    return entries


def check_listing(
    manifest: dict[str, ManifestEntry], files: Sequence[DeliveredFile], is_table: Callable[[str], bool]
) -> None:
    """Check that manifest and folder name the same tables; another file that is not listed is not read, and told of.

    Raises:
        DeliveryError: a listed file is missing, or a table is not listed.
    """
    present = {file.name for file in files}
    if missing := sorted(set(manifest) - present):
        raise DeliveryError(f"{MANIFEST}: {listed(missing)} listed but not delivered; complete the delivery")
    data = {name for name in present if is_data_file(name) and name != SYNTHETIC and is_table(name)}
    if extra := sorted(data - set(manifest)):
        raise DeliveryError(f"{MANIFEST}: {listed(extra)} delivered but not listed; list it or take it away")


def check_digest(name: str, sha256: str, manifest: dict[str, ManifestEntry] | None) -> None:
    """Check a file's bytes against the manifest.

    Raises:
        DeliveryError: the digest differs: truncated, half-copied or altered.
    """
    if manifest and name in manifest and manifest[name].sha256 != sha256:
        raise DeliveryError(
            f"{quoted(name)}: sha256 differs from {MANIFEST}; half-copied or altered, copy it again"
        )


def check_row_count(name: str, n_record: int, manifest: dict[str, ManifestEntry] | None) -> None:
    """Check the number of records read against the manifest.

    Raises:
        DeliveryError: the counts differ.
    """
    promised = manifest[name].n_row if manifest and name in manifest else None
    if promised is not None and promised != n_record:
        raise DeliveryError(f"{quoted(name)}: {n_record} records read, {MANIFEST} says {promised}")


def is_simulated(files: Sequence[DeliveredFile]) -> bool:
    """Tell whether the delivery says of itself that it is simulated: SYNTHETIC.json `{"simulated": true}`.

    Raises:
        DeliveryError: the marker is there but not readable.
    """
    for file in files:
        if file.name == SYNTHETIC:
            try:
                marker = json.loads(read_small(file))
            except (ValueError, RecursionError) as error:
                raise DeliveryError(f"{SYNTHETIC}: not readable as JSON; write it again") from error
            return isinstance(marker, dict) and marker.get("simulated") is True
    return False
