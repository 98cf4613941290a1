"""PRO-ACT files with about one row per subject: DEMOGRAPHICS, TREATMENT, RILUZOLE, ELESCORIAL, DEATHDATA."""

import numpy as np
import pandas as pd

from analytics.simulation.proact_cohort import ProactCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import choice_codes, constant, decimal, stream, text, whole

RACES: tuple[str, ...] = (
    "Race_Caucasian",
    "Race_Asian",
    "Race_Black_African_American",
    "Race_Hawaiian_Pacific_Islander",
)
RACES += ("Race_Americ_Indian_Alaska_Native", "Race_Unknown", "Race_Other")
RACE_SHARE = (0.962, 0.008, 0.014, 0.0005, 0.0015, 0.003, 0.011)
OTHER_RACES = ["Mixed", "Mestizo", "Middle Eastern", "Not reported", "Arab", "Creole", "Multiracial"]
ETHNICITIES = ["Non-Hispanic or Latino", "Hispanic or Latino", "Unknown"]
ESCORIAL = ["Definite", "Probable", "Probable Laboratory Supported", "Possible"]


def demographics(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """One row per subject; age is missing for a quarter, birth day (negative days) gives some of it back."""
    rng = stream(settings.seed, "proact", "demographics")
    subjects, n = cohort.subjects, len(cohort.subjects)
    age = subjects["age"].to_numpy()
    no_age = cohort.of_trial("lacks_age") | (rng.random(n) < 0.012)
    has_birth = (cohort.of_trial("has_dob") | (cohort.of_trial("has_dob_too"))) & (rng.random(n) < 0.95)
    with_decimals = (rng.random(n) < 0.02) & ~no_age
    race = choice_codes(rng, n, RACE_SHARE)
    recorded = rng.random(n) < 0.70
    frame = {
        "subject_id": subjects["subject_id"].to_numpy(),
        "Demographics_Delta": whole(
            np.where(rng.random(n) < 0.85, 0, -rng.integers(1, 29, n)), rng.random(n) < 0.007
        ),
        "Age": decimal(np.where(with_decimals, np.round(age, 1), np.floor(age)), 1, no_age),
        "Date_of_Birth": whole(-age * 365.25, ~has_birth),
        "Ethnicity": text(choice_codes(rng, n, (0.93, 0.04, 0.03)), ETHNICITIES, rng.random(n) > 0.30),
        "Race_Other_Specify": text(
            rng.integers(0, len(OTHER_RACES), n), OTHER_RACES, ~(recorded & (race == 6))
        ),
        "Sex": text(1 - subjects["male"], ["Male", "Female"], rng.random(n) < 0.0005),
    }
    for code, name in enumerate(RACES):
        frame[name] = whole(np.ones(n), ~(recorded & (race == code)))
    return pd.DataFrame(frame)


def treatment(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """One row per subject of the trials that named the arm; a few deltas blank or beyond a year."""
    rng = stream(settings.seed, "proact", "treatment")
    n = len(cohort.subjects)
    delta = np.where(rng.random(n) < 0.9, 0, rng.integers(1, 15, n))
    delta = np.where(rng.random(n) < 0.001 * settings.quirk_rate, rng.integers(366, 900, n), delta)
    frame = pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"],
            "Study_Arm": text(cohort.subjects["placebo"].to_numpy().astype(int), ["Active", "Placebo"]),
            "Treatment_Group_Delta": whole(delta, rng.random(n) < 0.004 * settings.quirk_rate),
        }
    )
    return frame[~cohort.of_trial("lacks_treatment")]


def riluzole(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """Use of riluzole; trials that noted takers only have no `No`, and some subjects have two rows."""
    rng = stream(settings.seed, "proact", "riluzole")
    takes, n = cohort.subjects["riluzole"].to_numpy() == 1, len(cohort.subjects)
    kept = ~cohort.of_trial("lacks_riluzole") & (takes | ~cohort.of_trial("has_yes_only"))
    rows = np.flatnonzero(kept & (rng.random(n) < 0.985))
    rows = np.sort(np.concatenate([rows, rows[rng.random(len(rows)) < 0.011 * settings.quirk_rate]]))
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[rows],
            "Subject_used_Riluzole": text(takes[rows].astype(int), ["No", "Yes"]),
            "Riluzole_use_Delta": whole(
                np.where(rng.random(len(rows)) < 0.9, 0, -rng.integers(1, 60, len(rows))),
                rng.random(len(rows)) < 0.003,
            ),
        }
    )


