"""One named file into the store: read if new, judged, committed.

Not here: the delivery around it (`land`), decoding (`decode`).
"""

import difflib
from collections import Counter
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.extracts.contents import as_local
from orchestration.extracts.date_forms import DateForms, date_forms, year_first_note
from orchestration.extracts.errors import DeliveryError, listed, quoted
from orchestration.extracts.limits import Limits
from orchestration.extracts.naming import NamedFile
from orchestration.extracts.pseudonyms import PseudonymKey
from orchestration.extracts.scan import ByteScan
from orchestration.extracts.store import ExtractStore, StoredExtract, extract_key, file_stamp

if TYPE_CHECKING:
    from orchestration.extracts.decode import Decoded


RENAMED = 0.85
"""How alike an unknown column and a missing one are when one may be the other: AESTDT and AESTDTC, not AESTDY."""


@dataclass(frozen=True)
class AcceptedFile:
    """A delivered file that is in the store.

    Attributes:
        file_name: as delivered, without folder.
        n_byte: size of the delivered file.
        generation: naming generation of a PRO-ACT export, `SDTM` for the registry.
        path: the Parquet file.
        rejects_path: the records set aside; None if there are none.
        reused: it was in the store already and has not been read again.
        entry: counts, encoding, header differences.
    """

    file_name: str
    n_byte: int
    generation: str
    path: Path
    rejects_path: Path | None
    reused: bool
    entry: StoredExtract

    @property
    def table(self) -> str:
        """Name of the dictionary table."""
        return self.entry.table


def take_in(
    one: NamedFile,
    store: ExtractStore,
    key: PseudonymKey | None,
    limits: Limits,
    in_doubt: str | None = None,
) -> AcceptedFile:
    """Bring one file into the store, or find it there; a stored file that was damaged is read anew.

    Args:
        one: the file and its table.
        store: where it goes.
        key: pseudonym key.
        limits: caps.
        in_doubt: encoding of text that can be read both ways; None refuses it.

    Raises:
        DeliveryError: the file cannot be read, is empty, or too much of it is damaged.
    """
    scan = store.file_scan(one.file)
    name = extract_key(scan.sha256, one.table, key, in_doubt)
    entry = store.use(name)
    reused = entry is not None
    if entry is None:
        entry = _read(one, name, scan, store=store, key=key, limits=limits, in_doubt=in_doubt)
    rejects = store.rejects(name) if entry.n_decode_reject else None
    return AcceptedFile(
        one.file.name, one.file.size, one.generation, store.parquet(name), rejects, reused, entry
    )


def _read(
    one: NamedFile,
    name: str,
    scan: ByteScan,
    *,
    store: ExtractStore,
    key: PseudonymKey | None,
    limits: Limits,
    in_doubt: str | None,
) -> StoredExtract:
    # Heavy libraries are needed only when there is something to read.
    from orchestration.extracts.decode import FileToDecode, decode_file
    from orchestration.extracts.materialise import write_rejects

    store.scratch.mkdir(parents=True, exist_ok=True)
    stamp = file_stamp(one.file)
    out = store.scratch / f"{name}.parquet"
    rejects_out = store.scratch / f"{name}.rejects.parquet"
    try:
        with as_local(one.file, store.scratch) as local:
            file = FileToDecode(one.file.name, local, scan, one.table, in_doubt)
            decoded = decode_file(file, out, scratch=store.scratch, key=key, limits=limits)
        if file_stamp(one.file) != stamp:
            raise DeliveryError(f"{quoted(one.file.name)}: changed while it was read; deliver it again")
        _refuse_unusable(one, decoded, limits)
        if decoded.rejects:
            write_rejects(list(decoded.rejects), rejects_out)
        forms = tuple(astuple(form) for form in date_forms(out, one.table))
        entry = replace(_describe(one, name, scan.sha256, decoded, key), date_forms=forms)
        return store.put(entry, out, rejects_out if decoded.rejects else None)
    finally:
        out.unlink(missing_ok=True)
        rejects_out.unlink(missing_ok=True)


