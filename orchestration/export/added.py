"""Columns that ADaM asks for and no mart has, since they repeat what stands elsewhere: units, treatments, the analysed rows.

Belongs here: which they are, beside what, and of what they are made. Does not belong here: which rows are analysed
(`analysed`).
"""

from collections.abc import Collection, Iterable

from orchestration.export.column import Column

VERBATIM = (
    "The preferred term again: the words as reported are free text, which stays in the deliveries (landing) and in the "
    "house's copy of them (store) and reaches no mart."
)
TREATMENTS = tuple(
    Column(
        name,
        label,
        "VARCHAR",
        f"subject.{source}",
        f"{label} of the subject.",
        predecessor=f"ADSL.{source}",
    )
    for name, label, source in (
        ("TRTP", "Planned Treatment", "TRT01P"),
        ("TRTA", "Actual Treatment", "TRT01A"),
    )
)
AGE_UNIT = Column(
    "AGEU", "Age Units", "VARCHAR", "case when mart.AGE is not null then 'YEARS' end", "YEARS where there is an age."
)  # fmt: skip
AS_REPORTED = Column(
    "AETERM", "Reported Term for the Adverse Event", "VARCHAR", "mart.AEDECOD", VERBATIM, predecessor="AE.AEDECOD"
)  # fmt: skip
ADDED = {
    "adsl": (("AGE", AGE_UNIT),),
    "adae": (("AEDECOD", AS_REPORTED), *(("USUBJID", column) for column in TREATMENTS)),
    **{mart: tuple(("USUBJID", column) for column in TREATMENTS) for mart in ("adex", "adqs", "adtte")},
}
"""Mart → the column behind which each stands, and the added one."""


def analysed_column(condition: str) -> Column:
    """ANL01FL of `adtte`, from the condition that a row `mart` is analysed."""
    meaning = (
        "Y on the row that the released protocol analyses of the subject: the endpoint's parameter, the origin of the "
        "subject's arm, the vital-status rule; null on the others, which sensitivity analyses and other protocols read."
    )
    return Column("ANL01FL", "Analysis Flag 01", "VARCHAR", f"case when {condition} then 'Y' end", meaning)


def with_added(mart: str, columns: Iterable[Column], of_subjects: Collection[str]) -> tuple[Column, ...]:
    """The columns with the added ones among them, each where what it is made of is there.

    Args:
        mart: name.
        columns: of the mart.
        of_subjects: columns of the release's `adsl`.
    """
    found = list(columns)
    for behind, column in reversed(ADDED.get(mart, ())):
        names = [each.name for each in found]
        scope, _, needed = column.sql.partition(".")
        is_there = behind in names and (scope != "subject" or needed in of_subjects)
        if is_there and column.name not in names:
            found.insert(names.index(behind) + 1, column)
    return tuple(found)
