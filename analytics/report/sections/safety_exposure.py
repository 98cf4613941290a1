"""Exposure to treatment, and events by period, cycle and time since the last injection."""

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import heading, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed, interval, missing, words

KINDS = {
    "n": "Subjects", "treatment_duration": "Treatment, first to last injection", "time_at_risk": "Time at risk",
    "injections": "Injections", "cycles": "Cycles",
}  # fmt: skip
ORIGINS = {
    "HARVEST": "By period from harvest", "FIRST_INJECTION": "By period from first injection", "CYCLE": "By cycle",
    "LAST_INJECTION": "By time since the last injection",
}  # fmt: skip


def exposure(material: Material) -> Markup:
    """`exposure_summary`."""
    rows = material.table("exposure_summary")
    if rows.empty or "statistic" not in rows:
        return Markup("")
    rows = rows[~rows["statistic"].str.contains("_pct_ge_")].sort_values(
        ["arm_order", "statistic_order"], kind="stable"
    )
    kind = [next((k for k in KINDS if name.startswith(k) and k != "n"), "n") for name in rows["statistic"]]
    shown = pd.DataFrame(
        {
            "group": [f"{arm}: {KINDS[k].lower()}" for arm, k in zip(rows["arm"], kind, strict=True)],
            "statistic": [_words(name, k) for name, k in zip(rows["statistic"], kind, strict=True)],
            "value": [_value(material, row) for _, row in rows.iterrows()],
            "unit": words(rows["unit"]),
        }
    )
    labels = {"statistic": "Statistic", "value": "Value", "unit": "Unit"}
    return heading("Exposure") + table(
        shown, labels, key="exposure", title="Exposure.", mark=material.mark, group="group", text=["unit"],
        note=_end_of_time_at_risk(rows),
    )  # fmt: skip


def _end_of_time_at_risk(rows: pd.DataFrame) -> str:
    """How the end was found, as the table's own rows say."""
    found = rows.loc[rows["statistic"] == "time_at_risk_mean", "note"].dropna().astype(str)
    notes = list(dict.fromkeys(found))
    return "; ".join(f"{note[0].upper()}{note[1:]}" for note in notes) + "." if notes else ""


def _words(name: str, kind: str) -> str:
    text = name.removeprefix(kind).strip("_") if kind != "n" else name
    given = {
        "n": "in the safety population",
        "n_planned": "planned to be treated",
        "n_planned_otherwise": "planned otherwise",
    }
    if text in given:
        return given[text]
    said = text.replace("n_ge_", "at least ").replace("_", " ").replace("sd", "standard deviation")
    return said.replace("at least 1 months", "at least 1 month").replace(
        "at least 1 doses", "at least 1 dose"
    )


def _value(material: Material, row: pd.Series) -> str:
    if row["unit"] == "subjects":
        return material.disclosure.count(row["value"])
    return fixed(row["value"], 0 if row["unit"] in ("subjects", "injections", "cycles") else 1)


def timing(material: Material) -> Markup:
    """`ae_timing`: all, serious and related events."""
    rows = material.table("ae_timing")
    if rows.empty or "n_subject" not in rows:
        return Markup("")
    rows = rows[rows["period"].notna() & rows["subset"].isin(["all", "serious", "related"])]
    rows = rows[rows["n_total"].notna()]
    # A period without time at risk is shown where events fall into it.
    rows = rows[rows["person_years"].ne(0) | rows["n_event"].ne(0)]
    count = material.disclosure.count
    shown = pd.DataFrame(
        {
            "group": [
                f"{ORIGINS.get(o, o)} – {s}" for o, s in zip(rows["origin"], rows["subset"], strict=True)
            ],
            "period": rows["period"],
            "subjects": [
                f"{count(row['n_subject'])} / {count(row['n_total'])}" for _, row in rows.iterrows()
            ],
            "events": rows["n_event"].map(count),
            "rate": [MISSING if missing(v) else fixed(float(v), 1) for v in rows["rate_per_100py"]],
            "interval": [
                interval(row["ci_lower"], row["ci_upper"], lambda v: fixed(v, 1))
                for _, row in rows.iterrows()
            ],
        }
    )
    place = {name: number for number, name in enumerate(dict.fromkeys(shown["group"]))}
    shown = shown.iloc[shown["group"].map(place).argsort(kind="stable")]
    labels = {
        "period": "Period", "subjects": "Subjects / entering", "events": "Events", "rate": "Events per 100 person-years",
        "interval": "95 % interval",
    }  # fmt: skip
    return heading("When events happen") + table(
        shown, labels, key="ae-timing", title="Events by period, cycle and time since the last injection.",
        mark=material.mark, group="group",
        note="Denominator: subjects who entered the period, that is were observed to the end of the one before. Events "
        "outside the time at risk, after its end or without one, are in no rate. Exact Poisson intervals.",
    )  # fmt: skip
