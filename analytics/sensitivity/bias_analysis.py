"""Quantitative bias analysis for one unmeasured binary confounder, fixed and probabilistic.

Here: the bias factor, the adjusted hazard ratio at stated parameters, and seeded draws over parameter
distributions. Not here: the E-value and Rosenbaum's Γ, which need no parameters.

The bias factor holds for risk ratios; ALS deaths are common, so hazard ratios pass to the risk-ratio scale
and back by the E-value paper's conversion. Sources: Lash TL, Fox MP, Fink AK. Applying Quantitative Bias
Analysis to Epidemiologic Data, 2nd ed. 2021, chapters 5 and 8; Lin DY, Psaty BM, Kronmal RA. Biometrics
1998;54:948-963.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.sensitivity.e_value import hazard_ratio_to_risk_ratio
from analytics.sensitivity.rows import Row, sensitivity_row


@dataclass(frozen=True)
class BiasParameters:
    """Ranges of a trapezoidal distribution (lowest, lower mode, upper mode, highest) for each parameter.

    prevalence_treated, prevalence_control: Shares of the arms that carry the confounder.
    confounder_hazard_ratio: Hazard ratio of death for carriers; below 1 is protective.
    """

    prevalence_treated: tuple[float, float, float, float] = (0.3, 0.4, 0.6, 0.7)
    prevalence_control: tuple[float, float, float, float] = (0.1, 0.2, 0.4, 0.5)
    confounder_hazard_ratio: tuple[float, float, float, float] = (0.4, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class BiasAnalysis:
    """Distribution of the hazard ratio that is left.

    `share_null_or_worse` is the share of draws at 1 or above.
    """

    median: float
    ci_lower: float
    ci_upper: float
    share_null_or_worse: float
    n_draw: int


def risk_ratio_to_hazard_ratio(risk_ratio: np.ndarray) -> np.ndarray:
    """Inverse of the non-rare conversion.

    By bisection of the square root of the hazard ratio on the log scale.
    """
    target = np.asarray(risk_ratio, dtype=float)
    low, high = np.full(target.shape, math.log(1e-6)), np.full(target.shape, math.log(1e6))
    for _ in range(80):
        middle = (low + high) / 2
        below = hazard_ratio_to_risk_ratio(np.exp(middle)) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.exp((low + high) / 2)


def adjusted_hazard_ratio(
    hazard_ratio: np.ndarray | float,
    prevalence_treated: np.ndarray | float,
    prevalence_control: np.ndarray | float,
    confounder_hazard_ratio: np.ndarray | float,
) -> np.ndarray:
    """Hazard ratio once the confounder is accounted for; arguments broadcast.

    Adjusted = back(RR / B) with B = (RR_u p1 + 1 - p1) / (RR_u p0 + 1 - p0) on the risk-ratio scale.
    """
    carrier = hazard_ratio_to_risk_ratio(np.asarray(confounder_hazard_ratio, dtype=float))
    treated = carrier * prevalence_treated + 1 - np.asarray(prevalence_treated)
    control = carrier * prevalence_control + 1 - np.asarray(prevalence_control)
    ratio = hazard_ratio_to_risk_ratio(np.asarray(hazard_ratio, dtype=float))
    return risk_ratio_to_hazard_ratio(ratio * control / treated)


def probabilistic_bias_analysis(
    hazard_ratio: float,
    standard_error: float,
    parameters: BiasParameters,
    seed: int,
    n_draw: int = 20_000,
    level: float = 0.95,
) -> BiasAnalysis:
    """Draws bias parameters and sampling error, and summarises the adjusted hazard ratio.

    Args:
        hazard_ratio: Estimate before bias adjustment.
        standard_error: Standard error of its logarithm; 0 leaves sampling error out.
        parameters: Trapezoidal ranges; the three parameters are drawn independently.
        seed: Seed of the draws.
        n_draw: Number of draws.
        level: Share of the draws between the limits.

    Raises:
        ValueError: If ranges are not ordered, or prevalences are outside 0 to 1.
    """
    rng = np.random.default_rng(seed)
    for low, *_, high in (parameters.prevalence_treated, parameters.prevalence_control):
        if low < 0 or high > 1:
            raise ValueError("Prevalences of the unmeasured confounder must lie between 0 and 1.")
    treated = _trapezoidal(rng, parameters.prevalence_treated, n_draw)
    control = _trapezoidal(rng, parameters.prevalence_control, n_draw)
    carrier = _trapezoidal(rng, parameters.confounder_hazard_ratio, n_draw)
    observed = np.exp(math.log(hazard_ratio) + standard_error * rng.standard_normal(n_draw))
    left = adjusted_hazard_ratio(observed, treated, control, carrier)
    low, middle, high = np.quantile(left, [0.5 - level / 2, 0.5, 0.5 + level / 2])
    return BiasAnalysis(float(middle), float(low), float(high), float(np.mean(left >= 1)), n_draw)


def _trapezoidal(rng: np.random.Generator, ranges: tuple[float, float, float, float], n: int) -> np.ndarray:
    """Draws from a trapezoidal density by inverting its distribution function (Kacker and Lawrence 2007)."""
    a, b, c, d = ranges
    if not a <= b <= c <= d:
        raise ValueError("A trapezoidal range is ordered: lowest, lower mode, upper mode, highest.")
    u = rng.random(n)
    width = (d - a) + (c - b)
    if width == 0:
        return np.full(n, a)
    rising, falling = (b - a) / width, 1 - (d - c) / width
    left = a + np.sqrt(u * width * (b - a))
    right = d - np.sqrt((1 - u) * width * (d - c))
    return np.where(u < rising, left, np.where(u > falling, right, (a + b + u * width) / 2))


def bias_rows(
    hazard_ratio: float | None,
    standard_error: float | None,
    parameters: BiasParameters,
    seed: int,
    n_draw: int = 20_000,
    level: float = 0.95,
) -> list[Row]:
    """Rows of `results.sensitivity`.

    The bias-adjusted hazard ratio and the share of draws at the null or worse.
    """
    if hazard_ratio is None or standard_error is None or not math.isfinite(hazard_ratio * standard_error):
        note = "no hazard ratio to examine"
        return [
            sensitivity_row("bias_analysis", "unmeasured binary confounder", "hazard_ratio", None, note=note)
        ]
    found = probabilistic_bias_analysis(hazard_ratio, standard_error, parameters, seed, n_draw, level)
    note = (
        f"carriers {parameters.prevalence_treated} of treated, {parameters.prevalence_control} of controls, "
        f"hazard ratio {parameters.confounder_hazard_ratio} (trapezoidal); {found.n_draw} draws, seed {seed}"
    )
    scenario = "unmeasured binary confounder"
    interval = {"ci_lower": found.ci_lower, "ci_upper": found.ci_upper}
    share = found.share_null_or_worse
    return [
        sensitivity_row("bias_analysis", scenario, "hazard_ratio", found.median, note=note, **interval),
        sensitivity_row("bias_analysis", scenario, "share_null_or_worse", share, note=note),
    ]
