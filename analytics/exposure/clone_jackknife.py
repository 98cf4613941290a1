"""The outcome model over weighted clones, and a variance that knows that the weights were estimated.

Here: the Cox model, and a jackknife that leaves out a group of subjects at a time and fits dosing models, weights and
outcome anew. A variance robust by subject takes the weights as given: it is too wide where they are light and too narrow
where they are heavy. Not here: the row (`clone_censor_weight`).

Source: Shao J, Tu D. The Jackknife and Bootstrap. 1995, section 2.3 (grouped jackknife).
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.exposure.clones import Strategies, cloned_intervals
from analytics.exposure.dose_history import DoseHistory
from analytics.exposure.dosing_knowledge import knowledge
from analytics.exposure.dosing_model import DosingModel
from analytics.exposure.dosing_panel import panel
from analytics.survival.cox import CoxFit, fit_cox
from analytics.survival.records import Records

GROUPS = 50


class ClonedComparison:
    """One comparison of strategies, fitted as often as asked for with subjects counted more or less often."""

    def __init__(self, history: DoseHistory, strategies: Strategies, alsfrs: pd.DataFrame | None) -> None:
        self._history, self._strategies = history, strategies
        self._rows = panel(history, strategies.k, strategies.breaks(history.stop.max()))
        known = knowledge(history, self._rows, alsfrs)
        self._model = DosingModel(self._rows, strategies.k, known)
        self._baseline = known.baseline

    def clones(self, share: np.ndarray) -> pd.DataFrame:
        """Weighted intervals of the clones (`cloned_intervals`), each subject counted `share` (n,) times by the models."""
        chance = self._model.fit(share)
        return cloned_intervals(self._history, self._rows, self._strategies, chance, share)

    def fit(self, clones: pd.DataFrame, seed: int) -> tuple[CoxFit, str]:
        """The Cox model with the jackknife covariance of its coefficients, and how that was found."""
        n = len(self._history.stop)
        found = self._outcome(clones, np.ones(n))
        n_group = min(GROUPS, n)
        group = (np.random.default_rng(seed).permutation(n) % n_group)[_places(self._history)]
        shares = [(group != left_out).astype(float) for left_out in range(n_group)]
        without = np.array([self._outcome(self.clones(share), share).coefficient for share in shares])
        away = without - without.mean(axis=0)
        covariance = (n_group - 1) / n_group * (away.T @ away)
        how = f"variance from leaving out {n_group} groups of subjects in turn"
        if not np.isfinite(covariance[0, 0]):
            how = "no interval: without some of the subjects there is no estimate"
        return replace(found, robust_covariance=covariance), how

    def _outcome(self, clones: pd.DataFrame, share: np.ndarray) -> CoxFit:
        """Adjusted for the baseline covariates, which the weights balance already: they steady the estimate."""
        subject = clones["subject"].to_numpy()
        records = Records(
            clones["stop"],
            clones["event"],
            entry=clones["start"],
            weight=clones["weight"].to_numpy() * share[subject],
        )
        x = np.column_stack([clones["strategy"].to_numpy(float), self._baseline[subject]])
        return fit_cox(records, pd.DataFrame(x, columns=range(x.shape[1])), robust=False)


def _places(history: DoseHistory) -> np.ndarray:
    """(n,) place of each subject by what is known of it, so that its name and row change no draw."""
    doses = [np.where(np.isinf(day), -1, day) for day in map(history.day_of_dose, (3, 2, 1))]
    covariates = [pd.factorize(history.covariates[c], sort=True)[0] for c in history.covariates]
    return np.argsort(np.lexsort([*covariates, *doses, history.event, history.stop]))
