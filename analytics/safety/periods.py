"""Events and person-time of periods: one row per arm, period and kind of event.

Here: counts, rates and how time is split into periods. Not here: what the periods are (`timing`, `since_doses`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.counting import count_cells
from analytics.safety.intervals import poisson_interval
from analytics.safety.settings import DAYS_PER_YEAR, SafetySettings

# Last period of every origin: no person-time stands beside its events, so that they are in no period's rate.
OUTSIDE = "outside the time at risk"
NEEDS = {
    "all": (),
    "serious": ("serious",),
    "related": ("related",),
    "serious_related": ("serious", "related"),
}
_COUNTED = ["n_subject", "n_event", "pct", "rate_per_100py", "ci_lower", "ci_upper"]


@dataclass(frozen=True)
class Periods:
    """Periods of one origin.

    Attributes:
        origin: what they are counted from.
        labels: the periods in words.
        cell: period of each event, -1 for none; length n.
        n_total: subjects who entered each, shape (n_arm, n_period).
        days: days at risk in each, same shape.
    """

    origin: str
    labels: list[str]
    cell: np.ndarray
    n_total: np.ndarray
    days: np.ndarray


def period_table(
    events: pd.DataFrame,
    periods: Periods,
    arms: tuple[str, ...],
    unavailable: Mapping[str, str],
    settings: SafetySettings,
) -> pd.DataFrame:
    """All, serious, related and serious related events by period.

    Args:
        events: arm_code, subject, serious, related; n rows.
        periods: where each event and the time at risk belongs.
        arms: in the order of display.
        unavailable: why a classification cannot be made, by its name; what needs it is null with that note.
        settings: level of the intervals.
    """
    parts = [
        _counted(events, periods, arms, name).assign(subset_order=order) for order, name in enumerate(NEEDS)
    ]
    table = pd.concat(parts, ignore_index=True)
    _add_rates(table, settings)
    for name, needs in NEEDS.items():
        reasons = [unavailable[need] for need in needs if need in unavailable]
        if reasons:
            mine = table["subset"] == name
            table[_COUNTED] = table[_COUNTED].mask(mine)
            table["note"] = table["note"].mask(mine, "; ".join(reasons))
    keys = ["period_order", "subset_order", "arm_order"]
    return table.sort_values(keys, kind="stable", ignore_index=True).assign(origin=periods.origin)


def _counted(events: pd.DataFrame, periods: Periods, arms: tuple[str, ...], subset: str) -> pd.DataFrame:
    arm, subject, cell = events["arm_code"].to_numpy(), events["subject"].to_numpy(), periods.cell
    use = (cell >= 0) & (arm >= 0)
    for need in NEEDS[subset]:
        use &= events[need].to_numpy(dtype=bool)
    n_arm, n_period = len(arms), len(periods.labels)
    cells = count_cells(arm[use], subject[use], cell[use], n_arm, n_period)
    return pd.DataFrame(
        {
            "arm": np.repeat(np.array(arms, dtype=object), n_period),
            "arm_order": np.repeat(np.arange(n_arm), n_period),
            "period": np.tile(np.array(periods.labels, dtype=object), n_arm),
            "period_order": np.tile(np.arange(n_period), n_arm),
            "subset": subset,
            "n_subject": cells.n_subject.ravel(),
            "n_total": periods.n_total.ravel(),
            "n_event": cells.n_event.ravel(),
            "person_years": periods.days.ravel() / DAYS_PER_YEAR,
        }
    )


def _add_rates(table: pd.DataFrame, settings: SafetySettings) -> None:
    total = table["n_total"].where(table["n_total"] > 0)
    years = table["person_years"].where(table["person_years"] > 0)
    lower, upper = poisson_interval(table["n_event"].to_numpy(), settings.level)
    table["pct"] = 100 * table["n_subject"] / total
    table["rate_per_100py"] = 100 * table["n_event"] / years
    table["ci_lower"], table["ci_upper"] = 100 * lower / years, 100 * upper / years
    no_time = noted(years.isna(), "no time at risk in this period")
    table["note"] = noted(total.isna(), "no subject in this period", no_time)


def split_at(end: np.ndarray, cuts: list[float]) -> np.ndarray:
    """Days in each period [cut, next cut) of time running from 0 through day `end`, shape (n, periods)."""
    edges = np.array([*cuts, np.inf])
    length = np.nan_to_num(end + 1, nan=0.0)[:, None]
    return np.clip(length - edges[:-1], 0, edges[1:] - edges[:-1])


def sum_by_arm(arm: np.ndarray, values: np.ndarray, n_arm: int) -> np.ndarray:
    """Values of shape (n, periods) summed over the rows of each arm, shape (n_arm, periods)."""
    return np.stack([np.bincount(arm, column, n_arm) for column in values.T], axis=1)
