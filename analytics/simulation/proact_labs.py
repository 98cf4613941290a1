"""PRO-ACT LABS, the largest file: every result as text, a panel of tests at each sampling visit."""

import numpy as np
import pandas as pd

from analytics.simulation.lab_tests import lab_tests, result_texts
from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.proact_respiratory import chosen_visits
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import stream, text, whole

COMMON_PANEL = 27  # every sampling visit; the rest of the tests come with a third of the visits


def labs(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Laboratory rows by subject, day and test; texts are categories, so that millions of rows stay small."""
    rng = stream(settings.seed, "proact", "labs")
    measured = ~cohort.of_trial("lacks_labs") & (rng.random(len(cohort.subjects)) < 0.97)
    measured &= rng.random(len(measured)) < settings.lab_visit_share
    subject, day = chosen_visits(rng, cohort, measured, 0.80)
    tests = lab_tests()
    extended = rng.random(len(day)) < 0.34
    count = np.where(extended, len(tests), COMMON_PANEL)
    visit = np.repeat(np.arange(len(day)), count)
    test = (np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)).astype(np.int16)
    level = rng.standard_normal((len(cohort.subjects), len(tests))).astype(np.float32)
    codes, texts = _results(rng, level[subject[visit], test], test)
    units = sorted({t.unit for t in tests if t.unit})
    unit = np.array([units.index(t.unit) if t.unit else -1 for t in tests])[test]
    unit = np.where((test == 0) & (rng.random(len(test)) < 0.03), units.index("%"), unit)
    undated = rng.random(len(cohort.subjects)) < 0.01
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject[visit]],
            "Test_Name": text(test, [t.name for t in tests]),
            "Test_Result": text(codes, texts),
            "Test_Unit": text(unit, units),
            "Laboratory_Delta": whole(day[visit], undated[subject[visit]]),
        }
    )


def _results(rng: np.random.Generator, level: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """A result text for each row: the subject's own level and a little scatter, on the test's grid."""
    grids = [result_texts(t) for t in lab_tests()]
    sizes = np.array([len(grid) for grid in grids])
    distinct = sorted({value for grid in grids for value in grid})
    position = {value: number for number, value in enumerate(distinct)}
    lookup = np.array([position[value] for grid in grids for value in grid], dtype=np.int32)
    start = np.cumsum(sizes) - sizes
    score = 0.8 * level + 0.6 * rng.standard_normal(len(level), dtype=np.float32)
    quantity = np.clip(np.round(48 + 12 * score), 0, 96).astype(np.int32)
    word = np.floor(rng.random(len(level), dtype=np.float32) * sizes[test]).astype(np.int32)
    step = np.where(sizes[test] == 97, quantity, np.minimum(word, sizes[test] - 1))
    return lookup[start[test] + step], distinct


def neurofilament(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Neurofilament light chain of one subject in fifteen, as in the newest release (baseline median 78.5 pg/mL)."""
    rng = stream(settings.seed, "proact", "neurofilament")
    measured = rng.random(len(cohort.subjects)) < 0.065
    subject, day = chosen_visits(rng, cohort, measured, 0.40)
    level = 78.5 * rng.lognormal(0, 0.55, len(cohort.subjects))[subject] * rng.lognormal(0, 0.15, len(day))
    spinal = rng.random(len(day)) < 0.025
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject],
            "Analyte": text(np.zeros(len(day)), ["Neurofilament light chain"]),
            "Matrix": text(spinal.astype(int), ["Serum", "CSF"]),
            "Result": np.round(np.where(spinal, 40 * level, level), 1),
            "Unit": text(np.zeros(len(day)), ["pg/mL"]),
            "Collection_Delta": whole(day),
        }
    )
