"""Adverse events of the treated: exposure, overview, serious adverse drug reactions, terms, rates, deaths."""

import pandas as pd
from markupsafe import Markup

from analytics.report import reactions
from analytics.report.markup import absent, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed, interval, missing
from analytics.report.sections import safety_exposure, safety_terms

KEY, TITLE = "safety", "Safety"


def body(material: Material) -> Markup:
    """Every public safety table."""
    overview = material.table("ae_overview")
    if overview.empty or "n_subject" not in overview:
        return Markup("").join(
            [absent(_why_none(material, overview)), safety_exposure.exposure(material), _deaths(material)]
        )
    rule = overview["emergence_rule"].dropna()
    lead = (
        f"Denominator: the safety population of adsl, whether or not an event was reported. Emergence "
        f"rule: {rule.iloc[0]}. "
    )
    lead += (
        "A subject counts once per row; events are counted beside. An event without a recorded causality is not excluded to "
        "be related: it counts as a serious adverse drug reaction where it is serious, and stands in rows of its own."
    )
    return Markup("").join(
        [
            paragraph(reactions.safety(material), "answer"),
            paragraph(lead),
            _comparison(material),
            safety_exposure.exposure(material),
            _overview(material, overview),
            _deaths(material),
            _special_interest(material),
            safety_terms.by_term(material),
            safety_terms.rates(material),
            safety_exposure.timing(material),
            _reconciliation(material),
        ]
    )


def _why_none(material: Material, overview: pd.DataFrame) -> str:
    """The reason that the tables themselves give."""
    stated = material.table("ae_exclusion")
    reasons = [
        frame[column].dropna()
        for frame, column in ((overview, "note"), (stated, "reason"))
        if column in frame
    ]
    return next(
        (str(reason.iloc[0]) for reason in reasons if len(reason)), "no adverse events were delivered"
    )


def subjects(material: Material, row: pd.Series) -> str:
    """n (%) as shown."""
    if missing(row["n_subject"]):
        return MISSING
    if missing(row.get("pct")):
        return material.disclosure.count(row["n_subject"])
    return material.disclosure.share(row["n_subject"], row["n_total"])


def _comparison(material: Material) -> Markup:
    notes = material.table("ae_risk_difference")
    reason = notes["note"].dropna() if "note" in notes else pd.Series(dtype=str)
    return paragraph(f"Between the arms: {reason.iloc[0]}.", "soft") if len(reason) else Markup("")


def _overview(material: Material, overview: pd.DataFrame) -> Markup:
    rows, count = (
        overview.sort_values(["arm_order", "category_order"], kind="stable"),
        material.disclosure.count,
    )
    shown = pd.DataFrame(
        {
            "group": [f"{row['arm']} (n = {count(row['n_total'])})" for _, row in rows.iterrows()],
            "label": rows["label"],
            "subjects": [subjects(material, row) for _, row in rows.iterrows()],
            "interval": [
                interval(row["pct_ci_lower"], row["pct_ci_upper"], lambda v: fixed(v, 1))
                for _, row in rows.iterrows()
            ],
            "events": rows["n_event"].map(count),
            "note": rows["note"].map(lambda note: "" if missing(note) else str(note)),
        }
    )
    labels = {
        "label": "Category", "subjects": "Subjects (%)", "interval": "95 % interval, %", "events": "Events", "note": "Note",
    }  # fmt: skip
    note = "Exact (Clopper–Pearson) intervals; for a count of zero the upper limit says what is not excluded."
    return table(
        shown, labels, key="ae-overview", title="Overview of adverse events.", mark=material.mark, note=note, group="group",
        text=["note"],
    )  # fmt: skip


def _deaths(material: Material) -> Markup:
    deaths = material.table("ae_death")
    if deaths.empty or "in_window" not in deaths:
        return absent(reactions.no_deaths(material))
    in_population, in_window = deaths["in_safety_population"] == "Y", deaths["in_window"] == "Y"
    parts = {
        ("Received treatment", "before or within the window"): in_population & in_window,
        ("Received treatment", "after the window, or day unknown"): in_population & ~in_window,
        ("Harvested, never injected", "whatever the day"): ~in_population,
    }
    untold = deaths["n_fatal_event"] == 0
    shown = pd.DataFrame(list(parts), columns=["population", "when"])
    count = material.disclosure.count
    shown["n"] = [count(int(chosen.sum())) for chosen in parts.values()]
    shown["untold"] = [count(int((chosen & untold).sum())) for chosen in parts.values()]
    labels = {
        "population": "Population",
        "when": "When",
        "n": "Deaths",
        "untold": "Without a fatal adverse event",
    }
    window = material.protocol.safety.window_days
    note = (
        f"Every death whatever its cause. Window: {window} days from first administration. A death of which no adverse "
        f"event tells is asked about, subject by subject. The line list stays in the house."
    )
    return heading("Deaths") + table(
        shown, labels, key="deaths", title="Deaths.", mark=material.mark, note=note, text=["when"]
    )


def _special_interest(material: Material) -> Markup:
    rows = material.table("ae_aesi")
    if rows.empty or "n_subject" not in rows:
        return Markup("")
    count = material.disclosure.count
    shown = pd.DataFrame(
        {
            "name": rows["special_interest"],
            "subjects": [
                f"{subjects(material, row)} of {count(row['n_total'])}" for _, row in rows.iterrows()
            ],
            "rate": [MISSING if missing(v) else fixed(float(v), 2) for v in rows["rate_per_100py"]],
            "interval": [
                interval(row["ci_lower"], row["ci_upper"], lambda v: fixed(v, 2))
                for _, row in rows.iterrows()
            ],
            "expected": [fixed(v, 2) for v in rows["expected_per_100py"]],
            "note": rows["note"].map(lambda note: "" if missing(note) else str(note)),
        }
    )
    looks = material.table("ae_monitoring_look")
    latest = looks["note"].dropna() if "note" in looks else pd.Series(dtype=str)
    note = "First occurrence per 100 person-years with exact Poisson intervals."
    note += f" Sequential monitoring: {latest.iloc[-1]}." if len(latest) else ""
    labels = {
        "name": "Event of special interest", "subjects": "Subjects", "rate": "Rate", "interval": "95 % interval",
        "expected": "Expected rate", "note": "Note",
    }  # fmt: skip
    return heading("Events of special interest") + table(
        shown,
        labels,
        key="aesi",
        title="Events of special interest.",
        mark=material.mark,
        note=note,
        text=["note"],
    )


def _reconciliation(material: Material) -> Markup:
    rows = material.table("ae_exclusion")
    if rows.empty or "reason" not in rows:
        return Markup("")
    rows, count = rows[rows["n_event"].ne(0)], material.disclosure.count
    shown = pd.DataFrame(
        {
            "group": rows["table_subset"]
            .map({"any": "All records", "adsl": "Subjects of adsl"})
            .fillna(rows["table_subset"]),
            "reason": rows["reason"],
            "events": rows["n_event"].map(count),
            "subjects": rows["n_subject"].map(count),
        }
    )
    labels = {"reason": "Record", "events": "Records", "subjects": "Subjects"}
    return heading("Reconciliation") + table(
        shown, labels, key="ae-exclusion", title="Every adverse-event record, counted or not.", mark=material.mark,
        group="group",
    )  # fmt: skip
