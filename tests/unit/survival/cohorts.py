"""Small random cohorts with heavy ties, strata, clusters, weights and delayed entry."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.records import Records


@dataclass(frozen=True)
class Cohort:
    """Follow-up of n subjects on a coarse clock, with two covariates."""

    entry: np.ndarray
    stop: np.ndarray
    event: np.ndarray
    cause: np.ndarray
    covariates: pd.DataFrame
    treated: np.ndarray
    strata: np.ndarray
    cluster: np.ndarray
    weight: np.ndarray

    def records(self, *given: str, **instead: ArrayLike) -> Records:
        """Stop and event with the fields named (entry, weight, cluster, strata), or with other values in their place."""
        fields = {name: getattr(self, name) for name in ("stop", "event", *given)}
        return Records(**{**fields, **instead})

    def take(self, rows: np.ndarray) -> "Cohort":
        """The rows given, in that order."""
        return Cohort(**{name: _rows(getattr(self, name), rows) for name in self.__dataclass_fields__})


def _rows(values: np.ndarray | pd.DataFrame, rows: np.ndarray) -> np.ndarray | pd.DataFrame:
    return values.iloc[rows].reset_index(drop=True) if isinstance(values, pd.DataFrame) else values[rows]


def cohort(seed: int, n: int = 120, *, delayed: bool = False) -> Cohort:
    """A cohort in which no covariate separates."""
    rng = np.random.default_rng(seed)
    age, treated = rng.normal(60, 8, n), np.arange(n) % 2
    entry = rng.integers(0, 20, n).astype(float) if delayed else np.zeros(n)
    survival = np.ceil(rng.exponential(25 * np.exp(0.3 * treated - 0.02 * (age - 60))))
    censored = np.ceil(rng.uniform(5, 60, n))
    event = survival <= censored
    return Cohort(
        entry=entry,
        stop=entry + np.minimum(survival, censored),
        event=event,
        cause=np.where(event, 1 + (rng.uniform(size=n) < 0.4), 0),
        covariates=pd.DataFrame({"age": age, "treated": treated.astype(float)}),
        treated=treated,
        strata=rng.integers(0, 3, n),
        cluster=rng.integers(0, n // 3, n),
        weight=np.round(rng.gamma(3, 0.4, n) + 0.05, 3),
    )
