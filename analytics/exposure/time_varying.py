"""Time-varying exposure: each day of follow-up counts for the doses had by then (counting process).

Source: Andersen PK, Gill RD. Ann Stat 1982;10:1100-1120; Therneau TM, Crowson C, Atkinson E. Using time
dependent covariates, vignette of R's survival. Free of immortal time; unbiased when who is dosed does not
depend on how the disease has gone since entry. Not here: weighting for that dependence
(`clone_censor_weight`).
"""

import numpy as np
import pandas as pd

from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dose_response_row import DECLINE_DECIDES, DoseGroups, dose_response_row
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records


def switch_intervals(history: DoseHistory, k: int) -> pd.DataFrame:
    """Splits each subject's follow-up at the k-th dose.

    Returns:
        One row per subject and exposure: subject (row number), start, stop, event, exposed (0/1).
    """
    switch = np.clip(history.day_of_dose(k), history.entry, history.stop)
    subject = np.arange(len(switch))
    before = pd.DataFrame({"subject": subject, "start": history.entry, "stop": switch, "exposed": 0})
    after = pd.DataFrame({"subject": subject, "start": switch, "stop": history.stop, "exposed": 1})
    return _with_event(pd.concat([before, after]), history)


def count_intervals(history: DoseHistory) -> pd.DataFrame:
    """Splits each subject's follow-up at every dose; `exposed` is the number of doses had."""
    n = len(history.stop)
    subject = np.concatenate([np.arange(n), history.owner])
    day = np.concatenate([history.entry, np.maximum(history.day, history.entry[history.owner])])
    given = np.concatenate([np.zeros(n, int), np.ones(len(history.owner), int)])
    order = np.lexsort((given, day, subject))
    subject, day = subject[order], day[order]
    doses = np.cumsum(given[order])
    doses = doses - np.searchsorted(history.owner, subject)
    last = np.append(subject[1:] != subject[:-1], True)
    until = np.where(last, history.stop[subject], np.append(day[1:], 0.0))
    return _with_event(
        pd.DataFrame({"subject": subject, "start": day, "stop": until, "exposed": doses}), history
    )


def _with_event(intervals: pd.DataFrame, history: DoseHistory) -> pd.DataFrame:
    """Drops empty intervals; the event belongs to the interval that ends the follow-up."""
    kept = intervals[intervals["stop"] > intervals["start"]].sort_values(["subject", "start"])
    kept = kept.reset_index(drop=True)
    subject = kept["subject"].to_numpy()
    ends = kept["stop"].to_numpy() == history.stop[subject]
    return kept.assign(event=np.where(ends, history.event[subject], 0))


def time_varying_dose_response(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    k: int,
    covariates: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hazard ratio of days after the k-th dose against days before it.

    Args:
        follow_up: usubjid, entry_days, stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        k: The dose at which exposure switches on; it stays on.
        covariates: usubjid and baseline covariates to adjust for.
        level: of the interval.

    Returns:
        One row in the shape of `results.dose_response`; subjects who switch count in both groups.
    """
    history, left_out = dose_history(follow_up, injections, covariates).complete()
    return dose_response_row(
        contrast=f"after the dose {k} versus before it",
        method="time_varying",
        label=f"Exposure switches at dose {k}",
        k=k,
        level=level,
        biased=True,
        notes=(DECLINE_DECIDES, left_out),
        **_fitted(history, switch_intervals(history, k), "exposed"),
    )


def dose_count_response(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    covariates: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hazard ratio per additional dose, the count growing along follow-up.

    Exposed means two doses or more.
    """
    history, left_out = dose_history(follow_up, injections, covariates).complete()
    intervals = count_intervals(history)
    return dose_response_row(
        contrast="per additional dose",
        method="time_varying_count",
        label="Per additional dose had so far",
        k=None,
        level=level,
        biased=True,
        notes=(DECLINE_DECIDES, left_out),
        **_fitted(history, intervals, "doses"),
    )


def _fitted(history: DoseHistory, intervals: pd.DataFrame, term: str) -> dict:
    """Counts and the Cox fit of intervals; exposed are those beyond the fewest doses seen."""
    level = intervals["exposed"].to_numpy(float)
    exposed = level > level.min(initial=np.inf)
    subject, event = intervals["subject"].to_numpy(), intervals["event"].to_numpy()
    groups = DoseGroups(
        len(np.unique(subject[exposed])),
        len(np.unique(subject[~exposed])),
        int(event[exposed].sum()),
        int(event[~exposed].sum()),
    )
    fit = None
    if groups.refusal() is None:
        design = pd.concat(
            [pd.DataFrame({term: level}), history.covariates.iloc[subject].reset_index(drop=True)], axis=1
        )
        fit = fit_cox(Records(intervals["stop"], event, entry=intervals["start"]), design)
    return {"groups": groups, "fit": fit}
