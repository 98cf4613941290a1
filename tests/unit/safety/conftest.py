"""A small cohort whose safety tables can be worked out by hand."""

import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables


def subject(name, arm="Lenzumestrocel", start="2020-01-01", end="2021-12-31", **columns):
    """One row of ADSL."""
    row = {
        "USUBJID": name, "TRT01P": arm, "TRT01A": arm, "SAFFL": "Y", "TRTSDT": start, "TRTEDT": "2020-01-27",
        "HARVDT": "2019-12-04", "EOSDT": end, "DTHFL": None, "DTHDT": None, "SCRFFL": "N", "SOURCE": "REGISTRY",
    }  # fmt: skip
    return row | columns


def event(name, pt, start="2020-02-01", soc="Nervous system disorders", **columns):
    """One row of ADAE."""
    row = {
        "USUBJID": name, "AEDECOD": pt, "AEBODSYS": soc, "ASTDT": start, "ASTDTF": None, "AENDT": None,
        "AESER": "N", "AESEV": "MILD", "AEREL": "NOT RELATED", "AEACN": "DOSE NOT CHANGED", "AEOUT": "RECOVERED/RESOLVED",
        "AESDTH": "N", "AESLIFE": "N", "AESHOSP": "N", "AESDISAB": "N", "AESCONG": "N", "AESMIE": "N",
    }  # fmt: skip
    return row | columns


@pytest.fixture
def cohort():
    """Four treated subjects, one screen failure, one harvested only, two external controls."""
    adsl = pd.DataFrame(
        [
            subject("S1"),
            subject("S2", DTHFL="Y", DTHDT="2020-03-01"),
            subject("S3", end="2020-06-30"),
            subject("S4"),
            subject("S5", SCRFFL="Y", SAFFL="N", TRT01A=None, TRTSDT=None),
            subject("S6", SAFFL="N", TRT01A=None, TRTSDT=None, TRTEDT=None, EOSDT="2019-12-20"),
            subject("C1", arm="PRO-ACT placebo", SAFFL="N", SOURCE="PROACT", TRTSDT=None, HARVDT=None),
            subject("C2", arm="PRO-ACT placebo", SAFFL="N", SOURCE="PROACT", TRTSDT=None, HARVDT=None),
        ]
    )
    adae = pd.DataFrame(
        [
            event("S1", "HEADACHE", AEREL="RELATED"),
            event("S1", "HEADACHE", "2020-02-03", AESEV="SEVERE", AEREL="RELATED"),
            event("S1", "PYREXIA", "2019-12-20", "General disorders"),
            event("S2", "DYSPNOEA", "2020-02-28", "Respiratory disorders", AESER="Y", AESDTH="Y", AEOUT="FATAL",
                  AESEV="SEVERE"),
            event("S2", "HEADACHE", "2020-01-02", AEREL=None),
            event("S3", "MENINGITIS", "2020-01-28", "Infections", AESER="Y", AESHOSP="Y", AEREL="RELATED"),
            event("S5", "NAUSEA"),
            event("S6", "PAIN", "2019-12-05", "General disorders", AESER="Y", AEREL="RELATED"),
            event("C1", "HEADACHE", start=None, STARTDY=31),
            event("X9", "HEADACHE"),
        ]
    )  # fmt: skip
    adae["AESEQ"] = adae.groupby("USUBJID").cumcount() + 1
    adex = pd.DataFrame(
        [
            {"USUBJID": name, "EXSEQ": i + 1, "DOSENO": i + 1, "CYCLE": 1, "ASTDT": day}
            for name in ("S1", "S2", "S3", "S4")
            for i, day in enumerate(("2020-01-01", "2020-01-27"))
        ]
    )
    return adsl, adex, adae


@pytest.fixture
def tables(cohort):
    """Tables of the cohort under default settings."""
    return safety_tables(SafetySettings(), *cohort, data_cut="2022-01-01")


def pick(table, **keys):
    """The only row with these keys."""
    for column, value in keys.items():
        table = table[table[column].isna()] if value is None else table[table[column] == value]
    assert len(table) == 1, f"{len(table)} rows"
    return table.iloc[0]


@pytest.fixture(name="pick")
def _pick():
    return pick


@pytest.fixture
def make():
    """Makers of single rows: (subject, event)."""
    return subject, event
