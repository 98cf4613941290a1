"""Auxiliary columns that carry what the outcome says about missing covariates, without being covariates.

Leaving the outcome out of an imputation pulls associations towards nothing; the event indicator and the cumulative
hazard carry it (White and Royston 2009). The score itself never sees them.
"""

import numpy as np
import pandas as pd


def outcome_auxiliary(stop: np.ndarray, event: np.ndarray, entry: np.ndarray | None = None) -> pd.DataFrame:
    """Event indicator and Nelson–Aalen cumulative hazard at each subject's own time.

    Args:
        stop: (n,) end of follow-up, days. event: (n,) 1 event, 0 censored.
        entry: (n,) start of being at risk, `(entry, stop]`; None for zero.

    Returns:
        event, cumulative_hazard; zeros for subjects without follow-up (null or negative stop).
    """
    time = np.asarray(stop, dtype=float)
    known = np.isfinite(time) & (time > 0)
    start = np.zeros(time.size) if entry is None else np.asarray(entry, dtype=float)
    died = np.where(known, np.asarray(event, dtype=float) == 1, False)
    moments = np.unique(time[died])
    ended = np.searchsorted(np.sort(time[known]), moments, side="left")
    entered = np.searchsorted(np.sort(start[known]), moments, side="left")
    at_risk = entered - ended
    deaths = np.searchsorted(np.sort(time[died]), moments, side="right") - np.searchsorted(
        np.sort(time[died]), moments, side="left"
    )
    cumulative = np.concatenate([[0.0], np.cumsum(deaths / at_risk)])
    hazard = cumulative[np.searchsorted(moments, np.where(known, time, 0.0), side="right")]
    before = cumulative[np.searchsorted(moments, np.where(known, start, 0.0), side="right")]
    return pd.DataFrame(
        {"event": died.astype(float), "cumulative_hazard": np.where(known, hazard - before, 0.0)}
    )
