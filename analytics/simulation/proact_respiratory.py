"""PRO-ACT FVC and SVC: litres of up to three blows, percent of normal, units mostly blank."""

import numpy as np
import pandas as pd

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import BoolArray, FloatArray, constant, decimal, stream, text, whole


def chosen_visits(
    rng: np.random.Generator, cohort: ProactCohort, measured: BoolArray, share: float
) -> tuple[np.ndarray, FloatArray]:
    """Subject and day of the visits at which a measured subject was examined: day 0, exit, and a share between."""
    visits = cohort.visits[measured[cohort.visits["subject"].to_numpy()]]
    always = (visits["day"] == 0) | visits["is_exit"]
    kept = visits[always.to_numpy() | (rng.random(len(visits)) < share)]
    return kept["subject"].to_numpy(), kept["day"].to_numpy(dtype=float)


def late_slips(
    rng: np.random.Generator,
    cohort: ProactCohort,
    subject: np.ndarray,
    day: FloatArray,
    settings: SimulationSettings,
) -> FloatArray:
    """A few examinations dated after the subject's death, as found in the genuine files."""
    death = cohort.subjects["death_days_control"].to_numpy()[subject]
    died_here = death <= cohort.subjects["exit_day"].to_numpy()[subject]
    slip = died_here & (day > 30) & (rng.random(len(day)) < 0.0004 * settings.quirk_rate)
    return np.where(slip, death + rng.integers(1, 20, len(day)), day)


def vital_capacity_pct(
    rng: np.random.Generator, cohort: ProactCohort, subject: np.ndarray, day: FloatArray
) -> FloatArray:
    """Percent of predicted: falls with the subject's own pace, about 2.2 points a month on average."""
    start = cohort.subjects["fvc_pct"].to_numpy()[subject]
    pace = 2.2 * cohort.subjects["decline"].to_numpy()[subject]
    return np.asarray(np.clip(start - pace * day / 30.4375 + rng.normal(0, 4.5, len(day)), 8.0, 150.0))


def fvc(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """FVC rows by subject and day."""
    rng = stream(settings.seed, "proact", "fvc")
    n = len(cohort.subjects)
    measured = ~cohort.of_trial("lacks_fvc") & (rng.random(n) < 0.972)
    subject, day = chosen_visits(rng, cohort, measured, 0.53)
    day = late_slips(rng, cohort, subject, day, settings)
    three = cohort.of_trial("has_three_blows")[subject]
    with_pct = (rng.random(n) < 0.40)[subject]
    best = vital_capacity_pct(rng, cohort, subject, day)
    normal = cohort.subjects["fvc_normal"].to_numpy()[subject]
    blows = _blows(rng, best, normal, three=three, with_pct=with_pct, blank_share=0.067)
    frame: dict[str, object] = dict(zip(_columns(""), blows, strict=True))
    m = len(day)
    frame["subject_id"] = cohort.subjects["subject_id"].to_numpy()[subject]
    frame["Forced_Vital_Capacity_Delta"] = whole(day, _undated(rng, n, 0.052)[subject])
    frame["subject_normal"] = decimal(normal, 2, rng.random(m) > np.where(three, 0.85, 0.07))
    frame["Forced_Vital_Capacity_Units"] = constant(m, "Liters", rng.random(m) > np.where(three, 0.80, 0.20))
    return pd.DataFrame(frame)


def svc(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """SVC rows by subject and day; a fifth carry no day."""
    rng = stream(settings.seed, "proact", "svc")
    n = len(cohort.subjects)
    measured = cohort.of_trial("has_svc") & (rng.random(n) < 0.97)
    subject, day = chosen_visits(rng, cohort, measured, 0.48)
    m = len(day)
    three = cohort.of_trial("has_three_blows")[subject] | (rng.random(n) < 0.28)[subject]
    with_pct = (rng.random(n) < 0.733)[subject]
    best = vital_capacity_pct(rng, cohort, subject, day)
    normal = cohort.subjects["fvc_normal"].to_numpy()[subject]
    blows = _blows(rng, best, normal, three=three, with_pct=with_pct, blank_share=0.0003)
    frame: dict[str, object] = dict(zip(_columns("_"), blows, strict=True))
    frame["subject_id"] = cohort.subjects["subject_id"].to_numpy()[subject]
    frame["Subject_Normal"] = decimal(normal, 2, rng.random(m) > 0.346)
    frame["Slow_vital_Capacity_Delta"] = whole(day, _undated(rng, n, 0.223)[subject])
    unit = (rng.random(m) < 0.3).astype(int)
    frame["Slow_Vital_Capacity_Units"] = text(unit, ["Liters", "liters"], rng.random(m) > 0.549)
    return pd.DataFrame(frame)


def _columns(extra: str) -> list[str]:
    """Litres and percent of blows one to three; SVC writes the later litres with doubled underscores."""
    names = []
    for blow in (1, 2, 3):
        litres = f"Subject_Liters_Trial_{blow}" if blow == 1 else f"Subject_Liters{extra}_Trial_{blow}{extra}"
        names += [litres, f"pct_of_Normal_Trial_{blow}"]
    return names


def _undated(rng: np.random.Generator, n: int, share: float) -> BoolArray:
    """Subjects none of whose rows carries a day: it was missing for whole subjects, not visits."""
    return np.asarray(rng.random(n) < share)


def _blows(
    rng: np.random.Generator,
    best: FloatArray,
    normal: FloatArray,
    *,
    three: BoolArray,
    with_pct: BoolArray,
    blank_share: float,
) -> list[FloatArray]:
    """Litres and percent of three blows; the best blow is the subject's capacity."""
    m = len(best)
    order = rng.random((m, 3)).argsort(axis=1)
    columns: list[FloatArray] = []
    blank = rng.random(m) < blank_share
    for blow in range(3):
        loss = np.where(three & (order[:, blow] > 0), 0.03 * order[:, blow], 0.0)
        pct = best * (1 - loss)
        absent = (~three | (rng.random(m) < 0.02)) if blow else np.zeros(m, dtype=bool)
        columns.append(decimal(pct * normal / 100, 2, absent | blank))
        columns.append(decimal(pct, 0, absent | ~(with_pct & (rng.random(m) < 0.97))))
    return columns
