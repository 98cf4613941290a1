"""PRO-ACT VITALSIGNS: 36 columns, most of them mostly blank, with mixed units and implausible values."""

import numpy as np
import pandas as pd

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.proact_respiratory import chosen_visits, late_slips
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import BoolArray, FloatArray, decimal, stream, text, whole

POSTURES = ("Supine", "Standing")


def vital_signs(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Vital signs by subject and day."""
    rng = stream(settings.seed, "proact", "vitals")
    n = len(cohort.subjects)
    measured = ~cohort.of_trial("lacks_vitals") & (rng.random(n) < 0.965)
    subject, day = chosen_visits(rng, cohort, measured, 0.89)
    day = late_slips(rng, cohort, subject, day, settings)
    frame: dict[str, object] = {"subject_id": cohort.subjects["subject_id"].to_numpy()[subject]}
    undated = (rng.random(n) < 0.053)[subject]
    frame["Vital_Signs_Delta"] = whole(day, undated)
    frame |= _routine(rng, n, subject, settings)
    frame |= _height(rng, cohort, subject, day, settings)
    frame |= _weight(rng, cohort, subject, day, settings)
    frame |= _postural(rng, n, subject, day)
    return pd.DataFrame(frame)


def _routine(
    rng: np.random.Generator, n: int, subject: np.ndarray, settings: SimulationSettings
) -> dict[str, object]:
    m = len(subject)
    units = {"Blood_Pressure_Diastolic": ["MMHG", "mmHg"], "Blood_Pressure_Systolic": ["MMHG", "mmHg"]}
    units |= {
        "Pulse": ["BEATS/MIN"],
        "Respiratory_Rate": ["BREATHS/MIN", "breaths/min"],
        "Temperature": ["C"],
    }
    law = {
        "Blood_Pressure_Diastolic": (80.5, 10.1, 0.763, 0),
        "Blood_Pressure_Systolic": (130.4, 16.0, 0.763, 0),
    }
    law |= {"Pulse": (75.7, 12.3, 0.758, 0), "Respiratory_Rate": (17.4, 3.1, 0.72, 0)}
    law |= {"Temperature": (36.5, 0.3, 0.467, 1)}
    frame: dict[str, object] = {}
    by_subject = rng.random(n)
    for name, (mean, sd, share, digits) in law.items():
        absent = (by_subject > share / 0.985)[subject] | (rng.random(m) > 0.985)
        value = rng.normal(mean, sd, m)
        if name == "Temperature":
            value = np.where(rng.random(m) < 0.002 * settings.quirk_rate, rng.uniform(32, 34.7, m), value)
        frame[name] = decimal(value, digits, absent)
        unit = rng.integers(0, len(units[name]), m)
        frame[f"{name}_Units"] = text(unit, units[name], absent | (rng.random(m) > 0.4))
    return frame


def _height(
    rng: np.random.Generator,
    cohort: ProactCohort,
    subject: np.ndarray,
    day: FloatArray,
    settings: SimulationSettings,
) -> dict[str, object]:
    """Once per subject, at day 0; a few metres or nonsense among the centimetres, inches only with their unit."""
    m = len(subject)
    centimetres = cohort.subjects["height_cm"].to_numpy()[subject]
    absent = ~((day == 0) & (rng.random(m) < 0.96)) & (rng.random(m) > 0.012)
    inches = rng.random(m) < 0.035
    value = np.where(inches, np.round(centimetres / 2.54, 1), centimetres)
    tiny = rng.random(m) < 0.015 * settings.quirk_rate
    value = np.where(tiny, np.round(rng.uniform(0.3, 0.8, m), 2), value)
    unlabelled = (rng.random(m) > 0.6) & ~inches
    unit = text(inches.astype(int), ["Centimeters", "Inches"], absent | unlabelled | tiny)
    return {"Height": decimal(value, 2, absent), "Height_Units": unit}


def _weight(
    rng: np.random.Generator,
    cohort: ProactCohort,
    subject: np.ndarray,
    day: FloatArray,
    settings: SimulationSettings,
) -> dict[str, object]:
    m = len(subject)
    loss = 0.35 * cohort.subjects["decline"].to_numpy()[subject] * day / 30.4375
    start = cohort.subjects["weight_kg"].to_numpy()[subject]
    kilograms = np.maximum(start - loss + rng.normal(0, 0.8, m), 30.0)
    pounds = rng.random(m) < 0.004
    value = np.where(pounds, kilograms * 2.20462, kilograms)
    tiny = rng.random(m) < 0.0028 * settings.quirk_rate
    value = np.where(tiny, rng.uniform(4, 24, m), value)
    absent = (rng.random(len(cohort.subjects)) > 0.70)[subject] | (rng.random(m) > 0.98)
    unit = text(
        pounds.astype(int), ["Kilograms", "Pounds"], absent | tiny | ((rng.random(m) > 0.5) & ~pounds)
    )
    return {"Weight": decimal(value, 1, absent), "Weight_Units": unit}


def _postural(rng: np.random.Generator, n: int, subject: np.ndarray, day: FloatArray) -> dict[str, object]:
    """Supine and standing readings of a few trials; baseline and endpoint copies stand on the first rows."""
    m = len(subject)
    by_subject = (rng.random(n) < 0.165)[subject]
    first = (day == 0) & (rng.random(n) < 0.30)[subject]
    frame: dict[str, object] = {}
    for posture in POSTURES:
        shift = 0.0 if posture == "Supine" else 4.0
        for prefix, shown in (("", by_subject), ("Baseline_", first), ("Endpoint_", first)):
            frame |= _pressure(rng, m, f"{prefix}{posture}", shift, shown)
            frame[f"{prefix}{posture}_Pulse"] = decimal(rng.normal(75 + 2 * shift, 11, m), 0, ~shown)
    for prefix in ("Baseline_", "Endpoint_"):
        frame[f"{prefix}Weight"] = decimal(rng.normal(78, 15, m).clip(38, 140), 1, ~first)
    return frame


def _pressure(
    rng: np.random.Generator, m: int, prefix: str, shift: float, shown: BoolArray
) -> dict[str, FloatArray]:
    return {
        f"{prefix}_BP_Diastolic": decimal(rng.normal(80 + shift / 2, 10, m), 0, ~shown),
        f"{prefix}_BP_Systolic": decimal(rng.normal(130 - shift, 16, m), 0, ~shown),
    }
