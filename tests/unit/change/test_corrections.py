"""F12: a corrected record is listed with both versions; growth and first entries are no corrections."""

from datetime import date

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
    found = corrected_records(before, after, SUBJECTS, table, date(2021, 12, 31))
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


def measured(*days: tuple[str, float], code: str = "FVC") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": "S-1",
            "PARAMCD": code,
            "ADT": pd.to_datetime([day for day, _ in days]),
            "AVAL": [value for _, value in days],
            "AVALU": "L",
        }
    )


def test_a_measurement_on_another_day_is_listed_with_both_days() -> None:
    before = measured(("2021-03-01", 2.5), ("2021-06-01", 2.4))
    after = measured(("2021-03-11", 2.5), ("2021-06-01", 2.4))
    assert listed(before, after, "adqs") == [
        ("S-1", "PARAMCD FVC, ADT 2021-03-01", "ADT", "2021-03-01", "2021-03-11")
    ]


def test_the_nearest_day_with_the_same_value_is_the_one_it_moved_to() -> None:
    before = measured(("2021-03-01", 2.5), ("2021-06-01", 2.5))
    after = measured(("2021-03-02", 2.5), ("2021-06-03", 2.5), ("2021-09-01", 2.5))
    assert [row[3:] for row in listed(before, after, "adqs")] == [
        ("2021-03-01", "2021-03-02"),
        ("2021-06-01", "2021-06-03"),
    ]


@pytest.mark.parametrize("after", [("2021-03-11", 2.1), ("2022-03-11", 2.5)])
def test_another_value_or_a_visit_since_the_cut_is_no_move(after: tuple[str, float]) -> None:
    found = listed(measured(("2021-03-01", 2.5)), measured(after), "adqs")
    assert found == [("S-1", "PARAMCD FVC, ADT 2021-03-01", "record", "delivered", None)]


def doses(*days: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": "S-1",
            "EXSEQ": range(1, len(days) + 1),
            "EXDOSE": 1.0,
            "ASTDT": pd.to_datetime(list(days)),
        }
    )


def test_a_dose_dated_before_a_known_one_is_listed_and_a_later_one_is_growth() -> None:
    before = doses("2021-03-01", "2021-04-01")
    after = pd.concat([before, doses("2021-02-01", "2021-05-01").assign(EXSEQ=[3, 4])])
    assert listed(before, after, "adex") == [("S-1", "EXSEQ 3", "ASTDT", None, "2021-02-01")]


def test_a_dose_moved_back_is_listed_with_both_days() -> None:
    found = listed(doses("2021-03-01", "2021-04-01"), doses("2021-02-11", "2021-04-01"), "adex")
    assert found == [("S-1", "EXSEQ 1", "ASTDT", "2021-03-01", "2021-02-11")]


def test_a_medication_that_changes_a_covariate_is_listed() -> None:
    before = ADSL.assign(RILUZOLE=[1.0, 0.0, None], EDARAVON=[0.0, 0.0, None])
    after = ADSL.assign(RILUZOLE=[0.0, 0.0, 1.0], EDARAVON=[0.0, None, None])
    assert listed(before, after, "adsl") == [
        ("S-1", "", "RILUZOLE", "1", "0"),
        ("S-2", "", "EDARAVON", "0", None),
    ]


def events(*said: tuple[str, int]) -> pd.DataFrame:
    """Events of a source with days and without numbers: those come from the order."""
    terms, days = zip(*said, strict=True)
    return pd.DataFrame(
        {
            "USUBJID": "S-1",
            "AESEQ": range(1, len(said) + 1),
            "AEDECOD": terms,
            "ASTDT": pd.NaT,
            "STARTDY": days,
        }
    ).astype({"ASTDT": "datetime64[us]"})


@pytest.mark.parametrize(
    "after",
    [
        [("Fever", 5), ("Fall", 9), ("Cough", 7)],
        [("Chill", 1), ("Fall", 9), ("Cough", 7), ("Fever", 5)],
    ],
)
def test_an_event_that_says_the_same_under_another_number_has_not_changed(
    after: list[tuple[str, int]],
) -> None:
    assert listed(events(("Cough", 7), ("Fall", 9), ("Fever", 5)), events(*after), "adae") == []


def test_of_renumbered_events_the_one_that_is_gone_is_listed() -> None:
    found = listed(
        events(("Cough", 7), ("Cough", 7), ("Fever", 5)), events(("Fever", 5), ("Cough", 7)), "adae"
    )
    assert found == [("S-1", "AESEQ 2", "record", "delivered", None)]


def test_a_day_counted_from_a_date_is_no_correction_beside_it() -> None:
    before = ADAE.assign(STARTDY=[1, 2, 3, 4])
    assert listed(before, ADAE.assign(STARTDY=[11, 12, 13, 14]), "adae") == []
