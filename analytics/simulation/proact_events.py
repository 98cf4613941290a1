"""PRO-ACT ADVERSEEVENTS and CONMEDS, in stand-in terms with the files' dirty vocabularies and odd days."""

import numpy as np
import pandas as pd

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import BoolArray, FloatArray, choice_codes, constant, stream, text, whole
from analytics.simulation.terms import MEDICATIONS, ORGAN_CODES, TERMS

SEVERITIES = [
    "Mild",
    "MILD",
    "Moderate",
    "MODERATE",
    "Severe",
    "SEVERE",
    "Marked",
    "Life Threatening",
    "Fatal",
]
SEVERITIES += ["Yes", "No"]
SEVERITY_SHARE = (0.30, 0.22, 0.16, 0.13, 0.07, 0.05, 0.02, 0.004, 0.012, 0.004, 0.004)
OUTCOMES = [
    "Recovered",
    "RESOLVED",
    "Resolved with sequelae",
    "Ongoing",
    "ONGOING",
    "Not recovered",
    "Death",
    "Unknown",
]
OUTCOME_SHARE = (0.28, 0.30, 0.03, 0.14, 0.13, 0.06, 0.02, 0.04)


def adverse_events(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """About one event a month of participation, for the trials that reported them."""
    rng = stream(settings.seed, "proact", "events")
    subject, start, stay = _drawn(rng, cohort, ~cohort.of_trial("lacks_events"), per_month=0.95)
    m = len(subject)
    end = start + np.ceil(rng.exponential(18.0, m))
    term = choice_codes(rng, m, [term.weight for term in TERMS])
    wording, wordings = _wordings(rng, term)
    fatal = stay.died[subject] & (rng.random(m) < 0.06)
    severity = np.where(fatal, 8, choice_codes(rng, m, SEVERITY_SHARE))
    outcome = np.where(fatal, 6, choice_codes(rng, m, OUTCOME_SHARE))
    far = rng.random(m) < 0.0001 * settings.quirk_rate
    organ = np.array([list(ORGAN_CODES).index(t.organ_class) for t in TERMS])[term]
    organ_codes = np.array([code for _, code in ORGAN_CODES.values()])
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject],
            "Lowest_Level_Term": text(wording, wordings),
            "Preferred_Term": text(term, [t.preferred for t in TERMS]),
            "High_Level_Term": text(*_coded([t.group for t in TERMS], term)),
            "High_Level_Group_Term": text(*_coded([f"{t.group} (group)" for t in TERMS], term)),
            "System_Organ_Class": text(organ, list(ORGAN_CODES)),
            "SOC_Abbreviation": text(organ, [short for short, _ in ORGAN_CODES.values()]),
            "SOC_Code": organ_codes[organ],
            "Severity": text(severity, SEVERITIES, rng.random(m) < 0.03),
            "Outcome": text(outcome, OUTCOMES, rng.random(m) < 0.04),
            "Start_Date_Delta": whole(np.where(far, start + 1_000_000, start), rng.random(m) < 0.02),
            "End_Date_Delta": whole(end, (rng.random(m) < 0.3) | np.isin(outcome, (3, 4))),
        }
    )


def con_meds(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Concomitant medication: most started before day 0, a few with absurd days."""
    rng = stream(settings.seed, "proact", "medication")
    subject, start, _ = _drawn(rng, cohort, ~cohort.of_trial("lacks_events"), per_month=0.9)
    m = len(subject)
    start = np.where(rng.random(m) < 0.55, -np.ceil(rng.exponential(500.0, m)), start)
    start = np.where(rng.random(m) < 0.0002 * settings.quirk_rate, start - 700_000, start)
    weight = np.array([3.0] + [1.0] * (len(MEDICATIONS) - 1))
    drug = choice_codes(rng, m, weight)
    name, dose, unit, frequency = (list(column) for column in zip(*MEDICATIONS, strict=True))
    blank = rng.random(m) < 0.15
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[subject],
            "Medication_Coded": text(drug, name, rng.random(m) < 0.01),
            "Start_Delta": whole(start, rng.random(m) < 0.08),
            "Stop_Delta": whole(start + np.ceil(rng.exponential(60.0, m)), rng.random(m) < 0.6),
            "Dose": text(*_coded(dose, drug), blank),
            "Unit": text(*_coded(unit, drug), blank),
            "Frequency": text(*_coded(frequency, drug), blank),
            "Route": constant(m, "ORAL", blank),
        }
    )


class _Stay:
    """Time at risk in the trial, and whether it ended in death; arrays by subject."""

    def __init__(self, cohort: ProactCohort) -> None:
        death = cohort.subjects["death_days_control"].to_numpy()
        leave = cohort.subjects["exit_day"].to_numpy()
        self.days: FloatArray = np.minimum(death, leave)
        self.died: BoolArray = death <= leave


def _drawn(
    rng: np.random.Generator, cohort: ProactCohort, reported: BoolArray, per_month: float
) -> tuple[np.ndarray, FloatArray, _Stay]:
    """Subject and start day of Poisson many events during the stay, sorted by subject and day."""
    stay = _Stay(cohort)
    rate = per_month * rng.gamma(1.5, 1 / 1.5, len(stay.days)) * reported
    number = rng.poisson(rate * stay.days / 30.4375)
    subject = np.repeat(np.arange(len(number)), number)
    start = np.floor(rng.random(len(subject)) * stay.days[subject])
    order = np.lexsort((start, subject))
    return subject, start[order], stay


def _coded(values: list[str], codes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Codes into the distinct values."""
    distinct = sorted(set(values))
    return np.array([distinct.index(value) for value in values])[codes], distinct


def _wordings(rng: np.random.Generator, term: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """A reported wording for each event."""
    offset = np.cumsum([0] + [len(t.reported) for t in TERMS])
    number = np.array([len(t.reported) for t in TERMS])[term]
    chosen = offset[term] + np.floor(rng.random(len(term)) * number).astype(int)
    distinct = sorted({word for t in TERMS for word in t.reported})
    index = np.array([distinct.index(word) for t in TERMS for word in t.reported])
    return index[chosen], distinct
