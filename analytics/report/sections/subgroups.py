"""Subgroups: hazard ratio by level, with the test of interaction."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.report.drawing import figure
from analytics.report.figures.forest import forest
from analytics.report.figures.rows import subgroup_rows
from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.names import in_sentence, of_cause, specification
from analytics.report.numbers import interval, p_value, ratio, words

KEY, TITLE = "subgroups", "Subgroups"


def body(material: Material) -> Markup:
    """Forest and table of the primary endpoint."""
    primary = material.protocol.primary
    rows = material.table("subgroup_effect", endpoint=primary.name)
    if rows.empty:
        return absent("the protocol names no subgroup, or none could be estimated")
    lead = "Exploratory. A difference between levels is judged by the interaction, not by comparing intervals; with "
    lead += f"{rows['subgroup'].nunique()} subgroups one interaction in twenty is small by chance, and none is corrected."
    lines = subgroup_rows(rows, primary.name)
    words = "; ".join(f"{line.group} {line.label}: {ratio(line.estimate)}" for line in lines)
    draw = partial(forest, "subgroups", lines, title="Subgroups", description=words, mark=material.mark)
    name = in_sentence(specification(rows["specification"].iloc[0]))
    note = (
        f"{primary.title}, {name}; marginal Cox within the level, pooled over imputed data sets. Numbers are medians over "
        f"them, so that levels need not add up. Bars: {material.level} intervals.{of_cause(primary)}"
    )
    return Markup("").join(
        [
            paragraph(lead),
            figure(material, "Hazard ratio by subgroup.", draw, note),
            _table(material, rows),
        ]
    )


def _table(material: Material, rows: pd.DataFrame) -> Markup:
    shown_counts = {
        column: [material.disclosure.count(n) for n in rows[column]]
        for column in ("n_treated", "n_control", "n_event_treated", "n_event_control")
    }
    interaction = [
        f"{subgroup} (interaction p = {p_value(p)})"
        for subgroup, p in zip(rows["subgroup"], rows["interaction_p_value"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "group": interaction,
            "level": rows["level"].astype(str).to_numpy(),
            "treated": _pairs(shown_counts["n_event_treated"], shown_counts["n_treated"]),
            "control": _pairs(shown_counts["n_event_control"], shown_counts["n_control"]),
            "estimate": [ratio(value) for value in rows["estimate"]],
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in rows.iterrows()],
            "p": [p_value(value) for value in rows["p_value"]],
            "note": words(rows["note"]).to_numpy(),
        }
    )
    labels = {
        "level": "Level", "treated": f"{material.arms[0]}, events / n", "control": f"{material.arms[1]}, events / n",
        "estimate": "Hazard ratio", "interval": "Interval", "p": "p", "note": "Note",
    }  # fmt: skip
    return table(
        shown,
        labels,
        key="subgroup-table",
        title="Subgroups in numbers.",
        mark=material.mark,
        group="group",
        text=["note"],
    )


def _pairs(events: list[str], sizes: list[str]) -> list[str]:
    return [f"{event} / {size}" for event, size in zip(events, sizes, strict=True)]
