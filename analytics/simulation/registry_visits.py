"""Registry findings over the whole of time: ALSFRS-R (QS), vital capacity (RE), height and weight (VS)."""

import numpy as np
import pandas as pd

from analytics.simulation.alsfrs_items import items_of_total, loss_rank, totals_over_time
from analytics.simulation.registry_cohort import RegistryCohort, epoch_day
from analytics.simulation.registry_records import domain_frame, iso_date, numbered
from analytics.simulation.settings import LAST_POSSIBLE_CUT, SimulationSettings
from analytics.simulation.streams import FloatArray, constant, stream

VISIT_MONTHS = (1.0, 2.0, 4.0, 6.0, 9.0, 12.0, *np.arange(15.0, 109.0, 3.0))
ITEMS = {
    "ALSQ01": "Speech",
    "ALSQ02": "Salivation",
    "ALSQ03": "Swallowing",
    "ALSQ04": "Handwriting",
    "ALSQ05": "Cutting food",
    "ALSQ06": "Dressing and hygiene",
    "ALSQ07": "Turning in bed",
    "ALSQ08": "Walking",
    "ALSQ09": "Climbing stairs",
    "ALSR1": "Dyspnea",
    "ALSR2": "Orthopnea",
    "ALSR3": "Respiratory insufficiency",
    "ALSFRSR": "ALSFRS-R total score",
}


