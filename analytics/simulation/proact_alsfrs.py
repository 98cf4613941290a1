"""PRO-ACT ALSFRS: one row per visit, on the original scale, the revised one, or both, with the file's slips."""

import numpy as np
import pandas as pd

from analytics.simulation.alsfrs_items import items_of_total, loss_rank, totals_over_time
from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import BoolArray, FloatArray, stream, text, whole

QUESTIONS: tuple[str, ...] = (
    "Q1_Speech",
    "Q2_Salivation",
    "Q3_Swallowing",
    "Q4_Handwriting",
    "Q5",
    "Q6_Dressing_and_Hygiene",
)
QUESTIONS += ("Q7_Turning_in_Bed", "Q8_Walking", "Q9_Climbing_Stairs")
RESPIRATORY = ("R_1_Dyspnea", "R_2_Orthopnea", "R_3_Respiratory_Insufficiency")
MODES = ["In person", "Telephone", "Home visit", "Mail", "Not recorded"]
RESPONDENTS = ["Patient", "Caregiver"]


def alsfrs(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """ALSFRS rows of the subjects whose trial scored it, in order of subject and day."""
    rng = stream(settings.seed, "proact", "alsfrs")
    instrument = cohort.of_trial("instrument")
    scored = (instrument != "NONE") & (rng.random(len(instrument)) < 0.998)
    visits = cohort.visits[scored[cohort.visits["subject"].to_numpy()]]
    subject, day = visits["subject"].to_numpy(), visits["day"].to_numpy(dtype=float)
    subject, day = _with_second_rows(rng, subject, day, settings)
    subjects = cohort.subjects
    baseline, decline = subjects["alsfrsr"].to_numpy()[subject], subjects["decline"].to_numpy()[subject]
    # Before day 0 the pace is that since onset.
    slope = np.where(day < 0, subjects["dfrs"].to_numpy()[subject], decline)
    total = totals_over_time(rng, baseline, slope, day)
    ranks = loss_rank(rng, subjects["bulbar"].to_numpy() == 1)
    items = _half_points(rng, items_of_total(ranks[subject], total).astype(float), day, settings)
    frame = _rows(rng, items, instrument[subject], settings)
    frame.insert(0, "subject_id", subjects["subject_id"].to_numpy()[subject])
    frame["ALSFRS_Delta"] = whole(day, (rng.random(len(day)) < 0.0025 * settings.quirk_rate) & (day != 0))
    return frame


def _with_second_rows(
    rng: np.random.Generator, subject: np.ndarray, day: FloatArray, settings: SimulationSettings
) -> tuple[np.ndarray, FloatArray]:
    """Some visits are entered twice (quirk: more than one row per subject and day)."""
    twice = np.flatnonzero(rng.random(len(day)) < 0.002 * settings.quirk_rate)
    order = np.sort(np.concatenate([np.arange(len(day)), twice]))
    return subject[order], day[order]


def _half_points(
    rng: np.random.Generator, items: FloatArray, day: FloatArray, settings: SimulationSettings
) -> FloatArray:
    """A few items scored half a point lower, never at baseline."""
    half = (rng.random(items.shape) < 0.0008 * settings.quirk_rate) & (items > 0) & (day[:, None] > 0)
    return items - 0.5 * half


def _rows(
    rng: np.random.Generator, items: FloatArray, instrument: np.ndarray, settings: SimulationSettings
) -> pd.DataFrame:
    n = len(items)
    revised, original = instrument != "ALSFRS", instrument != "R"
    no_items = revised & ~original & (rng.random(n) < 0.035)
    frame: dict[str, object] = {}
    for column, name in enumerate(QUESTIONS):
        if name != "Q5":
            frame[name] = np.where(no_items, np.nan, items[:, column])
    frame |= _cutting(rng, items[:, 4], items[:, 2] <= 1, no_items)
    # The original scale's tenth item follows dyspnoea and support; it was dropped where R1 to R3 replaced it.
    tenth = np.minimum(items[:, 9], items[:, 11])
    frame["Q10_Respiratory"] = np.where(original, tenth, np.nan)
    for column, name in enumerate(RESPIRATORY, start=9):
        frame[name] = np.where(revised & ~no_items, items[:, column], np.nan)
    frame["ALSFRS_Total"] = _total(rng, items[:, :9].sum(axis=1) + tenth, original, settings)
    frame["ALSFRS_R_Total"] = _total(rng, items.sum(axis=1), revised, settings, keep=no_items)
    frame["Mode_of_Administration"] = text(
        rng.choice(5, n, p=(0.7, 0.2, 0.05, 0.03, 0.02)), MODES, rng.random(n) > 0.1
    )
    frame["ALSFRS_Responded_By"] = text((rng.random(n) < 0.2).astype(int), RESPONDENTS, rng.random(n) > 0.027)
    return pd.DataFrame(frame)


def _cutting(
    rng: np.random.Generator, cutting: FloatArray, gastrostomy: BoolArray, no_items: BoolArray
) -> dict[str, FloatArray]:
    """Item 5 stands under 5a or, with a gastrostomy, under 5b; a few rows carry both or neither."""
    neither = no_items & (rng.random(len(cutting)) < 0.4)
    tube = gastrostomy & (rng.random(len(cutting)) < 0.75)
    both = rng.random(len(cutting)) < 0.0002
    return {
        "Q5a_Cutting_without_Gastrostomy": np.where(neither | (tube & ~both), np.nan, cutting),
        "Q5b_Cutting_with_Gastrostomy": np.where(neither | (~tube & ~both), np.nan, cutting),
    }


def _total(
    rng: np.random.Generator,
    total: FloatArray,
    scored: BoolArray,
    settings: SimulationSettings,
    keep: BoolArray | None = None,
) -> FloatArray:
    """The total as entered: some blank although every item is there, some that differ from the item sum."""
    n = len(total)
    wrong = rng.random(n) < 0.003 * settings.quirk_rate
    blank = rng.random(n) < 0.004 * settings.quirk_rate
    if keep is not None:
        wrong, blank = wrong & ~keep, blank & ~keep
    entered = np.clip(total + wrong * rng.choice((-2.0, -1.0, 1.0, 2.0), n), 0, None)
    return np.where(scored & ~blank, entered, np.nan)
