"""Doses and survival among the treated: the naive comparison beside those that respect time."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.report.drawing import figure
from analytics.report.figures.forest import forest
from analytics.report.figures.rows import dose_rows
from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.names import of_cause
from analytics.report.numbers import MISSING, interval, missing, p_value, ratio, words

KEY, TITLE = "dose", "Number of injections"
WARNING = (
    "Whoever receives a late injection has lived long enough to receive it. Comparing patients by the injections they ever "
    "got therefore favours many injections even where injections do nothing (immortal time). And whoever declines is given "
    "fewer: rows that count an injection from the day it was given still favour the dosed then. Both are shown only as "
    "biased references, marked ✕ and drawn dashed; only the cloned and weighted comparison weighs against recorded decline."
)


def body(material: Material) -> Markup:
    """Forest and table of the primary endpoint."""
    doses, primary = material.table("dose_response"), material.protocol.primary
    if doses.empty:
        return absent("no dose contrast was made")
    mine = doses[doses["endpoint"] == primary.name] if doses["endpoint"].notna().any() else doses
    if mine["estimate"].isna().all():
        return absent("; ".join(sorted({str(note) for note in mine["note"].dropna()})) or "not estimable")
    lines = dose_rows(mine, primary.name)
    words = "; ".join(
        f"{line.label}{' (biased)' if line.biased else ''}: {ratio(line.estimate)}" for line in lines
    )
    draw = partial(
        forest, "dose", lines, title="Dose contrasts", description=words, mark=material.mark,
        sides=("favours more doses", "favours fewer"),
    )  # fmt: skip
    note = (
        f"{primary.title} among the treated; a comparison of treated patients with each other, not with "
        f"{material.arms[1]}. "
    )
    note += f"Who receives further injections is not random either. Bars: {material.level} intervals.{of_cause(primary)}"
    parts = [
        paragraph(WARNING, "caution"),
        figure(material, "Dose contrasts.", draw, note),
        _table(material, mine),
    ]
    return Markup("").join(parts)


def _table(material: Material, rows: pd.DataFrame) -> Markup:
    count = material.disclosure.count
    biased = (rows["biased"] == "Y").to_numpy()
    shown = pd.DataFrame(
        {
            "group": [
                "Adjusted for baseline" if name == "adjusted" else "Not adjusted"
                for name in rows["specification"]
            ],
            "label": [
                ("✕ BIASED: " if bad else "") + _label(row)
                for bad, (_, row) in zip(biased, rows.iterrows(), strict=True)
            ],
            "exposed": [
                f"{count(row['n_event_exposed'])} / {count(row['n_exposed'])}" for _, row in rows.iterrows()
            ],
            "unexposed": [_unexposed(row, count) for _, row in rows.iterrows()],
            "estimate": [ratio(value) for value in rows["estimate"]],
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in rows.iterrows()],
            "p": [p_value(value) for value in rows["p_value"]],
            "note": words(rows["note"]).to_numpy(),
        }
    )
    labels = {
        "label": "Contrast", "exposed": "More doses, events / n", "unexposed": "Fewer, events / n",
        "estimate": "Hazard ratio", "interval": "Interval", "p": "p", "note": "Note",
    }  # fmt: skip
    note = (
        "n: subjects with time in the state; where cloned, those whose whole follow-up keeps with the strategy. "
        "Hazard ratio of more against fewer doses."
    )
    return table(
        shown, labels, key="dose-table", title="Dose contrasts in numbers.", mark=material.mark, note=note, group="group",
        text=["note"],
    )  # fmt: skip


def _label(row: pd.Series) -> str:
    text = row["method"] if missing(row["label"]) else row["label"]
    return str(text).removesuffix(" (biased reference: immortal time)")


def _unexposed(row: pd.Series, count: object) -> str:
    assert callable(count)
    if row["method"] == "time_varying_count":
        return MISSING
    return f"{count(row['n_event_unexposed'])} / {count(row['n_unexposed'])}"
