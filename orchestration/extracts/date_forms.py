"""How the dates of a stored registry file are written: counted at the door, before anything is derived from them.

`DD.MM.YYYY` and `03/04/2021` do not say which is the day: throughout a column they are the reason to refuse it.
`YYYY.MM.DD` and `YYYY/MM/DD` can only be read one way: they are noted, and staging reads them. Only counts and column
names are told. Not here: reading a date (the dbt project).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.errors import DeliveryError

# Below both, a column's dates are single slips: each is asked about, and stops nothing.
LEAST_COUNT = 3
LEAST_SHARE = 0.02
YEAR_FIRST_NOTE = "dates written YYYY.MM.DD or YYYY/MM/DD, read as YYYY-MM-DD"
_TIME = r"([T ].*)?$"
EXCHANGEABLE = rf"^\d{{1,2}}\s*[./-]\s*\d{{1,2}}\s*[./-]\s*(\d{{4}}|\d{{2}})\.?{_TIME}"
YEAR_FIRST = rf"^\d{{4}}\s*[./]\s*\d{{1,2}}(\s*[./]\s*\d{{1,2}}\.?)?{_TIME}"


@dataclass(frozen=True)
class DateForms:
    """How the filled cells of one date column are written."""

    column: str
    n_filled: int
    n_exchangeable: int
    n_year_first: int


def date_forms(parquet: Path, table: SourceTable) -> tuple[DateForms, ...]:
    """Count the forms of the date columns (`--DTC`) of a stored registry file; columns all in ISO 8601 are left out."""
    # Not at the top: a night with nothing new imports this module and must not wait for DuckDB.
    import duckdb

    from orchestration.warehouse import file_literal, identifier

    columns = [column.name for column in table.columns if column.name.upper().endswith("DTC")]
    if table.source != "registry" or not columns:
        return ()
    counts = ", ".join(
        f"count({name}), count(*) filter (regexp_matches({name}, '{EXCHANGEABLE}')),"
        f" count(*) filter (regexp_matches({name}, '{YEAR_FIRST}'))"
        for name in map(identifier, columns)
    )
    with duckdb.connect() as connection:
        row = connection.execute(f"select {counts} from read_parquet({file_literal(parquet)})").fetchone()
    assert row is not None
    found = (DateForms(name, *row[3 * i : 3 * i + 3]) for i, name in enumerate(columns))
    return tuple(forms for forms in found if forms.n_exchangeable or forms.n_year_first)


def refuse_exchangeable(files: Iterable[tuple[str, Sequence[DateForms]]]) -> None:
    """Refuse a delivery in which a date column does not say which is the day and which the month.

    Args:
        files: file name and forms of its date columns.

    Raises:
        DeliveryError: naming every such column with its count.
    """
    columns = [
        (f"{file} {forms.column} ({forms.n_exchangeable})", forms.n_exchangeable)
        for file, of_file in files
        for forms in of_file
        if forms.n_exchangeable >= max(LEAST_COUNT, LEAST_SHARE * forms.n_filled)
    ]
    if columns:
        raise DeliveryError(
            f"{sum(n for _, n in columns)} dates do not say which is the day and which the month"
            f" (such as DD.MM.YYYY or MM/DD/YYYY), in {', '.join(name for name, _ in columns)};"
            " write dates as ISO 8601, YYYY-MM-DD"
        )


def year_first_note(file: str, of_file: Sequence[DateForms]) -> str | None:
    """The note that dates with points or slashes were read, or None where there are none."""
    columns = [f"{forms.column} ({forms.n_year_first})" for forms in of_file if forms.n_year_first]
    if not columns:
        return None
    return f"{file}: {YEAR_FIRST_NOTE}: {', '.join(columns)}"
