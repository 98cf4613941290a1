"""Adverse events of a reporting period and cumulative to its end: not on the page, but in the tables of an export that asks.

Does not belong here: the counts (`analytics.safety.reporting_period`).
"""

import pandas as pd
from markupsafe import Markup

from analytics.report.disclosure import Disclosure
from analytics.report.markup import table
from analytics.report.numbers import MISSING, fixed, interval, missing
from analytics.report.public import shown_table
from analytics.safety.rare_names import is_rare
from analytics.safety.reporting_period import CUMULATIVE, PERIOD, SPANS, PeriodTables, ReportingPeriod

KEY, TITLE = "reporting-period", "Safety by reporting period"
SUBSETS = {
    "emergent": "Treatment-emergent adverse events",
    "serious": "Serious adverse events",
    "related": "Related adverse events",
    "sadr_overall": "Serious adverse drug reactions",
    "fatal": "Fatal adverse events",
}
NAMES = {PERIOD: "In the period", CUMULATIVE: "Cumulative"}


def body(
    made: PeriodTables,
    period: ReportingPeriod,
    by_term: pd.DataFrame,
    disclosure: Disclosure,
    mark: str | None,
) -> Markup:
    """Time at risk, and each subset by class and term.

    Args:
        made: exact counts.
        period: which days.
        by_term: `ae_by_term` of the release, which says which names few subjects have.
        disclosure: of the edition.
        mark: of simulated data.
    """
    results = {"by_term": made.by_term, "exposure": made.exposure, "ae_by_term": by_term}
    shown = {name: shown_table(name, results, disclosure) for name in ("by_term", "exposure")}
    notes = [disclosure.remark(note) + "." for note in made.notes]
    when = f"after {period.after} up to {period.to}"
    parts = [_exposure(shown["exposure"], disclosure, mark, when, notes)]
    rows = shown["by_term"]
    rows = rows[~((rows["level"] == "pt") & is_rare(rows["pt"]))]
    parts += [
        _terms(rows[rows["subset"] == name], name, disclosure, mark, (when, period.to), notes)
        for name in SUBSETS
    ]
    return Markup("").join(parts)


def _exposure(
    rows: pd.DataFrame, disclosure: Disclosure, mark: str | None, when: str, notes: list[str]
) -> Markup:
    rows = rows.sort_values("arm_order", kind="stable")
    shown = pd.DataFrame(
        {
            "group": [
                f"{arm}: {NAMES[str(span)].lower()}" for arm, span in zip(rows["arm"], rows["span"], strict=True)
            ],
            "subset": rows["subset"].map(SUBSETS),
            "subjects": rows["n_total"].map(disclosure.count),
            "years": [fixed(float(value), disclosure.digits) for value in rows["person_years"]],
            "events": rows["n_event"].map(disclosure.count),
            "rate": [MISSING if missing(value) else fixed(float(value), 1) for value in rows["rate_per_100py"]],
            "interval": [
                interval(lower, upper, lambda v: fixed(v, 1))
                for lower, upper in zip(rows["ci_lower"], rows["ci_upper"], strict=True)
            ],
            "note": ["" if missing(note) else str(note) for note in rows["note"]],
        }
    )  # fmt: skip
    labels = {
        "subset": "Events", "subjects": "Subjects at risk", "years": "Person-years at risk", "events": "Events at risk",
        "rate": "Rate per 100 PY", "interval": "95 % interval", "note": "Note",
    }  # fmt: skip
    return table(
        shown, labels, key="period-exposure", title=f"Time at risk and rates of events, {when}, and cumulative.",
        mark=mark, group="group", text=["note"], note=" ".join([
            "All events within the time at risk; exact Poisson intervals; a year is 365.25 days. Subjects at risk: those "
            "with time at risk on any of the days.", *notes]),
    )  # fmt: skip


def _terms(
    rows: pd.DataFrame,
    subset: str,
    disclosure: Disclosure,
    mark: str | None,
    days: tuple[str, str],
    notes: list[str],
) -> Markup:
    keys = ["soc_order", "pt_order"]
    rows = rows.sort_values([*keys, "arm_order"], kind="stable")
    lines = rows.drop_duplicates(keys)
    shown = pd.DataFrame({"term": [_term(row) for _, row in lines.iterrows()]})
    labels, spanners = {"term": "Class and term"}, {}
    for place, arm in enumerate(dict.fromkeys(rows["arm"])):
        for span in SPANS:
            own = rows[(rows["arm"] == arm) & (rows["span"] == span)].drop_duplicates(keys)
            mine = lines[keys].merge(own, on=keys, how="left")
            columns = [f"subjects_{place}_{span}", f"events_{place}_{span}"]
            told = [_subjects(disclosure, row, span) for _, row in mine.iterrows()]
            shown[columns[0]], shown[columns[1]] = told, mine["n_event"].map(disclosure.count)
            labels |= {
                columns[0]: "Subjects (%)" if span == CUMULATIVE else "Subjects",
                columns[1]: "Events",
            }
            spanners[_heading(arm, span, mine, disclosure)] = columns
    why = rows["note"].dropna().unique()
    note = (
        f"Events that began {days[0]}, and all that had begun by {days[1]}; n: treated by then. A subject counts once in a "
        "row and a span. Terms as delivered"
    )
    few = (
        ""
        if disclosure.threshold is None
        else "; those that few subjects have are counted in their class and not listed"
    )
    note += f"{few}."
    return table(
        shown, labels, key=f"period-{subset}", title=f"{SUBSETS[subset]}, {days[0]}, and cumulative, by class and term.",
        mark=mark, spanners=spanners, note=" ".join([note, *notes, *(f"{each}." for each in why)]),
    )  # fmt: skip


def _heading(arm: str, span: str, rows: pd.DataFrame, disclosure: Disclosure) -> str:
    if span == PERIOD:
        return f"{arm}: in the period"
    total = rows["n_total"].dropna()
    return f"{arm}: cumulative (n = {disclosure.count(total.iloc[0] if len(total) else None)})"


def _term(row: pd.Series) -> str:
    if row["level"] == "overall":
        return "Any"
    # No-break spaces, as a table cell folds others.
    return str(row["soc"]) if row["level"] == "soc" else "\u2003" + str(row["pt"])


def _subjects(disclosure: Disclosure, row: pd.Series, span: str) -> str:
    if missing(row["n_subject"]) or row["n_subject"] == 0 or span == PERIOD:
        return disclosure.count(row["n_subject"])
    return disclosure.share(row["n_subject"], row["n_total"])
