"""Rosenbaum bounds for censored matched sets: how much hidden bias Γ overturns the finding.

The test is named in every result. `first failure`: in each set, at the first death while members of both arms are at risk
(entered, and still followed), is it a treated or a control who dies? For pairs this is McNemar's sign test on which
member fails first. `paired Prentice-Wilcoxon` (O'Brien and Fleming): the same question weighted by how much the members'
generalised Wilcoxon scores differ, for pairs who all enter at time zero only.
Both take censoring as unrelated to treatment within a set, and sets as having no members in common.

Sources: Rosenbaum PR. Observational Studies, 2nd ed. 2002, sections 4.3 and 4.4; O'Brien PC, Fleming TR.
A paired Prentice-Wilcoxon test for censored paired data. Biometrics 1987;43:169-180.
Not here: the estimate itself, and probabilistic bias analysis (`bias_analysis`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.survival.followed import Followed

FIRST_FAILURE = "first failure in the set (McNemar's sign test for pairs)"
PRENTICE_WILCOXON = "paired Prentice-Wilcoxon (O'Brien-Fleming)"
_LARGEST_GAMMA = 100.0


@dataclass(frozen=True)
class RosenbaumBound:
    """Largest one-sided p-value over all hidden biases of at most `gamma`."""

    test: str
    gamma: float
    p_value: float | None
    n_informative: int
    n_supporting: int
    note: str | None = None


@dataclass(frozen=True)
class _Contributions:
    """One entry per informative set.

    Attributes:
        test: its name.
        weight: of the set in the test.
        odds: without hidden bias, that the death supports the finding: the members at risk whose death would, over those
            whose death would not.
        supports: whether it does.
    """

    test: str
    weight: np.ndarray
    odds: np.ndarray
    supports: np.ndarray


def first_failures(sets: pd.DataFrame, benefit: bool = True) -> _Contributions:
    """Finds the sets that inform the first-failure test.

    Args:
        sets: One row per member: `set_id`, `treated` (0/1), `entry_days`, `stop_days`, `event` (0/1).
        benefit: True when the finding to examine is that the treated live longer.

    Returns:
        Contributions of sets whose first deciding death is by one member alone; tied deaths do not decide.
    """
    odds, supports = [], []
    columns = ["treated", "entry_days", "stop_days", "event"]
    for _, group in sets.sort_values(["set_id", *columns]).groupby("set_id", sort=True):
        found = _first_failure(*(group[c].to_numpy() for c in columns))
        if found is not None:
            n_treated, n_control, died = found
            odds.append(n_control / n_treated if benefit else n_treated / n_control)
            supports.append(died == (0 if benefit else 1))
    return _Contributions(FIRST_FAILURE, np.ones(len(odds)), np.array(odds), np.array(supports, dtype=bool))


def _first_failure(
    treated: np.ndarray, entry: np.ndarray, stop: np.ndarray, event: np.ndarray
) -> tuple[int, int, int] | None:
    """Treated and controls at risk, and arm, of the first death with both arms at risk; None when it does not decide."""
    for time in np.unique(stop[event == 1]):
        at_risk = (entry < time) & (stop >= time)
        n_treated = int(treated[at_risk].sum())
        n_control = int(at_risk.sum()) - n_treated
        if not n_treated or not n_control:
            continue
        dying = treated[(stop == time) & (event == 1)]
        return None if len(dying) > 1 else (n_treated, n_control, int(dying[0]))
    return None


def prentice_wilcoxon(sets: pd.DataFrame, benefit: bool = True) -> _Contributions:
    """Score differences of 1:1 pairs; pairs with equal scores do not inform. Columns as in `first_failures`.

    Raises:
        ValueError: If a set is not one treated and one control.
    """
    pairs = sets.sort_values(["set_id", "treated"]).reset_index(drop=True)
    if not (pairs.groupby("set_id")["treated"].agg(["size", "sum"]) == [2, 1]).all(axis=None):
        raise ValueError("The paired Prentice-Wilcoxon test needs sets of one treated and one control.")
    score = _wilcoxon_scores(pairs["stop_days"].to_numpy(float), pairs["event"].to_numpy(int))
    difference = score[1::2] - score[0::2]  # treated minus control; above zero, the treated outlived
    difference = difference[np.abs(difference) > 1e-12] * (1 if benefit else -1)
    return _Contributions(PRENTICE_WILCOXON, np.abs(difference), np.ones(len(difference)), difference > 0)


def _wilcoxon_scores(stop: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Prentice-Wilcoxon scores: 1 - 2 S(t) for a death, 1 - S(t) for a censoring; they rise with survival
    time.

    S multiplies (n - d + 1) / (n + 1) over the death times of the pooled sample.
    """
    times = np.unique(stop[event == 1])
    at_risk = np.array([(stop >= t).sum() for t in times], dtype=float)
    deaths = np.array([((stop == t) & (event == 1)).sum() for t in times], dtype=float)
    survival = np.concatenate([[1.0], np.cumprod((at_risk + 1 - deaths) / (at_risk + 1))])
    at = survival[np.searchsorted(times, stop, side="right")]
    return np.where(event == 1, 1 - 2 * at, 1 - at)


