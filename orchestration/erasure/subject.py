"""Erasing a subject from the whole home: landing and store, releases, builds; searched by content afterwards.

What is under way is written down first, so that an erasure killed at any step is completed by the next command. Not here:
who asked for it (`requests`), who is meant (`identity`), one file, one release.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from orchestration.erasure.audit import record_erasure
from orchestration.erasure.identity import (
    PROACT_ID,
    ErasureError,
    delivered_ids,
    keys_of_home,
    names_of,
    proact_names,
)
from orchestration.erasure.key_ring import retired_keys
from orchestration.erasure.landing import (
    WITHDRAWALS_TABLE,
    ErasureReport,
    names_subject,
    rewrite_without_subjects,
)
from orchestration.erasure.pending import (
    Pending,
    clear_pending,
    read_pending,
    saying_what_is_under_way,
    write_pending,
)
from orchestration.erasure.releases import ErasedReleases, erase_from_releases
from orchestration.erasure.search import Searched, search_home
from orchestration.erasure.writable import refuse_unwritable
from orchestration.extracts.deliveries import PROACT, REGISTRY, places
from orchestration.extracts.pseudonyms import key_from_text, key_in_force
from orchestration.extracts.store import ExtractStore
from orchestration.landing import dictionaries
from orchestration.modes import secure_home
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings

Step = Callable[[str], None]


@dataclass(frozen=True)
class Erasure:
    """What was erased; counts and file names, no subject.

    Attributes:
        files: of landing, rewritten.
        n_record: records removed from them.
        n_store: entries of the store deleted.
        releases: what became of them.
        searched: what was searched afterwards, and what was found.
        unread: deliveries and files that could not be looked through, each with its reason.
        completed: an earlier command began it.
    """

    files: tuple[str, ...]
    n_record: int
    n_store: int
    releases: ErasedReleases
    searched: Searched
    unread: tuple[str, ...] = ()
    completed: bool = False

    @property
    def shortcomings(self) -> tuple[str, ...]:
        """Why it cannot be called complete, a line each that says what to do; empty where it is."""
        lines = [
            f"not looked through: {reason}; take it out of landing, or mend it and erase again"
            for reason in self.unread
        ]
        if not self.n_record and not self.completed:
            lines.append(
                "nothing was removed from landing: no delivery there has the subject by the id given; if one should, erase "
                "again by the USUBJID as delivered"
            )
        lines += [f"still named in {path}: delete or mend that file by hand" for path in self.searched.found]
        lines += [
            f"{path} cannot be decoded, or not all of it: delete it, or look into it by hand"
            for path in self.searched.unread
        ]
        return tuple(lines)


def erase_subject(
    settings: Settings, subject: str, *, reason: str, at: str, step: Step = lambda name: None
) -> Erasure:
    """Erase one subject everywhere. The caller holds the lock of the home folder and has compared the keys.

    Args:
        settings: paths and pseudonym key.
        subject: USUBJID as in the marts, the pseudonym, or the id as delivered; `PROACT-<id>` for PRO-ACT.
        reason: kept in the audit; must not name the subject.
        at: now, ISO with UTC offset.
        step: called before each write with its name; tests kill the process there.

    Raises:
        ErasureError: the subject is nowhere, the reason names it, or a delivery cannot be rewritten; nothing was erased.
        DeliveryError: a genuine delivery lacks its key; running it again completes the erasure.
    """
    given = subject.strip()
    key = key_in_force(settings.pseudonym_key)
    store = ExtractStore(settings.store)
    store.clear_leftovers()
    if given.upper().startswith(PROACT_ID):
        source, names = PROACT, proact_names(given)
    else:
        locations = places(settings.landing / REGISTRY.lower())
        delivered = delivered_ids(locations, dictionaries()[REGISTRY.lower()], store.scratch)
        source = REGISTRY
        names = names_of(given, delivered, keys_of_home(key, retired_keys(settings.home, key)))
    if any(text in reason for text in (given, *names)):
        raise ErasureError("the reason names the subject; give one that does not, nothing was erased")
    pending = Pending(source, names, reason, at, key.key_id)
    refuse_unwritable(settings, source)
    step("note")
    write_pending(settings.home, pending)
    return _carry_out(settings, pending, step, given=given)


def finish_erasure(settings: Settings) -> Erasure:
    """Complete the erasure that an earlier command began and did not end.

    The caller holds the lock and has compared the keys.

    Raises:
        PendingErasureError: what was noted of it is damaged, or the system does not let it be completed.
        DeliveryError: as `erase_subject`.
    """
    return _carry_out(settings, read_pending(settings.home), lambda name: None)


def _carry_out(settings: Settings, pending: Pending, step: Step, given: str | None = None) -> Erasure:
    with saying_what_is_under_way():
        return _erase(settings, pending, step, given)


def _erase(settings: Settings, pending: Pending, step: Step, given: str | None) -> Erasure:
    """The steps, each of which may be done again."""
    store = ExtractStore(settings.store)
    store.clear_leftovers()
    landing = _from_landing(settings, pending, store, step)
    releases = erase_from_releases(
        ReleaseIndex(settings.releases),
        pending.names,
        at=pending.at,
        whole_ids=pending.source == PROACT,
        step=step,
    )
    if given is not None and not (
        releases.purged or landing.n_record or landing.store_keys or landing.unread
    ):
        clear_pending(settings.home)
        raise ErasureError("this subject is in no delivery, store or release; nothing was erased")
    step("builds")
    # All are made anew by the next refresh; nothing in them is worth searching.
    _delete(settings.build)
    _delete(settings.cuts)
    _delete(settings.trials)
    _delete(settings.exported)
    if pending.source == PROACT:
        _delete(settings.exports)
    store.clear_leftovers()
    step("search")
    searched = _search(settings.home, store, pending, landing, given)
    step("audit")
    key_id = pending.key_id if pending.source == REGISTRY else None
    record_erasure(settings.home, pending.names[0], pending.reason, pending.at, key_id)
    step("done")
    clear_pending(settings.home)
    secure_home(settings)
    files, n_record, n_store = landing.files, landing.n_record, len(landing.store_keys)
    return Erasure(files, n_record, n_store, releases, searched, landing.unread, completed=given is None)


def _from_landing(settings: Settings, pending: Pending, store: ExtractStore, step: Step) -> ErasureReport:
    names = pending.names
    if pending.source == PROACT:
        names = tuple(name.removeprefix(PROACT_ID) for name in names)
    key = key_from_text(settings.pseudonym_key) if settings.pseudonym_key else None
    return rewrite_without_subjects(
        settings.landing, store, dictionaries(), names, source=pending.source, key=key, step=step
    )


def _search(
    home: Path, store: ExtractStore, pending: Pending, landing: ErasureReport, given: str | None
) -> Searched:
    """By every spelling known; the id of PRO-ACT alone is a number, and would be found in any measurement."""
    if pending.source == PROACT:
        own = [name.removeprefix(PROACT_ID) for name in pending.names]
        in_table = partial(
            names_subject, dictionary=dictionaries()[PROACT.lower()], subjects=own, scratch=store.scratch
        )
        return search_home(home, pending.names, scratch=store.scratch, in_table=in_table)
    spellings = {*landing.spellings, *([given] if given else [])} - set(pending.names)
    requests = [store.parquet(entry.key) for entry in store.entries() if entry.table == WITHDRAWALS_TABLE]
    return search_home(
        home, sorted(spellings), scratch=store.scratch, pseudonyms=pending.names, requests=requests
    )


def _delete(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
