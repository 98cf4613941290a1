"""When events happen after injections: by the cycle of the last one, and by the days since it.

Here: the last injection before an event, and the time at risk after each. Not here: periods from harvest or first injection
(`timing`).
"""

import numpy as np
import pandas as pd

from analytics.safety.counting import count_cells
from analytics.safety.events import Events
from analytics.safety.periods import OUTSIDE, Periods, period_table, split_at, sum_by_arm
from analytics.safety.population import Population
from analytics.safety.settings import SafetySettings

# Last day of each period since the last injection (day 0 is its own day).
SINCE_DOSE = ((0, 1), (2, 7), (8, 30), (31, 90), (91, np.inf))


def tables_since_doses(
    events: Events, population: Population, administrations: pd.DataFrame, settings: SafetySettings
) -> list[pd.DataFrame]:
    """Emergent events by the cycle of the last injection before them and by the days since it."""
    frame = events.counted[events.counted["emergent"]].reset_index(drop=True)
    doses = administrations.dropna(subset=["day"]).copy()
    doses["end"] = _until_next(doses, population)
    last = _last_dose(frame, doses)
    periods = [_cycles(last, doses, population), _days_since(frame["start_day"], last, doses, population)]
    if not periods[0].labels:
        refused = pd.DataFrame({"origin": ["CYCLE"], "period": None, "note": ["adex has no cycle"]})
    made = [
        period_table(
            frame, _with_the_rest(frame, some, population), population.arms, events.unavailable, settings
        )
        for some in periods
        if some.labels
    ]
    return made if periods[0].labels else [refused, *made]


def _until_next(doses: pd.DataFrame, population: Population) -> np.ndarray:
    """Days at risk between a dose and the next one (or the end of time at risk); 0 for a second dose that day, and where
    the time at risk is not known.
    """
    end = population.subjects["at_risk_days"].to_numpy()[doses["subject"]]
    until = np.fmin(doses.groupby("subject")["day"].shift(-1), end)
    return np.where(np.isnan(end), 0.0, np.maximum(until - doses["day"].to_numpy(), 0.0))


def _last_dose(frame: pd.DataFrame, doses: pd.DataFrame) -> np.ndarray:
    """Row of `doses` of the last dose on or before the start of each event, -1 where there is none."""
    if doses.empty:
        return np.full(len(frame), -1)
    day, start = doses["day"].to_numpy(), frame["start_day"].to_numpy()
    low = np.nanmin(np.append(day, start[~np.isnan(start)] if len(start) else day)) - 1
    span = np.nanmax(np.append(day, start)) - low + 2
    # One sorted axis: subjects one after another, days within them.
    dose_key = doses["subject"].to_numpy() * span + (day - low)
    event_key = frame["subject"].to_numpy() * span + (start - low)
    found = np.searchsorted(dose_key, np.nan_to_num(event_key, nan=-1.0), side="right") - 1
    same = (found >= 0) & (doses["subject"].to_numpy()[np.maximum(found, 0)] == frame["subject"].to_numpy())
    return np.where(same & ~np.isnan(start), found, -1)


def _cycles(last: np.ndarray, doses: pd.DataFrame, population: Population) -> Periods:
    """Cycles of the last injection before each event; without labels where no injection has a cycle."""
    cycles = np.sort(doses["cycle"].dropna().unique())
    shape = population.n_arm, len(cycles)
    code = doses["cycle"].map({c: i for i, c in enumerate(cycles)}).fillna(-1).to_numpy(dtype=np.int64)
    cell = np.where(last >= 0, np.append(code, -1)[last], -1)
    known = code >= 0
    arm, subject, end = (doses[name].to_numpy()[known] for name in ("arm_code", "subject", "end"))
    received = count_cells(arm, subject, code[known], *shape).n_subject
    days = np.bincount(arm * len(cycles) + code[known], end, shape[0] * shape[1]).reshape(shape)
    return Periods("CYCLE", [f"cycle {c:g}" for c in cycles], cell, received, days)


def _days_since(
    start: "pd.Series[float]", last: np.ndarray, doses: pd.DataFrame, population: Population
) -> Periods:
    starts = [float(first) for first, _ in SINCE_DOSE]
    since = start.to_numpy() - np.append(doses["day"].to_numpy(), 0.0)[last]
    cell = np.where(last >= 0, np.searchsorted(starts, np.nan_to_num(since), side="right") - 1, -1)
    days = split_at(doses["end"].to_numpy() - 1, starts)
    arm, subject = doses["arm_code"].to_numpy(), doses["subject"].to_numpy()
    row, column = np.nonzero(days > 0)
    n_total = count_cells(arm[row], subject[row], column, population.n_arm, len(starts)).n_subject
    labels = [f"{a:g} to {b:g} days" if np.isfinite(b) else f"over {a - 1:g} days" for a, b in SINCE_DOSE]
    return Periods("LAST_INJECTION", labels, cell, n_total, sum_by_arm(arm, days, population.n_arm))


def _with_the_rest(frame: pd.DataFrame, some: Periods, population: Population) -> Periods:
    """The periods with two more: without a dated injection before (cell -1), and outside the time at risk."""
    n = len(some.labels)
    cell = np.where(frame["at_risk"].to_numpy(dtype=bool), np.where(some.cell < 0, n, some.cell), n + 1)
    everyone = np.repeat(population.totals()[:, None], 2, axis=1)
    return Periods(
        some.origin,
        [*some.labels, "no dated injection before", OUTSIDE],
        cell,
        np.hstack([some.n_total, everyone]),
        np.hstack([some.days, np.zeros(everyone.shape)]),
    )
