"""Data cuts of the registry: what was known at each, as full SDTM snapshots.

A subject is known up to an information date, the cut less the site's reporting lag; deaths and proofs of life
count alike up to it, so that the lag is no bias by itself. Records first entered wrongly are right in later cuts.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.simulation import registry_records as records
from analytics.simulation import registry_safety as safety
from analytics.simulation import registry_visits as findings
from analytics.simulation.registry_cohort import NEVER, RegistryCohort, epoch_day
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.streams import constant, either, stream

WRONG_COLUMNS: dict[str, tuple[str, ...]] = {
    "VS": ("VSORRES", "VSSTRESC", "VSSTRESN"),
    "QS": ("QSORRES", "QSSTRESC", "QSSTRESN"),
}
WRONG_COLUMNS |= {"MH": ("MHSTDTC",), "AE": ("AESEV",)}

DM_COLUMNS = [
    "STUDYID",
    "DOMAIN",
    "USUBJID",
    "SUBJID",
    "RFSTDTC",
    "RFENDTC",
    "RFXSTDTC",
    "RFXENDTC",
    "RFICDTC",
]
DM_COLUMNS += ["DTHDTC", "DTHFL", "SITEID", "BRTHDTC", "AGE", "AGEU", "SEX", "RACE", "ETHNIC", "ARMCD", "ARM"]
DM_COLUMNS += ["ACTARMCD", "ACTARM", "ARMNRS", "COUNTRY", "DMDTC"]


@dataclass(frozen=True)
class RegistryHistory:
    """Everything the registry will ever record, by domain, and the demographics that never change."""

    domains: dict[str, pd.DataFrame]
    demographics: pd.DataFrame


def registry_history(cohort: RegistryCohort, settings: SimulationSettings) -> RegistryHistory:
    """All records over the whole of time; cuts are taken from them."""
    visits = findings.draw_registry_visits(cohort, settings)
    events = safety.adverse_events(cohort, settings)
    domains = {
        "EX": records.exposure(cohort),
        "MH": records.medical_history(cohort, settings),
        "QS": findings.questionnaires(cohort, visits, settings),
        "RE": findings.respiratory(cohort, visits, settings),
        "CM": records.medication(cohort, settings),
        "AE": events,
        "SUPPAE": safety.supplemental_events(events, settings),
        "DS": records.disposition(cohort),
        "PR": records.procedures(cohort),
        "VS": findings.body_measures(cohort, visits, settings),
    }
    return RegistryHistory(domains, _fixed_demographics(cohort, settings))


def known_until(cohort: RegistryCohort, cut: date) -> np.ndarray:
    """The last epoch day about which each subject's site has reported by the cut."""
    lag = cohort.subjects["reporting_lag_days"].to_numpy()
    return np.asarray(epoch_day(cut) - lag)


def snapshot(
    cohort: RegistryCohort, history: RegistryHistory, settings: SimulationSettings, cut: date
) -> dict[str, pd.DataFrame]:
    """The full delivery of one data cut, by domain name."""
    known = known_until(cohort, cut)
    frames = {"DM": _demographics(cohort, history, known)}
    for name, frame in history.domains.items():
        visible = frame[frame["_on"].to_numpy() <= known[frame["_subject"].to_numpy()]]
        visible = _with_errors(visible, name, epoch_day(cut))
        visible = _with_end_dates(visible, name, np.minimum(known, cohort.subjects["lost_on"].to_numpy()))
        if name == "DS":
            visible = _with_last_contact(cohort, visible, known)
        frames[name] = visible.drop(columns=[c for c in visible.columns if c.startswith("_")]).reset_index(
            drop=True
        )
    return frames


def _with_errors(frame: pd.DataFrame, domain: str, cut_on: int) -> pd.DataFrame:
    """Wrong values in place of the right ones until the day they were corrected."""
    if "_wrong_until" not in frame:
        return frame
    wrong = (frame["_wrong_until"] > cut_on).to_numpy()
    frame = frame.copy()
    for column in WRONG_COLUMNS[domain]:
        frame.loc[wrong, column] = frame.loc[wrong, "_wrong"]
    return frame


def _with_end_dates(frame: pd.DataFrame, domain: str, known: np.ndarray) -> pd.DataFrame:
    if domain not in ("AE", "CM"):
        return frame
    frame = frame.copy()
    ended = frame["_end_on"].to_numpy() <= known[frame["_subject"].to_numpy()]
    frame[f"{domain}ENDTC"] = records.iso_date(np.where(ended, frame["_end_on"], NEVER))
    if domain == "AE":
        running = ~ended & (frame["AEOUT"] == "RECOVERED/RESOLVED").to_numpy()
        frame.loc[running, "AEOUT"] = "RECOVERING/RESOLVING"
    return frame


