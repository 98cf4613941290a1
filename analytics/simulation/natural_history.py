"""The disease: who falls ill, how fast they decline, when they die with and without treatment.

One law for both sources, so that a difference between arms is confounding or the planted effect, nothing else.
Death follows a Weibull proportional-hazards model in the measured covariates, hence a Cox model recovers it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import FloatArray, truncated_normal

DAYS_PER_MONTH = 30.4375
REFERENCE = {"age": 56.5, "symptom_months": 15.0, "alsfrsr": 38.0, "dfrs": 0.7}


@dataclass(frozen=True)
class Population:
    """Marginal distributions of one source at its index day (months from onset, points, years)."""

    age_mean: float
    age_sd: float
    male: float
    bulbar: float
    alsfrsr_mean: float
    alsfrsr_sd: float
    alsfrsr_range: tuple[float, float]
    riluzole: float
    unmeasured_mean: float = 0.0
    age_range: tuple[float, float] = (19.0, 84.0)


def symptom_months(
    rng: np.random.Generator, *, mean: float, sd: float, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Months from onset to index, log-normal with the given mean and SD before truncation to [low, high]."""
    sigma = float(np.sqrt(np.log1p((sd / mean) ** 2)))
    centre = float(np.log(mean)) - sigma**2 / 2
    draws = truncated_normal(rng, len(low), mean=centre, sd=sigma, low=np.log(low), high=np.log(high))
    return np.asarray(np.exp(draws))


def draw_subjects(rng: np.random.Generator, months: FloatArray, population: Population) -> pd.DataFrame:
    """Baseline covariates of one subject per entry of `months`, and the frailty behind death and decline.

    Returns:
        Columns age (years), male, bulbar, riluzole (0/1), symptom_days, symptom_months, alsfrsr (whole
        points), dfrs (points lost per month since onset), unmeasured, exposure_to_death (unit exponential).
    """
    n = len(months)
    bulbar = rng.random(n) < population.bulbar
    # Bulbar onset comes later in life: three years, marginal mean kept.
    age_mean = population.age_mean + 3.0 * (bulbar - population.bulbar)
    # Longer since onset means a lower score: a tenth of a point per month around the mean duration.
    score_mean = population.alsfrsr_mean - 0.10 * (months - months.mean())
    age_low, age_high = population.age_range
    age = truncated_normal(rng, n, mean=age_mean, sd=population.age_sd, low=age_low, high=age_high)
    low, high = population.alsfrsr_range
    score = truncated_normal(rng, n, mean=score_mean, sd=population.alsfrsr_sd, low=low, high=high)
    symptom_days = np.maximum(np.round(months * DAYS_PER_MONTH), 30.0)
    subjects = pd.DataFrame(
        {
            "age": age,
            "male": (rng.random(n) < population.male).astype(int),
            "bulbar": bulbar.astype(int),
            "riluzole": (rng.random(n) < population.riluzole).astype(int),
            "symptom_days": symptom_days,
            "symptom_months": symptom_days / DAYS_PER_MONTH,
            "alsfrsr": np.round(score),
            "unmeasured": rng.normal(population.unmeasured_mean, 1.0, n),
            "exposure_to_death": rng.exponential(1.0, n),
        }
    )
    subjects["dfrs"] = (48.0 - subjects["alsfrsr"]) / subjects["symptom_months"]
    return subjects


def linear_predictor(subjects: pd.DataFrame, settings: SimulationSettings) -> FloatArray:
    """Log hazard of death relative to the reference subject, without treatment."""
    effect = settings.effects
    predictor = (
        effect.age_per_10_years * (subjects["age"] - REFERENCE["age"]) / 10.0
        + effect.male * subjects["male"]
        + effect.bulbar * subjects["bulbar"]
        + effect.symptom_month * (subjects["symptom_months"] - REFERENCE["symptom_months"])
        + effect.alsfrsr_point * (subjects["alsfrsr"] - REFERENCE["alsfrsr"])
        + effect.dfrs_point_per_month * (subjects["dfrs"] - REFERENCE["dfrs"])
        + effect.riluzole * subjects["riluzole"]
        + settings.unmeasured_confounding * subjects["unmeasured"]
    )
    return predictor.to_numpy(dtype=float)


def death_days(subjects: pd.DataFrame, settings: SimulationSettings, hazard_ratio: float) -> FloatArray:
    """Whole days from index to death under the given hazard ratio; both arms share the subject's own exposure."""
    rate = np.exp(subjects["linear_predictor"].to_numpy()) * hazard_ratio
    cumulative = subjects["exposure_to_death"].to_numpy() / rate
    return np.maximum(
        np.ceil(settings.weibull_scale_days * cumulative ** (1.0 / settings.weibull_shape)), 1.0
    )


def frailty(subjects: pd.DataFrame) -> FloatArray:
    """Standard normal, high in those who die earlier than their covariates say."""
    return -norm.ppf(-np.expm1(-subjects["exposure_to_death"].to_numpy()))


def decline_per_month(rng: np.random.Generator, subjects: pd.DataFrame) -> FloatArray:
    """ALSFRS-R points lost per month after index: follows the pace before it, and the frailty."""
    pace = 0.30 + 0.85 * subjects["dfrs"].to_numpy() + 0.20 * subjects["bulbar"].to_numpy()
    spread, link = 0.55, 0.5
    noise = link * frailty(subjects) + np.sqrt(1 - link**2) * rng.standard_normal(len(subjects))
    return np.asarray(pace * np.exp(spread * noise - spread**2 / 2))
