"""Erasure at the source: landing originals and store entries without the records of given subjects.

A request to stop follow-up is another thing (data are kept and censored, in SQL). Builds and releases that hold
the subject are purged by the release code. Whatever a refresh accepts is looked through, loose files included. Not here: one
file's format (`files`), who is meant (`identity`).
"""

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.durable import move_durably
from orchestration.erasure.files import SAS_DATA_SET, Erasing, erase_from_file
from orchestration.extracts.conform import fold_name
from orchestration.extracts.contents import DeliveredFile, as_local, list_files, unreadable
from orchestration.extracts.deliveries import REGISTRY, places
from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.naming import NamedFile, assign_files
from orchestration.extracts.pseudonyms import (
    PSEUDONYM,
    PseudonymKey,
    key_for,
    normalise_identifier,
    pseudonym,
)
from orchestration.extracts.scan import digest_bytes
from orchestration.extracts.store import ExtractStore
from orchestration.extracts.verify import MANIFEST, is_simulated
from orchestration.warehouse import scalar

Step = Callable[[str], None]
HALF_WRITTEN = ".erasing-"
WITHDRAWALS_TABLE = "withdrawals"
"""The list that keeps its requests, under the pseudonym, when the subject is gone."""

_PSEUDONYM_AT_END = re.compile(rf"(?:.*-)?({PSEUDONYM.pattern})")
_WHOLE = re.compile(r"\+?([0-9]+)(?:\.0*)?")


@dataclass(frozen=True)
class ErasureReport:
    """What was erased.

    Attributes:
        pseudonyms: of the erased subjects (registry), empty for PRO-ACT.
        files: landing files rewritten, relative to the landing folder.
        n_record: records removed from them.
        store_keys: store entries deleted; the next refresh reads the rewritten files anew.
        unread: deliveries that could not be looked through, each with its reason, one line.
        spellings: of the subjects, as delivered; never shown nor kept.
    """

    pseudonyms: tuple[str, ...]
    files: tuple[str, ...]
    n_record: int
    store_keys: tuple[str, ...]
    unread: tuple[str, ...] = ()
    spellings: frozenset[str] = field(default=frozenset(), repr=False)


def rewrite_without_subjects(
    landing: Path,
    store: ExtractStore,
    dictionaries: Mapping[str, SourceDictionary],
    subjects: Collection[str],
    *,
    source: str = REGISTRY,
    key: PseudonymKey | None = None,
    step: Step = lambda name: None,
) -> ErasureReport:
    """Remove subjects from every delivery of a source and from the store.

    In a withdrawal list the raw id gives way to the pseudonym, so that the request outlives the id.

    Args:
        landing: the landing folder.
        store: the extract store.
        dictionaries: by source.
        subjects: raw ids or pseudonyms (also as `<STUDYID>-<pseudonym>`).
        source: `REGISTRY` or `PROACT`.
        key: pseudonym key of genuine registry deliveries.
        step: called before each write with its name; tests kill the process there.

    Raises:
        DeliveryError: a genuine delivery lacks the key. Files done by then stay done; running it again completes the
            erasure.
    """
    dictionary = dictionaries[source.lower()]
    for leftover in (landing / source.lower()).rglob(f"{HALF_WRITTEN}*"):
        leftover.unlink()
    pseudonyms: set[str] = set()
    spellings: set[str] = set()
    done: list[_Rewritten] = []
    unread: list[str] = []
    for location in places(landing / source.lower()):
        try:
            files = list_files(location)
            simulated = is_simulated(files)
        except (DeliveryError, OSError) as error:
            unread.append(str(unreadable(location.name, error) if isinstance(error, OSError) else error))
            continue
        matcher = _matcher(subjects, source, location, simulated, key)
        pseudonyms |= matcher.pseudonyms
        done.append(_rewrite_delivery(files, dictionary, matcher, store, step))
        unread += done[-1].unread
        spellings |= matcher.spellings
    step("store")
    stale = frozenset[str]().union(*(one.former_digests for one in done))
    removed = _purge_store(store, dictionary, stale, pseudonyms or set(subjects))
    store.forget_scans()
    names = [str(path.relative_to(landing)) for one in done for path in one.paths]
    n_record = sum(one.n_record for one in done)
    return ErasureReport(
        tuple(sorted(pseudonyms)), tuple(names), n_record, removed, tuple(unread), frozenset(spellings)
    )


