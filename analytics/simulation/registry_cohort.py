"""Patients of the surveillance registry before anything is written down: harvest, doses, events, loss, reporting."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.simulation.natural_history import (
    Population,
    death_days,
    decline_per_month,
    draw_subjects,
    frailty,
    linear_predictor,
    symptom_months,
)
from analytics.simulation.settings import LAST_POSSIBLE_CUT, REFERENCE_CUT, SimulationSettings
from analytics.simulation.streams import FloatArray, stream

FIRST_HARVEST = date(2022, 1, 3)
EPOCH = date(1970, 1, 1)
STUDYID = "LENZPMS"
N_SITES = 6
NEVER = 10_000_000.0
NUMBERS_A_PATIENT = 4
"""More are drawn than are enrolled at the cut that a size is of."""


def epoch_day(day: date) -> int:
    """Days since 1970-01-01, the clock of every registry column that ends in `_on`."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class RegistryCohort:
    """Latent truth of the registry side, for everyone who will ever enrol up to the last possible cut.

    Attributes:
        subjects: one row per harvested patient in order of harvest; `*_on` are epoch days, NEVER if never.
        injections: subject (row number), dose (1, 2, …), given_on.
    """

    subjects: pd.DataFrame
    injections: pd.DataFrame


def draw_registry_cohort(settings: SimulationSettings, after: int = 0) -> RegistryCohort:
    """Draw the registry; a longer series of cuts sees the same patients.

    Args:
        settings: its size and law.
        after: so many patients were drawn before, whose numbers none of these has.
    """
    rng = stream(settings.seed, "registry", "cohort")
    harvest = _harvest_days(rng, settings)
    months = _symptom_months(rng, len(harvest), settings)
    subjects = draw_subjects(rng, months, treated_population(settings))
    subjects["harvest_on"] = harvest
    subjects["index_on"] = harvest + rng.integers(27, 32, len(harvest))
    _add_identity(rng, subjects, NUMBERS_A_PATIENT * after)
    subjects["linear_predictor"] = linear_predictor(subjects, settings)
    subjects["death_days_control"] = death_days(subjects, settings, 1.0)
    subjects["death_days_treated"] = death_days(subjects, settings, settings.hazard_ratio)
    subjects["decline"] = decline_per_month(rng, subjects)
    subjects["has_baseline"] = rng.random(len(subjects)) < settings.baseline_alsfrsr_share
    _add_fate(rng, subjects, settings)
    _add_tracheostomy(stream(settings.seed, "registry", "tracheostomy"), subjects, settings)
    _add_loss(stream(settings.seed, "registry", "loss"), subjects, settings)
    return RegistryCohort(
        subjects, _injections(stream(settings.seed, "registry", "dosing"), subjects, settings)
    )


def treated_population(settings: SimulationSettings) -> Population:
    """Whom the registry treats: at confounding 1 younger and fitter than PRO-ACT's subjects, at 0 the same."""
    strength = settings.confounding
    return Population(
        age_mean=56.5 - 4.5 * strength,
        age_sd=11.4 - 1.2 * min(strength, 1.0),
        male=0.63,
        bulbar=max(0.20 - 0.03 * strength, 0.02),
        alsfrsr_mean=38.4 + 2.2 * strength,
        alsfrsr_sd=5.6 - 1.2 * min(strength, 1.0),
        alsfrsr_range=(20.0, 48.0),
        riluzole=0.60,
        unmeasured_mean=-0.5 * float(settings.unmeasured_confounding != 0.0),
    )


def _harvest_days(rng: np.random.Generator, settings: SimulationSettings) -> FloatArray:
    """Evenly paced harvests: `n_registry` first injections known at the reference cut."""
    first, last = epoch_day(FIRST_HARVEST), epoch_day(LAST_POSSIBLE_CUT)
    delay_to_known_injection = 60
    span = epoch_day(REFERENCE_CUT) - delay_to_known_injection - first
    injected_share = 1.0 - settings.harvest_death_share - settings.not_injected_share
    pace = settings.n_registry / max(injected_share, 0.05) / span
    n = int(np.ceil(pace * (last - first)))
    return np.floor(first + (np.arange(n) + rng.random(n)) / pace)


def _symptom_months(rng: np.random.Generator, n: int, settings: SimulationSettings) -> FloatArray:
    """Most within two years of onset, the earlier the stronger the confounding; the others up to five years."""
    mean = max(15.5 - settings.confounding, 6.0)
    early = symptom_months(rng, mean=mean, sd=7.0, low=np.full(n, 3.0), high=np.full(n, 23.9))
    late = rng.uniform(24.1, 60.0, n)
    return np.where(rng.random(n) < settings.symptoms_over_two_years_share, late, early)


def _add_identity(rng: np.random.Generator, subjects: pd.DataFrame, after: int) -> None:
    site = rng.integers(1, N_SITES + 1, len(subjects))
    number = pd.Series(site).groupby(site).cumcount().to_numpy() + 1 + after
    subjects["siteid"] = [f"{code}01" for code in site]
    subjects["subjid"] = [f"{code}01-{count:04d}" for code, count in zip(site, number, strict=True)]
    subjects["subject_id"] = [f"{STUDYID}-{subjid}" for subjid in subjects["subjid"]]


