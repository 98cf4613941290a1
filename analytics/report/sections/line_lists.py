"""Deaths, serious events and events of special interest, a line each: for the house alone, which has to act on them."""

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import absent, heading, table
from analytics.report.material import Material
from analytics.report.numbers import fixed, missing, words
from analytics.report.reactions import no_deaths
from analytics.safety.terms import term_key

KEY, TITLE = "lines", "Deaths and serious events, by subject"
NEEDS = ("ae_listing", "ae_death")
"""Line-level results, which no other section reads."""
SERIOUS = {"Y": "yes", "N": "no"}


def body(material: Material) -> Markup:
    """Deaths with what was recorded of them as events, then serious events, then those of special interest."""
    listed = material.table("ae_listing")
    parts = [_deaths(material), heading("Serious adverse events")]
    if not _made(listed):
        return Markup("").join([*parts, _not_made(listed)])
    # What may be serious is followed up as if it were.
    serious = listed[listed["serious"].ne("N")]
    title = "Serious adverse events and those not said to be serious or not, by subject."
    parts += [_events(material, serious, "serious-lines", title), heading("Events of special interest")]
    return Markup("").join([*parts, *_special_interest(material, listed)])


def _made(rows: pd.DataFrame) -> bool:
    return "usubjid" in rows


def _not_made(rows: pd.DataFrame) -> Markup:
    """A stage that failed has not found that there is nothing."""
    notes = rows["note"].dropna() if "note" in rows else pd.Series(dtype=str)
    return absent(notes.iloc[0] if len(notes) else "this list could not be made; see what this release lacks")


def _deaths(material: Material) -> Markup:
    rows = material.table("ae_death")
    if not _made(rows):
        return heading("Deaths") + _not_made(rows)
    if rows.empty:
        return heading("Deaths") + absent(no_deaths(material))
    shown = pd.DataFrame(
        {
            "usubjid": rows["usubjid"],
            "day": [_day(row) for _, row in rows.iterrows()],
            "since": rows["days_since_last_administration"].map(lambda value: fixed(value, 0)),
            "terms": words(rows["fatal_terms"]).where(
                rows["n_fatal_event"] > 0, "NONE: no fatal event is recorded"
            ),
            "causality": words(rows["causality"]),
            "note": words(rows["note"]),
        }
    ).sort_values("usubjid", kind="stable")
    labels = {
        "usubjid": "Subject", "day": "Day of death", "since": "Days since the last injection",
        "terms": "Events recorded as fatal", "causality": "Causality", "note": "Note",
    }  # fmt: skip
    untold = int((rows["n_fatal_event"] == 0).sum())
    return heading("Deaths") + table(
        shown, labels, key="death-lines", title="Deaths and the adverse events recorded as fatal.", mark=material.mark,
        text=["terms", "causality", "note"],
        note=f"Days from the first injection, or from harvest where none was given. Of {len(rows)} deaths {untold} have no "
        "fatal event: to be asked of the site.",
    )  # fmt: skip


def _day(row: pd.Series) -> str:
    if not missing(row["death_day"]):
        return fixed(row["death_day"], 0)
    return (
        "not known"
        if missing(row["days_since_harvest"])
        else f"{fixed(row['days_since_harvest'], 0)} after harvest"
    )


def _events(material: Material, rows: pd.DataFrame, key: str, title: str) -> Markup:
    if rows.empty:
        return absent("none is recorded")
    rows = rows.sort_values(["usubjid", "start_date", "sequence"], kind="stable")
    shown = pd.DataFrame(
        {
            "usubjid": rows["usubjid"],
            "pt": words(rows["pt"]),
            "start": words(rows["start_date"]),
            "day": rows["start_day"].map(lambda value: fixed(value, 0)),
            "serious": rows["serious"].map(SERIOUS).fillna("not recorded"),
            "severity": words(rows["severity"]),
            "causality": words(rows["causality_raw"]),
            "outcome": words(rows["outcome"]),
            "expected": _expectedness(material, rows),
            "excluded": words(rows["excluded"]),
            "file": [_place(row) for _, row in rows.iterrows()],
        }
    )
    labels = {
        "usubjid": "Subject", "pt": "Preferred term", "start": "Start", "day": "Day", "serious": "Serious",
        "severity": "Severity", "causality": "Causality as recorded", "outcome": "Outcome", "expected": "Expectedness",
        "excluded": "In no table, because", "file": "File and line",
    }  # fmt: skip
    return table(
        shown, labels, key=key, title=title, mark=material.mark,
        text=["pt", "serious", "severity", "causality", "outcome", "expected", "excluded", "file"],
        note="Days from the first injection.",
    )  # fmt: skip


def _expectedness(material: Material, rows: pd.DataFrame) -> pd.Series:
    """Nothing where no term is listed: then all would be unexpected."""
    told = (
        {True: "not listed", False: "listed"}
        if material.protocol.safety.expected_terms
        else {True: "", False: ""}
    )
    return (rows["unexpected"] == "Y").map(told)


def _place(row: pd.Series) -> str:
    return "" if missing(row["source_file"]) else f"{row['source_file']} {fixed(row['source_line'], 0)}"


def _special_interest(material: Material, listed: pd.DataFrame) -> list[Markup]:
    parts = []
    keys = listed["pt"].map(term_key, na_action="ignore")
    for number, interest in enumerate(material.protocol.safety.special_interest):
        rows = listed[keys.isin({term_key(term) for term in interest.terms})]
        parts.append(_events(material, rows, f"interest-lines-{number}", f"{interest.name}, by subject."))
    return parts or [absent("the protocol names none")]