def draw_registry_visits(cohort: RegistryCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Visits before death and loss: subject, number (0 screening, 1 baseline, 2…), on, day (0: baseline).

    Baseline visits lie up to three days before the first injection and count as day 0 of the disease course.
    """
    rng = stream(settings.seed, "registry", "visits")
    subjects, n = cohort.subjects, len(cohort.subjects)
    index_on = subjects["index_on"].to_numpy()
    end_on = np.minimum(subjects["death_on"].to_numpy(), subjects["lost_on"].to_numpy())
    screening = subjects["harvest_on"].to_numpy() - rng.integers(0, 8, n)
    baseline = index_on - rng.integers(0, 4, n)
    later = index_on[:, None] + np.round(
        np.array(VISIT_MONTHS) * 30.4375 + rng.uniform(-10, 10, (n, len(VISIT_MONTHS)))
    )
    later = np.where(rng.random(later.shape) < 0.05, np.inf, later)
    on = np.column_stack([screening, baseline, later])
    happens = (on < end_on[:, None]) & (on <= epoch_day(LAST_POSSIBLE_CUT))
    happens[:, 1] &= ~subjects["died_waiting"].to_numpy()
    happens[:, 2:] &= ~subjects["died_waiting"].to_numpy()[:, None]
    subject, number = np.nonzero(happens)
    visits = pd.DataFrame({"subject": subject, "number": number, "on": on[subject, number]})
    visits["day"] = np.where(number == 1, 0, visits["on"] - index_on[subject])
    visits["decline"] = np.where(
        visits["day"] < 0, subjects["dfrs"].to_numpy()[subject], subjects["decline"].to_numpy()[subject]
    )
    return visits


def questionnaires(
    cohort: RegistryCohort, visits: pd.DataFrame, settings: SimulationSettings
) -> pd.DataFrame:
    """QS: twelve item rows and a total row per visit; some patients have none before the first injection."""
    rng = stream(settings.seed, "registry", "questionnaires")
    subjects = cohort.subjects
    lacks_baseline = ~subjects["has_baseline"].to_numpy()[visits["subject"]] & (visits["number"] <= 1)
    scored = visits[~lacks_baseline & ((visits["number"] <= 1) | (rng.random(len(visits)) < 0.96))]
    subject = scored["subject"].to_numpy()
    baseline = subjects["alsfrsr"].to_numpy()[subject]
    total = totals_over_time(rng, baseline, scored["decline"].to_numpy(), scored["day"].to_numpy())
    items = items_of_total(loss_rank(rng, subjects["bulbar"].to_numpy() == 1)[subject], total)
    values = np.column_stack([items, total]).ravel()
    test = np.tile(np.arange(len(ITEMS)), len(scored))
    frame = _long(cohort, "QS", scored, len(ITEMS))
    frame["QSTESTCD"] = np.array(list(ITEMS), dtype=object)[test]
    frame["QSTEST"] = np.array(list(ITEMS.values()), dtype=object)[test]
    frame["QSCAT"] = constant(len(frame), "ALSFRS-R")
    _add_result(frame, "QS", values, "POINTS")
    # A mistyped item, never at baseline and never in the total, is corrected some months later.
    slip = (
        (rng.random(len(frame)) < 0.0015 * settings.quirk_rate)
        & (frame["VISITNUM"].to_numpy() > 1)
        & (test < 12)
    )
    _add_slips(rng, frame, slip, np.where(values > 0, values - 1, values + 1))
    return numbered(frame, "QSSEQ")


def respiratory(cohort: RegistryCohort, visits: pd.DataFrame, settings: SimulationSettings) -> pd.DataFrame:
    """RE: forced vital capacity in litres and percent at most visits, slow vital capacity at some sites."""
    rng = stream(settings.seed, "registry", "respiratory")
    subjects, n = cohort.subjects, len(cohort.subjects)
    male = subjects["male"].to_numpy()
    normal = np.where(male == 1, 3.9, 2.9) * rng.lognormal(0, 0.08, n)
    start = np.clip(rng.normal(86.0, 14.0, n) + 0.8 * (subjects["alsfrsr"].to_numpy() - 38.0), 35, 130)
    chosen = visits[(visits["number"] <= 1) | (rng.random(len(visits)) < 0.7)]
    subject = chosen["subject"].to_numpy()
    months = chosen["day"].to_numpy() / 30.4375
    pct = np.clip(
        start[subject] - 2.2 * chosen["decline"] * months + rng.normal(0, 4, len(chosen)), 8, 150
    ).to_numpy()
    slow = (rng.random(n) < 0.15)[subject]
    frame = _long(cohort, "RE", chosen, 2)
    which = np.tile([0, 1], len(chosen)) + 2 * np.repeat(slow, 2)
    frame["RETESTCD"] = np.array(["FVC", "FVCPP", "SVC", "SVCPP"], dtype=object)[which]
    names = ["Forced Vital Capacity", "Percent Predicted FVC", "Slow Vital Capacity", "Percent Predicted SVC"]
    frame["RETEST"] = np.array(names, dtype=object)[which]
    litres = np.round(pct * normal[subject] / 100, 2)
    values = np.column_stack([litres, np.round(pct)]).ravel()
    _add_result(frame, "RE", values, np.where(which % 2 == 0, "L", "%"))
    return numbered(frame, "RESEQ")


def body_measures(cohort: RegistryCohort, visits: pd.DataFrame, settings: SimulationSettings) -> pd.DataFrame:
    """VS: height at screening, weight at every visit; a mistyped weight is corrected later."""
    rng = stream(settings.seed, "registry", "body")
    subjects, n = cohort.subjects, len(cohort.subjects)
    height = np.round(rng.normal(158.0 + 12.0 * subjects["male"].to_numpy(), 6.0))
    weight = np.clip(rng.normal(23.2, 3.2, n), 16, 38) * (height / 100) ** 2
    subject = visits["subject"].to_numpy()
    kilograms = (
        weight[subject] - 0.3 * visits["decline"] * visits["day"] / 30.4375 + rng.normal(0, 0.7, len(visits))
    )
    first = visits[visits["number"] == 0]
    frames = [_long(cohort, "VS", first, 1), _long(cohort, "VS", visits, 1)]
    values = np.concatenate([height[first["subject"]], np.round(np.maximum(kilograms, 30.0), 1)])
    frame = pd.concat(frames, ignore_index=True)
    is_height = np.arange(len(frame)) < len(first)
    frame["VSTESTCD"] = np.where(is_height, "HEIGHT", "WEIGHT")
    frame["VSTEST"] = np.where(is_height, "Height", "Weight")
    _add_result(frame, "VS", values, np.where(is_height, "cm", "kg"))
    slip = (
        (rng.random(len(frame)) < 0.01 * settings.quirk_rate)
        & ~is_height
        & (frame["VISITNUM"].to_numpy() > 1)
    )
    _add_slips(rng, frame, slip, values + 10)
    return numbered(frame, "VSSEQ")


def _long(cohort: RegistryCohort, domain: str, visits: pd.DataFrame, times: int) -> pd.DataFrame:
    rows = visits.loc[visits.index.repeat(times)]
    frame = domain_frame(cohort, domain, rows["subject"].to_numpy(), rows["on"].to_numpy())
    frame["VISITNUM"] = rows["number"].to_numpy()
    names = np.array(["SCREENING", "BASELINE", *(f"MONTH {m:g}" for m in VISIT_MONTHS)], dtype=object)
    frame["VISIT"] = names[rows["number"].to_numpy()]
    frame[f"{domain}DTC"] = iso_date(frame["_on"])
    return frame


def _add_result(frame: pd.DataFrame, domain: str, values: FloatArray, unit: str | np.ndarray) -> None:
    frame[f"{domain}ORRES"] = values
    frame[f"{domain}ORRESU"] = unit
    frame[f"{domain}STRESC"] = values
    frame[f"{domain}STRESN"] = values
    frame[f"{domain}STRESU"] = unit


def _add_slips(rng: np.random.Generator, frame: pd.DataFrame, slip: np.ndarray, wrong: FloatArray) -> None:
    until = frame["_on"] + rng.integers(90, 400, len(frame))
    frame["_wrong"] = wrong
    frame["_wrong_until"] = np.where(slip, until, 0.0)
