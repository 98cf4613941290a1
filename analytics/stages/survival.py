"""Stage: survival curves and their summaries, by specification, endpoint and arm.

Where other events compete with an endpoint, its curve is one minus cumulative incidence, and there is no median.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.competing_effects import not_of_one_cause
from analytics.comparison.data_sets import usual_imputations
from analytics.comparison.pooling import pooled_curve, pooled_incidence, pooled_mean
from analytics.comparison.refusal import lacking
from analytics.comparison.risk_floor import first_day, too_few_in_arm
from analytics.comparison.specification import specifications
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.second_opinion import withheld
from analytics.survival.competing_risks import cumulative_incidence, failures
from analytics.survival.curve import SurvivalCurve
from analytics.survival.followed import Followed
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.observation import reverse_kaplan_meier
from analytics.survival.rmst import restricted_mean

NEEDS = (*comparison.NEEDS, "follow_up")
MAKES = ("survival_curve", "survival_summary")
SEVERAL = "median of the imputations"
ONE_MINUS_INCIDENCE = "one minus Aalen–Johansen"


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Kaplan–Meier curves, or one minus Aalen–Johansen's, with log-log intervals, pooled over imputations."""
    tables = usual_imputations(protocol, tables)
    curves, summaries = [], []
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    for specification in specifications(protocol):
        made = list(comparisons(protocol, tables, specification))
        reason = lacking(protocol, tables, specification) or "nobody in this arm"
        for endpoint in protocol.endpoint:
            parts = followed(made, tables["follow_up"], endpoint.name)
            for arm, label in labels.items():
                key: dict[str, Any] = {
                    "specification": specification,
                    "endpoint": endpoint.name,
                    "arm": label,
                }
                people = [mine for mine in (part.arm(arm) for part in parts) if len(mine)]
                curve, summary = _of_arm(protocol, endpoint, people, reason)
                curves.append(curve.assign(**key))
                summaries.append(TABLES["survival_summary"].row(**key, **summary))
    drawn, told = withheld.survival(
        TABLES["survival_curve"].stacked(curves),
        TABLES["survival_summary"].frame(summaries),
        tables.get(withheld.TABLE),
    )
    return {"survival_curve": drawn, "survival_summary": told}


def _of_arm(
    protocol: Protocol, endpoint: Endpoint, people: Sequence[Followed], lacking: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Curve and summary of one arm; the curve begins where as many are at risk as the floor asks for."""
    tau = float(endpoint.horizon_days)
    if not people:
        return pd.DataFrame(), {"n": 0, "n_event": 0, "n_competing": 0, "rmst_tau_days": tau, "note": lacking}
    summary = _counts(people, tau)
    starts = [first_day(protocol, part) for part in people]
    if None in starts:
        least = protocol.outcome.min_at_risk
        return pd.DataFrame(), summary | {"note": f"never as many as {least} at risk: no curve"}
    start = max(day for day in starts if day is not None)
    whole = [kaplan_meier(part.records(), level=protocol.outcome.level) for part in people]
    drawn = whole
    left = [part.from_day(start) for part in people] if start > 0 else people
    if start > 0:
        drawn = [kaplan_meier(part.records(), level=protocol.outcome.level) for part in left]
    curve = pooled_curve(drawn, protocol.outcome.level).assign(n_competing=0.0, estimator="Kaplan–Meier")
    if endpoint.competing:
        curve = _incidence(protocol, curve, left)
    curve = curve.assign(time_days=curve["time_days"].clip(lower=start))
    numbers, reasons = _numbers(protocol, endpoint, people, whole)
    note = "; ".join(dict.fromkeys(reasons)) or None
    at_horizon = _middle(np.array([float(each.n_risk_at([tau])[0]) for each in whole]))
    return curve, summary | numbers | {
        "curve_from_days": start,
        "n_risk_at_horizon": at_horizon,
        "note": note,
    }


def _incidence(protocol: Protocol, curve: pd.DataFrame, people: Sequence[Followed]) -> pd.DataFrame:
    """The curve of the same days that is one minus cumulative incidence; its first row, at the origin, stays."""
    level = protocol.outcome.level
    found = pooled_incidence([cumulative_incidence(part.causes(), level=level) for part in people], level)
    origin = curve[~curve["time_days"].isin(found["time_days"])]
    return pd.concat([origin, found], ignore_index=True).assign(estimator=ONE_MINUS_INCIDENCE)


def _numbers(
    protocol: Protocol, endpoint: Endpoint, people: Sequence[Followed], curves: list[SurvivalCurve]
) -> tuple[dict[str, float], list[str]]:
    """Median and restricted mean, each null where the risk set is too small for it, and what is to be said of them."""
    tau = float(endpoint.horizon_days)
    reasons = [SEVERAL] if len(people) > 1 else []
    if competes := not_of_one_cause(endpoint):
        return {}, [*reasons, f"median: {competes}", f"restricted mean: {competes}"]
    medians = np.array([curve.median() for curve in curves])
    median, lower, upper = (_middle(medians[:, i]) for i in range(3))
    short = None if np.isnan(median) else _too_few(protocol, people, median)
    if short:
        median = lower = upper = np.nan
        reasons.append(f"median: {short}")
    areas = [restricted_mean(curve, tau) for curve in curves]
    area, error = pooled_mean(np.array([a for a, _ in areas]), np.array([e for _, e in areas]) ** 2)
    short = _too_few(protocol, people, tau)
    if short:
        area = error = np.nan
        reasons.append(f"restricted mean: {short}")
    numbers = {"median_days": median, "median_ci_lower": lower, "median_ci_upper": upper}
    return numbers | {"rmst_days": area, "rmst_standard_error": error}, reasons


def _too_few(protocol: Protocol, people: Sequence[Followed], day: float) -> str | None:
    found = (too_few_in_arm(protocol, part, day) for part in people)
    return next((reason for reason in found if reason), None)


def _counts(people: Sequence[Followed], tau: float) -> dict[str, Any]:
    """Subjects, events and length of follow-up. How long somebody was followed does not depend on whom they resemble."""
    once = [part.subjects(causes=True) for part in people]
    return {
        "n": _typical([len(records) for records in once]),
        "n_event": _typical([int((records.event == 1).sum()) for records in once]),
        "n_competing": _typical([int((records.event == 2).sum()) for records in once]),
        "rmst_tau_days": tau,
        "follow_up_median_days": _middle(
            np.array([reverse_kaplan_meier(failures(r)).median()[0] for r in once])
        ),
        "last_follow_up_days": max(float(records.stop.max()) for records in once),
    }


def _middle(values: np.ndarray) -> float:
    """Median over imputations; not reached in half of them or more is not reached."""
    if np.isnan(values).sum() * 2 >= len(values):
        return float("nan")
    return float(np.median(np.where(np.isnan(values), np.inf, values)))


def _typical(counts: list[int]) -> int:
    return int(np.median(counts))
