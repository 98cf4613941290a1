"""Marts as the study reads them: of the large ones only the rows and columns that it needs, in the database's own terms.

Belongs here: how a part is read. Does not belong here: which part a study needs (`analytics.mart_slices`).
"""

from collections.abc import Collection, Iterator, Mapping

import duckdb

from analytics.mart_slices import ROWS_OF, MartSlice, Subjects, mart_slice
from analytics.protocol import Protocol
from orchestration.warehouse import literal


def part_of_mart(table: duckdb.DuckDBPyRelation, protocol: Protocol, name: str) -> duckdb.DuckDBPyRelation:
    """What the study needs of a mart or result.

    Args:
        table: the whole of it, in a database that has `marts.adsl` where it is a mart.
        protocol: in force.
        name: as stages ask for it.
    """
    if name in ROWS_OF:
        return table.aggregate("USUBJID, cast(count(*) as bigint) as n_row", "USUBJID").order("USUBJID")
    part = mart_slice(protocol, name)
    return table if part is None else _sliced(table, part)


def _sliced(table: duckdb.DuckDBPyRelation, part: MartSlice) -> duckdb.DuckDBPyRelation:
    """Codes become categories, of which a frame holds a byte a row."""
    codes = {
        f'"{column}"': ", ".join(map(literal, values))
        for column, values in part.codes.items()
        if column in table.columns
    }
    conditions = list(_among(part.codes, table.columns))
    if part.subjects is not None:
        is_in = "not in" if part.subjects.left_out else "in"
        theirs = f"USUBJID {is_in} (select USUBJID from marts.adsl where {_are(part.subjects)})"
        others = " and ".join(_among(part.others or {}))
        conditions.append(f"{theirs} or ({others})" if others else theirs)
    for condition in conditions:
        table = table.filter(condition)
    columns = [f'"{column}"' for column in part.columns or table.columns if column in table.columns]
    return table.project(
        ", ".join(
            f"cast({column} as enum({codes[column]})) as {column}" if column in codes else column
            for column in columns
        )
    )


def _among(codes: Mapping[str, tuple[str, ...]], there: Collection[str] | None = None) -> Iterator[str]:
    """A condition for each column; of one that is not there none."""
    for column, values in codes.items():
        if there is None or column in there:
            yield f'"{column}" in ({", ".join(map(literal, values))})'


def _are(subjects: Subjects) -> str:
    column = f'"{subjects.column}"'
    return " or ".join(
        f"trim(cast({column} as varchar)) = {literal(value)}"
        if isinstance(value, str)
        else f"try_cast({column} as double) = {value}"
        for value in subjects.values
    )