def names_subject(
    path: Path, *, dictionary: SourceDictionary, subjects: Collection[str], scratch: Path
) -> bool:
    """Whether a delimited file, told by its header to be of a source, has one of some subjects in its id column."""
    numbers = frozenset(whole_number(subject) for subject in subjects)
    columns = frozenset().union(*map(_id_columns, dictionary.tables.values()))
    erasing = Erasing(path.name, columns, lambda cell: whole_number(cell) in numbers)
    out = scratch / "searched"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        return bool(erase_from_file(path, out, erasing, scratch))
    except DeliveryError:
        return False
    finally:
        out.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Matcher:
    pseudonyms: frozenset[str]
    raw: frozenset[str]
    key: PseudonymKey | None
    spellings: set[str] = field(default_factory=set)

    def is_subject(self, cell: str) -> bool:
        if self.key is None:
            found = whole_number(cell) in self.raw
        else:
            found = pseudonym(cell, self.key, keep_pseudonyms=True) in self.pseudonyms
        if found and not PSEUDONYM.fullmatch(cell.strip()):
            self.spellings.add(cell.strip())
        return found

    def stand_in(self, cell: str) -> str:
        return (pseudonym(cell, self.key, keep_pseudonyms=True) if self.key else None) or ""


@dataclass(frozen=True)
class _Rewritten:
    paths: tuple[Path, ...]
    former_digests: frozenset[str]
    n_record: int
    unread: tuple[str, ...]


def whole_number(cell: str) -> str:
    """An id of PRO-ACT as the marts have it: a number, however it is written (`007`, `7.0`)."""
    folded = normalise_identifier(cell)
    return match[1] if (match := _WHOLE.fullmatch(folded)) else folded


def _matcher(
    subjects: Collection[str], source: str, location: Path, simulated: bool, key: PseudonymKey | None
) -> _Matcher:
    raw = frozenset(whole_number(subject) for subject in subjects)
    if source != REGISTRY:
        return _Matcher(frozenset(), raw, None)
    key = key_for(location.stem, simulated=simulated, key=key)
    found = set()
    for subject in subjects:
        match = _PSEUDONYM_AT_END.fullmatch(subject.strip().upper())
        text = match[1] if match else pseudonym(subject, key)
        found |= {text} if text else set()
    return _Matcher(frozenset(found), raw, key)


def _rewrite_delivery(
    files: tuple[DeliveredFile, ...],
    dictionary: SourceDictionary,
    matcher: _Matcher,
    store: ExtractStore,
    step: Step,
) -> _Rewritten:
    store.scratch.mkdir(parents=True, exist_ok=True)
    replaced: dict[DeliveredFile, Path] = {}
    former: set[str] = set()
    unread: list[str] = []
    n_record = 0
    try:
        for one in assign_files(files, dictionary)[0]:
            out = store.scratch / f"erased-{one.file.name}"
            try:
                with as_local(one.file, store.scratch) as local:
                    n = erase_from_file(local, out, _erasing(one, matcher), store.scratch)
                    if n:
                        former.add(digest_bytes(local))
                        replaced[one.file] = out
                        n_record += n
            except DeliveryError as error:
                unread.append(str(error))
            if one.file not in replaced:
                out.unlink(missing_ok=True)
        return _Rewritten(_put_back(files, replaced, store, step), frozenset(former), n_record, tuple(unread))
    finally:
        for out in replaced.values():
            out.unlink(missing_ok=True)


def _erasing(one: NamedFile, matcher: _Matcher) -> Erasing:
    keeps = one.table.name == WITHDRAWALS_TABLE
    return Erasing(
        one.file.name, _id_columns(one.table), matcher.is_subject, matcher.stand_in if keeps else None
    )


def _id_columns(table: SourceTable) -> frozenset[str]:
    names = identifier_columns(table)
    return frozenset(fold_name(text) for name in names for text in (name, *_aliases(table, name)))


