"""How probable was the next dose: a pooled logistic model over short intervals for each step of the dosing.

Here: in which intervals a dose could come, the models, their fit. Not here: what they know of a subject
(`dosing_knowledge`); cloning, censoring and weighting (`clones`).

Sources: D'Agostino RB et al. Relation of pooled logistic regression to time dependent Cox regression analysis. Stat
Med 1990;9:1501-1515; Hernán MA, Robins JM. Causal Inference: What If. 2020, chapters 17 and 21.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.exposure.dosing_knowledge import Knowledge
from analytics.exposure.dosing_panel import Panel
from analytics.exposure.reach_kernel import LEAST_LOG_ODDS

_RIDGE = 1e-3
"""Penalty on standardised columns.

So that intervals in which nobody is dosed do not drive a slope to infinity.
"""
DOSES_PER_BIN, MOST_BINS = 12, 8


@dataclass(frozen=True)
class CustomaryStep:
    """Log odds of a dose whatever the scores: a part of the times, -inf where impossible, and one of the subject.

    Attributes:
        time: (intervals, intervals since the last dose).
        person: (n,).
    """

    time: np.ndarray
    person: np.ndarray


@dataclass(frozen=True)
class DoseProbabilities:
    """Probability of the next dose in each row of the panel, 0 where it could not come.

    Attributes:
        given_all: (rows,) given times, baseline covariates and scores.
        customary: (rows,) given times, baseline covariates, and whether a score was taken in the interval.
        steps: For each number of doses had, the latter whether or not a score was taken; None where nobody had the next.
    """

    given_all: np.ndarray
    customary: np.ndarray
    steps: tuple[CustomaryStep | None, ...]


class DosingModel:
    """The models of all steps up to the k-th dose, ready to be fitted with subjects counted more or less often."""

    def __init__(self, rows: Panel, k: int, known: Knowledge) -> None:
        self._rows = rows
        self._steps = [_design(rows, rows.had == step, known) for step in range(k)]

    def fit(self, share: np.ndarray) -> DoseProbabilities:
        """Fits every step; `share` (n,) is how often each subject counts."""
        given_all, customary = np.zeros(len(self._rows.index)), np.zeros(len(self._rows.index))
        steps: list[CustomaryStep | None] = []
        for step in self._steps:
            if step is None:
                steps.append(None)
                continue
            weight = share[self._rows.subject[step.rows]]
            given_all[step.rows] = step.fitted(step.columns.shape[1], weight)[0]
            customary[step.rows] = step.fitted(step.n_visit, weight)[0]
            steps.append(step.customary(step.fitted(step.n_customary, weight)[1]))
        return DoseProbabilities(given_all, customary, tuple(steps))


@dataclass(frozen=True)
class _StepDesign:
    """One step: rows in which its dose could come, and columns standardised over them, the intercept first.

    Attributes:
        rows: (r,) numbers of rows of the panel.
        happened, offset: (r,) whether the dose came; log length of the interval.
        columns: (r, q) intercept, times, baseline, whether a score was taken, scores.
        n_visit, n_customary: Columns up to and with the visit, and before it.
        times: (intervals, gaps, 1 + times) the first columns for every state; `possible` marks those in which it can come.
        people: (n, baseline) the columns of the subjects.
        begin: Where the last fit of each number of columns ended.
    """

    rows: np.ndarray
    happened: np.ndarray
    offset: np.ndarray
    columns: np.ndarray
    n_visit: int
    n_customary: int
    times: np.ndarray
    possible: np.ndarray
    state_offset: np.ndarray
    people: np.ndarray
    begin: dict[int, np.ndarray]

    def fitted(self, n_column: int, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (r,) and coefficients from the first columns."""
        x = self.columns[:, :n_column]
        beta = pooled_logistic(x, self.happened, self.offset, weight, self.begin.get(n_column))
        self.begin[n_column] = beta
        return _expit(x @ beta + self.offset), beta

    def customary(self, beta: np.ndarray) -> CustomaryStep:
        """The fit without visits and scores, for every state and subject."""
        n_time = self.times.shape[2]
        time = self.times @ beta[:n_time] + self.state_offset[:, None]
        return CustomaryStep(np.where(self.possible, time, -np.inf), self.people @ beta[n_time:])


