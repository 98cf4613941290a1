"""Clone, censor, weight: "k-th dose within the grace period" against "no k-th dose", as a target trial would.

Every subject is cloned into both strategies, a clone is censored when its subject departs from the
strategy, and those who stay are weighted by the inverse probability of having stayed, given baseline
covariates and ALSFRS-R as it goes, at every dose up to the k-th. Removes immortal time, and confounding by recorded decline;
not by what was never recorded.

Here: the comparison and its row. Not here: weights (`clones`), variance (`clone_jackknife`).

Sources: Cain LE et al. When to start treatment? Int J Biostat 2010;6(2):18; Hernán MA. How to estimate the
effect of treatment duration on survival outcomes using observational data. BMJ 2018;360:k182; Maringe C et
al. Reflection on modern methods: trial emulation in the presence of immortal-time bias. Int J Epidemiol
2020;49:1719-1729.
"""

import numpy as np
import pandas as pd

from analytics.exposure.clone_jackknife import ClonedComparison
from analytics.exposure.clones import Strategies
from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dose_response_row import FEWEST_SUBJECTS, DoseGroups, dose_response_row
from analytics.survival.cox import CoxFit

DAYS_PER_MONTH = 30.4375
ASSUMES = "open to bias where the score all but decides who is dosed, or what decides it is not recorded"
"""What `docs/validation.md` shows to break it, or no data can show."""
__all__ = ["Strategies", "clone_censor_weight"]


def clone_censor_weight(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    strategies: Strategies,
    covariates: pd.DataFrame | None = None,
    alsfrs: pd.DataFrame | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Hazard ratio of the k-th dose within the grace period against no k-th dose, given baseline covariates.

    Args:
        follow_up: usubjid, entry_days (all 0), stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        strategies: The strategies.
        covariates: usubjid and baseline covariates of the dosing and of the outcome model; text columns are categories, a
            missing value is marked as such.
        alsfrs: usubjid, day, value: ALSFRS-R along follow-up, for the dosing model.
        level: of the interval.
        seed: Of the groups behind the interval.

    Returns:
        One row in the shape of `results.dose_response`. Groups count the subjects who kept to a strategy to the end of
        their follow-up.
    """
    history = dose_history(follow_up, injections, covariates)
    dose = history.day_of_dose(strategies.k)
    refusal = _refusal(history, dose, strategies)
    fit, note = (None, refusal) if refusal else _estimate(history, strategies, alsfrs, seed)
    months = strategies.grace_days / DAYS_PER_MONTH
    k = strategies.k
    return dose_response_row(
        contrast=f"dose {k} by month {months:.3g} versus no dose {k}",
        method="clone_censor_weight",
        label=f"Dose {k} by month {months:.3g} (grace period) against none, cloned and weighted",
        k=k,
        groups=_groups(history, dose, strategies),
        fit=fit,
        biased=False,
        level=level,
        notes=(note,),
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
    history: DoseHistory, strategies: Strategies, alsfrs: pd.DataFrame | None, seed: int
) -> tuple[CoxFit | None, str]:
    """The weighted Cox model over the clones' intervals, and a note on its weights."""
    comparison = ClonedComparison(history, strategies, alsfrs)
    clones = comparison.clones(np.ones(len(history.stop)))
    if not parted(clones):
        return None, "no event after the strategies part: the same subjects would stand on both sides"
    fit, note = comparison.fit(clones, seed)
    notes = [ASSUMES, note, f"weights up to {clones['weight'].max():.3g}"]
    if unable := _unable(history, strategies):
        notes.append(f"{unable} subjects reached the end of the grace period without dose {strategies.k - 1}")
    return fit, "; ".join(notes)


def parted(clones: pd.DataFrame) -> bool:
    """Whether the clones at risk at any event differ between the strategies, in who they are or in their weights."""
    by_strategy = [clones[clones["strategy"] == value] for value in (0, 1)]
    for day in np.unique(clones.loc[clones["event"] == 1, "stop"]):
        at = [c[(c["start"] < day) & (c["stop"] >= day)].set_index("subject")["weight"] for c in by_strategy]
        if not (at[0].index.equals(at[1].index) and np.allclose(at[0] / at[0].sum(), at[1] / at[1].sum())):
            return True
    return False


def _unable(history: DoseHistory, strategies: Strategies) -> int:
    """Subjects without the dose before the k-th at the end of grace: others of their course stand for them."""
    if strategies.k == 1:
        return 0
    late = history.day_of_dose(strategies.k - 1) > strategies.grace_days
    return int((late & (history.stop > strategies.grace_days)).sum())
