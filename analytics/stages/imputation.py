"""Stage: missing covariates, imputed within each source with the outcome among the predictors.

The one design stage that sees follow-up: leaving the outcome out would pull every association towards nothing. The
propensity score sees the completed covariates alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.imputation.auxiliary import outcome_auxiliary
from analytics.imputation.chained import impute_covariates
from analytics.protocol import Protocol
from analytics.stages.imputation_noise import MOST, STEP, headline_parts, too_noisy
from analytics.survival.followed import Followed

NEEDS = ("analysis_set", "follow_up")
MAKES = ("imputed_covariate",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per imputation, subject and missing covariate; empty where nothing is missing or to be imputed."""
    drawn = _draws(protocol, tables)
    if drawn is None:
        return {"imputed_covariate": TABLES["imputed_covariate"].frame()}
    draws = drawn.next(0, protocol.propensity.imputations)
    parts = drawn.headline_parts(draws)
    while len(draws) < MOST and too_noisy(protocol, parts):
        more = drawn.next(len(draws), min(STEP, MOST - len(draws)))
        parts += drawn.headline_parts(more)
        draws += more
    return {"imputed_covariate": TABLES["imputed_covariate"].stacked(draws)}


def one_draw(protocol: Protocol, tables: Mapping[str, pd.DataFrame], number: int) -> dict[str, pd.DataFrame]:
    """As `run`, of the draw with this number alone: 1 is the first."""
    drawn = _draws(protocol, tables)
    draws = [] if drawn is None else drawn.next(number - 1, 1)
    return {"imputed_covariate": TABLES["imputed_covariate"].stacked(draws)}


def _draws(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> "_Draws | None":
    """None where nothing is missing or to be imputed."""
    frame = tables["analysis_set"].sort_values("usubjid", ignore_index=True)
    covariates = frame[[c for c in protocol.covariates() if c in frame]]
    if protocol.propensity.missing != "impute" or not covariates.isna().any(axis=None):
        return None
    return _Draws(protocol, tables, frame, covariates)


@dataclass(frozen=True)
class _Draws:
    """Draws of the missing covariates of a study; `frame` and `covariates` are its subjects by key."""

    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    frame: pd.DataFrame
    covariates: pd.DataFrame

    def next(self, first: int, number: int) -> list[pd.DataFrame]:
        """Rows of `imputed_covariate` of some draws, after the first so many."""
        completed = impute_covariates(
            self.covariates,
            self.frame["treated"].to_numpy(),
            self.frame["usubjid"].to_numpy(dtype=object),
            auxiliary=_auxiliary(self.protocol, self.frame["usubjid"], self.tables["follow_up"]),
            imputations=number,
            first=first,
            seed=self.protocol.seed,
        )
        return [self._rows(place, done) for place, done in enumerate(completed.frames, start=first + 1)]

    def headline_parts(self, draws: list[pd.DataFrame]) -> list[Followed]:
        """The comparison that leads, on each of these draws."""
        imputed = TABLES["imputed_covariate"].stacked(draws)
        return headline_parts(self.protocol, {**self.tables, "imputed_covariate": imputed})

    def _rows(self, number: int, completed: pd.DataFrame) -> pd.DataFrame:
        given = {name: self.covariates[name] for name in self.covariates}
        incomplete = [name for name, column in given.items() if column.isna().any()]
        subjects = self.frame["usubjid"]
        return pd.concat([_imputed(number, subjects, given[name], completed[name]) for name in incomplete])


def _auxiliary(protocol: Protocol, usubjid: pd.Series, follow_up: pd.DataFrame) -> pd.DataFrame | None:
    """Of every kind of event that ends follow-up; None where a study is designed before there is any."""
    if follow_up.empty:
        return None
    primary = follow_up[follow_up["endpoint"] == protocol.primary.name].set_index("usubjid").reindex(usubjid)
    kinds = ("event", "competing") if protocol.primary.competing else ("event",)
    made = [
        outcome_auxiliary(
            primary["stop_days"].to_numpy(float),
            primary[kind].fillna(0).to_numpy(float),
            primary["entry_days"].fillna(0).to_numpy(float),
        )
        for kind in kinds
    ]
    return pd.concat([frame.add_suffix(f"_{kind}") for kind, frame in zip(kinds, made, strict=True)], axis=1)


def _imputed(number: int, usubjid: pd.Series, given: pd.Series, done: pd.Series) -> pd.DataFrame:
    missing = given.isna().to_numpy() & pd.notna(done).to_numpy()
    value = np.asarray(done)[missing]
    text = [repr(float(v)) if pd.api.types.is_numeric_dtype(given) else str(v) for v in value]
    return pd.DataFrame(
        {"imputation": number, "usubjid": usubjid[missing].to_numpy(), "covariate": given.name, "value": text}
    )
