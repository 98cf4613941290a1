"""Clone, censor, weight: "k-th dose within the grace period" against "no k-th dose", as a target trial would.

Every subject is cloned into both strategies, a clone is censored when its subject departs from the
strategy, and those who stay are weighted by the inverse probability of having stayed, given baseline
covariates and ALSFRS-R as it goes. Removes immortal time, and confounding by recorded decline; not by what
was never recorded.

Sources: Cain LE et al. When to start treatment? Int J Biostat 2010;6(2):18; Hernán MA. How to estimate the
effect of treatment duration on survival outcomes using observational data. BMJ 2018;360:k182; Maringe C et
al. Reflection on modern methods: trial emulation in the presence of immortal-time bias. Int J Epidemiol
2020;49:1719-1729.
"""

import numpy as np
import pandas as pd

from analytics.exposure.clones import Strategies, cloned_intervals
from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dose_response_row import FEWEST_SUBJECTS, DoseGroups, dose_response_row
from analytics.exposure.dosing_model import Panel, last_known, panel, pooled_logistic, time_spline
from analytics.survival.cox import CoxFit, fit_cox
from analytics.survival.records import Records

DAYS_PER_MONTH = 30.4375

__all__ = ["Strategies", "clone_censor_weight"]


def clone_censor_weight(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    strategies: Strategies,
    covariates: pd.DataFrame | None = None,
    alsfrs: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Marginal hazard ratio of the k-th dose within the grace period against no k-th dose.

    Args:
        follow_up: usubjid, entry_days (all 0), stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        strategies: The strategies.
        covariates: usubjid and numeric baseline covariates of the dosing model; missing values take the mean.
        alsfrs: usubjid, day, value: ALSFRS-R along follow-up, for the dosing model.
        level: of the interval.

    Returns:
        One row in the shape of `results.dose_response`; variance robust and clustered by subject. Groups
        count the subjects who kept to a strategy to the end of their follow-up.
    """
    history = dose_history(follow_up, injections, covariates)
    dose = history.day_of_dose(strategies.k)
    groups = _groups(history, dose, strategies)
    refusal = _refusal(history, dose, strategies)
    fit, note = (None, refusal) if refusal else _estimate(history, strategies, alsfrs)
    months = strategies.grace_days / DAYS_PER_MONTH
    k = strategies.k
    return dose_response_row(
        contrast=f"dose {k} by month {months:.3g} versus no dose {k}",
        method="clone_censor_weight",
        label=f"Dose {k} by month {months:.3g} (grace period) against none, cloned and weighted",
        k=k,
        groups=groups,
        fit=fit,
        biased=False,
        level=level,
        note=note,
    )


def _groups(history: DoseHistory, dose: np.ndarray, strategies: Strategies) -> DoseGroups:
    """Subjects and deaths that end their follow-up in keeping with each strategy.

    Early deaths keep with both.
    """
    early = history.stop <= strategies.grace_days
    with_dose, without = (dose <= strategies.grace_days) | early, np.isinf(dose)
    event = history.event == 1
    counts = (with_dose.sum(), without.sum(), (event & with_dose).sum(), (event & without).sum())
    return DoseGroups(*map(int, counts))


def _refusal(history: DoseHistory, dose: np.ndarray, strategies: Strategies) -> str | None:
    """Why the method cannot be used on these data, or None."""
    if np.any(history.entry > 0):
        return "needs time zero as the origin: follow-up enters late"
    in_time = int((dose <= strategies.grace_days).sum())
    if min(in_time, int(np.isinf(dose).sum())) < FEWEST_SUBJECTS:
        return f"fewer than {FEWEST_SUBJECTS} subjects had dose {strategies.k} in time, or never had it"
    return "no events" if history.event.sum() == 0 else None


def _estimate(
    history: DoseHistory, strategies: Strategies, alsfrs: pd.DataFrame | None
) -> tuple[CoxFit | None, str]:
    """The weighted Cox model over the clones' intervals, and a note on its weights."""
    rows = panel(history, strategies.k, _breaks(history, strategies))
    clones = cloned_intervals(history, rows, strategies, *dose_probabilities(history, rows, alsfrs))
    records = Records(
        clones["stop"],
        clones["event"],
        entry=clones["start"],
        weight=clones["weight"],
        cluster=clones["subject"],
    )
    fit = fit_cox(records, clones[["strategy"]].astype(float))
    weight = clones["weight"].to_numpy()
    note = f"{strategies.timing} timing in the grace period; weights up to {weight.max():.3g}"
    unable = _unable(history, strategies)
    if unable:
        note += f"; {unable} subjects reached the end of the grace period without dose {strategies.k - 1}"
    return fit, note


def _unable(history: DoseHistory, strategies: Strategies) -> int:
    """Subjects who could not have had the dose in time: nobody stands for them in the first strategy."""
    if strategies.k == 1:
        return 0
    late = history.day_of_dose(strategies.k - 1) > strategies.grace_days
    return int((late & (history.stop > strategies.grace_days)).sum())


def _breaks(history: DoseHistory, strategies: Strategies) -> np.ndarray:
    """Whole intervals back and forth from the end of the grace period, so that it is a break itself."""
    grace, width = strategies.grace_days, strategies.interval_days
    before = grace - width * np.arange(int(np.ceil(grace / width)))
    after = grace + width * np.arange(1, max(2, int(np.ceil((history.stop.max() - grace) / width)) + 1))
    return np.unique(np.concatenate([[0.0], before, after]))


def dose_probabilities(
    history: DoseHistory, rows: Panel, alsfrs: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """Probability of the k-th dose in each interval, 0 where it could not be given.

    Returns:
        Given time and covariates, and given time alone; both of the length of the panel.
    """
    columns = [time_spline(rows.start, rows.dosed & rows.eligible)]
    marginal_columns = columns[0]
    if history.covariates.shape[1]:
        columns.append(history.covariates.to_numpy(float)[rows.subject])
    if alsfrs is not None:
        columns.append(last_known(history, alsfrs, rows.subject, rows.start)[:, None])
    design = np.column_stack(columns)
    missing = np.isnan(design)
    design = np.where(missing, np.nanmean(np.where(missing.all(axis=0), 0.0, design), axis=0), design)
    length = (rows.stop - rows.start) / np.max(rows.stop - rows.start)
    chosen = rows.eligible
    probability, marginal = np.zeros(len(chosen)), np.zeros(len(chosen))
    happened = rows.dosed[chosen].astype(float)
    probability[chosen] = pooled_logistic(design[chosen], happened, length[chosen])
    marginal[chosen] = pooled_logistic(marginal_columns[chosen], happened, length[chosen])
    return probability, marginal