def _with_last_contact(cohort: RegistryCohort, frame: pd.DataFrame, known: np.ndarray) -> pd.DataFrame:
    """A LAST CONTACT record for everyone not known to have died or withdrawn, last in the subject's sequence."""
    ended = frame.loc[frame["DSDECOD"].isin(["DEATH", "WITHDRAWAL BY SUBJECT"]), "_subject"].to_numpy()
    consented = (cohort.subjects["harvest_on"] - 10).to_numpy() <= known
    rows = np.setdiff1d(np.flatnonzero(consented), ended)
    contact = np.minimum(cohort.subjects["lost_on"].to_numpy(), known)[rows]
    standing = records.domain_frame(cohort, "DS", rows, contact)
    standing["DSTERM"] = standing["DSDECOD"] = "LAST CONTACT"
    standing["DSCAT"] = "OTHER EVENT"
    standing["DSSTDTC"] = records.iso_date(contact)
    both = pd.concat([frame, standing], ignore_index=True)
    both = both.sort_values(["_subject", "DSSEQ"], kind="stable", na_position="last", ignore_index=True)
    both["DSSEQ"] = both.groupby("_subject").cumcount() + 1
    return both


def _fixed_demographics(cohort: RegistryCohort, settings: SimulationSettings) -> pd.DataFrame:
    rng = stream(settings.seed, "registry", "demographics")
    subjects, n = cohort.subjects, len(cohort.subjects)
    consent_on = subjects["harvest_on"].to_numpy() - 10
    birth_on = np.floor(subjects["index_on"].to_numpy() - subjects["age"].to_numpy() * 365.25)
    frame = records.domain_frame(cohort, "DM", np.arange(n), consent_on)
    frame.insert(3, "SUBJID", subjects["subjid"])
    frame["RFICDTC"] = records.iso_date(consent_on)
    frame["SITEID"] = subjects["siteid"]
    frame["BRTHDTC"] = records.iso_date(birth_on)
    frame["AGE"] = np.floor((subjects["index_on"].to_numpy() - birth_on) / 365.25).astype(int)
    frame["AGEU"] = constant(n, "YEARS")
    frame["SEX"] = np.where(subjects["male"] == 1, "M", "F")
    frame["RACE"] = np.where(rng.random(n) < 0.99, "ASIAN", "WHITE")
    frame["ETHNIC"] = constant(n, "NOT HISPANIC OR LATINO")
    frame["ARMCD"] = "LENZ"
    frame["ARM"] = "LENZUMESTROCEL"
    frame["COUNTRY"] = "KOR"
    frame["DMDTC"] = frame["RFICDTC"]
    return frame


def _demographics(cohort: RegistryCohort, history: RegistryHistory, known: np.ndarray) -> pd.DataFrame:
    """DM at a cut: doses given and deaths reported so far."""
    given = cohort.injections
    seen = given[given["given_on"].to_numpy() <= known[given["subject"].to_numpy()]].groupby("subject")[
        "given_on"
    ]
    frame = history.demographics.copy()
    first = seen.min().reindex(frame["_subject"]).fillna(NEVER).to_numpy()
    last = seen.max().reindex(frame["_subject"]).fillna(NEVER).to_numpy()
    subjects = cohort.subjects
    reported = ((subjects["death_on"] <= subjects["lost_on"]) & (subjects["death_on"] <= known)).to_numpy()
    frame["RFSTDTC"] = frame["RFXSTDTC"] = records.iso_date(first)
    frame["RFENDTC"] = frame["RFXENDTC"] = records.iso_date(last)
    frame["DTHDTC"] = records.iso_date(np.where(reported, subjects["death_on"], NEVER))
    frame["DTHFL"] = either(reported, "Y", None)
    treated = first < NEVER
    frame["ACTARMCD"] = either(treated, "LENZ", None)
    frame["ACTARM"] = either(treated, "LENZUMESTROCEL", None)
    frame["ARMNRS"] = either(treated, None, "ASSIGNED, NOT TREATED")
    visible = frame[frame["_on"].to_numpy() <= known]
    return visible.drop(columns=["_subject", "_on"])[DM_COLUMNS].reset_index(drop=True)
