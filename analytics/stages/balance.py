"""Stage: balance of every specification before and after adjustment, and the gate on the headline. Blind to outcome."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.balance.gate import balance_gate
from analytics.balance.table import covariate_balance
from analytics.catalogue import TABLES
from analytics.cohort.prognostic import COLUMN
from analytics.comparison import comparison
from analytics.comparison.data_sets import data_sets, usual_imputations
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import SPECIFICATIONS, specifications
from analytics.protocol import Protocol
from analytics.weighting.balancing import effective_sample_size

NEEDS = comparison.DESIGN
MAKES = ("covariate_balance", "balance_gate")
FIGURES = ["treated_mean", "control_mean", "treated_sd", "control_sd", "smd", "variance_ratio", "ks"]


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Balance averaged over imputations, with the worst |SMD| of any of them, and a verdict a specification."""
    tables = usual_imputations(protocol, tables)
    tables_by_specification, gates = [], []
    sets = data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"])
    everyone_of = {data.imputation: data.frame for data in sets}
    for specification in specifications(protocol)[1:]:
        parts, sizes = [], []
        for compared in comparison.comparisons(protocol, tables, specification):
            everyone = everyone_of[compared.imputation]
            weight = _total_weight(compared.frame, everyone)
            parts.append(_balance(protocol, everyone, weight, specification))
            sizes.append(_effective(everyone["treated"].to_numpy(), weight))
        if not parts:
            gates.append(_no_comparison(specification, lacking(protocol, tables, specification)))
            continue
        averaged = _averaged(parts).assign(specification=specification)
        tables_by_specification.append(averaged)
        gates.append(_gate(protocol, specification, averaged, sizes))
    return {
        "covariate_balance": TABLES["covariate_balance"].stacked(tables_by_specification),
        "balance_gate": TABLES["balance_gate"].frame(gates),
    }


def _total_weight(members: pd.DataFrame, everyone: pd.DataFrame) -> np.ndarray:
    total = members.groupby("usubjid")["weight"].sum()
    return everyone["usubjid"].map(total).fillna(0.0).to_numpy(float)


def _balance(
    protocol: Protocol, everyone: pd.DataFrame, weight: np.ndarray, specification: str
) -> pd.DataFrame:
    """Covariates of the score, then the prognostic score as a diagnostic; the gate judges the former alone."""
    named = list(dict.fromkeys(protocol.propensity.covariates))
    covariates = everyone[[*named, *([COLUMN] if COLUMN in everyone and COLUMN not in named else [])]]
    denominator = SPECIFICATIONS[specification].denominator
    return covariate_balance(covariates, everyone["treated"].to_numpy(), weight, denominator=denominator)


def _effective(treated: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    return effective_sample_size(weight[treated == 1]), effective_sample_size(weight[treated == 0])


def _averaged(parts: list[pd.DataFrame]) -> pd.DataFrame:
    stacked = pd.concat(parts, ignore_index=True)
    stacked["level"] = stacked["level"].astype(object).where(stacked["level"].notna(), "")
    stacked["smd_worst"] = stacked["smd"].abs()
    grouped = stacked.groupby(["stage", "covariate", "level", "denominator"], sort=False)
    result = grouped[FIGURES].mean().reset_index()
    result["smd_worst"] = grouped["smd_worst"].max().to_numpy()
    result["n_missing"] = grouped["n_missing"].max().to_numpy()
    return result.assign(n_imputation=len(parts))


def _gate(
    protocol: Protocol, specification: str, averaged: pd.DataFrame, sizes: list[tuple[float, float]]
) -> tuple:
    settings = protocol.balance
    treated, control = (float(np.mean(side)) for side in zip(*sizes, strict=True))
    judged = averaged[averaged["covariate"].isin(protocol.propensity.covariates)]
    verdict = balance_gate(
        judged.assign(level=judged["level"].replace("", None)),
        treated,
        control,
        max_abs_smd=settings.max_abs_smd,
        min_effective_sample=settings.min_effective_sample,
    )
    failing, supported = ", ".join(verdict.failing) or None, "Y" if verdict.supported else "N"
    return specification, supported, verdict.largest_smd, treated, control, failing, verdict.note


def _no_comparison(specification: str, reason: str | None) -> tuple:
    note = f"not supported: {reason or 'no comparison could be made'}"
    return specification, "N", float("nan"), float("nan"), float("nan"), None, note