def _refuse_unusable(one: NamedFile, decoded: "Decoded", limits: Limits) -> None:
    n_reject = len(decoded.rejects)
    n_record = decoded.n_row + n_reject
    if n_record == 0 and not one.table.may_be_empty:
        raise DeliveryError(
            f"{quoted(one.file.name)}: empty extract (header only); an empty file never means that all"
            " records were deleted, deliver it again"
        )
    if n_reject > limits.reject_share * n_record:
        rule, n = Counter(reject.rule for reject in decoded.rejects).most_common(1)[0]
        first = min(reject.line for reject in decoded.rejects if reject.rule == rule)
        raise DeliveryError(
            f"{quoted(one.file.name)}: {n_reject} of {n_record} records cannot be decoded, more than"
            f" {limits.reject_share:.0%}; rule {rule} {n} times, first in row {first}; check the export"
        )


def _describe(
    one: NamedFile, name: str, sha256: str, decoded: "Decoded", key: PseudonymKey | None
) -> StoredExtract:
    return StoredExtract(
        key=name,
        sha256=sha256,
        source=one.table.source,
        table=one.table.name,
        n_record=decoded.n_row + len(decoded.rejects),
        n_row=decoded.n_row,
        n_decode_reject=len(decoded.rejects),
        first_line=decoded.first_line,
        encoding=decoded.encoding,
        delimiter=decoded.delimiter,
        unknown_columns=tuple(column for column, _ in decoded.match.unknown),
        withheld_columns=decoded.match.withheld,
        missing_columns=decoded.match.missing,
        pseudonym_key_id=key.key_id if key and one.table.has_pseudonyms else None,
        warnings=decoded.warnings,
    )


def file_notes(one: AcceptedFile) -> list[str]:
    """What a person should know of an accepted file and no other column of `delivered_file` says, one line each."""
    dates = year_first_note(quoted(one.file_name), [DateForms(*forms) for forms in one.entry.date_forms])
    return [*one.entry.warnings, *([dates] if dates else []), *renamed_columns(one), *_kept_columns(one)]


def _kept_columns(one: AcceptedFile) -> list[str]:
    kept = one.entry.unknown_columns if one.entry.source == "registry" else ()
    told = (
        f"{quoted(one.file_name)}: values kept in _extra of the store, as columns.toml allows: {listed(kept)}"
    )
    return [told] if kept else []


def renamed_columns(one: AcceptedFile) -> list[str]:
    """Columns that look like one that is missing: a name lost its last letters, and with it what the column says."""
    found = []
    for name in (*one.entry.unknown_columns, *one.entry.withheld_columns):
        close = difflib.get_close_matches(name.upper(), one.entry.missing_columns, n=1, cutoff=RENAMED)
        if close:
            found.append(
                f"{quoted(one.file_name)}: column {quoted(name)} is not known and {close[0]} is missing: if it was renamed, "
                f"deliver it as {close[0]}"
            )
    return found


def file_warnings(one: AcceptedFile) -> list[str]:
    """What a person should know of an accepted file, one line each, without values."""
    entry, name = one.entry, quoted(one.file_name)
    warnings = file_notes(one)
    if entry.unknown_columns and entry.source != "registry":
        warnings.append(f"{name}: unknown columns kept in _extra: {listed(entry.unknown_columns)}")
    if entry.withheld_columns:
        warnings.append(
            f"{name}: unknown columns of which no value is stored: {listed(entry.withheld_columns)}; what is needed can be"
            " allowed by name in landing/registry/columns.toml"
        )
    if entry.missing_columns:
        warnings.append(f"{name}: columns not delivered, taken as blank: {listed(entry.missing_columns)}")
    if entry.n_decode_reject:
        warnings.append(f"{name}: {entry.n_decode_reject} of {entry.n_record} records could not be decoded")
    if entry.encoding not in ("utf-8", "utf-8-sig"):
        warnings.append(f"{name}: text is in {entry.encoding.upper()}")
    return warnings
