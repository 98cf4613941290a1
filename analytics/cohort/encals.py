"""ENCALS prognostic score at time zero: a covariate and a diagnostic of balance, not a control by itself.

Here: the linear predictor and predicted survival (to ventilation above 23 h a day, tracheostomy or death, in
months from symptom onset). Not here: its balance (see `analytics.balance`) or its use as a covariate.

FTD and C9orf72 are absent from PRO-ACT and from the registry: both are taken as 0 unless given, and `NOTE`
says so.
Source: Westeneng H-J et al. Prognosis for patients with amyotrophic lateral sclerosis: development and
validation of a personalised prediction model. Lancet Neurol 2018;17:423-433.
"""

import numpy as np
import numpy.typing as npt

NOTE = (
    "ENCALS score with frontotemporal dementia and C9orf72 taken as absent, since neither source records them"
)

_KNOT_MIN, _KNOT_MAX = 0.081, 5.917
_KNOTS = ((3.108, 0.481323), (3.638, 0.390507))
_SPLINE = (-6.409, 2.643, -0.546, 0.585)

Numbers = npt.ArrayLike


def encals_linear_predictor(
    *,
    age_onset_years: Numbers,
    diagnostic_delay_months: Numbers,
    slope_points_per_month: Numbers,
    vital_capacity_pct: Numbers,
    bulbar: Numbers,
    definite_el_escorial: Numbers,
    ftd: Numbers = 0.0,
    c9orf72: Numbers = 0.0,
) -> np.ndarray:
    """Linear predictor; higher is a worse prognosis. Arguments broadcast; a missing input gives NaN.

    Args:
        age_onset_years: Age at symptom onset, years.
        diagnostic_delay_months: Onset to diagnosis, months, > 0 (a delay of 0 gives NaN).
        slope_points_per_month: (ALSFRS-R - 48) / months since onset: zero or negative; above 0 is taken as 0.
        vital_capacity_pct: Forced or slow vital capacity, per cent of predicted, > 0.
        bulbar: 1 for bulbar onset, else 0.
        definite_el_escorial: 1 for definite ALS, else 0.
        ftd: 1 with frontotemporal dementia.
        c9orf72: 1 with the repeat expansion.
    """
    age = _positive(age_onset_years) / 100
    delay = _positive(diagnostic_delay_months) / 10
    capacity = _positive(vital_capacity_pct) / 100
    slope = np.minimum(np.asarray(slope_points_per_month, dtype=float), 0.0)
    t_age = age**-2
    t_delay = delay**-0.5 + np.log(delay)
    t_slope = (0.1 - slope) ** -0.5
    t_capacity = capacity**-1 + capacity**-0.5
    return (
        -1.83665700485301 * t_slope
        - 2.37341404599814 * t_delay
        - 0.266972062796289 * t_age
        + 0.476853332498141 * t_capacity
        + 0.268874087566745 * np.asarray(bulbar, dtype=float)
        + 0.232783007891563 * np.asarray(definite_el_escorial, dtype=float)
        + 0.38831322640700 * np.asarray(ftd, dtype=float)
        + 0.256078493763062 * np.asarray(c9orf72, dtype=float)
    )


def encals_survival(linear_predictor: Numbers, months_from_onset: Numbers) -> np.ndarray:
    """Predicted probability of being free of the composite event; arguments broadcast, months > 0."""
    log_time = np.log(np.asarray(months_from_onset, dtype=float))
    return 1 / (1 + np.exp(_baseline(log_time) + np.asarray(linear_predictor, dtype=float)))


def encals_median_months(linear_predictor: Numbers) -> np.ndarray:
    """Predicted median time from onset, months: where the log odds of the event are zero; NaN stays NaN."""
    target = -np.asarray(linear_predictor, dtype=float)
    low, high = np.full(target.shape, -5.0), np.full(target.shape, 12.0)
    for _ in range(80):
        middle = (low + high) / 2
        below = _baseline(middle) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(np.isnan(target), np.nan, np.exp((low + high) / 2))


def _baseline(log_time: np.ndarray) -> np.ndarray:
    """Restricted cubic spline of log time: the baseline log cumulative odds."""
    intercept, linear, *coefficients = _SPLINE
    total = intercept + linear * log_time
    for (knot, share), coefficient in zip(_KNOTS, coefficients, strict=True):
        basis = _cubed(log_time - knot) - share * _cubed(log_time - _KNOT_MIN)
        total = total + coefficient * (basis - (1 - share) * _cubed(log_time - _KNOT_MAX))
    return total


def _cubed(distance: np.ndarray) -> np.ndarray:
    return np.maximum(distance, 0.0) ** 3


def _positive(values: Numbers) -> np.ndarray:
    """Values as floats, those at or below zero as NaN: their transformation has no meaning."""
    numbers = np.asarray(values, dtype=float)
    return np.where(numbers > 0, numbers, np.nan)
