"""What is true of a simulated study: both potential outcomes of everyone, and the value of each estimand.

Estimands are computed from the law (covariates, Weibull, planted hazard ratio), not from one draw of it: they are
the values an estimator with unlimited data of that population would reach.
"""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.proact_subject_files import vital_status
from analytics.simulation.registry_cohort import RegistryCohort
from analytics.simulation.registry_cuts import known_until
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import FloatArray

COVARIATES = ("age", "male", "bulbar", "symptom_months", "alsfrsr", "dfrs", "riluzole", "unmeasured")
LAW = ("conditional_hazard_ratio", "weibull_shape", "weibull_scale_days")
ELIGIBLE_MONTHS = 24.0
ROWS_AT_ONCE = 512


def proact_outcomes(settings: SimulationSettings, cohort: ProactCohort) -> pd.DataFrame:
    """One row per delivered subject.

    Args:
        settings: planted law.
        cohort: the latent cohort.

    Returns:
        source, subject_id (as delivered, text), group (TREATED, NOT INJECTED, PLACEBO, ACTIVE, NO ARM), eligible
        (could enter a study that needs symptoms under 24 months and an ALSFRS-R at baseline), covariates,
        linear_predictor, death_days_control, death_days_treated (days from first injection or trial baseline; with
        a tracheostomy's delay left out), follow_up_limit_days (days until follow-up ends if death does not come
        first, under the rule last visit + 90 days in PRO-ACT), and the constants of the law.
    """
    subjects = cohort.subjects
    arm = np.where(subjects["placebo"], "PLACEBO", "ACTIVE")
    scored = np.isin(cohort.of_trial("instrument"), ("R", "BOTH"))
    limit = subjects["exit_day"].to_numpy(copy=True)
    looked_up = cohort.of_trial("sweep" if settings.vital_status_mechanism == "left_alive" else "kept_status")
    limit[looked_up] += 90
    status = vital_status(cohort, settings)
    return _common(subjects, settings).assign(
        source="PROACT",
        group=np.where(cohort.of_trial("lacks_treatment"), "NO ARM", arm),
        eligible=scored & ~cohort.of_trial("lacks_onset") & (subjects["symptom_months"] < ELIGIBLE_MONTHS),
        follow_up_limit_days=limit,
        vital_status_recorded=np.isin(np.arange(len(subjects)), status["row"]),
        died_waiting=pd.array([None] * len(subjects), dtype="boolean"),
        delivered_death_days=np.nan,
        tracheostomy_days=np.nan,
    )


def registry_outcomes(settings: SimulationSettings, cohort: RegistryCohort, cut: date) -> pd.DataFrame:
    """As `proact_outcomes`, of the registry.

    Args:
        settings: planted law.
        cohort: the latent cohort.
        cut: data cut that says which subjects are delivered and how long they are followed.
    """
    subjects = cohort.subjects
    known = known_until(cohort, cut)
    injected = (subjects["injected"] & (subjects["index_on"] <= known)).to_numpy()
    limit = np.minimum(known, subjects["lost_on"]) - subjects["index_on"]
    frame = _common(subjects, settings).assign(
        source="REGISTRY",
        group=np.where(injected, "TREATED", "NOT INJECTED"),
        eligible=injected & (subjects["symptom_months"] < ELIGIBLE_MONTHS) & subjects["has_baseline"],
        follow_up_limit_days=limit.clip(lower=0),
        vital_status_recorded=True,
        died_waiting=subjects["died_waiting"].astype("boolean"),
        delivered_death_days=subjects["death_on"] - subjects["index_on"],
        tracheostomy_days=(subjects["tracheostomy_on"] - subjects["index_on"]).where(
            subjects["tracheostomy_on"] < 1e6
        ),
    )
    return frame[(subjects["harvest_on"] - 10).to_numpy() <= known]


def _common(subjects: pd.DataFrame, settings: SimulationSettings) -> pd.DataFrame:
    kept = ["subject_id", *COVARIATES, "linear_predictor", "death_days_control", "death_days_treated"]
    return subjects[kept].assign(
        subject_id=subjects["subject_id"].astype(str),
        conditional_hazard_ratio=settings.hazard_ratio,
        weibull_shape=settings.weibull_shape,
        weibull_scale_days=settings.weibull_scale_days,
    )