def _design(rows: Panel, due: np.ndarray, known: Knowledge) -> _StepDesign | None:
    """Brings times, covariates and scores of the rows together in which a dose is due; None where nobody had it."""
    given = [clock[due & rows.dosed] for clock in (rows.index, rows.gap)]
    if not len(given[0]):
        return None
    chosen = np.flatnonzero(due & _possible(rows.index, rows.gap, given))
    parts = [_bins(rows.index[chosen], given[0]), _bins(rows.gap[chosen], given[1])]
    n_time = sum(part.shape[1] for part in parts)
    parts += [known.baseline[rows.subject[chosen]], known.visited[chosen], known.scores[chosen]]
    raw = np.column_stack(parts)
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread = np.where(spread > 1e-12, spread, 1.0)
    n = len(rows.breaks) - 1
    index, gap = np.meshgrid(np.arange(n), np.arange(n + 2), indexing="ij")
    bins = [_bins(clock.ravel(), at) for clock, at in zip((index, gap), given, strict=True)]
    times = (np.column_stack(bins) - mean[:n_time]) / spread[:n_time]
    people = slice(n_time, n_time + known.baseline.shape[1])
    return _StepDesign(
        rows=chosen,
        happened=rows.dosed[chosen].astype(float),
        offset=np.log(rows.length[chosen]),
        columns=np.column_stack([np.ones(len(chosen)), (raw - mean) / spread]),
        n_visit=1 + people.stop + known.visited.shape[1],
        n_customary=1 + people.stop,
        times=np.column_stack([np.ones(index.size), times]).reshape(n, n + 2, -1),
        possible=_possible(index, gap, given),
        state_offset=np.log(np.diff(rows.breaks) / np.diff(rows.breaks).max()),
        people=(known.baseline - mean[people]) / spread[people],
        begin={},
    )


def _possible(index: np.ndarray, gap: np.ndarray, given: list[np.ndarray]) -> np.ndarray:
    """Whether anybody had the dose as early or earlier and as late or later, by either clock: positivity."""
    inside = [(c >= at.min()) & (c <= at.max()) for c, at in zip((index, gap), given, strict=True)]
    return inside[0] & inside[1]


def _bins(clock: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Steps of a clock at quantiles of the times of the dose: hazards may leap where doses fall due."""
    n = int(np.clip(len(given) // DOSES_PER_BIN, 1, MOST_BINS))
    edges = np.unique(np.quantile(given, np.arange(1, n) / n, method="nearest")) if n > 1 else np.array([])
    return (clock[:, None] > edges).astype(float)


def pooled_logistic(
    columns: np.ndarray,
    happened: np.ndarray,
    offset: np.ndarray,
    weight: np.ndarray,
    begin: np.ndarray | None = None,
) -> np.ndarray:
    """Coefficients of a logistic model whose slopes are held by a slight ridge. Newton's method.

    Args:
        columns: (n, p) complete, standardised, the intercept first.
        happened: (n,) 0/1.
        offset: (n,) log length of the interval relative to a whole one.
        weight: (n,) how often each row counts.
        begin: (p,) where to begin.
    """
    penalty = np.full(columns.shape[1], _RIDGE)
    penalty[0] = 1e-10
    beta = np.zeros(columns.shape[1]) if begin is None else begin
    if begin is None:
        beta[0] = np.log((happened.sum() + 0.5) / (len(happened) - happened.sum() + 0.5))
    likelihood = partial(_penalised_likelihood, columns, happened, offset, weight, penalty)
    height = likelihood(beta)
    for _ in range(50):
        p = _expit(columns @ beta + offset)
        gradient = columns.T @ (weight * (happened - p)) - penalty * beta
        information = columns.T @ (columns * (weight * p * (1 - p))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(information, gradient)
        while (reached := likelihood(beta + step)) < height - 1e-9:
            step = step / 2
        beta, height = beta + step, reached
        if np.max(np.abs(step)) < 1e-7:
            break
    return beta


def _penalised_likelihood(
    columns: np.ndarray,
    happened: np.ndarray,
    offset: np.ndarray,
    weight: np.ndarray,
    penalty: np.ndarray,
    beta: np.ndarray,
) -> float:
    linear = columns @ beta + offset
    return float(weight @ (happened * linear - np.logaddexp(0, linear)) - penalty @ beta**2 / 2)


def _expit(linear: np.ndarray) -> np.ndarray:
    """Probabilities of log odds; 0 at -inf, and never 1."""
    return 1 / (1 + np.exp(np.clip(-linear, LEAST_LOG_ODDS, 700)))
