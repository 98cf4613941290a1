"""Multiple imputation by chained equations, within each source.

Belongs here: the cycle over incomplete covariates. How one covariate is drawn is in `draws`. Our own because
statsmodels' MICE has one kind of draw, predictive mean matching: no regression draw, none for categories, and its
values change with the order of rows and columns.
"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from analytics.imputation.draws import draw_binary, draw_category, draw_normal, draw_predictive_mean
from analytics.propensity.score_terms import is_categorical

METHODS = ("pmm", "normal")
# Below this many observed values a covariate of a source has no regression worth drawing from.
FEWEST_OBSERVED = 10


@dataclass(frozen=True)
class ImputedCovariates:
    """Completed covariate tables.

    Attributes:
        frames: one per imputation, rows and columns as given, observed values untouched.
        summary: source, covariate, n_subject, n_missing, method, note; a row per source and incomplete covariate.
            What could not be imputed stays missing and says why in its note.
    """

    frames: tuple[pd.DataFrame, ...]
    summary: pd.DataFrame


def impute_covariates(
    covariates: pd.DataFrame,
    source: np.ndarray,
    ids: np.ndarray,
    *,
    auxiliary: pd.DataFrame | None = None,
    imputations: int = 10,
    first: int = 0,
    iterations: int = 10,
    method: str = "pmm",
    donors: int = 5,
    seed: int = 0,
) -> ImputedCovariates:
    """Impute by fully conditional specification (van Buuren 2018; White, Royston and Wood 2011).

    Numbers: predictive mean matching (type 1, as mice) or Bayesian normal regression; covariates of two values:
    Bayesian logistic regression; categories: predictive mean matching over the indicators of their levels. Each
    source is imputed by itself. The same seed and subjects give the same values whatever the order of rows or of
    columns.

    Args:
        covariates: (n, p), missing values null.
        source: (n,) source of each subject.
        ids: (n,) unique subject keys.
        auxiliary: (n, q) complete numeric columns that predict but are not imputed: the event indicator and the
            Nelson–Aalen cumulative hazard (White and Royston 2009).
        imputations: number of completed tables.
        first: how many were made before; the tables that follow are those that a longer run would have given.
        iterations: cycles over the incomplete covariates.
        method: "pmm" or "normal", for numeric covariates.
        donors: nearest donors one of which gives its value.
        seed: non-negative.

    Raises:
        ValueError: unknown method, or missing values among auxiliary columns.
    """
    if method not in METHODS:
        raise ValueError(f"imputation: method {method!r} is not one of {', '.join(METHODS)}")
    helpers = np.empty((len(covariates), 0)) if auxiliary is None else auxiliary.to_numpy(dtype=np.float64)
    if np.isnan(helpers).any():
        raise ValueError("imputation: auxiliary columns must not have missing values")
    origin, keys = np.asarray(source, dtype=object).astype(str), np.asarray(ids)
    frames = [covariates.copy() for _ in range(imputations)]
    notes = []
    for name in sorted(set(origin)):
        rows = np.flatnonzero(origin == name)
        rows = rows[np.argsort(keys[rows], kind="stable")]
        chains = _Chain(covariates.iloc[rows], helpers[rows], method, donors)
        notes += [(name, *note) for note in chains.notes]
        for number, frame in enumerate(frames, start=first):
            generator = np.random.default_rng([seed, number, crc32(name.encode())])
            for column, values in chains.run(generator, iterations).items():
                frame[column] = _placed(frame[column], rows, values)
    columns = ["source", "covariate", "n_subject", "n_missing", "method", "note"]
    return ImputedCovariates(tuple(frames), pd.DataFrame(notes, columns=columns))


def _placed(column: pd.Series, rows: np.ndarray, values: np.ndarray) -> pd.Series:
    completed = column.to_numpy(dtype=object if is_categorical(column) else np.float64, copy=True)
    completed[rows] = values
    return pd.Series(completed, index=column.index, name=column.name)


class _Chain:
    """Incomplete covariates of one source, in the order they are visited: fewest missing first, then by name."""

    def __init__(self, covariates: pd.DataFrame, helpers: np.ndarray, method: str, donors: int) -> None:
        self.helpers = helpers
        self.donors = donors
        self.kind: dict[str, str] = {}
        self.codes: dict[str, np.ndarray] = {}
        self.levels: dict[str, np.ndarray | None] = {}
        self.missing: dict[str, np.ndarray] = {}
        self.notes: list[tuple[str, int, int, str | None, str | None]] = []
        for name in sorted(map(str, covariates.columns)):
            self._add(name, covariates[name], method)
        self.visited = sorted(self.kind, key=lambda name: (int(self.missing[name].sum()), name))

    def _add(self, name: str, column: pd.Series, method: str) -> None:
        missing = column.isna().to_numpy()
        n_missing, n_observed = int(missing.sum()), int((~missing).sum())
        if is_categorical(column):
            codes, levels = pd.factorize(column.astype(object), sort=True)
            self.levels[name], values = np.asarray(levels), codes.astype(np.float64)
        else:
            self.levels[name], values = None, column.to_numpy(dtype=np.float64, copy=True)
        if n_missing and n_observed < FEWEST_OBSERVED:
            note = f"not imputed: {n_observed} observed values in this source"
            self.notes.append((name, missing.size, n_missing, None, note))
            return
        self.codes[name], self.missing[name] = values, missing
        if n_missing:
            self.kind[name] = self._kind(name, values[~missing], method)
            self.notes.append((name, missing.size, n_missing, self.kind[name], None))

    def _kind(self, name: str, observed: np.ndarray, method: str) -> str:
        n_value = np.unique(observed).size
        if n_value == 1:
            return "constant"
        if n_value == 2:
            return "logistic"
        return method if self.levels[name] is None else "category"

    def run(self, generator: np.random.Generator, iterations: int) -> dict[str, np.ndarray]:
        """One completed version of every incomplete covariate."""
        current = {name: values.copy() for name, values in self.codes.items()}
        for name in self.visited:
            missing = self.missing[name]
            current[name][missing] = generator.choice(self.codes[name][~missing], int(missing.sum()))
        for _ in range(iterations):
            for name in self.visited:
                missing = self.missing[name]
                current[name][missing] = self._draw(name, self._predictors(name, current), generator)
        return {name: self._decoded(name, current[name]) for name in self.visited}

    def _draw(self, name: str, predictors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        missing = self.missing[name]
        observed = self.codes[name][~missing]
        seen, unseen = predictors[~missing], predictors[missing]
        kind = self.kind[name]
        if kind == "constant":
            return np.full(len(unseen), observed[0])
        if kind == "logistic":
            low, high = observed.min(), observed.max()
            drawn = draw_binary((observed == high).astype(float), seen, unseen, generator)
            return np.where(drawn, high, low)
        if kind == "category":
            return draw_category(observed, seen, unseen, generator, self.donors)
        if kind == "normal":
            return draw_normal(observed, seen, unseen, generator)
        return draw_predictive_mean(observed, seen, unseen, generator, self.donors)

    def _predictors(self, target: str, current: dict[str, np.ndarray]) -> np.ndarray:
        columns = [self.helpers]
        for name, values in current.items():
            if name == target:
                continue
            levels = self.levels[name]
            if levels is None:
                columns.append(values[:, None])
            else:
                columns.append((values[:, None] == np.arange(1, len(levels))).astype(float))
        return np.column_stack(columns)

    def _decoded(self, name: str, values: np.ndarray) -> np.ndarray:
        levels = self.levels[name]
        return values if levels is None else levels[values.astype(np.int64)]
