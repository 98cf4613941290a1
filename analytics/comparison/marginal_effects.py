"""Marginal effects of one specification: hazard ratio, restricted mean, milestones, log-rank."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.comparison.bootstrap_variance import bootstrap_errors, refits_the_score
from analytics.comparison.effect_row import Compared, compared, effect_row, no_estimate
from analytics.comparison.pooling import Pooled, rubin
from analytics.comparison.records import records_of
from analytics.comparison.specification import CRUDE, MATCHED, SPECIFICATIONS
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.survival.contrast import Contrast
from analytics.survival.cox import fit_cox
from analytics.survival.log_rank import TestResult, log_rank
from analytics.survival.milestone import survival_difference
from analytics.survival.rmst_contrast import rmst_contrasts

HAZARD_RATIO, TO_HORIZON = "hazard_ratio", "hazard_ratio_to_horizon"
NO_BOOTSTRAP = "more than a tenth of the bootstrap replicates failed: robust variance instead"


def rows(
    protocol: Protocol,
    specification: str,
    estimand: str,
    endpoint: Endpoint,
    frames: list[pd.DataFrame],
    lacking: str | None = None,
) -> list[dict]:
    """Every marginal effect of a specification.

    Args:
        protocol: horizons and limits.
        specification: crude, matched or a weighting scheme.
        estimand: its label.
        endpoint: names the events and the horizon.
        frames: one per imputation: usubjid, treated, set_id, weight, entry_days, stop_days, event.
        lacking: why there is no comparison, or one too small.
    """
    about = compared(protocol, specification, endpoint.name, estimand, frames)
    refusal = about.refusal(protocol, lacking)
    method = _cox_method(protocol, specification, endpoint)
    if refusal:
        return [
            no_estimate(about, method, HAZARD_RATIO, refusal, headline=True),
            *_refused_contrasts(about, endpoint, refusal),
        ]
    errors = None
    if refits_the_score(protocol, specification, endpoint):
        errors = bootstrap_errors(protocol, frames, specification)
    pooled = hazard_ratio(protocol, frames, specification, errors)
    return [
        effect_row(about, method, HAZARD_RATIO, pooled, log=True, headline=True),
        *_log_rank_rows(about, specification, frames),
        *_at_horizon(protocol, about, specification, endpoint, frames),
    ]


def hazard_ratio(
    protocol: Protocol, frames: list[pd.DataFrame], specification: str, errors: np.ndarray | None = None
) -> Pooled:
    """Log hazard ratio of treatment alone, pooled; robust to pairs and weights, or with the standard errors given."""
    fits = [cox_of_treatment(frame, specification) for frame in frames]
    notes = [note for _, _, note in fits if note]
    robust = np.array([error for _, error, _ in fits])
    chosen = robust if errors is None else np.where(np.isfinite(errors), errors, robust)
    pooled = rubin(np.array([b for b, _, _ in fits]), chosen**2, protocol.outcome.level)
    if np.isnan(pooled.estimate):
        return Pooled(np.nan, np.nan, np.nan, np.nan, np.nan, notes[0] if notes else pooled.note)
    if errors is not None and not np.isfinite(errors).all():
        return replace(pooled, note=NO_BOOTSTRAP)
    return pooled


def cox_of_treatment(frame: pd.DataFrame, specification: str) -> tuple[float, float, str | None]:
    """Log hazard ratio, its standard error and a note, of one data set."""
    records = records_of(frame, cluster=cluster_of(frame, specification))
    fit = fit_cox(records, pd.DataFrame({"TREATED": frame["treated"].astype(float)}))
    return float(fit.coefficient[0]), float(fit.chosen_standard_error()[0]), fit.note


def cluster_of(frame: pd.DataFrame, specification: str) -> pd.Series | None:
    """Matched sets for the matched, subjects for the weighted; the crude comparison has independent rows."""
    if specification == CRUDE:
        return None
    return frame["set_id"] if specification == MATCHED else frame["usubjid"]


def _cox_method(protocol: Protocol, specification: str, endpoint: Endpoint) -> str:
    if refits_the_score(protocol, specification, endpoint):
        return "Cox, Efron ties, variance from a bootstrap that refits the score"
    return f"Cox, Efron ties, {SPECIFICATIONS[specification].variance}"


def bootstrap_row(
    protocol: Protocol,
    estimand: str,
    endpoint: Endpoint,
    frames: list[pd.DataFrame],
    everyone: list[pd.DataFrame],
    lacking: str | None = None,
) -> dict:
    """The matched hazard ratio with a variance that knows the score and the match were estimated.

    Args:
        protocol, estimand, endpoint, lacking: as `rows`.
        frames: the matched sets, one per imputation.
        everyone: all eligible with completed covariates, likewise.
    """
    about = compared(protocol, MATCHED, endpoint.name, estimand, frames)
    method = "Cox, bootstrap refitting score and match"
    refusal = about.refusal(protocol, lacking)
    if refusal:
        return no_estimate(about, method, HAZARD_RATIO, refusal)
    errors = bootstrap_errors(protocol, everyone, MATCHED)
    return effect_row(about, method, HAZARD_RATIO, hazard_ratio(protocol, frames, MATCHED, errors), log=True)


def _at_horizon(
    protocol: Protocol, about: Compared, specification: str, endpoint: Endpoint, frames: list[pd.DataFrame]
) -> list[dict]:
    """Estimates up to the pre-specified horizon; null where either arm has too few at risk there."""
    tau = float(endpoint.horizon_days)
    cox = f"Cox to the horizon, Efron ties, {SPECIFICATIONS[specification].variance}"
    too_few = _too_few(protocol, frames, tau)
    if too_few:
        found = [no_estimate(about, cox, TO_HORIZON, too_few, horizon_days=tau)]
        found += [no_estimate(about, "Kaplan–Meier area", m, too_few, horizon_days=tau) for m in RMST]
    else:
        pooled = hazard_ratio(protocol, [_cut_at(frame, tau) for frame in frames], specification)
        found = [effect_row(about, cox, TO_HORIZON, pooled, horizon_days=tau, log=True)]
        found += _rmst_rows(protocol, about, specification, frames, tau)
    for day in endpoint.milestones_days:
        found.append(_milestone_row(protocol, about, specification, frames, float(day)))
    return found


RMST = ("rmst_difference", "rmst_ratio")


def _rmst_rows(
    protocol: Protocol, about: Compared, specification: str, frames: list[pd.DataFrame], tau: float
) -> list[dict]:
    both = [rmst_contrasts(**_arms(protocol, frame, specification), tau=tau) for frame in frames]
    found = []
    for position, measure in enumerate(RMST):
        log = measure == "rmst_ratio"
        pooled = _pooled_contrast(protocol, [pair[position] for pair in both], np.log if log else float)
        found.append(effect_row(about, "Kaplan–Meier area", measure, pooled, horizon_days=tau, log=log))
    return found


def _milestone_row(
    protocol: Protocol, about: Compared, specification: str, frames: list[pd.DataFrame], day: float
) -> dict:
    too_few = _too_few(protocol, frames, day)
    if too_few:
        return no_estimate(about, "Kaplan–Meier", "survival_difference", too_few, horizon_days=day)
    contrasts = [survival_difference(**_arms(protocol, frame, specification), time=day) for frame in frames]
    pooled = _pooled_contrast(protocol, contrasts, float)
    if len(contrasts) == 1:
        pooled = _as_pooled(contrasts[0])
    return effect_row(
        about, "Kaplan–Meier, log-log interval", "survival_difference", pooled, horizon_days=day
    )


def _arms(protocol: Protocol, frame: pd.DataFrame, specification: str) -> dict:
    return {
        "records": records_of(frame, cluster=cluster_of(frame, specification)),
        "treated": frame["treated"],
        "level": protocol.outcome.level,
    }


def _pooled_contrast(
    protocol: Protocol, contrasts: list[Contrast], scale: Callable[[float], float]
) -> Pooled:
    notes = [contrast.note for contrast in contrasts if contrast.note]
    if notes:
        return Pooled(np.nan, np.nan, np.nan, np.nan, np.nan, notes[0])
    estimates = np.array([scale(contrast.estimate) for contrast in contrasts], float)
    return rubin(estimates, np.array([c.std_error for c in contrasts]) ** 2, protocol.outcome.level)


def _as_pooled(contrast: Contrast) -> Pooled:
    return Pooled(
        contrast.estimate,
        contrast.std_error,
        contrast.ci_lower,
        contrast.ci_upper,
        contrast.p_value,
        contrast.note,
    )


def _log_rank_rows(about: Compared, specification: str, frames: list[pd.DataFrame]) -> list[dict]:
    """The unstratified test is descriptive for matched sets; the one within sets is shown beside it."""
    found = [_test_row(about, "log-rank, unstratified", [_test(frame) for frame in frames])]
    if specification == MATCHED:
        within = [_test(frame, frame["set_id"]) for frame in frames]
        found.append(_test_row(about, "log-rank, within matched sets", within))
    return found


def _test(frame: pd.DataFrame, strata: pd.Series | None = None) -> TestResult:
    return log_rank(records_of(frame, strata=strata), frame["treated"])


def _test_row(about: Compared, method: str, tests: list[TestResult]) -> dict:
    """Chi-square and p; over imputations the medians (Eekhout et al. 2017), said in the note."""
    notes = [test.note for test in tests if test.note]
    statistic = float(np.median([test.statistic for test in tests]))
    p_value = float(np.median([test.p_value for test in tests]))
    note = notes[0] if notes else ("median of the imputations" if len(tests) > 1 else None)
    return effect_row(
        about, method, "log_rank_chi2", Pooled(statistic, np.nan, np.nan, np.nan, p_value, note)
    )


def _too_few(protocol: Protocol, frames: list[pd.DataFrame], day: float) -> str | None:
    least = protocol.outcome.min_at_risk
    for value, label in ((1, protocol.treatment.treated_label), (0, protocol.treatment.control_label)):
        at_risk = min(
            frame.loc[(frame["treated"] == value) & (frame["stop_days"] >= day), "usubjid"].nunique()
            for frame in frames
        )
        if at_risk < least:
            return f"fewer than {least} at risk at day {day:g} in {label}"
    return None


def _cut_at(frame: pd.DataFrame, tau: float) -> pd.DataFrame:
    inside = frame[frame["entry_days"] < tau]
    late = inside["stop_days"] > tau
    return inside.assign(stop_days=inside["stop_days"].clip(upper=tau), event=inside["event"].mask(late, 0))


def _refused_contrasts(about: Compared, endpoint: Endpoint, reason: str) -> list[dict]:
    tau = float(endpoint.horizon_days)
    found = [no_estimate(about, "log-rank, unstratified", "log_rank_chi2", reason)]
    found += [no_estimate(about, "Kaplan–Meier area", measure, reason, horizon_days=tau) for measure in RMST]
    days = (float(day) for day in endpoint.milestones_days)
    return found + [
        no_estimate(about, "Kaplan–Meier", "survival_difference", reason, horizon_days=day) for day in days
    ]
