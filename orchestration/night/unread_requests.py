"""Requests on the withdrawal list that cannot be carried out: in no known word, or of nobody the registry knows. They stop a
build, since a wish that is not understood must not be passed over.

Not here: requests that are read (dbt), and erasure (`erasure`).
"""

from orchestration.erasure.audit import erased_before, subject_hash
from orchestration.erasure.requests import WITHDRAWALS
from orchestration.night.build import Build
from orchestration.warehouse import Warehouse

UNREAD = """
    select source_file, source_line, column_name from quality.rejected_row
    where source = 'REGISTRY' and table_name = 'withdrawals' and rule not in ('record_repeated', 'erasure_request')
    order by source_file, source_line
"""
UNDELIVERED = f"""
    select _file, _line, usubjid from {WITHDRAWALS}
    where usubjid not in (select USUBJID from raw.registry_dm where USUBJID is not null)
    order by _file, _line
"""

Place = tuple[str, int, str | None]


class UnreadRequestError(RuntimeError):
    """A request that cannot be carried out; the message says where it is, and the way out, in one line."""


def refuse_unread_requests(build: Build) -> None:
    """Stop when a request on the withdrawal list is neither STOP nor ERASE in any known word, or names nobody.

    Raises:
        UnreadRequestError: there is one; the message names file, row and column, no subject and no word.
    """
    if rows := unread_requests(build.warehouse):
        raise UnreadRequestError(
            f"not published: {len(rows)} requests on the withdrawal list cannot be read, first in {_place(rows[0])}: write "
            "STOP or ERASE and the subject's id, or teach the word in landing/registry/terms.csv (vigil terms --unknown "
            "prints it), and refresh again"
        )
    if rows := requests_of_nobody(build):
        raise UnreadRequestError(
            f"not published: {len(rows)} requests on the withdrawal list name nobody who is or was in the registry, first "
            f"in {_place(rows[0])}: write the USUBJID as DM has it (not SUBJID alone), or take the row out, and refresh "
            "again"
        )


def _place(row: Place) -> str:
    file, line, column = row
    return f"{file} row {line}, column {column or 'unknown, since the record is broken'}"


def unread_requests(warehouse: Warehouse) -> list[Place]:
    """File, row and column of every request that cannot be read."""
    with warehouse.read() as connection:
        return connection.sql(UNREAD).fetchall()


def requests_of_nobody(build: Build) -> list[Place]:
    """File, row and column of every request of somebody who is not delivered, was not released and was not erased."""
    if not build.warehouse.has(WITHDRAWALS):
        return []
    with build.warehouse.read() as connection:
        rows = connection.sql(UNDELIVERED).fetchall()
    if not rows:
        return []
    erased, released = erased_before(build.settings.home), _released(build)
    return [
        (file, line, "USUBJID")
        for file, line, name in rows
        if name not in released and subject_hash(name) not in erased
    ]


def _released(build: Build) -> set[str]:
    """Pseudonyms of everyone the release before has or remembers."""
    found: set[str] = set()
    for table, column in (("marts.adsl", "USUBJID"), ("release.tombstone", "usubjid")):
        released = build.parent_table(table)
        if released is not None:
            found |= set(released[column].astype(str).str.rpartition("-")[2])
    return found
