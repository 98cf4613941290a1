"""One data set of everyone eligible, coded for models, and the differences between the arms that models of it give.

Belongs here: which models an entry of `outcome.doubly_robust` asks for, and the bootstrap that fits them anew. Does not
belong here: pooling and rows (`modelled_survival`), the estimators (`analytics.outcome_model`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.cohort import category_levels, coded_covariates
from analytics.cohort.splines import spline_knots, with_splines
from analytics.comparison.bootstrap import by_arm, enough, of_each_data_set, replicates
from analytics.outcome_model.arm_survival import ArmSurvival
from analytics.outcome_model.cross_fitting import cross_fitted, fit_cross_fitted
from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.outcome_model.methods import METHODS
from analytics.outcome_model.nuisances import Nuisances, fit_nuisances
from analytics.outcome_model.target import TARGETS
from analytics.protocol import Protocol
from analytics.protocol.outcome import DoublyRobust
from analytics.survival.arrays import Floats
from analytics.survival.followed import Followed

NOT_FINITE = "the models give no finite number: somebody's covariates lie beyond all others'"
OUTSIDE = "a few weights lead outside of what survival can be"


@dataclass(frozen=True)
class Summary:
    """What is asked of the arms' curves: survival on a day, or the restricted mean up to it."""

    day: float
    restricted_mean: bool


class Differences(NamedTuple):
    """Treated less control, standard errors and the degrees of freedom of these, of each summary asked for: (k,) all."""

    estimates: Floats
    errors: Floats
    degrees_of_freedom: Floats


@dataclass(frozen=True)
class ModelledPeople:
    """A data set in the order of the subject key.

    Attributes:
        frame: stop_days, event and treated, a row a subject.
        covariates: (n, p) complete numbers.
        seed: of folds and of the bootstrap.
        n_data_set: over how many data sets replicates are shared out.
    """

    frame: pd.DataFrame
    covariates: pd.DataFrame
    seed: int
    n_data_set: int

    def differences(self, asked: DoublyRobust, summaries: Sequence[Summary]) -> Differences:
        """Of each summary, by the models asked for.

        Raises:
            OutcomeModelError: a model cannot be fitted, or too many replicates of the bootstrap cannot.
        """
        estimator = self._estimator(asked)
        curves = [_of(estimator, asked, each) for each in summaries]
        found = [(*curve.difference(), curve.degrees_of_freedom()) for curve in curves]
        estimates, errors, freedom = (np.concatenate(values) for values in zip(*found, strict=True))
        if asked.bootstrap_replicates:
            errors = self._bootstrap_errors(asked, summaries)
        if not (np.isfinite(estimates) & np.isfinite(errors)).all():
            raise OutcomeModelError(NOT_FINITE)
        if (np.abs(estimates) > [each.day if each.restricted_mean else 1.0 for each in summaries]).any():
            raise OutcomeModelError(OUTSIDE)
        return Differences(estimates, errors, freedom)

    def _estimator(self, asked: DoublyRobust) -> Callable[..., ArmSurvival]:
        if not asked.folds:
            models = self._nuisances
            return lambda target, *args, **named: METHODS[asked.method](models, target, *args, **named)
        fitted = fit_cross_fitted(
            *_followed(self.frame),
            self.covariates,
            folds=asked.folds,
            seed=self.seed,
            boosted=asked.score == "gradient_boosting",
        )
        return lambda target, *args, **named: cross_fitted(fitted, target, *args, **named)

    @cached_property
    def _nuisances(self) -> Nuisances:
        return fit_nuisances(*_followed(self.frame), self.covariates, self.covariates, self.covariates)

    def _bootstrap_errors(self, asked: DoublyRobust, summaries: Sequence[Summary]) -> Floats:
        each = of_each_data_set(asked.bootstrap_replicates, self.n_data_set)
        plain = asked.model_copy(update={"bootstrap_replicates": 0})

        def again(rows: np.ndarray) -> Floats:
            frame, covariates = (
                table.take(rows).reset_index(drop=True) for table in (self.frame, self.covariates)
            )
            try:
                return ModelledPeople(frame, covariates, self.seed, 1).differences(plain, summaries).estimates
            except OutcomeModelError:
                return np.full(len(summaries), np.nan)

        found = replicates(again, by_arm(self.frame["treated"].to_numpy()), self.seed, each)
        if not enough(found):
            failed = int(np.isnan(found).any(axis=0).sum())
            raise OutcomeModelError(
                f"{failed} of a data set's {each} replicates of the bootstrap could not be estimated"
            )
        return np.nanstd(found, axis=1, ddof=1)


def _of(estimator: Callable[..., ArmSurvival], asked: DoublyRobust, summary: Summary) -> ArmSurvival:
    days = np.array([summary.day])
    return estimator(TARGETS[asked.population], days, restricted_mean=summary.restricted_mean)


def _followed(frame: pd.DataFrame) -> tuple[Floats, np.ndarray, Floats]:
    return (
        frame["stop_days"].to_numpy(float),
        frame["event"].to_numpy() == 1,
        frame["treated"].to_numpy(float),
    )


def people_of(protocol: Protocol, parts: Sequence[Followed]) -> list[ModelledPeople]:
    """Every data set, coded with the levels of all of them and the knots of the first."""
    named = list(protocol.propensity.covariates)
    levels = category_levels([part.frame for part in parts], named)
    knots = spline_knots(parts[0].frame, named, protocol.propensity.spline_knots)
    frames = [part.frame.sort_values("usubjid", ignore_index=True) for part in parts]
    return [
        ModelledPeople(
            frame[["stop_days", "event", "treated"]],
            coded_covariates(with_splines(frame[named], knots), levels),
            protocol.seed + number,
            len(parts),
        )
        for number, frame in enumerate(frames)
    ]
