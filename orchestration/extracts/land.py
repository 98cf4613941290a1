"""Accept one delivery: verify, decode, conform, pseudonymise, store; all of it or nothing.

Not here: finding deliveries (`deliveries`), one file (`intake`), the raw schema (`register`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.extracts.answers import OtherFile, other_files
from orchestration.extracts.contents import DeliveredFile, list_files
from orchestration.extracts.date_forms import DateForms, refuse_exchangeable
from orchestration.extracts.deliveries import REGISTRY, Delivery
from orchestration.extracts.dictionary import SourceDictionary
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.intake import AcceptedFile, file_warnings, take_in
from orchestration.extracts.limits import DEFAULT_LIMITS, Limits
from orchestration.extracts.naming import NamedFile, assign_files, refuse_missing_tables, table_of
from orchestration.extracts.pseudonyms import PseudonymKey, key_for
from orchestration.extracts.store import ExtractStore
from orchestration.extracts.verify import (
    ManifestEntry,
    check_digest,
    check_listing,
    check_row_count,
    is_simulated,
    read_manifest,
)


@dataclass(frozen=True)
class AcceptedDelivery:
    """A delivery whose files are all in the store.

    Attributes:
        source: `PROACT` or `REGISTRY`.
        release: export folder, or the data cut.
        own_date: the delivery's own date.
        files: in the order of the dictionary.
        others: all further files of the delivery, each with what it is or why it is not read.
        simulated: made from a simulation, and to be shown as such everywhere.
        warnings: one line each, without values.
        pseudonym_key_id: fingerprint of the key, None for PRO-ACT.
        fingerprint: hash of what was delivered, independent of file names and packing.
    """

    source: str
    release: str
    own_date: date | None
    files: tuple[AcceptedFile, ...]
    others: tuple[OtherFile, ...]
    simulated: bool
    warnings: tuple[str, ...]
    pseudonym_key_id: str | None
    fingerprint: str


def accept_delivery(
    delivery: Delivery,
    dictionaries: Mapping[str, SourceDictionary],
    store: ExtractStore,
    *,
    key: PseudonymKey | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> AcceptedDelivery:
    """Bring a delivery into the store. A file whose bytes are there already is not read again.

    Args:
        delivery: as found.
        dictionaries: by source, `proact` and `registry`.
        store: where Parquet goes.
        key: pseudonym key of a genuine registry; None lets simulated deliveries in under the public one.
        limits: caps.

    Raises:
        DeliveryError: the delivery is not complete, or any of its files cannot be accepted; one line.
    """
    if not delivery.complete:
        raise DeliveryError(delivery.reason or f"{quoted(delivery.release)}: not complete yet")
    files = list_files(delivery.path, limits)
    simulated = is_simulated(files)
    dictionary = dictionaries[delivery.source.lower()]
    key, manifest = _agreed(delivery, files, simulated, dictionary, key)
    named, others = _answered(delivery, files, dictionary)
    for one in named:
        check_digest(one.file.name, store.file_scan(one.file).sha256, manifest)
    named, copies = _without_duplicates(named, store)
    others = tuple(sorted((*others, *copies), key=lambda other: other.name))
    accepted = [take_in(one, store, key, limits, delivery.in_doubt) for one in named]
    refuse_exchangeable((f.file_name, [DateForms(*form) for form in f.entry.date_forms]) for f in accepted)
    for file in accepted:
        check_row_count(file.file_name, file.entry.n_record, manifest)
    return AcceptedDelivery(
        source=delivery.source,
        release=delivery.release,
        own_date=delivery.own_date,
        files=tuple(accepted),
        others=others,
        simulated=simulated,
        warnings=tuple(_delivery_warnings(delivery, accepted, others, dictionary)),
        pseudonym_key_id=key.key_id if key else None,
        fingerprint=_fingerprint([(f.table, f.entry.sha256) for f in accepted], simulated, delivery.in_doubt),
    )


def refuse_at_sight(
    delivery: Delivery,
    dictionaries: Mapping[str, SourceDictionary],
    store: ExtractStore,
    key: PseudonymKey | None,
) -> None:
    """Refuse a complete delivery for what is known of it by its names, its manifest, digests that were taken before, and the
    key; no record is read.

    Raises:
        DeliveryError: as `accept_delivery`, as far as it would be for that.
    """
    files = list_files(delivery.path)
    dictionary = dictionaries[delivery.source.lower()]
    _, manifest = _agreed(delivery, files, is_simulated(files), dictionary, key)
    named, _ = _answered(delivery, files, dictionary)
    for one in named:
        if (scan := store.known_scan(one.file)) is not None:
            check_digest(one.file.name, scan.sha256, manifest)


def _agreed(
    delivery: Delivery,
    files: Sequence[DeliveredFile],
    simulated: bool,
    dictionary: SourceDictionary,
    key: PseudonymKey | None,
) -> tuple[PseudonymKey | None, dict[str, ManifestEntry] | None]:
    """The key that serves a delivery, and its manifest, which lists the tables that are there."""
    key = key_for(delivery.release, simulated=simulated, key=key) if delivery.source == REGISTRY else None
    manifest = read_manifest(files)
    if manifest is not None:
        check_listing(manifest, files, lambda name: table_of(name, dictionary) is not None)
    return key, manifest


def delivery_fingerprint(
    delivery: Delivery, dictionaries: Mapping[str, SourceDictionary], store: ExtractStore
) -> str:
    """Hash of what a delivery holds, without decoding it: equal to `AcceptedDelivery.fingerprint`.

    Digests of unchanged files are remembered, so that a night with nothing new reads nothing.

    Raises:
        DeliveryError: the delivery's layout cannot be read.
    """
    files = list_files(delivery.path)
    named, _ = _answered(delivery, files, dictionaries[delivery.source.lower()])
    named, _ = _without_duplicates(named, store)
    digests = [(one.table.name, store.file_scan(one.file).sha256) for one in named]
    return _fingerprint(digests, is_simulated(files), delivery.in_doubt)


def answered_files(
    delivery: Delivery, dictionaries: Mapping[str, SourceDictionary], store: ExtractStore
) -> tuple[tuple[NamedFile, ...], tuple[OtherFile, ...]]:
    """Every file of a delivery, none of them decoded: those that are read as tables, and all others.

    Raises:
        DeliveryError: the delivery's layout cannot be read, or a table is missing.
    """
    files = list_files(delivery.path)
    named, others = _answered(delivery, files, dictionaries[delivery.source.lower()])
    named, copies = _without_duplicates(named, store)
    return named, (*others, *copies)


def _answered(
    delivery: Delivery, files: Sequence[DeliveredFile], dictionary: SourceDictionary
) -> tuple[tuple[NamedFile, ...], tuple[OtherFile, ...]]:
    named, unknown = assign_files(files, dictionary)
    others = other_files(delivery, files, named, dictionary)
    refuse_missing_tables(dictionary, named, unknown, delivery.release)
    return named, others


def _fingerprint(files: Sequence[tuple[str, str]], simulated: bool, in_doubt: str | None) -> str:
    lines = sorted(f"{table} {sha256}" for table, sha256 in files)
    head = [f"simulated {simulated}", f"in doubt {in_doubt or 'refused'}"]
    return hashlib.sha256("\n".join([*head, *lines]).encode()).hexdigest()


def _without_duplicates(
    named: Sequence[NamedFile], store: ExtractStore
) -> tuple[tuple[NamedFile, ...], tuple[OtherFile, ...]]:
    """Keep one of two files of a table if their bytes are equal; refuse two that differ."""
    kept: dict[tuple[str, str], NamedFile] = {}
    copies = []
    for one in named:
        other = kept.setdefault((one.table.name, one.part), one)
        if other is one:
            continue
        if store.file_scan(other.file).sha256 != store.file_scan(one.file).sha256:
            raise DeliveryError(
                f"{quoted(other.file.name)} and {quoted(one.file.name)}: two different files for table"
                f" {one.table.name}; deliver one"
            )
        reason = f"same bytes as {quoted(other.file.name)}"
        copies.append(OtherFile(one.file.name, one.file.size, False, reason))
    return tuple(kept.values()), tuple(copies)


def _delivery_warnings(
    delivery: Delivery,
    accepted: Sequence[AcceptedFile],
    others: Sequence[OtherFile],
    dictionary: SourceDictionary,
) -> list[str]:
    warnings = [warning for one in accepted for warning in file_warnings(one)]
    warnings += [f"{quoted(other.name)}: not read: {other.reason}" for other in others if not other.is_mark]
    warnings += [delivery.note] if delivery.note else []
    absent = [name for name in dictionary.tables if name not in {one.table for one in accepted}]
    if absent:
        warnings.append(f"optional files not delivered: {', '.join(absent)}")
    if dictionary.source == "proact" and len({one.generation for one in accepted}) > 1:
        warnings.append("files of several naming generations in one PRO-ACT delivery")
    return warnings
