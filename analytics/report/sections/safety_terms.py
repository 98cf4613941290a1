"""Adverse events by system organ class and preferred term, and their rates."""

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import heading, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed, interval, missing
from analytics.safety.rare_names import is_rare

SUBSETS = {"emergent": "Treatment-emergent", "serious": "Serious", "related": "Related", "fatal": "Fatal"}
RATED = SUBSETS | {
    "sadr_window": "Serious reactions within the window",
    "serious_related": "Serious and related",
}
KINDS = {"first_occurrence": "first occurrence", "all_events": "all events"}


def by_term(material: Material) -> Markup:
    """One table a subset: classes with their terms indented."""
    rows = material.table("ae_by_term")
    if rows.empty or "subset" not in rows:
        return Markup("")
    rows = rows[~((rows["level"] == "pt") & is_rare(rows["pt"]))]
    parts = [heading("By system organ class and preferred term")]
    for subset, words in SUBSETS.items():
        mine = rows[rows["subset"] == subset].sort_values(
            ["soc_order", "pt_order", "arm_order"], kind="stable"
        )
        if mine.empty or mine["n_event"].iloc[0] == 0:
            parts.append(paragraph(f"{words}: none."))
            continue
        parts.append(_terms(material, mine, subset, words))
    return Markup("").join(parts)


def _terms(material: Material, rows: pd.DataFrame, subset: str, words: str) -> Markup:
    keys, arms = ["soc_order", "pt_order"], list(dict.fromkeys(rows["arm"]))
    lines = rows.drop_duplicates(keys)
    shown = pd.DataFrame({"term": [_term(row) for _, row in lines.iterrows()]})
    labels, spanners = {"term": "Class and term"}, {}
    for place, arm in enumerate(arms):
        # Classes that few subjects have share a name and a line.
        own = rows[rows["arm"] == arm].drop_duplicates(keys)
        mine = lines[keys].merge(own, on=keys, how="left")
        shown[f"subjects_{place}"] = [_subjects(material, row) for _, row in mine.iterrows()]
        shown[f"events_{place}"] = mine["n_event"].fillna(0).map(material.disclosure.count)
        labels |= {f"subjects_{place}": "Subjects (%)", f"events_{place}": "Events"}
        total = mine["n_total"].dropna()
        spanners[f"{arm} (n = {material.disclosure.count(total.iloc[0] if len(total) else None)})"] = [
            f"subjects_{place}",
            f"events_{place}",
        ]
    return table(
        shown, labels, key=f"ae-{subset}", title=f"{words} adverse events by class and term.", mark=material.mark,
        note="Subjects with at least one such event, and events. Synthetic or licensed terms as "
        "delivered; terms that few subjects have are counted in their class and not listed.", spanners=spanners,
    )  # fmt: skip


def _term(row: pd.Series) -> str:
    if row["level"] == "overall":
        return "Any"
    # No-break spaces, as a table cell folds others.
    return str(row["soc"]) if row["level"] == "soc" else "\u2003" + str(row["pt"])


def _subjects(material: Material, row: pd.Series) -> str:
    if missing(row["n_subject"]) or row["n_subject"] == 0:
        return "0"
    return material.disclosure.share(row["n_subject"], row["n_total"])


def rates(material: Material) -> Markup:
    """Rates overall and by class; terms stay in the database."""
    rows = material.table("ae_rate")
    if rows.empty or "level" not in rows:
        return Markup("")
    rows = rows[rows["level"].isin(["overall", "soc"]) & rows["subset"].isin(RATED)]
    rows = rows.sort_values(["soc_order", "arm_order"], kind="stable")
    shown = pd.DataFrame(
        {
            "group": [_kind(row) for _, row in rows.iterrows()],
            "class": ["Any" if row["level"] == "overall" else str(row["soc"]) for _, row in rows.iterrows()],
            "arm": rows["arm"],
            "events": rows["n_event"].map(material.disclosure.count),
            "years": [MISSING if missing(v) else fixed(float(v), material.disclosure.digits) for v in rows["person_years"]],
            "rate": [MISSING if missing(v) else fixed(float(v), 1) for v in rows["rate_per_100py"]],
            "interval": [interval(row["ci_lower"], row["ci_upper"], lambda v: fixed(v, 1)) for _, row in rows.iterrows()],
        }
    )  # fmt: skip
    order = {name: number for number, name in enumerate(sorted(set(shown["group"]), key=_rank))}
    shown = shown.iloc[shown["group"].map(order).argsort(kind="stable")]
    labels = {
        "class": "Class", "arm": "Arm", "events": "Events", "years": "Person-years", "rate": "Rate per 100 PY",
        "interval": "95 % interval",
    }  # fmt: skip
    note = "First occurrence: time at risk ends at the first event. Exact Poisson intervals; a year is 365.25 days."
    overall = rows[
        (rows["level"] == "overall") & (rows["subset"] == "emergent") & (rows["kind"] == "all_events")
    ]
    said = (f"{row['arm']}: {row['note']}" for _, row in overall.iterrows() if not missing(row["note"]))
    note += "".join(f" {each}." for each in said)
    return heading("Rates") + table(
        shown, labels, key="ae-rates", title="Exposure-adjusted rates by class.", mark=material.mark, note=note,
        group="group", text=["arm"],
    )  # fmt: skip


def _kind(row: pd.Series) -> str:
    return f"{RATED[row['subset']]}, {KINDS[row['kind']]}"


def _rank(group: str) -> tuple[int, str]:
    heads = list(RATED.values())
    head = group.partition(",")[0]
    return (heads.index(head), group)
