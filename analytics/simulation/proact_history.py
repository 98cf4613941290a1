"""PRO-ACT ALSHISTORY: onset, site and diagnosis, told in two ways by different trials and over several rows."""

import numpy as np
import pandas as pd

from analytics.simulation.natural_history import DAYS_PER_MONTH
from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import choice_codes, stream, text, whole

SITES = ["Onset: Limb", "Onset: Bulbar", "Onset: Limb and Bulbar", "Onset: Other", "Onset: Spine"]
FLAGS = ["Limb", "Bulbar", "Limb_and_Bulbar", "Other", "Spine"]
SYMPTOMS = ["WEAKNESS", "Weakness", "SPEECH", "CRAMPS", "FASCICULATIONS", "ATROPHY", "OTHER", "SWALLOWING"]
SYMPTOMS += ["STIFFNESS", "SENSORY CHANGES", "GAIT CHANGES"]
SYMPTOM_SHARE = (1900, 78, 293, 67, 65, 54, 51, 47, 40, 35, 23)
LIMBS = [
    "RIGHT HAND",
    "LEFT HAND",
    "RIGHT LEG",
    "LEFT LEG",
    "RIGHT FOOT",
    "LEFT FOOT",
    "BOTH HANDS",
    "RIGHT ARM",
]
LIMBS += ["LEFT ARM", "Left arm, shoulder", "both legs", "NECK", "TONGUE", "FACE"]


def als_history(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """An onset row for each subject of trials with history, and a symptom row for a quarter of them."""
    rng = stream(settings.seed, "proact", "history")
    has = ~cohort.of_trial("lacks_history") & (rng.random(len(cohort.subjects)) < 0.985)
    onset = _onset_rows(rng, cohort, np.flatnonzero(has), settings)
    symptom = _symptom_rows(rng, cohort, np.flatnonzero(has & (rng.random(len(has)) < 0.245)))
    both = pd.concat([onset, symptom], ignore_index=True)
    return both.sort_values("subject_id", kind="stable", ignore_index=True)


def _site_codes(rng: np.random.Generator, bulbar: np.ndarray) -> np.ndarray:
    """Codes into SITES: mixed and rarer sites are cut out of the non-bulbar ones."""
    limb_like = choice_codes(rng, len(bulbar), (0.915, 0.035, 0.010, 0.040))
    return np.where(bulbar == 1, 1, np.array([0, 2, 3, 4])[limb_like])


def _onset_rows(
    rng: np.random.Generator, cohort: ProactCohort, rows: np.ndarray, settings: SimulationSettings
) -> pd.DataFrame:
    subjects, m = cohort.subjects.iloc[rows], len(rows)
    onset = -subjects["symptom_days"].to_numpy()
    diagnosis = onset + np.round(subjects["diagnosis_months_before"].to_numpy() * DAYS_PER_MONTH)
    slip = rng.random(m)
    rate = settings.quirk_rate
    onset = np.where(slip < 0.0015 * rate, rng.integers(0, 40, m), onset)
    onset = np.where((slip > 0.5) & (slip < 0.5 + 0.001 * rate), -rng.integers(1, 30, m), onset)
    diagnosis = np.where(rng.random(m) < 0.0015 * rate, rng.integers(1, 60, m), diagnosis)
    diagnosis = np.where(rng.random(m) < 0.004 * rate, onset - rng.integers(1, 90, m), diagnosis)
    site = _site_codes(rng, subjects["bulbar"].to_numpy())
    site_missing = rng.random(m) < 0.02
    by_flag = cohort.of_trial("has_site_flags")[rows]
    frame = {
        "subject_id": subjects["subject_id"].to_numpy(),
        "Subject_ALS_History_Delta": whole(
            np.where(rng.random(m) < 0.85, 0, -rng.integers(1, 29, m)), rng.random(m) < 0.11
        ),
        "Site_of_Onset": text(site, SITES, by_flag | site_missing),
        "Onset_Delta": whole(onset, cohort.of_trial("lacks_onset")[rows] | (rng.random(m) < 0.015)),
        "Diagnosis_Delta": whole(
            diagnosis, cohort.of_trial("lacks_diagnosis")[rows] | (rng.random(m) < 0.03)
        ),
    }
    for code, name in enumerate(FLAGS):
        # Limb and Bulbar were tick boxes with 0 and 1 in most trials; the rarer sites 1 or blank.
        ticked = whole(np.where(site == code, 1, 0), ~by_flag | site_missing | ((code > 1) & (site != code)))
        frame[f"Site_of_Onset___{name}"] = ticked
    return pd.DataFrame(frame)


def _symptom_rows(rng: np.random.Generator, cohort: ProactCohort, rows: np.ndarray) -> pd.DataFrame:
    m = len(rows)
    symptom = choice_codes(rng, m, SYMPTOM_SHARE)
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[rows],
            "Subject_ALS_History_Delta": whole(np.zeros(m), rng.random(m) < 0.6),
            "Symptom": text(symptom, SYMPTOMS, rng.random(m) < 0.05),
            "Symptom_Other_Specify": text(np.zeros(m), ["fatigue, weight loss"], symptom != 6),
            "Location": text(rng.integers(0, len(LIMBS), m), LIMBS, rng.random(m) < 0.05),
        }
    )