def identifier_columns(table: SourceTable) -> list[str]:
    """Columns that name the subject: pseudonymised ones, or PRO-ACT's `subject_id`."""
    marked = [column.name for column in table.columns if column.identifier == "pseudonymise"]
    return marked or [column.name for column in table.columns if column.name.lower() == "subject_id"]


def _aliases(table: SourceTable, name: str) -> tuple[str, ...]:
    return next(column.aliases for column in table.columns if column.name == name)


def _put_back(
    files: tuple[DeliveredFile, ...], replaced: dict[DeliveredFile, Path], store: ExtractStore, step: Step
) -> tuple[Path, ...]:
    """Replace the rewritten files, each in one step, and before them the manifest's lines about them.

    So a kill in between leaves lines about files that are still to be rewritten, and those come out as the lines say.
    """
    if not replaced:
        return ()
    manifest = next((file for file in files if file.name.lower() == MANIFEST.lower()), None)
    outs = dict(replaced)
    if manifest is not None:
        out = store.scratch / f"erased-{MANIFEST}"
        with as_local(manifest, store.scratch) as local:
            out.write_text(
                _new_manifest(local.read_bytes().decode("utf-8-sig", "replace"), replaced), encoding="utf-8"
            )
        outs = {manifest: out, **replaced}
    for file, out in outs.items():
        if file.member is None:
            step(f"landing {file.name}")
            _put_file(file.path, out)
    for archive in sorted({file.path for file in outs if file.member is not None}):
        step(f"landing {archive.name}")
        _rewrite_zip(archive, {f.member: out for f, out in outs.items() if f.path == archive})
    return tuple(sorted({file.path for file in outs}))


def _put_file(path: Path, content: Path) -> None:
    temporary = path.with_name(f"{HALF_WRITTEN}{path.name}")
    temporary.write_bytes(content.read_bytes())
    final = path.with_name(_name_after(path.name))
    move_durably(temporary, final)
    if final != path:
        path.unlink()


def _name_after(name: str) -> str:
    """The name of a rewritten file: its own, but for a SAS data set, which becomes CSV."""
    suffix = Path(name).suffix
    return name.removesuffix(suffix) + ".csv" if suffix.lower() == SAS_DATA_SET else name


def _new_manifest(text: str, replaced: dict[DeliveredFile, Path]) -> str:
    """Manifest lines of rewritten files get their new digest; their row count is left open."""
    digests = {file.name: digest_bytes(out) for file, out in replaced.items()}
    lines = []
    for line in text.splitlines():
        name = line.split()[-1].lstrip("*").removeprefix("./") if line.split() else ""
        lines.append(f"{digests[name]}  -  {_name_after(name)}" if name in digests else line)
    return "\n".join(lines) + "\n"


def _rewrite_zip(path: Path, replaced: dict[str | None, Path]) -> None:
    temporary = path.with_name(f"{HALF_WRITTEN}{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename in replaced:
                member = zipfile.ZipInfo(_name_after(info.filename), info.date_time)
                new.writestr(member, replaced[info.filename].read_bytes(), zipfile.ZIP_DEFLATED)
            else:
                new.writestr(info, old.read(info), zipfile.ZIP_DEFLATED)
    move_durably(temporary, path)


def _purge_store(
    store: ExtractStore, dictionary: SourceDictionary, stale: Collection[str], subjects: set[str]
) -> tuple[str, ...]:
    """Delete entries made of rewritten files, and any other that still holds a subject."""
    import duckdb

    from orchestration.warehouse import file_literal, identifier

    removed = []
    for entry in store.entries():
        if entry.source != dictionary.source:
            continue
        table = dictionary.tables.get(entry.table)
        columns = identifier_columns(table) if table else []
        tests = " OR ".join(f"list_contains(?, {identifier(name)})" for name in columns) or "true"
        query = f"SELECT count(*) FROM read_parquet({file_literal(store.parquet(entry.key))}) WHERE {tests}"
        if entry.sha256 not in stale and entry.table != WITHDRAWALS_TABLE:
            if not scalar(duckdb.connect(), query, [sorted(subjects)] * len(columns)):
                continue
        elif entry.sha256 not in stale:
            continue
        store.remove(entry.key)
        removed.append(entry.key)
    return tuple(removed)
