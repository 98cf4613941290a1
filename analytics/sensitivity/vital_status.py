"""Bounds and tipping point for subjects whose vital status is not recorded or who were lost.

Here: what the hazard ratio would be if none or all of them had died, and how many would have to die to
overturn it. Not here: windows for late deaths (they are rules of `adtte`), and weighting of loss (`ipcw`).

Sources: Yan X, Lee S, Li N. Missing data handling methods in medical device clinical trials. J Biopharm Stat
2009;19:1085-1098 (tipping point); Rubin DB. Multiple Imputation for Nonresponse in Surveys. 1987 (pooling).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.survival.cox import CoxFit, fit_cox
from analytics.survival.records import Records

DIE, SURVIVE = "all die at their last visit", "all survive to the horizon"


@dataclass(frozen=True)
class LostFollowUp:
    """Follow-up with those marked whose status after their last visit is not known.

    Attributes:
        records: n records, one per subject; for the lost, event is 0 and stop the day of the last visit.
        treated: (n,) 0/1.
        lost: (n,) whether the subject was lost or has no recorded status.
        horizon_days: Survivors are followed to here when they are taken to survive.
    """

    records: Records
    treated: np.ndarray
    lost: np.ndarray
    horizon_days: float

    def imputed(self, dies: np.ndarray, survives: np.ndarray) -> Records:
        """The records once some of the lost die at their last visit and some live to the horizon."""
        stop, event = self.records.stop, self.records.event
        return replace(
            self.records,
            event=np.where(dies & self.lost, 1, event),
            stop=np.where(survives & self.lost, np.maximum(stop, self.horizon_days), stop),
        )

    def fitted(self, records: Records) -> CoxFit:
        """Cox model of treatment alone on completed records."""
        return fit_cox(records, pd.DataFrame({"treated": self.treated.astype(float)}))


def vital_status_bounds(data: LostFollowUp) -> list[Row]:
    """Four corners: the lost of each arm all die at their last visit, or all survive to the horizon."""
    rows = []
    for treated_dies in (True, False):
        for control_dies in (True, False):
            dies = np.where(data.treated == 1, treated_dies, control_dies)
            words = f"lost treated: {DIE if treated_dies else SURVIVE}; "
            words += f"lost controls: {DIE if control_dies else SURVIVE}"
            rows.append(_row("vital_status_bounds", words, data.imputed(dies, ~dies), data))
    return rows


def tipping_point(
    data: LostFollowUp,
    arm: int,
    seed: int,
    shares: Sequence[float] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    n_imputation: int = 10,
) -> list[Row]:
    """Hazard ratio as a growing share of one arm's lost die at their last visit, the others censored there.

    Args:
        data: The follow-up.
        arm: 1 to let lost treated die, 0 to let lost controls die.
        seed: Seed of who dies; the same subjects keep dying as the share grows.
        shares: Shares of the lost who die.
        n_imputation: Draws pooled by Rubin's rules at each share.

    Returns:
        One row per share, and a last row with the smallest share at which the conclusion (which side of 1
        the interval lies on, or that it holds 1) is no longer that of share 0; null when it never changes.
    """
    rng = np.random.default_rng(seed)
    concerned = data.lost & (data.treated == arm)
    ranks = [rng.permutation(int(concerned.sum())) for _ in range(n_imputation)]
    scenario = f"lost {'treated' if arm == 1 else 'controls'} die at their last visit"
    rows = [_pooled_row(data, concerned, ranks, float(share), scenario) for share in shares]
    conclusions = [_conclusion(row) for row in rows]
    changed = [s for s, c in zip(shares, conclusions, strict=True) if c != conclusions[0]]
    tip = float(changed[0]) if changed and conclusions[0] is not None else None
    note = f"{int(concerned.sum())} lost; without deaths among them the interval {conclusions[0]}"
    if tip is None:
        note += "; no share changes the conclusion"
    rows.append(sensitivity_row("tipping_point", scenario, "share_at_tipping_point", tip, note=note))
    return rows


def _pooled_row(
    data: LostFollowUp, concerned: np.ndarray, ranks: list[np.ndarray], share: float, scenario: str
) -> Row:
    """One share: draws of who dies, each fitted, pooled by Rubin's rules."""
    number = round(share * int(concerned.sum()))
    estimates, variances, n_event = [], [], []
    for rank in ranks if 0 < number < int(concerned.sum()) else ranks[:1]:
        dies = np.zeros(len(data.records), dtype=bool)
        dies[concerned] = rank < number
        completed = data.imputed(dies, np.zeros(len(dies), dtype=bool))
        fit = data.fitted(completed)
        estimates.append(fit.coefficient[0])
        variances.append(fit.chosen_standard_error()[0] ** 2)
        n_event.append(int(completed.event.sum()))
    parameter: Row = {"parameter": "share_dying", "parameter_value": share, "n": int(concerned.sum())}
    if not np.isfinite(estimates).all():
        note = "the hazard ratio cannot be estimated"
        return sensitivity_row("tipping_point", scenario, "hazard_ratio", None, note=note, **parameter)
    between = np.var(estimates, ddof=1) * (1 + 1 / len(estimates)) if len(estimates) > 1 else 0.0
    error = math.sqrt(float(np.mean(variances)) + between)
    found = _wald(float(np.mean(estimates)), error) | parameter | {"n_event": n_event[0]}
    note = f"{number} of the lost die; {len(estimates)} draws pooled by Rubin's rules"
    return sensitivity_row("tipping_point", scenario, "hazard_ratio", note=note, **found)  # type: ignore[arg-type]


def _row(analysis: str, scenario: str, completed: Records, data: LostFollowUp) -> Row:
    """Hazard ratio of one completed data set."""
    fit = data.fitted(completed)
    counts: Row = {"n": len(completed), "n_event": int(completed.event.sum())}
    if not np.isfinite(fit.coefficient[0]):
        return sensitivity_row(analysis, scenario, "hazard_ratio", None, note=fit.note, **counts)
    found = _wald(float(fit.coefficient[0]), float(fit.chosen_standard_error()[0])) | counts
    note = f"{int(data.lost.sum())} lost or not recorded"
    return sensitivity_row(analysis, scenario, "hazard_ratio", note=note, **found)  # type: ignore[arg-type]


def _wald(log_hazard_ratio: float, error: float) -> Row:
    """Hazard ratio, 95 % interval and p-value."""
    half = 1.959963984540054 * error
    return {
        "estimate": math.exp(log_hazard_ratio),
        "ci_lower": math.exp(log_hazard_ratio - half),
        "ci_upper": math.exp(log_hazard_ratio + half),
        "p_value": float(2 * ndtr(-abs(log_hazard_ratio / error))),
    }


def _conclusion(row: Row) -> str | None:
    """Which side of 1 the interval lies on."""
    lower, upper = row["ci_lower"], row["ci_upper"]
    if not isinstance(lower, float) or not isinstance(upper, float):
        return None
    if upper < 1:
        return "lies below 1"
    return "lies above 1" if lower > 1 else "holds 1"