def bound(found: _Contributions, gamma: float) -> RosenbaumBound:
    """Upper bound of the one-sided p-value at hidden bias `gamma` ≥ 1.

    A death of one of c controls and t treated at risk supports a benefit with probability at most cΓ / (cΓ + t), and harm
    at most tΓ / (tΓ + c). Equal weights and odds give the exact binomial tail; otherwise the normal approximation of
    Rosenbaum 2002, 4.4.

    Raises:
        ValueError: If gamma is below 1.
    """
    if gamma < 1:
        raise ValueError("Γ is the odds ratio of hidden bias and is at least 1.")
    n, supporting = len(found.weight), int(found.supports.sum())
    if n == 0:
        note = "no informative matched set: none has a deciding death"
        return RosenbaumBound(found.test, gamma, None, 0, 0, note)
    probability = found.odds * gamma / (1 + found.odds * gamma)
    if np.ptp(found.weight) == 0 and np.ptp(found.odds) == 0:
        p = float(binom.sf(supporting - 1, n, probability[0]))
    else:
        observed = float(found.weight @ found.supports)
        mean = float(found.weight @ probability)
        variance = float(found.weight**2 @ (probability * (1 - probability)))
        p = float(norm.sf((observed - mean) / np.sqrt(variance)))
    return RosenbaumBound(found.test, gamma, p, n, supporting)


def gamma_value(found: _Contributions, alpha: float = 0.025) -> float | None:
    """Largest Γ at which the finding stays significant; None when it is not significant even without bias."""
    if (at_one := bound(found, 1.0).p_value) is None or at_one > alpha:
        return None
    low, high = 1.0, _LARGEST_GAMMA
    if (bound(found, high).p_value or 0.0) <= alpha:
        return high
    for _ in range(60):
        middle = (low + high) / 2
        inside = (bound(found, middle).p_value or 0.0) <= alpha
        low, high = (middle, high) if inside else (low, middle)
    return low


def rosenbaum_rows(
    sets: Followed,
    gammas: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0),
    alpha: float = 0.025,
    benefit: bool = True,
) -> list[Row]:
    """Rows of `results.sensitivity`.

    Γ and the p-value bounds of both tests (the weighted one for pairs who all enter at time zero only), of one data set.
    """
    if sets.repeated:
        reason = "no bounds: a control stands in several sets, so that they are not independent"
        return [sensitivity_row("rosenbaum", _direction(benefit), "gamma", None, note=reason, n_imputation=1)]
    frame = sets.frame
    pairs = bool(frame.groupby("set_id")["treated"].agg(["size", "sum"]).eq([2, 1]).all(axis=None))
    tests = [first_failures(frame, benefit)]
    if pairs and not (frame["entry_days"] > 0).any():
        tests.append(prentice_wilcoxon(frame, benefit))
    return [row | {"n_imputation": 1} for found in tests for row in _test_rows(found, gammas, alpha, benefit)]


def _direction(benefit: bool) -> str:
    return "benefit" if benefit else "harm"


def _test_rows(found: _Contributions, gammas: tuple[float, ...], alpha: float, benefit: bool) -> list[Row]:
    """Γ of one test, then its bound at each asked Γ."""
    direction = _direction(benefit)
    scenario = f"{direction}, by {found.test}"
    largest = gamma_value(found, alpha)
    why = (
        "no informative matched set" if len(found.weight) == 0 else f"p > {alpha} already without hidden bias"
    )
    capped = f"at least {_LARGEST_GAMMA:g}; " if largest == _LARGEST_GAMMA else ""
    note = f"{capped}one-sided for {direction} at {alpha}; {int(found.supports.sum())} of "
    note += f"{len(found.weight)} informative sets support it" + ("" if largest else f"; {why}")
    rows = [sensitivity_row("rosenbaum", scenario, "gamma", largest, n=len(found.weight), note=note)]
    for gamma in gammas:
        p = bound(found, gamma).p_value
        rows.append(
            sensitivity_row(
                "rosenbaum",
                scenario,
                "p_value_bound",
                p,
                parameter="gamma",
                parameter_value=gamma,
            )
        )
    return rows
