"""PRO-ACT subjects before anything is written down: covariates, trial, arm, death, stay in the trial, visits."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.simulation.hidden_trials import placebo_probability, trial_features, trial_probability
from analytics.simulation.natural_history import (
    Population,
    death_days,
    decline_per_month,
    draw_subjects,
    frailty,
    linear_predictor,
    symptom_months,
)
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import FloatArray, choice_codes, stream

FIRST_SUBJECT_ID = 900_000_001  # genuine ids have at most seven digits
WIDEST_STEP = 8
POPULATION = Population(
    age_mean=56.5,
    age_sd=11.4,
    male=0.635,
    bulbar=0.20,
    alsfrsr_mean=38.4,
    alsfrsr_sd=5.6,
    alsfrsr_range=(14.0, 48.0),
    riluzole=0.65,
)


@dataclass(frozen=True)
class ProactCohort:
    """Latent truth of the PRO-ACT side.

    Attributes:
        subjects: one row per subject, in order of subject_id; columns of `draw_subjects` and of this module.
        trials: features of the hidden trials, indexed by `subjects.trial`.
        visits: one row per attended visit: subject (row number), day, number (screening −1), is_exit.
    """

    subjects: pd.DataFrame
    trials: pd.DataFrame
    visits: pd.DataFrame

    def of_trial(self, feature: str) -> np.ndarray:
        """A trial feature, one value per subject."""
        return self.trials[feature].to_numpy()[self.subjects["trial"].to_numpy()]


def draw_proact_cohort(settings: SimulationSettings, after: int = 0) -> ProactCohort:
    """Draw the PRO-ACT cohort; active arms run the same course as placebo (no drug in it works).

    Args:
        settings: its size and law.
        after: so many subjects were drawn before, whose ids none of these has.
    """
    rng = stream(settings.seed, "proact", "cohort")
    trials = trial_features()
    trial = np.asarray(choice_codes(rng, settings.n_proact, trial_probability(settings)))
    cap = trials["cap_months"].to_numpy(dtype=float)[trial]
    months = symptom_months(rng, mean=19.0, sd=11.0, low=np.full(len(trial), 3.0), high=cap)
    subjects = draw_subjects(rng, months, POPULATION)
    steps = rng.integers(1, WIDEST_STEP + 1, settings.n_proact)
    subjects.insert(0, "subject_id", FIRST_SUBJECT_ID + WIDEST_STEP * after + np.cumsum(steps))
    subjects["trial"] = trial
    subjects["placebo"] = rng.random(len(trial)) < placebo_probability(settings)[trial]
    subjects["linear_predictor"] = linear_predictor(subjects, settings)
    subjects["death_days_control"] = death_days(subjects, settings, 1.0)
    subjects["death_days_treated"] = death_days(subjects, settings, settings.hazard_ratio)
    subjects["decline"] = decline_per_month(rng, subjects)
    subjects["diagnosis_months_before"] = _diagnosis_months(rng, subjects)
    _add_body(rng, subjects)
    _add_stay(rng, subjects, trials, settings)
    return ProactCohort(
        subjects, trials, draw_visits(stream(settings.seed, "proact", "visits"), subjects, trials)
    )


def _diagnosis_months(rng: np.random.Generator, subjects: pd.DataFrame) -> FloatArray:
    share = rng.beta(2.2, 2.6, len(subjects))
    return np.asarray(subjects["symptom_months"] * share)


def _add_body(rng: np.random.Generator, subjects: pd.DataFrame) -> None:
    male = subjects["male"].to_numpy()
    n = len(subjects)
    subjects["height_cm"] = np.round(rng.normal(162.0 + 13.5 * male, 7.0))
    subjects["weight_kg"] = np.clip(rng.normal(25.8, 4.2, n), 16, 45) * (subjects["height_cm"] / 100) ** 2
    reference = np.where(male == 1, 0.0576, 0.0443) * subjects["height_cm"] - 0.026 * subjects["age"]
    subjects["fvc_normal"] = reference - np.where(male == 1, 4.1, 2.6)
    subjects["fvc_pct"] = np.clip(rng.normal(89.0, 15.0, n) + 0.8 * (subjects["alsfrsr"] - 38.0), 35, 140)


def _add_stay(
    rng: np.random.Generator, subjects: pd.DataFrame, trials: pd.DataFrame, settings: SimulationSettings
) -> None:
    """When the subject's participation ends if death does not come first, and when vital status is looked up."""
    n, trial = len(subjects), subjects["trial"].to_numpy()
    planned = np.round(trials["months"].to_numpy(dtype=float)[trial] * 30.4375)
    early_stop = np.where(rng.random(n) < 0.3, rng.uniform(0.7, 1.0, n), 1.0)
    # Leaving depends on the baseline score alone, unless informative dropout is asked for.
    rate = 0.25 / 365.25 * np.exp(0.04 * (38.0 - subjects["alsfrsr"].to_numpy()))
    rate = rate * np.exp(settings.informative_dropout * frailty(subjects))
    dropout = rng.exponential(1.0, n) / rate
    subjects["exit_day"] = np.maximum(np.floor(np.minimum(planned * early_stop, dropout)), 1.0)
    # Always later than any last visit + 90 days, so that the status is known up to that limit.
    subjects["status_day"] = planned + np.round(rng.uniform(150.0, 640.0, len(trials)))[trial]


def draw_visits(rng: np.random.Generator, subjects: pd.DataFrame, trials: pd.DataFrame) -> pd.DataFrame:
    """Attended visits: day 0, the trial's schedule with ±3 days, and an exit visit for those who leave alive."""
    trial = subjects["trial"].to_numpy()
    gap = trials["visit_gap_days"].to_numpy()[trial]
    end = np.minimum(subjects["exit_day"].to_numpy(), subjects["death_days_control"].to_numpy())
    planned = np.maximum(np.ceil(end / gap).astype(int), 0)
    subject = np.repeat(np.arange(len(subjects)), planned)
    number = np.arange(len(subject)) - np.repeat(np.cumsum(planned) - planned, planned)
    day = number * gap[subject] + np.where(number > 0, rng.integers(-3, 4, len(subject)), 0)
    # A missed visit must not open a gap of more than 90 days: only dense schedules have them.
    attended = (number == 0) | (gap[subject] > 42) | (rng.random(len(subject)) > 0.06)
    keep = attended & (day < end[subject])
    scheduled = pd.DataFrame(
        {"subject": subject[keep], "day": day[keep], "number": number[keep], "is_exit": False}
    )
    leaves = np.flatnonzero(subjects["exit_day"] < subjects["death_days_control"])
    leaving = pd.DataFrame(
        {
            "subject": leaves,
            "day": subjects["exit_day"].to_numpy()[leaves].astype(int),
            "number": 99,
            "is_exit": True,
        }
    )
    screened = np.flatnonzero(trials["has_screening"].to_numpy()[trial] & (rng.random(len(subjects)) < 0.7))
    screening = pd.DataFrame(
        {"subject": screened, "day": -rng.integers(7, 29, len(screened)), "number": -1, "is_exit": False}
    )
    visits = pd.concat([scheduled, leaving, screening], ignore_index=True)
    return visits.sort_values(["subject", "day", "number"], kind="stable", ignore_index=True)
