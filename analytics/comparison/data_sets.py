"""The data sets a model is fitted to: the complete cases (imputation 0), or each imputation in turn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.cohort.splines import spline_knots, with_splines
from analytics.protocol import Protocol

COMPLETE_CASE = 0


@dataclass(frozen=True)
class DataSet:
    """One completed data set: `frame` has usubjid, treated and covariates without missing values."""

    imputation: int
    frame: pd.DataFrame


def data_sets(protocol: Protocol, analysis_set: pd.DataFrame, imputed: pd.DataFrame) -> Iterator[DataSet]:
    """Every data set the protocol asks for, in order.

    Args:
        protocol: `propensity.missing` decides.
        analysis_set: eligible subjects; missing values as NaN or None.
        imputed: `imputed_covariate`: imputation, usubjid, covariate, value; empty where nothing was imputed.
    """
    numbers = sorted(imputed["imputation"].unique())
    if not numbers:
        yield DataSet(COMPLETE_CASE, without_missing(protocol, analysis_set))
        return
    for number in numbers:
        yield DataSet(int(number), _filled(analysis_set, imputed[imputed["imputation"] == number]))


def scored_data_sets(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[DataSet, DataSet]]:
    """Every data set that has a score, whole, and beside it whom trimming left, with their scores.

    Args:
        protocol: `propensity.missing` decides.
        tables: `analysis_set`, `imputed_covariate` and `propensity_score`.
    """
    scores = dict(iter(tables["propensity_score"].groupby("imputation")))
    for data in data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]):
        if data.imputation in scores:
            mine = scores[data.imputation]
            left = mine.loc[mine["trimmed"] == "N", ["usubjid", "propensity", "logit_propensity"]]
            yield data, DataSet(data.imputation, data.frame.merge(left, on="usubjid"))


def first_imputations(tables: Mapping[str, pd.DataFrame], number: int) -> dict[str, pd.DataFrame]:
    """The tables with the first so many imputations alone.

    Args:
        tables: by name, `imputed_covariate` among them; those without `imputation` are passed through.
        number: how many to keep, of those there are.
    """
    made = np.unique(tables["imputed_covariate"]["imputation"])
    if len(made) <= number:
        return dict(tables)
    last = made[number - 1]
    return {
        name: frame[frame["imputation"] <= last] if "imputation" in frame else frame
        for name, frame in tables.items()
    }


def usual_imputations(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with as many imputations as the protocol asks for: all that were made beyond are the headline's alone.

    What must equal the headline, and nothing else, takes those too (`propensity.imputation_noise`).
    """
    return first_imputations(tables, protocol.propensity.imputations)


def without_missing(protocol: Protocol, analysis_set: pd.DataFrame) -> pd.DataFrame:
    """Complete cases of the propensity covariates, or every case with indicators where the protocol says so."""
    if protocol.propensity.missing == "indicator":
        return _with_indicators(protocol, analysis_set)
    complete = analysis_set[list(protocol.propensity.covariates)].notna().all(axis=1)
    return analysis_set[complete].reset_index(drop=True)


def _with_indicators(protocol: Protocol, analysis_set: pd.DataFrame) -> pd.DataFrame:
    frame = analysis_set.copy()
    for column in protocol.propensity.covariates:
        missing = frame[column].isna()
        if not missing.any():
            continue
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        frame[column] = frame[column].fillna(frame[column].median() if numeric else "not recorded")
        if numeric:
            frame[f"{column}_MISSING"] = missing.astype(float)
    return frame


def score_covariates(protocol: Protocol, frame: pd.DataFrame) -> list[str]:
    """Columns of the propensity model in a completed data set, missingness indicators included."""
    named = list(protocol.propensity.covariates)
    return named + [f"{column}_MISSING" for column in named if f"{column}_MISSING" in frame.columns]


def score_frame(protocol: Protocol, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the propensity model in a completed data set, with the splines that the protocol asks for."""
    covariates = frame[score_covariates(protocol, frame)]
    return with_splines(
        covariates, spline_knots(covariates, protocol.propensity.covariates, protocol.propensity.spline_knots)
    )


def _filled(analysis_set: pd.DataFrame, imputed: pd.DataFrame) -> pd.DataFrame:
    """The subjects with one imputation's values where they have none of their own."""
    frame = analysis_set.reset_index(drop=True)
    rows = pd.Index(frame["usubjid"]).get_indexer(imputed["usubjid"])
    names, values = imputed["covariate"].to_numpy(object), imputed["value"].to_numpy(object)
    filled = {}
    for column in dict.fromkeys(names):
        mine = (names == column) & (rows >= 0)
        mine[mine] = frame[column].isna().to_numpy()[rows[mine]]
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        cells = frame[column].to_numpy(float if numeric else object, na_value=np.nan if numeric else None)
        cells = cells.copy()
        cells[rows[mine]] = values[mine]
        filled[column] = cells
    return frame.assign(**filled)


def as_object(values: pd.Series) -> np.ndarray:
    """Subject keys as plain Python strings, whatever storage the frame uses."""
    return np.asarray(values, dtype=object)
