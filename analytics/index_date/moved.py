"""Rows of `adsl` as they would stand had a later day been the index.

What grows with time is moved by the days, what was measured is looked up. Belongs here: which covariates change with a day,
and how. Does not belong here: which day (`wait`), or records (`measurements`).
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analytics.index_date.measurements import DAYS_A_MONTH, LOOK_AHEAD, Measurements

DAYS_A_YEAR = 365.25
MOVED = {"AGE": 1 / DAYS_A_YEAR, "SYMPDURD": 1.0, "SYMPDURM": 1 / DAYS_A_MONTH, "DIAGDURM": 1 / DAYS_A_MONTH}
"""Covariates that grow with time, and by how much a day."""
MADE_OF: dict[str, tuple[str, ...]] = {
    "ALSFRSR": ("ALSFRSR",),
    "ALSFRS": ("ALSFRS",),
    "FVCPP": ("FVCPP",),
    "SVCPP": ("SVCPP",),
    "VCPP": ("FVCPP", "SVCPP"),
    "WEIGHT": ("WEIGHT",),
    "BMI": ("WEIGHT",),
    "DFRS": ("ALSFRSR",),
    "SLOPE": ("ALSFRSR",),
}
"""Covariates that are measured, and the parameters of `adqs` that they are made of."""
SCALE_TOP, FEWEST_DAYS = 48.0, 30
"""Of the rate of loss since onset: the best score, and the days since onset below which it says nothing."""
WITH_AHEAD = "PROACT"
"""The source whose trials measured "baseline" around their day 0."""


def parameters_of(covariates: Iterable[str]) -> tuple[str, ...]:
    """Parameters of `adqs` that some covariates are made of."""
    return tuple(sorted({parameter for name in covariates for parameter in MADE_OF.get(name, ())}))


def fixed(covariates: Iterable[str]) -> tuple[str, ...]:
    """Those of some covariates that stay what they were, whatever the day."""
    return tuple(name for name in covariates if name not in MOVED and name not in MADE_OF)


def at_days(
    adsl: pd.DataFrame, measured: Mapping[str, Measurements], days: np.ndarray
) -> dict[str, np.ndarray]:
    """What of subjects is another on a day each.

    Args:
        adsl: (n,) subjects with USUBJID.
        measured: of each parameter that is at hand; a covariate made of one that is not stays what it was.
        days: (n,) whole days after day 0.

    Returns:
        (n,) values by column, of the columns of `MOVED` and `MADE_OF` that the frame has.
    """
    new = {name: adsl[name].to_numpy(float) + days * a_day for name, a_day in MOVED.items() if name in adsl}
    new |= _measured(adsl, measured, days, new.get("SYMPDURM"))
    return {name: column for name, column in new.items() if name in adsl}


def _measured(
    adsl: pd.DataFrame, measured: Mapping[str, Measurements], days: np.ndarray, months: np.ndarray | None
) -> dict[str, np.ndarray]:
    """What is made of measurements on these days; `months` since onset."""
    ids = adsl["USUBJID"].to_numpy(object)
    ahead = np.where(_source(adsl) == WITH_AHEAD, LOOK_AHEAD, 0)
    value = {name: known.value_at(ids, days, ahead) for name, known in measured.items()}
    new = dict(value)
    if {"FVCPP", "SVCPP"} <= set(value):
        new["VCPP"] = np.where(np.isnan(value["FVCPP"]), value["SVCPP"], value["FVCPP"])
    if "WEIGHT" in value and "HEIGHT" in adsl:
        new["BMI"] = 10_000 * value["WEIGHT"] / adsl["HEIGHT"].to_numpy(float) ** 2
    if "ALSFRSR" in value:
        new["SLOPE"] = measured["ALSFRSR"].slope_at(ids, days)
    if "ALSFRSR" in value and months is not None:
        since = np.where(np.round(months * DAYS_A_MONTH) >= FEWEST_DAYS, months, np.nan)
        new["DFRS"] = (SCALE_TOP - value["ALSFRSR"]) / since
    return new


def _source(adsl: pd.DataFrame) -> np.ndarray:
    return adsl["SOURCE"].astype(str).to_numpy() if "SOURCE" in adsl else np.full(len(adsl), "")