def _add_fate(rng: np.random.Generator, subjects: pd.DataFrame, settings: SimulationSettings) -> None:
    """Death between harvest and injection follows prognosis; others are never injected for other reasons."""
    n = len(subjects)
    log_survival = np.log1p(-min(settings.harvest_death_share, 0.999))
    risk = -np.expm1(log_survival * np.exp(subjects["linear_predictor"].to_numpy()))
    subjects["died_waiting"] = rng.random(n) < risk
    subjects["injected"] = ~subjects["died_waiting"] & (rng.random(n) >= settings.not_injected_share)
    wait = (subjects["index_on"] - subjects["harvest_on"]).to_numpy()
    days = np.where(subjects["injected"], subjects["death_days_treated"], subjects["death_days_control"])
    waiting_death = subjects["harvest_on"] + np.floor(1 + rng.random(n) * (wait - 1))
    subjects["death_on"] = np.where(subjects["died_waiting"], waiting_death, subjects["index_on"] + days)


def _add_tracheostomy(rng: np.random.Generator, subjects: pd.DataFrame, settings: SimulationSettings) -> None:
    """Late in the disease; it delays death only if the settings say so. Other procedures run beside it."""
    n = len(subjects)
    natural = (subjects["death_on"] - subjects["index_on"]).to_numpy()
    gets = (rng.random(n) < settings.tracheostomy_share) & ~subjects["died_waiting"].to_numpy()
    day = subjects["index_on"] + np.floor(np.maximum(natural * rng.uniform(0.6, 0.97, n), 1.0))
    delay = np.ceil(rng.exponential(540.0, n)) * gets * settings.tracheostomy_delays_death
    subjects["tracheostomy_on"] = np.where(gets, day, NEVER)
    subjects["ventilation_on"] = np.where(gets & (rng.random(n) < 0.6), day + rng.integers(0, 10, n), NEVER)
    subjects["death_on"] = subjects["death_on"] + delay
    for name, share in (("mask_on", 0.40), ("gastrostomy_on", 0.25)):
        some_day = subjects["index_on"] + np.floor(np.maximum(natural * rng.uniform(0.4, 0.9, n), 1.0))
        subjects[name] = np.where((rng.random(n) < share) & ~subjects["died_waiting"], some_day, NEVER)


def _add_loss(rng: np.random.Generator, subjects: pd.DataFrame, settings: SimulationSettings) -> None:
    """Loss to follow-up is likelier at a low baseline score; independent of death given it, unless asked for."""
    rate = settings.loss_per_year / 365.25 * np.exp(0.10 * (38.0 - subjects["alsfrsr"].to_numpy()))
    rate = rate * np.exp(settings.informative_loss * frailty(subjects))
    with np.errstate(divide="ignore"):
        lost_on = subjects["index_on"] + np.ceil(rng.exponential(1.0, len(subjects)) / rate)
    subjects["lost_on"] = np.minimum(lost_on, NEVER)
    subjects["withdrew"] = rng.random(len(subjects)) < 0.3
    # Sites with sicker patients enter their data later.
    lag = 12.0 + 0.8 * (48.0 - subjects["alsfrsr"].to_numpy())
    subjects["reporting_lag_days"] = np.minimum(np.ceil(rng.gamma(2.0, lag / 2.0)), 75.0)


def _injections(
    rng: np.random.Generator, subjects: pd.DataFrame, settings: SimulationSettings
) -> pd.DataFrame:
    """Two doses 26 days apart, a third after 8 to 12 months for some, boosters after it; no dose has an effect."""
    n = len(subjects)
    start = subjects["index_on"].to_numpy()
    low, high = settings.third_dose_months
    third = start + np.round(rng.uniform(low, high, n) * 30.4375)
    wanted = rng.random(n) < _third_dose_probability(subjects, settings)
    days = [start, start + 26 + rng.integers(-1, 3, n), np.where(wanted, third, NEVER)]
    for _ in range(4):
        later = days[-1] + np.round(rng.uniform(80.0, 130.0, n))
        days.append(np.where((rng.random(n) < 0.6) & (days[-1] < NEVER), later, NEVER))
    given_on = np.column_stack(days)
    last_on = np.minimum(subjects["death_on"].to_numpy(), subjects["lost_on"].to_numpy())
    given = (given_on < last_on[:, None]) & subjects["injected"].to_numpy()[:, None]
    subject, dose = np.nonzero(given)
    return pd.DataFrame({"subject": subject, "dose": dose + 1, "given_on": given_on[subject, dose]})


def _third_dose_probability(subjects: pd.DataFrame, settings: SimulationSettings) -> FloatArray:
    share = settings.third_dose_share
    if settings.dosing_variant == "random" or share in (0.0, 1.0):
        return np.full(len(subjects), share)
    logit = np.log(share / (1 - share)) - 2.5 * (subjects["decline"].to_numpy() - 0.75)
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))
