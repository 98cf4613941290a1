"""Registry adverse events (AE, SUPPAE) over the whole of time: causality, seriousness, deaths as fatal events."""

import numpy as np
import pandas as pd

from analytics.simulation.registry_cohort import NEVER, RegistryCohort, epoch_day
from analytics.simulation.registry_records import domain_frame, iso_date, numbered
from analytics.simulation.settings import LAST_POSSIBLE_CUT, SimulationSettings
from analytics.simulation.streams import choice_codes, constant, either, stream
from analytics.simulation.terms import DISEASE_DEATH, PROCEDURE_TERMS, TERMS

CAUSALITY = ["NOT RELATED", "UNLIKELY RELATED", "POSSIBLE", "PROBABLE", "RELATED", "UNASSESSABLE", None]
CAUSALITY_SHARE = (0.62, 0.20, 0.07, 0.02, 0.01, 0.02, 0.06)
PROCEDURE_CAUSALITY_SHARE = (0.15, 0.15, 0.30, 0.25, 0.12, 0.01, 0.02)
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")


def adverse_events(cohort: RegistryCohort, settings: SimulationSettings) -> pd.DataFrame:
    """AE: disease events throughout, procedure events after injections, and deaths as fatal events for most.

    Serious and related within a year does not occur unless `serious_related_share` asks for it.
    """
    rng = stream(settings.seed, "registry", "events")
    parts = [_disease_events(rng, cohort), _procedure_events(rng, cohort), _fatal_events(rng, cohort)]
    drawn = pd.concat(parts, ignore_index=True)
    # A fatal event is known as fatal only once the death is.
    death_on = cohort.subjects["death_on"].to_numpy()[drawn["subject"]]
    known_on = np.where(drawn["fatal"], death_on, drawn["on"])
    frame = domain_frame(cohort, "AE", drawn["subject"].to_numpy(), known_on)
    terms = (*TERMS, *PROCEDURE_TERMS, DISEASE_DEATH)
    term = drawn["term"].to_numpy()
    n = len(frame)
    wording = [
        terms[code].reported[pick % len(terms[code].reported)]
        for code, pick in zip(term, rng.integers(0, 9, n), strict=True)
    ]
    frame["AETERM"] = np.array(wording, dtype=object)
    frame["AEDECOD"] = np.array([t.preferred for t in terms], dtype=object)[term]
    frame["AEBODSYS"] = np.array([t.organ_class for t in terms], dtype=object)[term]
    _add_severity(rng, frame, drawn)
    _add_seriousness(rng, frame, drawn, cohort, settings)
    _add_outcome(rng, frame, drawn)
    frame["AESTDTC"] = iso_date(drawn["on"], np.where((rng.random(n) < 0.04) & ~drawn["fatal"], 7, 10))
    frame["AEDICTVS"] = constant(n, "STAND-IN 1.0")
    frame["_wrong"] = np.array(["MODERATE", "MILD", "MODERATE"], dtype=object)[frame.pop("_severity")]
    slips = (rng.random(n) < 0.01 * settings.quirk_rate) & ~drawn["fatal"].to_numpy()
    frame["_wrong_until"] = np.where(slips, frame["_on"] + rng.integers(60, 400, n), 0.0)
    return numbered(frame, "AESEQ")


def supplemental_events(events: pd.DataFrame, settings: SimulationSettings) -> pd.DataFrame:
    """SUPPAE: causality to the procedure, apart from that to the product, for some events."""
    rng = stream(settings.seed, "registry", "supplemental")
    chosen = events[rng.random(len(events)) < 0.25]
    return pd.DataFrame(
        {
            "STUDYID": chosen["STUDYID"].astype(object),
            "RDOMAIN": "AE",
            "USUBJID": chosen["USUBJID"],
            "IDVAR": "AESEQ",
            "IDVARVAL": chosen["AESEQ"].astype(str),
            "QNAM": "AERELPRO",
            "QLABEL": "Causality to Procedure",
            "QVAL": np.where(rng.random(len(chosen)) < 0.8, "NOT RELATED", "POSSIBLE"),
            "QORIG": "CRF",
            "_subject": chosen["_subject"],
            "_on": chosen["_on"],
        }
    ).reset_index(drop=True)


def _disease_events(rng: np.random.Generator, cohort: RegistryCohort) -> pd.DataFrame:
    """Poisson at two a year from consent to death or loss."""
    subjects = cohort.subjects
    begin = subjects["harvest_on"].to_numpy() - 9
    followed_until = np.minimum(subjects["death_on"].to_numpy(), subjects["lost_on"].to_numpy())
    end = np.minimum(followed_until, epoch_day(LAST_POSSIBLE_CUT))
    rate = 2.0 / 365.25 * rng.gamma(2.0, 0.5, len(subjects))
    number = rng.poisson(rate * np.maximum(end - begin, 0))
    subject = np.repeat(np.arange(len(subjects)), number)
    on = np.floor(begin[subject] + rng.random(len(subject)) * (end - begin)[subject])
    term = choice_codes(rng, len(subject), [t.weight for t in TERMS])
    return _drawn(subject, on, term, procedure=False, fatal=False)


