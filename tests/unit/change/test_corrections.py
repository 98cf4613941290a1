"""F12: a corrected record is listed with both versions; growth and first entries are no corrections."""

import pandas as pd
import pytest

from analytics.change import TABLES
from analytics.change.corrections import corrected_records

ADSL = pd.DataFrame(
    {
        "USUBJID": ["S-1", "S-2", "S-3"],
        "AGE": [50.0, 61.0, None],
        "LSTALVDY": [100, 200, 300],
        "FAMHX": ["Y", None, "N"],
        "VITSTAT": ["NOT DIED", "DIED", "NOT DIED"],
    }
)
ADAE = pd.DataFrame(
    {
        "USUBJID": ["S-1", "S-1", "S-2", "S-4"],
        "AESEQ": [1, 2, 1, 1],
        "AEDECOD": ["Headache", "Fever", "Fall", "Cough"],
        "ASTDT": pd.to_datetime(["2021-03-01", "2021-04-01", "2021-05-01", "2021-06-01"]),
        "AENDT": pd.to_datetime([None, "2021-04-03", None, None]),
    }
)


SUBJECTS = pd.Series(["S-1", "S-2", "S-3"])


def listed(before: pd.DataFrame, after: pd.DataFrame, table: str) -> list[tuple]:
    found = corrected_records(before, after, SUBJECTS, table)
    assert list(found.columns) == list(TABLES["corrected_record"].columns)
    return list(found.drop(columns="table_name").itertuples(index=False, name=None))


def test_a_value_recorded_otherwise_is_listed_with_both_versions() -> None:
    after = ADSL.assign(AGE=[50.0, 62.0, None])
    assert listed(ADSL, after, "adsl") == [("S-2", "", "AGE", "61", "62")]


def test_what_grows_and_what_is_filled_in_is_no_correction() -> None:
    after = ADSL.assign(LSTALVDY=[110, 210, 310], AGE=[50.0, 61.0, 44.0], FAMHX=["Y", "Y", "N"])
    assert listed(ADSL, after, "adsl") == []


def test_a_value_taken_back_is_a_correction() -> None:
    after = ADSL.assign(FAMHX=[None, None, "N"])
    assert listed(ADSL, after, "adsl") == [("S-1", "", "FAMHX", "Y", None)]


def test_a_corrected_event_is_named_by_its_number() -> None:
    after = ADAE.assign(
        AEDECOD=["Migraine", "Fever", "Fall", "Cough"],
        ASTDT=pd.to_datetime(["2021-03-01", "2021-04-02", "2021-05-01", "2021-06-01"]),
        AENDT=pd.to_datetime(["2021-03-09", "2021-04-03", None, None]),
    )
    assert listed(ADAE, after, "adae") == [
        ("S-1", "AESEQ 1", "AEDECOD", "Headache", "Migraine"),
        ("S-1", "AESEQ 2", "ASTDT", "2021-04-01", "2021-04-02"),
    ]


def test_a_record_that_is_gone_is_listed_unless_its_subject_is() -> None:
    after = ADAE[~((ADAE["USUBJID"] == "S-1") & (ADAE["AESEQ"] == 2)) & (ADAE["USUBJID"] != "S-4")]
    assert listed(ADAE, after, "adae") == [("S-1", "AESEQ 2", "record", "delivered", None)]


def test_records_without_a_key_of_their_own_are_not_compared() -> None:
    known = ADAE[ADAE["USUBJID"] != "S-4"]
    twice = pd.concat([known, known.iloc[[0]].assign(AEDECOD="Other")])
    assert listed(twice, known, "adae") == []
    # A number delivered twice is still delivered.
    assert listed(known, twice, "adae") == []


def test_the_only_record_of_a_subject_is_listed_when_it_is_gone() -> None:
    after = ADAE[~ADAE["USUBJID"].isin(["S-2", "S-4"])]
    assert listed(ADAE, after, "adae") == [("S-2", "AESEQ 1", "record", "delivered", None)]


def test_a_death_since_is_growth_and_a_death_taken_back_a_correction() -> None:
    after = ADSL.assign(VITSTAT=["DIED", "NOT DIED", "NOT DIED"])
    assert listed(ADSL, after, "adsl") == [("S-2", "", "VITSTAT", "DIED", "NOT DIED")]


def test_a_column_the_older_release_did_not_have_is_not_compared() -> None:
    assert listed(ADAE.drop(columns="AEDECOD"), ADAE, "adae") == []


@pytest.mark.parametrize("table", ["adsl", "adae"])
def test_the_order_of_rows_is_irrelevant(table: str) -> None:
    before = {"adsl": ADSL, "adae": ADAE}[table]
    after = before.assign(**({"AGE": [1.0, 2, 3]} if table == "adsl" else {"AEDECOD": list("abcd")}))
    assert listed(before.iloc[::-1], after.sample(frac=1, random_state=3), table) == listed(
        before, after, table
    )


def test_a_measurement_is_named_by_parameter_and_day() -> None:
    before = pd.DataFrame(
        {
            "USUBJID": ["S-1", "S-1"],
            "PARAMCD": ["ALSFRSR", "FVC"],
            "ADT": pd.to_datetime(["2021-03-01", "2021-03-01"]),
            "AVAL": [40.0, 2.5],
            "AVALU": [None, "L"],
        }
    )
    after = before.assign(AVAL=[38.0, 2.5])
    assert listed(before, after, "adqs") == [("S-1", "PARAMCD ALSFRSR, ADT 2021-03-01", "AVAL", "40", "38")]
