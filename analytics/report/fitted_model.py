"""The parametric model that fits a comparison best, as figures and sections show it.

Belongs here: looking it up in the result tables, and its words. Does not belong here: layout.
"""

from dataclasses import dataclass

import pandas as pd

from analytics.report.material import Material
from analytics.report.numbers import ratio_with_limits
from analytics.survival.log_time import DISTRIBUTIONS


@dataclass(frozen=True)
class FittedModel:
    """The model of least AIC.

    Attributes:
        words: its distribution.
        curve: arm, time_days, survival.
        caption: what it is, with its time ratio.
    """

    words: str
    curve: pd.DataFrame
    caption: str


def best_model(material: Material, specification: str, endpoint: str) -> FittedModel | None:
    """The best model of a specification and endpoint; None where none can be called so."""
    key = {"specification": specification, "endpoint": endpoint}
    best = material.table("parametric_model", **key, best="Y")
    if best.empty:
        return None
    name = best["distribution"].iloc[0]
    rivals = int(material.table("parametric_model", **key)["aic"].notna().sum())
    words = DISTRIBUTIONS[name].words
    caption = f"{words} accelerated failure time{f', the best of {rivals} by AIC' if rivals > 1 else ''}"
    rows = time_ratio_rows(material, specification, name)
    if len(rows) and rows["estimate"].notna().any():
        row = rows.iloc[0]
        caption += f"; time ratio {ratio_with_limits(row['estimate'], row['ci_lower'], row['ci_upper'])}"
    return FittedModel(words, material.table("parametric_curve", **key, distribution=name), caption)


def time_ratio_rows(material: Material, specification: str, distribution: str) -> pd.DataFrame:
    """The row of `effect_estimate` that a distribution of `parametric_model` stands behind, which its method names."""
    rows = material.table("effect_estimate", specification=specification, measure="time_ratio")
    return rows[rows["method"].str.startswith(f"{DISTRIBUTIONS[distribution].words} ")] if len(rows) else rows
