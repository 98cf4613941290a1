"""Stage: missing covariates, imputed within each source with the outcome among the predictors.

The one design stage that sees follow-up: leaving the outcome out would pull every association towards nothing. The
propensity score sees the completed covariates alone.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.imputation.auxiliary import outcome_auxiliary
from analytics.imputation.chained import impute_covariates
from analytics.protocol import Protocol

NEEDS = ("analysis_set", "follow_up")
MAKES = ("imputed_covariate",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per imputation, subject and missing covariate; empty where nothing is missing or to be imputed."""
    frame = tables["analysis_set"].sort_values("usubjid", ignore_index=True)
    covariates = frame[[c for c in protocol.covariates() if c in frame]]
    incomplete = [column for column in covariates if covariates[column].isna().any()]
    if protocol.propensity.missing != "impute" or not incomplete:
        return {"imputed_covariate": TABLES["imputed_covariate"].frame()}
    completed = impute_covariates(
        covariates,
        frame["treated"].to_numpy(),
        frame["usubjid"].to_numpy(dtype=object),
        auxiliary=_auxiliary(protocol, frame["usubjid"], tables["follow_up"]),
        imputations=protocol.propensity.imputations,
        seed=protocol.study.seed,
    )
    parts = [
        _imputed(number, frame["usubjid"], covariates[column], done[column])
        for number, done in enumerate(completed.frames, start=1)
        for column in incomplete
    ]
    return {"imputed_covariate": TABLES["imputed_covariate"].stacked(parts)}


def _auxiliary(protocol: Protocol, usubjid: pd.Series, follow_up: pd.DataFrame) -> pd.DataFrame:
    primary = follow_up[follow_up["endpoint"] == protocol.primary.name].set_index("usubjid").reindex(usubjid)
    return outcome_auxiliary(
        primary["stop_days"].to_numpy(float),
        primary["event"].fillna(0).to_numpy(float),
        primary["entry_days"].fillna(0).to_numpy(float),
    )


def _imputed(number: int, usubjid: pd.Series, given: pd.Series, done: pd.Series) -> pd.DataFrame:
    missing = given.isna().to_numpy() & pd.notna(done).to_numpy()
    value = np.asarray(done)[missing]
    text = [repr(float(v)) if pd.api.types.is_numeric_dtype(given) else str(v) for v in value]
    return pd.DataFrame(
        {"imputation": number, "usubjid": usubjid[missing].to_numpy(), "covariate": given.name, "value": text}
    )
