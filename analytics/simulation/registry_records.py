"""Registry records over the whole of time, as SDTM frames before any data cut is taken.

Every frame carries three private columns: `_subject` (row of the cohort), `_on` (epoch day the record is about) and,
where a record was first entered wrongly, `_wrong_until` with the wrong value in `_wrong`.
"""

import numpy as np
import pandas as pd

from analytics.simulation.natural_history import DAYS_PER_MONTH
from analytics.simulation.registry_cohort import NEVER, STUDYID, RegistryCohort
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import choice_codes, constant, either, stream

ESCORIAL = ["DEFINITE", "PROBABLE", "PROBABLE LABORATORY SUPPORTED", "POSSIBLE"]


def iso_date(on: np.ndarray | pd.Series, digits: int | np.ndarray = 10) -> np.ndarray:
    """Epoch days as ISO dates, cut to `digits` characters (7: year and month); None where NEVER or beyond."""
    days = np.asarray(on, dtype=float)
    known = days < NEVER
    whole_days = np.where(known, days, 0).astype("datetime64[D]")
    texts = np.datetime_as_string(whole_days).astype(object)
    if isinstance(digits, np.ndarray):
        texts = np.array([value[:length] for value, length in zip(texts, digits, strict=True)], dtype=object)
    return either(known, texts, None)


def domain_frame(cohort: RegistryCohort, domain: str, subject: np.ndarray, on: np.ndarray) -> pd.DataFrame:
    """The identifying columns every domain starts with, and the private ones."""
    ids = cohort.subjects["subject_id"].to_numpy()
    return pd.DataFrame(
        {
            "STUDYID": constant(len(subject), STUDYID),
            "DOMAIN": constant(len(subject), domain),
            "USUBJID": ids[subject],
            "_subject": subject,
            "_on": np.asarray(on, dtype=float),
        }
    )


