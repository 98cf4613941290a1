"""One look at the accumulating data: rows of `results.monitoring_look`.

Here: when a formal look is allowed and what it decides; a refusal is a row with its reason, never an
exception. Not here: how boundaries and e-values are computed (`alpha_spending`, `safe_log_rank`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analytics.catalogue import TABLES
from analytics.monitoring.alpha_spending import Spending, boundaries
from analytics.monitoring.safe_log_rank import SafeLogRank

NOT_FROZEN = "the matched set is not frozen (matching.refresh = frozen)"


@dataclass(frozen=True)
class MonitoringPlan:
    """What was declared beforehand: deaths expected at the end.

    Information times, error and spending function.
    """

    planned_events: int | None
    information: tuple[float, ...] = ()
    alpha: float = 0.05
    spending: Spending = "obrien_fleming"
    tolerance: float = 0.0
    """Share of the planned information by which a look may come early and still be the declared one."""


def formal_look(
    plan: MonitoringPlan,
    *,
    matched_set_frozen: bool,
    n_event: int,
    log_hazard_ratio: float | None,
    standard_error: float | None,
    looks_taken: Sequence[float] = (),
    specification: str = "",
    endpoint: str = "",
) -> pd.DataFrame:
    """A look at its declared information time, against its boundary, or the reason why it is refused.

    Args:
        plan: The declared plan.
        matched_set_frozen: Whether the matched set was frozen before the first look.
        n_event: Deaths in the matched set now.
        log_hazard_ratio: Estimate of the headline.
        standard_error: Its (pair-robust) standard error.
        looks_taken: Information at which earlier formal looks were taken, oldest first.
        specification: Name of the specification.
        endpoint: Name of the endpoint.

    Returns:
        One row of `results.monitoring_look`; decision is 'crossed', 'continue' or 'refused', `information` deaths over
        planned deaths.
    """
    row = TABLES["monitoring_look"].row()
    row |= {"specification": specification, "endpoint": endpoint, "n_event": n_event}
    row["method"] = f"alpha spending, {plan.spending} type"
    information = n_event / plan.planned_events if plan.planned_events else None
    row["information"] = information
    z = _statistic(log_hazard_ratio, standard_error)
    reason = _refusal(plan, matched_set_frozen, information, looks_taken, z)
    if reason is not None:
        refused = refused_look(str(row["method"]), reason, specification, endpoint)
        return refused.assign(n_event=n_event, information=information)
    # A missing figure has been refused above; the type checker cannot know.
    assert information is not None
    assert z is not None
    assert log_hazard_ratio is not None
    assert standard_error is not None
    limit, decision = _decision(plan, information, looks_taken, z)
    row |= decision | _repeated_interval(log_hazard_ratio, standard_error, limit)
    return TABLES["monitoring_look"].frame([row])


def _refusal(
    plan: MonitoringPlan,
    frozen: bool,
    information: float | None,
    taken: Sequence[float],
    z: float | None,
) -> str | None:
    """Why a formal look cannot be taken now, or None."""
    if not frozen:
        return NOT_FROZEN
    if not plan.information or information is None:
        return "no information times and planned deaths were declared beforehand"
    if z is None:
        return "the hazard ratio cannot be estimated"
    return _too_early_or_late(plan, information, taken)


def _too_early_or_late(plan: MonitoringPlan, information: float, taken: Sequence[float]) -> str | None:
    """Why this information is not that of the next declared look, or None."""
    if len(taken) >= len(plan.information) or (taken and taken[-1] >= 1):
        return "all declared looks have been taken"
    if taken and information <= taken[-1]:
        return "no information has been added since the last look"
    due = plan.information[len(taken)]
    if information < due - plan.tolerance:
        return f"information {information:.3f} has not reached the next declared time {due:.3f}"
    return None


def _decision(
    plan: MonitoringPlan, information: float, taken: Sequence[float], z: float
) -> tuple[float, dict[str, object]]:
    """Boundary at the information actually reached, given the looks actually taken (Lan and DeMets 1983)."""
    last = len(taken) + 1 == len(plan.information)
    now = 1.0 if last else min(information, 1.0)
    limits = boundaries([*[min(t, 1.0) for t in taken], now], plan.alpha, plan.spending)
    limit = float(limits["boundary_z"].iloc[-1])
    return limit, {
        "look": len(taken) + 1,
        "statistic": z,
        "p_value": float(2 * norm.sf(abs(z))),
        "boundary": limit,
        "alpha_spent": float(limits["alpha_spent"].iloc[-1]),
        "decision": "crossed" if abs(z) >= limit else "continue",
        "note": "last declared look: all remaining alpha is spent" if last else None,
    }


def _statistic(log_hazard_ratio: float | None, standard_error: float | None) -> float | None:
    """Wald z, or None when there is no estimate."""
    if log_hazard_ratio is None or standard_error is None or not standard_error > 0:
        return None
    return log_hazard_ratio / standard_error if np.isfinite(log_hazard_ratio) else None


def _repeated_interval(log_hazard_ratio: float, standard_error: float, limit: float) -> dict[str, object]:
    """Repeated confidence interval (Jennison and Turnbull 1989): the boundary in place of 1.96."""
    half = limit * standard_error
    lower, upper = np.exp([log_hazard_ratio - half, log_hazard_ratio + half])
    return {"estimate": float(np.exp(log_hazard_ratio)), "ci_lower": float(lower), "ci_upper": float(upper)}


def anytime_look(
    found: SafeLogRank, specification: str = "", endpoint: str = "", *, matched_set_frozen: bool = True
) -> pd.DataFrame:
    """The safe log-rank test as a row of `results.monitoring_look`; it may be taken every night, of sets that stay."""
    row = TABLES["monitoring_look"].row()
    threshold = 1 / (1 - found.level)
    row |= {
        "specification": specification,
        "endpoint": endpoint,
        "method": "safe log-rank e-process",
        "n_event": found.n_event,
    }
    if not matched_set_frozen:
        row |= {"decision": "refused", "note": f"formal look refused: {NOT_FROZEN}"}
        return TABLES["monitoring_look"].frame([row])
    row |= {
        "statistic": found.e_value,
        "boundary": threshold,
        "p_value": min(1.0, 1 / found.e_value),
        "ci_lower": found.ci_lower,
        "ci_upper": found.ci_upper,
        "decision": "crossed" if found.e_value >= threshold else "continue",
        "note": found.note
        or f"alternative {found.alternative:g} or its reciprocal; approximate with staggered entry",
    }
    return TABLES["monitoring_look"].frame([row])


def refused_look(method: str, reason: str, specification: str, endpoint: str) -> pd.DataFrame:
    """A look that was not taken, and why."""
    row = TABLES["monitoring_look"].row(
        specification=specification,
        endpoint=endpoint,
        method=method,
        decision="refused",
        note=f"formal look refused: {reason}",
    )
    return TABLES["monitoring_look"].frame([row])
