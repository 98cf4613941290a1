"""The protocol's outcome models: Cox regressions with covariates, strata and clusters, and their diagnostics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort import category_levels, coded_covariates
from analytics.cohort.splines import spline_knots, with_splines
from analytics.comparison.comparison import Comparison, comparisons, everyone, followed
from analytics.comparison.competing_effects import cause_specific
from analytics.comparison.effect_row import compared, effect_row, no_estimate
from analytics.comparison.pooling import Pooled, nothing, pooled, rubin
from analytics.comparison.propensity_classes import COLUMN as PROPENSITY
from analytics.comparison.propensity_classes import with_propensity_classes
from analytics.comparison.refusal import lacking, unrecorded
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.protocol.outcome import CoxModel
from analytics.protocol.population import Endpoint
from analytics.survival.cox import CoxFit, fit_cox_records
from analytics.survival.cox_data import ModelRecords, model_records
from analytics.survival.cox_residuals import influences
from analytics.survival.followed import Followed
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records

SPECIFICATION_OF = {"all": CRUDE}
"""Population of a model → the specification its effect stands under, where they differ."""


@dataclass(frozen=True)
class FittedModel:
    """The rows one model adds to the result tables."""

    effect: dict
    coefficients: pd.DataFrame
    proportional_hazards: pd.DataFrame


@dataclass(frozen=True)
class _Fit:
    """A fit, and how many subjects, of them with the event, it used and left out; its records are rows."""

    part: Followed
    records: Records
    design: pd.DataFrame
    model: ModelRecords
    cox: CoxFit
    n: int
    n_event: int
    n_left_out: int


def fit_model(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], model: CoxModel, endpoint: Endpoint
) -> FittedModel:
    """Fit one outcome model on every data set and pool it."""
    population = _population(protocol, tables, model)
    parts = followed(population, tables["follow_up"], endpoint.name)
    estimand = "conditional on covariates" if model.covariates != ("TREATED",) or model.strata else "marginal"
    specification = SPECIFICATION_OF.get(model.population, model.population)
    about = compared(protocol, specification, endpoint.name, estimand, parts)
    method = cause_specific(endpoint, f"Cox, {model.name}")
    named = [covariate for covariate in model.covariates if covariate != "TREATED"]
    refusal = about.refusal(protocol, lacking(protocol, tables, model.population))
    refusal = refusal or unrecorded(named, parts[0].frame)
    if refusal:
        effect = no_estimate(about, method, "hazard_ratio", refusal)
        return FittedModel(effect, _refused(model, endpoint, refusal), TABLES["proportional_hazards"].frame())
    levels = category_levels([part.frame for part in parts], named)
    knots = spline_knots(parts[0].frame, named, model.spline_knots)
    fits = [_fit(part, model, levels, knots) for part in parts]
    found = _pooled(protocol, model, fits)
    coefficients = _coefficients(model, endpoint, fits, found)
    effect = effect_row(about, method, "hazard_ratio", _treatment(fits, found["TREATED"]), log=True)
    tests = _proportional_hazards(protocol, model, endpoint, fits[0], population[0].imputation)
    return FittedModel(effect, coefficients, tests)


def _population(protocol: Protocol, tables: Mapping[str, pd.DataFrame], model: CoxModel) -> list[Comparison]:
    if model.population == "all":
        made = everyone(protocol, tables)
    else:
        made = comparisons(protocol, tables, model.population, covariates=True)
    if PROPENSITY in model.strata:
        made = with_propensity_classes(made, tables["propensity_score"], model.propensity_classes)
    return list(made)


def _fit(part: Followed, model: CoxModel, levels: dict[str, list[str]], knots: dict[str, np.ndarray]) -> _Fit:
    """Of one data set, with the knots of the first, so that every one has the same terms."""
    part = replace(part, frame=part.frame.sort_values(["usubjid", "set_id"], ignore_index=True))
    frame = part.frame
    covariates = pd.DataFrame(
        {c: frame["treated"] * 1.0 if c == "TREATED" else frame[c] for c in model.covariates}
    )
    design = coded_covariates(with_splines(covariates, knots), levels)
    records = part.clustered(_cluster(part, model), _strata(frame, model))
    incomplete = design.isna().any(axis=1).to_numpy() | ~records.usable
    counts = [
        frame.loc[kept, "usubjid"].nunique() for kept in (~incomplete, ~incomplete & (frame["event"] == 1))
    ]
    left_out = frame["usubjid"].nunique() - counts[0]
    together = model_records(records, design)
    return _Fit(part, records, design, together, fit_cox_records(together), counts[0], counts[1], left_out)


def _cluster(part: Followed, model: CoxModel) -> pd.Series | None:
    """Sets exist for the matched only; elsewhere, and where somebody stands in several sets, a subject is a cluster."""
    frame = part.frame
    if part.repeated and "SET" in model.strata:
        return part.linked_sets
    if part.repeated or model.cluster == "SUBJECT":
        return frame["usubjid"]
    if model.cluster == "NONE":
        return None
    if model.cluster == "SET":
        return frame["set_id"] if model.population == MATCHED else frame["usubjid"]
    return frame[model.cluster]


def _strata(frame: pd.DataFrame, model: CoxModel) -> pd.Series | None:
    if not model.strata:
        return None
    columns = ["set_id" if name == "SET" else name for name in model.strata]
    joined = frame[columns].astype(str).agg("|".join, axis=1)
    return joined.mask(frame[columns].isna().any(axis=1))


def _treatment(fits: list[_Fit], treatment: Pooled) -> Pooled:
    notes = [fit.cox.note for fit in fits if fit.cox.note]
    if np.isnan(treatment.standard_error) and notes:
        return nothing(notes[0])
    left_out = int(np.median([fit.n_left_out for fit in fits]))
    if left_out:
        incomplete = f"{left_out} subjects left out for want of a covariate of this model"
        treatment = replace(treatment, note="; ".join(filter(None, (treatment.note, incomplete))))
    return treatment


def _pooled(protocol: Protocol, model: CoxModel, fits: list[_Fit]) -> dict[str, Pooled]:
    """Every coefficient by term; within sets, those linked by a control in common are one cluster already."""
    parts = [fit.part for fit in fits]
    coefficients = np.array([fit.cox.coefficient for fit in fits])
    variances = np.array([fit.cox.chosen_standard_error() for fit in fits]) ** 2
    needed = len(fits) > 1 or parts[0].repeated
    moved = [influences(fit.cox, fit.model) for fit in fits] if needed else []
    level = protocol.outcome.level
    return {
        term: pooled(
            parts,
            coefficients[:, i],
            variances[:, i],
            [each[:, i] for each in moved],
            level,
            as_given="SET" in model.strata,
            adjusted=model.covariates != ("TREATED",),
        )
        for i, term in enumerate(fits[0].cox.terms)
    }


def _coefficients(
    model: CoxModel, endpoint: Endpoint, fits: list[_Fit], terms: dict[str, Pooled]
) -> pd.DataFrame:
    rows = []
    for position, (term, found) in enumerate(terms.items()):
        coefficient = np.array([fit.cox.coefficient[position] for fit in fits])
        naive = np.array([fit.cox.standard_error[position] for fit in fits])
        rows.append(
            {
                "term": term,
                "coefficient": found.estimate,
                "standard_error": rubin(coefficient, naive**2).standard_error,
                "robust_standard_error": found.standard_error,
                "hazard_ratio": float(np.exp(found.estimate)),
                "ci_lower": float(np.exp(found.ci_lower)),
                "ci_upper": float(np.exp(found.ci_upper)),
                "p_value": found.p_value,
            }
        )
    return pd.DataFrame(rows).assign(
        model=model.name,
        endpoint=endpoint.name,
        population=model.population,
        n=int(np.median([fit.n for fit in fits])),
        n_event=int(np.median([fit.n_event for fit in fits])),
        log_likelihood=float(np.mean([fit.cox.log_likelihood for fit in fits])),
        n_imputation=len(fits),
        note=next((fit.cox.note for fit in fits if fit.cox.note), None),
    )


def _proportional_hazards(
    protocol: Protocol, model: CoxModel, endpoint: Endpoint, fit: _Fit, imputation: int
) -> pd.DataFrame:
    """Of the first data set: a test over imputations would need every one's score process."""
    if fit.cox.note:
        return TABLES["proportional_hazards"].frame()
    tests = proportional_hazards_test(fit.records, fit.design, transform=protocol.outcome.transform)
    return tests.drop(columns="note").assign(model=model.name, endpoint=endpoint.name, imputation=imputation)


def _refused(model: CoxModel, endpoint: Endpoint, note: str) -> pd.DataFrame:
    row = TABLES["cox_coefficient"].row(
        model=model.name,
        endpoint=endpoint.name,
        population=model.population,
        term="TREATED",
        n=0,
        n_event=0,
        n_imputation=0,
        note=note,
    )
    return TABLES["cox_coefficient"].frame([row])
