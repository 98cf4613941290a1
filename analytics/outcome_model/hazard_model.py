"""A Cox model of the event, or of censoring: its jumps day by day, and how much each subject moves what is made of them.

Belongs here: the fit, the cumulative hazard, the influence of a subject on any smooth function of both. Fitting itself is
`analytics.survival.cox`. Does not belong here: what is made of it (`arm_survival`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.arrays import Floats, Integers, Marks
from analytics.survival.cox import fit_cox_records
from analytics.survival.cox_data import model_records
from analytics.survival.cox_residuals import influences
from analytics.survival.records import Records

BEYOND = 300.0
"""Log hazard ratio, or cumulative hazard, beyond which nothing changes; products of its exponential can be written."""


class OutcomeModelError(ValueError):
    """A model that cannot be fitted; the message says why."""


@dataclass(frozen=True)
class Slope:
    """Derivative of a function of the model: by its coefficients (p,), and by its jumps (m,)."""

    by_coefficient: Floats
    by_jump: Floats

    def __add__(self, other: "Slope") -> "Slope":
        return Slope(self.by_coefficient + other.by_coefficient, self.by_jump + other.by_jump)


@dataclass(frozen=True)
class HazardModel:
    """A fitted Cox model; hazards are those of the mean of its covariates.

    It speaks of n subjects, also where it was fitted to some of them; the others move nothing.

    Attributes:
        terms: (p,) names.
        coefficient: (p,).
        center: (p,) means of the covariates.
        x: (n, p) covariates less their mean.
        day, jump: (m,) days with an event, and the baseline hazard's jumps on them (Efron's).
        event: (n,) who has the event; last: (n,) how many of the days a subject is under risk on.
        dfbeta: (n, p) influence of each subject on the coefficients.
        own: (m,) how much a subject with the event raises the jump; spread, spared: (m,) how much the share of the risk of
            who is under risk lowers it, and of who has the event on the day.
        pull: (m, p) how much the coefficients lower the jump.
    """

    terms: tuple[str, ...]
    coefficient: Floats
    center: Floats
    x: Floats
    day: Floats
    jump: Floats
    event: Marks
    last: Integers
    dfbeta: Floats
    own: Floats
    spread: Floats
    spared: Floats
    pull: Floats

    @property
    def relative(self) -> Floats:
        """Each subject's hazard over that of the mean: (n,)."""
        return self.relative_of(self.x)

    def relative_of(self, x: Floats) -> Floats:
        """Hazards at other covariates, less the mean: (k,)."""
        return np.exp(np.clip(x @ self.coefficient, -BEYOND, BEYOND))

    def cumulative(self, days: Floats | float, *, before: bool = False) -> Floats:
        """Cumulative baseline hazard up to each day; `before` leaves out the day itself."""
        hazard = np.concatenate([[0.0], np.cumsum(self.jump)])
        return hazard[np.searchsorted(self.day, days, side="left" if before else "right")]

    def influence(self, slope: Slope) -> Floats:
        """Influence (n,) of each subject on what has this slope: the infinitesimal jackknife, ties as Efron takes them."""
        by_jump, relative = slope.by_jump, self.relative
        at_last = np.clip(self.last - 1, 0, None)
        collected = np.concatenate([[0.0], np.cumsum(by_jump * self.spread)])[self.last]
        dying = by_jump * (self.spared - self.spread)
        own = np.where(self.event, (by_jump * self.own)[at_last] - relative * dying[at_last], 0.0)
        return own - relative * collected + self.dfbeta @ (slope.by_coefficient - by_jump @ self.pull)


def fit_hazard_model(
    stop: Floats, event: Marks, covariates: pd.DataFrame, members: Marks | None = None
) -> HazardModel:
    """Fit by partial likelihood with Efron's ties, a row a subject.

    Args:
        stop: (n,) days; event: (n,) whether the event came then.
        covariates: (n, p) numbers, complete.
        members: (n,) whom it is fitted to; None for everyone.

    Raises:
        OutcomeModelError: nobody has the event, or a coefficient cannot be estimated.
    """
    mine = np.ones(stop.size, dtype=bool) if members is None else members
    model = model_records(Records(stop[mine], event[mine]), covariates[mine])
    fit = fit_cox_records(model)
    if fit.note or not np.isfinite(fit.coefficient).all():
        raise OutcomeModelError(fit.note or "a coefficient cannot be estimated")
    matrix = covariates.to_numpy(np.float64)
    center = matrix[mine].mean(axis=0)
    x, day = matrix - center, np.unique(stop[event & mine])
    dfbeta = np.zeros_like(x)
    dfbeta[mine] = influences(fit, model)
    return HazardModel(
        terms=tuple(covariates.columns),
        coefficient=fit.coefficient,
        center=center,
        x=x,
        day=day,
        event=event & mine,
        last=np.where(mine, np.searchsorted(day, stop, side="right"), 0),
        dfbeta=dfbeta,
        **_jumps(stop[mine], event[mine], x[mine], x[mine] @ fit.coefficient, day),
    )


def _jumps(stop: Floats, event: Marks, x: Floats, predictor: Floats, day: Floats) -> dict[str, Floats]:
    """What a day's deaths make of the hazard, one death after the other as Efron has it."""
    relative = np.exp(predictor)
    first = relative[:, None] * x
    risk, first_risk = (_until(stop, values, day) for values in (relative, first))
    dies = np.searchsorted(day, stop[event])
    n_death = np.bincount(dies, minlength=day.size)
    deaths = np.bincount(dies, weights=relative[event], minlength=day.size)
    first_deaths = np.zeros((day.size, x.shape[1]))
    np.add.at(first_deaths, dies, first[event])
    made = {name: np.zeros(day.size) for name in ("jump", "spread", "spared")}
    pull = np.zeros_like(first_deaths)
    for step in range(int(n_death.max(initial=0))):
        share = np.where(step < n_death, step / n_death, np.nan)
        left = risk - share * deaths
        made["jump"] += np.nan_to_num(1 / left)
        made["spread"] += np.nan_to_num(1 / left**2)
        made["spared"] += np.nan_to_num((1 - share) / left**2)
        pull += np.nan_to_num((first_risk - share[:, None] * first_deaths) / left[:, None] ** 2)
    return made | {"own": made["jump"] / n_death, "pull": pull}


def _until(stop: Floats, values: Floats, day: Floats) -> Floats:
    """Sum over those who are under risk on each day."""
    order = np.argsort(-stop, kind="stable")
    sums = np.cumsum(values[order], axis=0)
    under_risk = np.searchsorted(-stop[order], -day, side="right")
    return sums[under_risk - 1]
