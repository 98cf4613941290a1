"""Stage: survival curves and their summaries, by specification, endpoint and arm."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison
from analytics.comparison.comparison import Comparison, comparisons
from analytics.comparison.pooling import pooled_curve, pooled_mean
from analytics.comparison.records import records_of
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import CRUDE, specifications
from analytics.protocol import Protocol
from analytics.survival.curve import SurvivalCurve
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.observation import reverse_kaplan_meier
from analytics.survival.records import Records
from analytics.survival.rmst import restricted_mean

NEEDS = (*comparison.NEEDS, "follow_up")
MAKES = ("survival_curve", "survival_summary")


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Kaplan–Meier curves with log-log intervals, pooled over imputations on the complementary log-log scale."""
    curves, summaries = [], []
    for specification in specifications(protocol):
        made = list(comparisons(protocol, tables, specification))
        reason = lacking(protocol, tables, specification) or "nobody in this arm"
        for endpoint in protocol.endpoint:
            for arm in (1, 0):
                frames = [_arm(compared, tables["follow_up"], endpoint.name, arm) for compared in made]
                label = protocol.treatment.treated_label if arm else protocol.treatment.control_label
                key: dict[str, Any] = {
                    "specification": specification,
                    "endpoint": endpoint.name,
                    "arm": label,
                }
                fitted = [arm_curve(protocol, frame, specification) for frame in frames if len(frame)]
                if fitted:
                    curves.append(pooled_curve(fitted, protocol.outcome.level).assign(**key))
                made_of_arm = key | _summary(frames, fitted, endpoint.horizon_days, reason)
                summaries.append(TABLES["survival_summary"].row(**made_of_arm))
    return {
        "survival_curve": TABLES["survival_curve"].stacked(curves),
        "survival_summary": TABLES["survival_summary"].frame(summaries),
    }


def _arm(compared: Comparison, follow_up: pd.DataFrame, endpoint: str, arm: int) -> pd.DataFrame:
    frame = compared.with_follow_up(follow_up, endpoint)
    return frame[frame["treated"] == arm]


def arm_curve(protocol: Protocol, frame: pd.DataFrame, specification: str) -> SurvivalCurve:
    """One arm's curve; weights make its errors robust."""
    weighted = specification != CRUDE and bool((frame["weight"] != 1).any())
    records = records_of(frame, cluster=frame["usubjid"] if weighted else None)
    return kaplan_meier(records, level=protocol.outcome.level)


def _summary(frames: list[pd.DataFrame], fitted: list[SurvivalCurve], tau: float, lacking: str) -> dict:
    if not fitted:
        return {"n": 0, "n_event": 0, "rmst_tau_days": tau, "note": lacking}
    medians = np.array([curve.median() for curve in fitted])
    areas = [restricted_mean(curve, tau) for curve in fitted]
    area, error = pooled_mean(np.array([a for a, _ in areas]), np.array([e for _, e in areas]) ** 2)
    followed = [reverse_kaplan_meier(_unweighted(frame)).median()[0] for frame in frames]
    median, lower, upper = (_middle(medians[:, i]) for i in range(3))
    return {
        "n": _typical([f["usubjid"].nunique() for f in frames]),
        "n_event": _typical([f.loc[f["event"] == 1, "usubjid"].nunique() for f in frames]),
        "median_days": median,
        "median_ci_lower": lower,
        "median_ci_upper": upper,
        "rmst_days": area,
        "rmst_standard_error": error,
        "rmst_tau_days": tau,
        "follow_up_median_days": _middle(np.array(followed)),
        "last_follow_up_days": max(float(f["stop_days"].max()) for f in frames),
        "n_risk_at_horizon": _middle(np.array([float(curve.n_risk_at([tau])[0]) for curve in fitted])),
        "note": "median of the imputations" if len(fitted) > 1 else None,
    }


def _unweighted(frame: pd.DataFrame) -> Records:
    """How long somebody was followed does not depend on whom they resemble."""
    return Records(frame["stop_days"], frame["event"], entry=frame["entry_days"])


def _middle(values: np.ndarray) -> float:
    """Median over imputations; not reached in more than half of them is not reached."""
    if np.isnan(values).sum() * 2 > len(values):
        return float("nan")
    return float(np.median(np.where(np.isnan(values), np.inf, values)))


def _typical(counts: list[int]) -> int:
    return int(np.median(counts))
