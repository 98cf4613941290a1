"""E-value: how strong an unmeasured confounder must be to explain a hazard ratio away.

Here: the non-rare hazard-ratio form, since most ALS subjects die during follow-up, for the estimate and
for the confidence limit nearer to the null. Not here: bias analyses with stated parameters (`bias_analysis`).

Source: VanderWeele TJ, Ding P. Sensitivity analysis in observational research: introducing the E-value.
Ann Intern Med 2017;167:268-274; R package EValue, `evalues.HR(rare = FALSE)`.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.sensitivity.rows import Row, sensitivity_row


@dataclass(frozen=True)
class EValue:
    """E-values on the risk-ratio scale.

    `interval` is 1 when the interval holds the null, None without limits.
    """

    risk_ratio: float
    estimate: float
    interval: float | None


def hazard_ratio_to_risk_ratio(hazard_ratio: float | np.ndarray) -> float | np.ndarray:
    """Approximate risk ratio of a hazard ratio whose outcome is common (> 15 % by the end of follow-up)."""
    root = np.sqrt(hazard_ratio)
    return (1 - 0.5**root) / (1 - 0.5 ** (1 / root))


def e_value(
    hazard_ratio: float,
    ci_lower: float | None = None,
    ci_upper: float | None = None,
    true_hazard_ratio: float = 1.0,
) -> EValue:
    """E-values of a hazard ratio and of its interval, for a common outcome.

    Args:
        hazard_ratio: Estimated hazard ratio, > 0.
        ci_lower: Lower confidence limit, or None.
        ci_upper: Upper confidence limit, or None.
        true_hazard_ratio: The value to which confounding should shift the estimate; 1 is the null.

    Raises:
        ValueError: If the hazard ratio is not positive, or limits do not enclose it.
    """
    if not hazard_ratio > 0 or not true_hazard_ratio > 0:
        raise ValueError("An E-value needs a positive hazard ratio.")
    if (ci_lower is not None and ci_lower > hazard_ratio) or (
        ci_upper is not None and ci_upper < hazard_ratio
    ):
        raise ValueError("The confidence limits must enclose the hazard ratio.")
    ratio, true = (float(hazard_ratio_to_risk_ratio(h)) for h in (hazard_ratio, true_hazard_ratio))
    point = _threshold(ratio, true)
    limit = ci_upper if hazard_ratio <= true_hazard_ratio else ci_lower
    if limit is None:
        return EValue(ratio, point, None)
    crosses = (limit - true_hazard_ratio) * (hazard_ratio - true_hazard_ratio) <= 0
    interval = 1.0 if crosses else _threshold(float(hazard_ratio_to_risk_ratio(limit)), true)
    return EValue(ratio, point, interval)


def _threshold(ratio: float, true: float) -> float:
    """E-value of a risk ratio against a true risk ratio.

    Ratios below the truth are inverted, as in EValue.
    """
    if ratio < true:
        ratio, true = 1 / ratio, 1 / true
    return (ratio + math.sqrt(ratio * (ratio - true))) / true


def e_value_rows(hazard_ratio: float | None, ci_lower: float | None, ci_upper: float | None) -> list[Row]:
    """Rows of `results.sensitivity` for one hazard ratio; null with a note when there is no estimate."""
    if hazard_ratio is None or not math.isfinite(hazard_ratio):
        note = "no hazard ratio to examine"
        return [sensitivity_row("e_value", s, "e_value", None, note=note) for s in ("estimate", "interval")]
    found = e_value(hazard_ratio, ci_lower, ci_upper)
    note = f"non-rare hazard-ratio form; risk ratio {found.risk_ratio:.4g}"
    nearer = "confidence limit nearer to the null" + (
        "; the interval holds the null" if found.interval == 1 else ""
    )
    return [
        sensitivity_row("e_value", "estimate", "e_value", found.estimate, note=note),
        sensitivity_row("e_value", "interval", "e_value", found.interval, note=nearer),
    ]
