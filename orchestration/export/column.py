"""One column of an exported data set: its name there, how it is read from the mart, what it means and where it is from.

Marts count days from 0, ADaM's study days have no day 0: days are turned as they are read. Does not belong here: columns
that a mart does not have (`added`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.mart_contracts import OWN
from orchestration.warehouse import identifier

AS_STUDY_DAY = (
    "Counted as a study day: the reference is day 1, the day before it day -1; the release counts it from 0."
)


@dataclass(frozen=True)
class Column:
    """A column of a data set.

    Attributes:
        name: in the export.
        label: at most 40 bytes where a format asks for it.
        kind: DuckDB type.
        sql: the value, of a row `mart` of the mart joined with its `subject` of adsl.
        meaning: in words; empty where nobody said.
        predecessor: the variable that it repeats, `ADSL.TRT01P`; None where it is derived.
        decoded_by: the column with the words for its codes.
        source: its name in the mart; None where the mart does not have it.
    """

    name: str
    label: str
    kind: str
    sql: str
    meaning: str = ""
    predecessor: str | None = None
    decoded_by: str | None = None
    source: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return self.kind == "VARCHAR"

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.kind == "DATE"


def exported_columns(
    described: Iterable[tuple[str, str, str | None]], metas: Mapping[str, Mapping[str, str]]
) -> tuple[Column, ...]:
    """The columns of a released mart as an export has them, in the mart's order.

    Args:
        described: name, DuckDB type and comment of each.
        metas: what is declared of them (`mart_contracts`).
    """
    found = (_exported(name, kind, comment or "", metas.get(name, {})) for name, kind, comment in described)
    return tuple(column for column in found if column is not None)


def _exported(name: str, kind: str, meaning: str, meta: Mapping[str, str]) -> Column | None:
    """The column in the export; None where another one says the same in study days."""
    day, value = meta.get("study_day"), f"mart.{identifier(name)}"
    if day == OWN:
        value = f"cast({value} + case when {value} >= 0 then 1 else 0 end as {kind})"
        meaning = f"{meaning} {AS_STUDY_DAY}".strip()
    elif day is not None:
        return None
    return Column(
        meta.get("exported_as", name),
        meta.get("label") or name,
        kind,
        value,
        meaning,
        meta.get("predecessor"),
        meta.get("decoded_by"),
        name,
    )
