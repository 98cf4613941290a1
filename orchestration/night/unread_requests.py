"""Requests on the withdrawal list that nobody can read: they stop a build, since a wish not understood is not carried out.

Not here: requests that are read (dbt), and erasure (`erasure`).
"""

from orchestration.night.build import Build
from orchestration.warehouse import Warehouse

UNREAD = """
    select source_file, source_line, column_name from quality.rejected_row
    where source = 'REGISTRY' and table_name = 'withdrawals' and rule not in ('record_repeated', 'erasure_request')
    order by source_file, source_line
"""


class UnreadRequestError(RuntimeError):
    """A request that cannot be read; the message says where it is, and the way out, in one line."""


def refuse_unread_requests(build: Build) -> None:
    """Stop when a request on the withdrawal list is neither STOP nor ERASE in any known word, or names nobody.

    Raises:
        UnreadRequestError: there is one; the message names file, row and column, no subject and no word.
    """
    rows = unread_requests(build.warehouse)
    if rows:
        file, line, column = rows[0]
        raise UnreadRequestError(
            f"not published: {len(rows)} requests on the withdrawal list cannot be read, first in {file} row {line}, "
            f"column {column or 'unknown, since the record is broken'}: write STOP or ERASE and the subject's id, or teach "
            "the word in landing/registry/terms.csv (vigil terms --unknown prints it), and refresh again"
        )


def unread_requests(warehouse: Warehouse) -> list[tuple[str, int, str | None]]:
    """File, row and column of every such request."""
    with warehouse.read() as connection:
        return connection.sql(UNREAD).fetchall()