def el_escorial(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """One row per subject of the trials that noted the category; later releases know a fifth."""
    rng = stream(settings.seed, "proact", "escorial")
    n = len(cohort.subjects)
    values = [*ESCORIAL, "Suspected"] if settings.generation in ("2025", "2026") else ESCORIAL
    frame = pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"],
            "el_escorial": text(choice_codes(rng, n, (0.33, 0.38, 0.19, 0.09, 0.01)[: len(values)]), values),
            "delta_days": whole(
                np.where(rng.random(n) < 0.8, 0, -rng.integers(1, 40, n)), rng.random(n) < 0.02
            ),
        }
    )
    return frame[cohort.of_trial("has_escorial") & (rng.random(n) < 0.97)]


def vital_status(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """What became known of each subject's death: columns row, died, day, dated; subjects without row are absent.

    Under `left_alive` every trial notes the deaths of its participants, and some look up everyone's status
    later: the subjects without a row left alive, so that ending their time at the last visit is fair. Under
    `whole_trials` some trials note everything and the others nothing.
    """
    rng = stream(settings.seed, "proact", "death")
    subjects, n = cohort.subjects, len(cohort.subjects)
    death = subjects["death_days_control"].to_numpy()
    in_trial = death <= subjects["exit_day"].to_numpy()
    by_lookup = death <= subjects["status_day"].to_numpy()
    if settings.vital_status_mechanism == "left_alive":
        looked_up = cohort.of_trial("sweep")
        known = ~cohort.of_trial("lacks_treatment") & (in_trial | looked_up)
    else:
        looked_up = cohort.of_trial("kept_status")
        known = looked_up
    died = in_trial | (by_lookup & looked_up)
    # A date is lacking mostly where the death was learnt of afterwards.
    undated = rng.random(n) < np.where(in_trial, 0.01, 0.17) * min(settings.quirk_rate, 1.0)
    rows = np.flatnonzero(known)
    return pd.DataFrame({"row": rows, "died": died[rows], "day": death[rows], "dated": ~undated[rows]})


def death_data(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """DEATHDATA: Yes with or without a day, No, and for a handful a second row with another day."""
    rng = stream(settings.seed, "proact", "death", "duplicates")
    status = vital_status(cohort, settings)
    dated_deaths = np.flatnonzero(status["died"] & status["dated"])
    n_twice = min(len(dated_deaths), int(np.ceil(len(status) * 0.001 * settings.quirk_rate)))
    twice = np.sort(rng.choice(dated_deaths, n_twice, replace=False)) if n_twice else dated_deaths[:0]
    second = status.iloc[twice].assign(day=lambda rows: rows["day"] + rng.integers(1, 30, len(rows)))
    both = pd.concat([status, second]).sort_values("row", kind="stable")
    return pd.DataFrame(
        {
            "subject_id": cohort.subjects["subject_id"].to_numpy()[both["row"]],
            "Subject_Died": text(both["died"].to_numpy().astype(int), ["No", "Yes"]),
            "Death_Days": whole(both["day"], ~(both["died"] & both["dated"]).to_numpy()),
        }
    )


def family_history(cohort: ProactCohort, settings: SimulationSettings) -> pd.DataFrame:
    """FAMILYHISTORY of about one subject in nine; relatives are ticked with 1 or left blank."""
    rng = stream(settings.seed, "proact", "family")
    n = len(cohort.subjects)
    rows = np.flatnonzero(rng.random(n) < 0.109)
    rows = np.sort(np.concatenate([rows, rows[rng.random(len(rows)) < 0.047]]))
    m = len(rows)
    diseases = [
        "ALS",
        "Stroke",
        "Parkinson's disease",
        "DAT",
        "Multiple sclerosis",
        "Epilepsy",
        "Other",
        "Migraine",
    ]
    relatives = {
        "Father": 0.113,
        "Mother": 0.157,
        "Brother": 0.057,
        "Sister": 0.042,
        "Uncle__Maternal_": 0.03,
    }
    relatives |= {
        "Aunt__Maternal_": 0.03,
        "Grandmother__Maternal_": 0.03,
        "Grandfather__Paternal_": 0.02,
        "Son": 0.004,
    }
    frame = {
        "subject_id": cohort.subjects["subject_id"].to_numpy()[rows],
        "Family_History_Delta": whole(
            np.where(rng.random(m) < 0.8, 0, -rng.integers(1, 29, m)), rng.random(m) < 0.03
        ),
        "Family_Hx_of_Neuro_Disease": constant(m, "ALS", rng.random(m) > 0.126),
        "Neurological_Disease": text(rng.integers(0, len(diseases), m), diseases, rng.random(m) > 0.404),
    }
    frame |= {name: whole(np.ones(m), rng.random(m) > share) for name, share in relatives.items()}
    return pd.DataFrame(frame)