def true_estimands(
    outcomes: pd.DataFrame,
    subject_ids: Collection[str] | None = None,
    weights: ArrayLike | None = None,
    horizon_days: int = 540,
    own_follow_up: bool = True,
) -> pd.Series:
    """True value of every estimand for a population of delivered subjects.

    Args:
        outcomes: rows of `proact_outcomes` and `registry_outcomes`.
        subject_ids: the population, by `subject_id`; None for all rows. An id named twice counts twice.
        weights: one weight per row of `outcomes`, or per entry of `subject_ids`; None for ones.
        horizon_days: follow-up ends here for everyone.
        own_follow_up: let the marginal hazard ratio depend on each subject's own follow-up limit too (a hazard
            ratio is an average over the time at risk, unlike survival and RMST, which use the horizon alone).

    Returns:
        n, conditional_hazard_ratio, marginal_hazard_ratio (limit of the unadjusted Cox estimate when everyone is
        seen under both arms), survival_treated, survival_control, survival_difference (at the horizon),
        rmst_treated_days, rmst_control_days, rmst_difference_days.

    Raises:
        KeyError: an id is not in `outcomes`.
        ValueError: the population is empty.
    """
    chosen = outcomes if subject_ids is None else outcomes.set_index("subject_id").loc[list(subject_ids)]
    if chosen.empty:
        raise ValueError("the population holds no subject")
    weight = np.ones(len(chosen)) if weights is None else np.asarray(weights, dtype=float)
    weight = weight / weight.sum()
    limit = chosen["follow_up_limit_days"].to_numpy() if own_follow_up else np.full(len(chosen), np.inf)
    ratio = float(chosen["conditional_hazard_ratio"].iloc[0])
    sums = None
    for first in range(0, len(chosen), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        curves = [_survival(chosen[rows], hazard_ratio, horizon_days) for hazard_ratio in (1.0, ratio)]
        part = _sums(curves, weight[rows], limit[rows])
        sums = part if sums is None else [one + other for one, other in zip(sums, part, strict=True)]
    assert sums is not None
    curve0, curve1, *seen = sums
    result = {
        "n": float(len(chosen)),
        "conditional_hazard_ratio": ratio,
        "marginal_hazard_ratio": _cox_limit(*seen),
        "survival_treated": curve1[-1],
        "survival_control": curve0[-1],
        "survival_difference": curve1[-1] - curve0[-1],
        "rmst_treated_days": float(np.trapezoid(curve1)),
        "rmst_control_days": float(np.trapezoid(curve0)),
    }
    result["rmst_difference_days"] = result["rmst_treated_days"] - result["rmst_control_days"]
    return pd.Series(result)


def _survival(outcomes: pd.DataFrame, hazard_ratio: float, horizon_days: int) -> FloatArray:
    """Survival of each subject at days 0 to the horizon, shape (subject, day)."""
    shape, scale = float(outcomes["weibull_shape"].iloc[0]), float(outcomes["weibull_scale_days"].iloc[0])
    cumulative = (np.arange(horizon_days + 1) / scale) ** shape
    rate = np.exp(outcomes["linear_predictor"].to_numpy(dtype=float)) * hazard_ratio
    return np.asarray(np.exp(-rate[:, None] * cumulative[None, :]))


def _sums(curves: list[FloatArray], weight: FloatArray, limit: FloatArray) -> list[FloatArray]:
    """By day, of control and treated: weighted survival from day 0, and deaths and subjects at risk from day 1."""
    days = np.arange(curves[0].shape[1])
    seen = weight[:, None] * (limit[:, None] >= days[None, 1:])
    deaths = [np.einsum("ij,ij->j", seen, -np.diff(curve, axis=1)) for curve in curves]
    risk = [np.einsum("ij,ij->j", seen, curve[:, :-1]) for curve in curves]
    return [*(weight @ curve for curve in curves), *deaths, *risk]


def _cox_limit(deaths0: FloatArray, deaths1: FloatArray, risk0: FloatArray, risk1: FloatArray) -> float:
    """Hazard ratio that solves the two-group Cox score in expectation, the arms of equal size."""
    keep = (risk0 > 0) & (risk1 > 0)
    if not np.any(deaths0[keep] + deaths1[keep] > 0):
        return float("nan")
    deaths0, deaths1, risk0, risk1 = deaths0[keep], deaths1[keep], risk0[keep], risk1[keep]
    low, high = -10.0, 10.0
    for _ in range(80):
        beta = (low + high) / 2
        share = risk1 * np.exp(beta) / (risk1 * np.exp(beta) + risk0)
        score = (deaths1 - (deaths0 + deaths1) * share).sum()
        low, high = (beta, high) if score > 0 else (low, beta)
    return float(np.exp((low + high) / 2))


def asked(outcomes: pd.DataFrame) -> pd.DataFrame:
    """What `estimand_table` asks for: the treated, and the controls who qualify, by what estimands are made of."""
    columns = ["group", "eligible", *COVARIATES, "linear_predictor", "follow_up_limit_days", *LAW]
    group = outcomes["group"]
    return outcomes.loc[(group == "TREATED") | (outcomes["eligible"] & (group == "PLACEBO")), columns]


def estimand_table(outcomes: pd.DataFrame, horizon_days: int = 540) -> pd.DataFrame:
    """True estimands of three populations: all treated, treated who qualify, overlap of these with the controls.

    A matched population depends on the matching: call `true_estimands` with the matched subjects.
    """
    treated = outcomes["group"] == "TREATED"
    eligible = outcomes[outcomes["eligible"] & outcomes["group"].isin(["TREATED", "PLACEBO"])]
    populations = {
        "all treated": true_estimands(outcomes[treated], horizon_days=horizon_days),
        "qualifying treated": true_estimands(
            outcomes[treated & outcomes["eligible"]], horizon_days=horizon_days
        ),
        "overlap": true_estimands(eligible, weights=overlap_weights(eligible), horizon_days=horizon_days),
    }
    table = pd.DataFrame(populations).T.rename_axis("population").reset_index()
    table.insert(1, "horizon_days", horizon_days)
    return table


def overlap_weights(eligible: pd.DataFrame) -> FloatArray:
    """Weights e(1 − e) of the overlap population, e from a logistic fit on the true covariates (Li 2018)."""
    covariates = eligible[list(COVARIATES)].to_numpy(dtype=float)
    spread = covariates.std(axis=0)
    design = np.column_stack(
        [np.ones(len(covariates)), (covariates - covariates.mean(axis=0)) / np.where(spread, spread, 1)]
    )
    treated = (eligible["group"] == "TREATED").to_numpy(dtype=float)
    beta = np.zeros(design.shape[1])
    for _ in range(25):
        propensity = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ (design * (propensity * (1 - propensity))[:, None]) + 1e-8 * np.eye(
            len(beta)
        )
        beta = beta + np.linalg.solve(information, design.T @ (treated - propensity))
    propensity = 1 / (1 + np.exp(-design @ beta))
    return np.asarray(propensity * (1 - propensity))
