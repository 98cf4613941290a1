"""A number that is not there says why, in the same row, whatever the files lack."""

import numpy as np
import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.safety import SafetySettings, SpecialInterest, safety_tables

# Null by what the column means, as the catalogue says: Fisher's p where nobody asked for it.
MEANT = {"ae_risk_difference": {"p_fisher"}}


def unexplained(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Numbers without a value in rows without a note."""
    found = []
    for name, table in tables.items():
        columns = TABLES[name].columns
        if "note" not in columns:
            continue
        silent = table[table["note"].isna()]
        for column in set(columns) - MEANT.get(name, set()):
            is_number = columns[column].type in ("whole", "double")
            if is_number and silent[column].isna().any():
                found.append(f"{name}.{column}")
    return sorted(found)


ADSL = ("TRTSDT", "TRTEDT", "EOSDT", "HARVDT", "DTHDT", "DTHFL", "TRT01P", "SAFFL")
ADAE = ("AESEQ", "AEBODSYS", "ASTDT", "AESER", "AESEV", "AEREL", "AEACN", "AEOUT")
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
SETTINGS = SafetySettings(
    special_interest=(
        SpecialInterest("Rated", ("HEADACHE",), expected_per_100py=5.0),
        SpecialInterest("Unrated", ("HEADACHE",)),
        SpecialInterest("Absent", ("NOTHING LIKE IT",), expected_per_100py=1.0),
    ),
)


def lacking(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame.drop(columns=list(columns))


@pytest.mark.parametrize("column", [None, *ADSL])
def test_subjects_may_lack_anything(cohort, column):
    adsl, adex, adae = cohort
    poor = adsl if column is None else lacking(adsl, (column,))
    assert unexplained(safety_tables(SETTINGS, poor, adex, adae, data_cut="2022-01-01")) == []
    if column not in (None, "TRT01P", "SAFFL"):
        empty = adsl.assign(**{column: None})
        assert unexplained(safety_tables(SETTINGS, empty, adex, adae, data_cut="2022-01-01")) == []


@pytest.mark.parametrize("columns", [*((c,) for c in ADAE), CRITERIA, ("AESER", *CRITERIA)], ids=" ".join)
def test_events_may_lack_anything(cohort, columns):
    adsl, adex, adae = cohort
    assert unexplained(safety_tables(SETTINGS, adsl, adex, lacking(adae, columns))) == []
    empty = adae.assign(**dict.fromkeys(columns))
    assert unexplained(safety_tables(SETTINGS, adsl, adex, empty)) == []


@pytest.mark.parametrize("missing", ["adex", "adae", "adsl", "days", "cycles"])
def test_a_whole_file_may_be_empty(cohort, missing):
    adsl, adex, adae = cohort
    adex = {"adex": None, "days": adex.assign(ASTDT=None), "cycles": adex.assign(CYCLE=None)}.get(
        missing, adex
    )
    adae = adae.iloc[:0] if missing == "adae" else adae
    adsl = adsl.iloc[:0] if missing == "adsl" else adsl
    for setting in (SETTINGS, SafetySettings(arms=("Sham",), comparable_collection=True)):
        assert unexplained(safety_tables(setting, adsl, adex, adae)) == []


def test_one_subject_has_no_spread(cohort, pick):
    adsl, adex, adae = cohort
    tables = safety_tables(SETTINGS, adsl.iloc[:1], adex, adae)
    assert unexplained(tables) == []
    spread = pick(tables["exposure_summary"], statistic="treatment_duration_sd")
    assert np.isnan(spread["value"])
    assert spread["note"] == "one value has no standard deviation"