def numbered(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Records in order of subject and day with their sequence number after USUBJID."""
    ordered = frame.sort_values(["_subject", "_on"], kind="stable", ignore_index=True)
    ordered.insert(3, column, ordered.groupby("_subject").cumcount() + 1)
    return ordered


def exposure(cohort: RegistryCohort) -> pd.DataFrame:
    """EX: one row per injection."""
    given = cohort.injections
    frame = domain_frame(cohort, "EX", given["subject"].to_numpy(), given["given_on"].to_numpy())
    n = len(frame)
    frame["EXTRT"] = constant(n, "LENZUMESTROCEL")
    frame["EXDOSE"] = np.ones(n)
    frame["EXDOSU"] = constant(n, "10^6 CELLS/KG")
    frame["EXDOSFRM"] = constant(n, "INJECTION, SUSPENSION")
    frame["EXROUTE"] = constant(n, "INTRATHECAL")
    frame["VISIT"] = np.array([f"DOSE {dose}" for dose in given["dose"]], dtype=object)
    frame["EXSTDTC"] = iso_date(frame["_on"])
    frame["EXENDTC"] = frame["EXSTDTC"]
    return numbered(frame, "EXSEQ")


def procedures(cohort: RegistryCohort) -> pd.DataFrame:
    """PR: harvest, tracheostomy, ventilation, gastrostomy."""
    names = {"harvest_on": "BONE MARROW ASPIRATION", "tracheostomy_on": "TRACHEOSTOMY"}
    names |= {"ventilation_on": "INVASIVE VENTILATION", "mask_on": "NON-INVASIVE VENTILATION"}
    names |= {"gastrostomy_on": "GASTROSTOMY"}
    parts = []
    for column, name in names.items():
        on = cohort.subjects[column].to_numpy()
        followed_until = np.minimum(
            cohort.subjects["death_on"].to_numpy(), cohort.subjects["lost_on"].to_numpy()
        )
        subject = np.flatnonzero(on < np.minimum(followed_until, NEVER))
        part = domain_frame(cohort, "PR", subject, on[subject])
        part["PRTRT"] = part["PRDECOD"] = name
        part["PRSTDTC"] = iso_date(part["_on"])
        parts.append(part)
    return numbered(pd.concat(parts, ignore_index=True), "PRSEQ")


def medical_history(cohort: RegistryCohort, settings: SimulationSettings) -> pd.DataFrame:
    """MH: onset with its place and diagnosis with its El Escorial category; some dates known to the month only."""
    rng = stream(settings.seed, "registry", "history")
    subjects, n = cohort.subjects, len(cohort.subjects)
    onset_on = (subjects["index_on"] - subjects["symptom_days"]).to_numpy()
    delay = np.round(subjects["symptom_months"].to_numpy() * rng.beta(2.5, 2.5, n) * DAYS_PER_MONTH)
    entered_on = subjects["harvest_on"].to_numpy() - 10
    parts = []
    for term, on, month_only in (("ALS ONSET", onset_on, 0.30), ("ALS DIAGNOSIS", onset_on + delay, 0.10)):
        part = domain_frame(cohort, "MH", np.arange(n), entered_on)
        part["MHTERM"] = part["MHDECOD"] = term
        part["MHCAT"] = "ALS HISTORY"
        length = np.where(rng.random(n) < month_only, 7, 10)
        part["MHSTDTC"] = iso_date(np.minimum(on, entered_on), length)
        wrong = np.minimum(on + rng.choice((-31, 28, 30), n), entered_on)
        part["_wrong"] = iso_date(wrong, length)
        part["_wrong_until"] = np.where(rng.random(n) < 0.015, entered_on + rng.integers(90, 500, n), 0.0)
        parts.append(part)
    parts[0]["MHLOC"] = _onset_place(rng, subjects["bulbar"].to_numpy())
    parts[1]["MHSCAT"] = np.array(ESCORIAL, dtype=object)[choice_codes(rng, n, (0.3, 0.4, 0.2, 0.1))]
    frame = numbered(pd.concat(parts, ignore_index=True), "MHSEQ")
    return frame[
        [*[c for c in frame.columns if c not in ("MHLOC", "MHSCAT", "MHSTDTC")], "MHSCAT", "MHLOC", "MHSTDTC"]
    ]


def _onset_place(rng: np.random.Generator, bulbar: np.ndarray) -> np.ndarray:
    place = choice_codes(rng, len(bulbar), (0.965, 0.02, 0.015))
    other = np.array(["LIMB", "RESPIRATORY", "OTHER"], dtype=object)[place]
    return np.where(bulbar == 1, "BULBAR", other)


def medication(cohort: RegistryCohort, settings: SimulationSettings) -> pd.DataFrame:
    """CM: riluzole of those who take it, edaravone of some, and ordinary drugs."""
    rng = stream(settings.seed, "registry", "medication")
    subjects, n = cohort.subjects, len(cohort.subjects)
    entered_on = subjects["harvest_on"].to_numpy() - 10
    started_on = subjects["index_on"].to_numpy() - np.round(
        subjects["symptom_days"].to_numpy() * rng.random(n) * 0.6
    )
    parts = []
    takes = {"RILUZOLE": subjects["riluzole"].to_numpy() == 1, "EDARAVONE": rng.random(n) < 0.20}
    takes |= {"BACLOFEN": rng.random(n) < 0.15, "QUININE": rng.random(n) < 0.05}
    dose = {"RILUZOLE": ("50", "mg", "BID", "ORAL"), "EDARAVONE": ("60", "mg", "QD", "INTRAVENOUS")}
    for drug, taken in takes.items():
        rows = np.flatnonzero(taken)
        part = domain_frame(cohort, "CM", rows, entered_on[rows])
        part["CMTRT"] = drug.capitalize() if drug == "RILUZOLE" else drug
        part["CMDECOD"] = drug
        part["CMDOSE"], part["CMDOSU"], part["CMDOSFRQ"], part["CMROUTE"] = dose.get(
            drug, ("10", "mg", "QD", "ORAL")
        )
        on = np.minimum(started_on[rows], entered_on[rows])
        part["CMSTDTC"] = iso_date(on, np.where(rng.random(len(rows)) < 0.25, 7, 10))
        stops = subjects["index_on"].to_numpy()[rows] + np.round(rng.uniform(30, 900, len(rows)))
        part["_end_on"] = np.where(rng.random(len(rows)) < 0.15, stops, NEVER)
        parts.append(part)
    return numbered(pd.concat(parts, ignore_index=True), "CMSEQ")


def disposition(cohort: RegistryCohort) -> pd.DataFrame:
    """DS: consent, death, withdrawal, and loss declared three months after the last contact.

    The standing LAST CONTACT record depends on the cut and is added there.
    """
    subjects = cohort.subjects
    leaves = (subjects["lost_on"] < subjects["death_on"]).to_numpy()
    withdrew = subjects["withdrew"].to_numpy()
    lost_on = subjects["lost_on"].to_numpy()
    events = {
        "INFORMED CONSENT OBTAINED": subjects["harvest_on"].to_numpy() - 10,
        "DEATH": np.where(leaves, NEVER, subjects["death_on"]),
        "WITHDRAWAL BY SUBJECT": np.where(leaves & withdrew, lost_on, NEVER),
        "LOST TO FOLLOW-UP": np.where(leaves & ~withdrew, lost_on + 90, NEVER),
    }
    parts = []
    for what, on in events.items():
        rows = np.flatnonzero(on < NEVER)
        part = domain_frame(cohort, "DS", rows, on[rows])
        part["DSTERM"] = part["DSDECOD"] = what
        part["DSCAT"] = "PROTOCOL MILESTONE" if what.startswith("INFORMED") else "DISPOSITION EVENT"
        part["DSSTDTC"] = iso_date(part["_on"])
        parts.append(part)
    return numbered(pd.concat(parts, ignore_index=True), "DSSEQ")
