"""Who is to be erased, as the withdrawal list of the last built delivery says.

A request to stop follow-up is another thing: data are kept and censored. Not here: the erasing itself (`subject`), and who
was erased and is delivered again (`returned`).
"""

import contextlib
from collections.abc import Sequence

import duckdb

from orchestration.erasure.audit import erased_before, subject_hash
from orchestration.erasure.returned import returned_subjects
from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import Warehouse

WITHDRAWALS = "staging.stg_registry__withdrawals"


def requested(build: Warehouse) -> tuple[str, ...]:
    """Pseudonyms for whom the delivery of a build asks erasure."""
    if not build.has(WITHDRAWALS):
        return ()
    with build.read() as connection:
        query = f"select distinct usubjid from {WITHDRAWALS} where request = 'ERASE' and usubjid is not null order by 1"
        return tuple(row[0] for row in connection.sql(query).fetchall())


def to_erase(settings: Settings) -> tuple[str, ...]:
    """Everyone the last built delivery asks erasure for and who was not erased yet, or holds though they were erased before:
    pseudonyms, and of PRO-ACT USUBJIDs."""
    build = Warehouse(settings.build_file)
    erased = erased_before(settings.home)
    asked = {name for name in requested(build) if subject_hash(name) not in erased}
    return tuple(sorted(asked | {found.name for found in returned_subjects(settings, build)}))


def erasures_due(settings: Settings, build: Warehouse) -> int:
    """How many requests for erasure are not carried out: the subject is still delivered, or a release holds it.

    dbt keeps such subjects out of the new release; landing, store and older releases are another matter.
    """
    names = requested(build)
    return len(_still_held(settings, build, names)) if names else 0


def _still_held(settings: Settings, build: Warehouse, names: Sequence[str]) -> set[str]:
    query = "select distinct USUBJID from raw.registry_dm where list_contains(?, USUBJID)"
    with build.read() as connection:
        held = {row[0] for row in connection.execute(query, [list(names)]).fetchall()}
    query = "select distinct split_part(USUBJID, '-', -1) from marts.adsl where SOURCE = 'REGISTRY'"
    for folder in ReleaseIndex(settings.releases).folders():
        if (folder / DATABASE).is_file():
            # A damaged old one is named by verify; it must not end the command.
            with contextlib.suppress(duckdb.Error), open_hardened(folder / DATABASE) as connection:
                held |= {row[0] for row in connection.sql(query).fetchall()} & set(names)
    return held