def _procedure_events(rng: np.random.Generator, cohort: RegistryCohort) -> pd.DataFrame:
    """After about a quarter of the injections, within days."""
    given = cohort.injections[rng.random(len(cohort.injections)) < 0.25]
    subject = given["subject"].to_numpy()
    on = given["given_on"].to_numpy() + rng.integers(0, 6, len(given))
    end = np.minimum(cohort.subjects["death_on"].to_numpy(), cohort.subjects["lost_on"].to_numpy())
    term = len(TERMS) + choice_codes(rng, len(given), [t.weight for t in PROCEDURE_TERMS])
    happens = on < end[subject]
    return _drawn(subject[happens], on[happens], term[happens], procedure=True, fatal=False)


def _fatal_events(rng: np.random.Generator, cohort: RegistryCohort) -> pd.DataFrame:
    """Six deaths in ten are also reported as a fatal event, begun some days before."""
    subjects = cohort.subjects
    died = (subjects["death_on"] <= subjects["lost_on"]).to_numpy() & (rng.random(len(subjects)) < 0.6)
    subject = np.flatnonzero(died & (subjects["death_on"].to_numpy() < NEVER))
    on = subjects["death_on"].to_numpy()[subject] - rng.integers(0, 10, len(subject))
    on = np.maximum(on, subjects["harvest_on"].to_numpy()[subject])
    term = np.full(len(subject), len(TERMS) + len(PROCEDURE_TERMS))
    return _drawn(subject, on, term, procedure=False, fatal=True)


def _drawn(
    subject: np.ndarray, on: np.ndarray, term: np.ndarray, *, procedure: bool, fatal: bool
) -> pd.DataFrame:
    return pd.DataFrame({"subject": subject, "on": on, "term": term, "procedure": procedure, "fatal": fatal})


def _add_severity(rng: np.random.Generator, frame: pd.DataFrame, drawn: pd.DataFrame) -> None:
    severity = choice_codes(rng, len(frame), (0.62, 0.28, 0.10))
    severity = np.where(drawn["fatal"], 2, severity)
    frame["AESEV"] = np.array(["MILD", "MODERATE", "SEVERE"], dtype=object)[severity]
    frame["AETOXGR"] = np.where(drawn["fatal"], 5, severity + 1)
    frame["_severity"] = severity


def _add_seriousness(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    drawn: pd.DataFrame,
    cohort: RegistryCohort,
    settings: SimulationSettings,
) -> None:
    """Serious by admission mostly; causality missing for some, never related where serious unless asked for."""
    n, fatal = len(frame), drawn["fatal"].to_numpy()
    serious = fatal | (rng.random(n) < np.where(drawn["procedure"], 0.01, 0.13))
    ordinary = choice_codes(rng, n, CAUSALITY_SHARE)
    after_procedure = choice_codes(rng, n, PROCEDURE_CAUSALITY_SHARE)
    causality = np.where(drawn["procedure"], after_procedure, ordinary)
    causality = np.where(serious, np.minimum(causality, rng.integers(0, 2, n)), causality)
    first_on = cohort.subjects["index_on"].to_numpy()[drawn["subject"]]
    within_year = (drawn["on"] >= first_on) & (drawn["on"] < first_on + 365)
    injected = cohort.subjects["injected"].to_numpy()[drawn["subject"]]
    planted = within_year & injected & ~fatal & (rng.random(n) < settings.serious_related_share)
    serious, causality = serious | planted, np.where(planted, 3, causality)
    frame["AESER"] = np.where(serious, "Y", "N")
    frame["AEREL"] = np.array(CAUSALITY, dtype=object)[causality]
    frame["AEACN"] = np.where(rng.random(n) < 0.95, "DOSE NOT CHANGED", "NOT APPLICABLE")
    kind = choice_codes(rng, n, (0.08, 0.77, 0.05, 0.10))
    for name in CRITERIA:
        frame[name] = either(serious, "N", None)
    chosen = {"AESLIFE": 0, "AESHOSP": 1, "AESDISAB": 2, "AESMIE": 3}
    for name, code in chosen.items():
        frame.loc[serious & ~fatal & (kind == code), name] = "Y"
    frame.loc[fatal, "AESDTH"] = "Y"


def _add_outcome(rng: np.random.Generator, frame: pd.DataFrame, drawn: pd.DataFrame) -> None:
    n, fatal = len(frame), drawn["fatal"].to_numpy()
    lasting = rng.random(n) < 0.2
    frame["AEOUT"] = np.where(lasting, "NOT RECOVERED/NOT RESOLVED", "RECOVERED/RESOLVED")
    frame.loc[fatal, "AEOUT"] = "FATAL"
    end = frame["_on"] + np.ceil(rng.exponential(12.0, n))
    frame["_end_on"] = np.where(lasting | fatal, NEVER, end)
