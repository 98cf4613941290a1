"""PRO-ACT HANDGRIPSTRENGTH and MUSCLESTRENGTH: long tables in pounds, one row per side and try."""

import numpy as np
import pandas as pd

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.proact_respiratory import chosen_visits
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import FloatArray, constant, decimal, stream, text, whole

MUSCLES = ["ELBOW FLEXION", "ELBOW EXTENSION", "SHOULDER FLEXION", "KNEE EXTENSION", "KNEE FLEXION"]
MUSCLES += ["HIP FLEXION", "ANKLE DORSIFLEXION", "WRIST EXTENSION"]
JOINTS = [
    "ELBOW JOINT",
    "SHOULDER JOINT",
    "KNEE JOINT",
    "HIP JOINT",
    "ANKLE JOINT",
    "WRIST JOINT",
    "WRISTJOINT",
]
JOINT_OF_MUSCLE = np.array([0, 0, 1, 2, 2, 3, 4, 5])


def hand_grip(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Grip of both hands at about every other visit."""
    rng = stream(settings.seed, "proact", "grip")
    measured = cohort.of_trial("has_grip") & (rng.random(len(cohort.subjects)) < 0.96)
    subject, day = chosen_visits(rng, cohort, measured, 0.45)
    subject, day, side = np.repeat(subject, 2), np.repeat(day, 2), np.tile([0, 1], len(day))
    m = len(day)
    dominant = (rng.random(len(cohort.subjects)) < 0.9).astype(int)[subject]
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject],
            "Test_Name": constant(m, "Hand Grip Strength"),
            "Test_Category": constant(m, "HAND GRIP"),
            "Test_Location": constant(m, "HAND"),
            "Test_Laterality": text(side, ["LEFT", "RIGHT"]),
            "MS_Delta": whole(day, rng.random(m) < 0.01),
            "Test_trial": whole(rng.integers(1, 4, m), rng.random(m) < 0.2),
            "Test_Result": _pounds(rng, cohort, subject, day, 55.0),
            "Test_Unit": constant(m, "Pounds", rng.random(m) < 0.05),
            "DominantHand": text(dominant, ["Left", "Right"], rng.random(m) < 0.3),
        }
    )


def muscle_strength(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Eight isometric tests, both sides, at about a third of the visits."""
    rng = stream(settings.seed, "proact", "muscle")
    measured = cohort.of_trial("has_muscle") & (rng.random(len(cohort.subjects)) < 0.9)
    subject, day = chosen_visits(rng, cohort, measured, 0.15)
    k = 2 * len(MUSCLES)
    muscle, side = np.tile(np.arange(k) // 2, len(day)), np.tile(np.arange(k) % 2, len(day))
    subject, day = np.repeat(subject, k), np.repeat(day, k)
    m = len(day)
    names = [f"Isometric Muscle Strength, {name.title()}" for name in MUSCLES]
    slip = (muscle == 7) & (rng.random(m) < 0.05)
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject],
            "Test_Name": text(muscle, names),
            "Test_Category": constant(m, "ISOMETRIC"),
            "Test_Location": text(np.where(slip, 6, JOINT_OF_MUSCLE[muscle]), JOINTS),
            "Test_Laterality": text(side, ["LEFT", "RIGHT"]),
            "MS_Delta": whole(day),
            "Test_trial": whole(rng.integers(1, 4, m), rng.random(m) < 0.4),
            "Test_Result": _pounds(rng, cohort, subject, day, 30.0),
            "Test_Unit": constant(m, "Pounds"),
            "Test_Break": constant(m, "yes", rng.random(m) > 0.1),
        }
    )


def _pounds(
    rng: np.random.Generator, cohort: ProactCohort, subject: np.ndarray, day: FloatArray, typical: float
) -> FloatArray:
    score = cohort.subjects["alsfrsr"].to_numpy()[subject]
    score = score - cohort.subjects["decline"].to_numpy()[subject] * day / 30.4375
    male = cohort.subjects["male"].to_numpy()[subject]
    return decimal(
        typical * np.clip(score, 2, 48) / 48 * (0.75 + 0.4 * male) * rng.lognormal(0, 0.25, len(day)), 1
    )
