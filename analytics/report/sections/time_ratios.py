"""Time ratios: accelerated failure time models beside each other, and which fits best."""

import pandas as pd
from markupsafe import Markup

from analytics.report.fitted_model import time_ratio_rows
from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.names import specification
from analytics.report.numbers import MISSING, fixed, interval, ratio, words
from analytics.survival.log_time import DISTRIBUTIONS

KEY, TITLE = "time-ratios", "Time ratios"
LEAD = (
    "A time ratio says how many times as long the treated take as controls to come to the same survival: at 1.20 half of "
    "them have died after 1.20 times as many days, and so has any other share. It takes a distribution of survival times in "
    "place of proportional hazards, and means the same where the hazard ratio changes with time. More than 1 is longer "
    "life: it lies on the other side of 1 from a hazard ratio. Where distributions disagree, the one whose curve follows "
    "the observed one is to be read; where none does, none."
)


def body(material: Material) -> Markup:
    """What a time ratio is, and a row for each distribution of every comparison."""
    models = material.table("parametric_model")
    if models.empty:
        return absent("the protocol asks for no accelerated failure time model")
    return paragraph(LEAD) + _table(material, models)


def _table(material: Material, models: pd.DataFrame) -> Markup:
    effects = pd.concat(
        [time_ratio_rows(material, row["specification"], row["distribution"]) for _, row in models.iterrows()]
    )
    shown = pd.DataFrame(
        {
            "group": models["specification"].map(specification).to_numpy(),
            "distribution": [DISTRIBUTIONS[name].words for name in models["distribution"]],
            "ratio": effects["estimate"].map(ratio).to_numpy(),
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in effects.iterrows()],
            "aic": [fixed(value, 1) for value in models["aic"]],
            "note": words(effects["note"]).to_numpy(),
        }
    )
    labels = {
        "distribution": "Distribution",
        "ratio": "Time ratio",
        "interval": "Interval",
        "aic": "AIC",
        "note": "Note",
    }
    note = (
        f"Intervals: {100 * material.protocol.outcome.level:g} %, robust to rows that are not independent. AIC: less is "
        f"better, by less than 2 hardly so; {MISSING}: weighted rows, or rows that are not a subject each, have none."
    )
    return table(
        shown, labels, key="time-ratios-table", title=f"Time ratios, {material.protocol.primary.title.lower()}.",
        mark=material.mark, note=note, group="group", text=["note"],
    )  # fmt: skip
