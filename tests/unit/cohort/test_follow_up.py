"""Follow-up on the clock the protocol picks: origin, delayed entry, vital-status rule, reporting lag, requests to stop."""

import pandas as pd
import pytest

from analytics.cohort import at_time_zero, follow_up
from analytics.protocol import Protocol

# Diagnosed on day -100, harvested on day -30, first injection on day 0, died on day 199; the control is alive on day 364.
ADTTE = pd.DataFrame(
    [
        ("T1", "OS", "FIRST_INJECTION", "EXCL_90", 200, 0, 0, 0),
        ("T1", "OS", "HARVEST", "EXCL_90", 230, 0, 30, 0),
        ("T1", "OS", "DIAGNOSIS", "EXCL_90", 300, 0, 100, 70),
        ("T1", "OS", "FIRST_INJECTION", "EXCL_0", 150, 1, 0, 0),
        ("C1", "OS", "TRIAL_BASELINE", "EXCL_90", 365, 1, 0, 0),
        ("C1", "OS", "DIAGNOSIS", "EXCL_90", 565, 1, 200, 200),
        ("C1", "TFS", "TRIAL_BASELINE", "EXCL_90", 100, 0, 0, 0),
        ("X1", "OS", "TRIAL_BASELINE", "EXCL_90", 10, 0, 0, 0),
    ],
    columns=["USUBJID", "PARAMCD", "ORIGIN", "VSRULE", "AVAL", "CNSR", "ENTRYDY", "ENTRYHDY"],
)
SUBJECTS = pd.DataFrame({"USUBJID": ["T1", "C1"], "TREATED": [1, 0]})


def followed(
    adtte: pd.DataFrame = ADTTE, subjects: pd.DataFrame = SUBJECTS, **sections: dict
) -> pd.DataFrame:
    content = Protocol().model_dump()
    protocol = Protocol.model_validate(
        content | {key: content[key] | value for key, value in sections.items()}
    )
    return follow_up(protocol, adtte, subjects, protocol.primary).set_index("usubjid")


def interval(frame: pd.DataFrame, usubjid: str) -> tuple:
    return tuple(frame.loc[usubjid, ["entry_days", "stop_days", "event"]])


def test_each_arm_starts_at_its_own_time_zero() -> None:
    frame = followed()
    assert interval(frame, "T1") == (0, 200, 1)
    assert interval(frame, "C1") == (0, 365, 0)
    assert "X1" not in frame.index


def test_from_harvest_the_clock_starts_earlier() -> None:
    assert interval(followed(time_zero={"treated": "harvest"}), "T1") == (0, 230, 1)


def test_from_diagnosis_everyone_enters_late_at_time_zero() -> None:
    frame = followed(time_zero={"origin": "diagnosis"})
    assert interval(frame, "T1") == (100, 300, 1)
    assert interval(frame, "C1") == (200, 565, 0)
    assert interval(followed(time_zero={"origin": "diagnosis", "treated": "harvest"}), "T1") == (70, 300, 1)


def test_the_vital_status_rule_picks_the_row() -> None:
    assert interval(followed(vital_status={"window_days": 0}), "T1") == (0, 150, 0)


def test_a_death_in_doubt_counts_on_its_latest_day_where_the_protocol_says_so() -> None:
    doubt = pd.concat([ADTTE, ADTTE.iloc[[0]].assign(VSRULE="LATE_90", AVAL=260)])
    assert interval(followed(doubt), "T1") == (0, 200, 1)
    latest = followed(doubt, vital_status={"death_dates": "latest"})
    assert interval(latest, "T1") == (0, 260, 1)
    assert interval(latest, "C1") == (0, 365, 0)  # nobody whose day is certain is touched
    assert latest.index.is_unique


def test_with_a_reporting_lag_survivors_live_until_the_cut_minus_the_lag() -> None:
    late = SUBJECTS.assign(CUTDY=[400.0, None])
    alive = ADTTE.assign(CNSR=1)
    frame = followed(alive, late, vital_status={"reporting_lag_days": 30})
    assert interval(frame, "T1") == (0, 371, 0)  # day 370 is the 371st day
    assert interval(frame, "C1") == (0, 365, 0)  # a trial has no cut
    assert interval(followed(ADTTE, late, vital_status={"reporting_lag_days": 30}), "T1") == (0, 200, 1)


def test_a_death_after_the_cut_minus_the_lag_does_not_count_yet() -> None:
    early = SUBJECTS.assign(CUTDY=[210.0, None])
    assert interval(followed(ADTTE, early, vital_status={"reporting_lag_days": 30}), "T1") == (0, 181, 0)
    harvest = followed(
        ADTTE,
        early.assign(HARVDY=[-30.0, None]),
        time_zero={"treated": "harvest"},
        vital_status={"reporting_lag_days": 30},
    )
    assert interval(harvest, "T1") == (0, 211, 0)


def test_a_control_of_the_registry_lives_until_the_cut_minus_the_lag_by_its_own_clock() -> None:
    subjects = SUBJECTS.assign(CUTDY=[400.0, 500.0], HARVDY=[-30.0, None])
    frame = followed(
        ADTTE.assign(CNSR=1),
        subjects,
        time_zero={"treated": "harvest"},
        vital_status={"reporting_lag_days": 30},
    )
    assert interval(frame, "T1") == (0, 401, 0)
    assert interval(frame, "C1") == (0, 471, 0)


def test_who_asked_to_stop_is_censored_there_whatever_the_lag() -> None:
    stopped = SUBJECTS.assign(CUTDY=[400.0, None], WDRQFL=["Y", None])
    frame = followed(ADTTE.assign(CNSR=1), stopped, vital_status={"reporting_lag_days": 30})
    assert interval(frame, "T1") == (0, 200, 0)


def test_a_plain_file_needs_neither_origin_nor_rule_nor_entry() -> None:
    plain = pd.DataFrame(
        {"USUBJID": ["T1", "C1"], "PARAMCD": "OS", "AVAL": [5, 7], "CNSR": [0, 1], "TREATED": [9, 9]}
    )
    assert interval(followed(plain), "T1") == (0, 5, 1)
    assert interval(followed(plain.assign(ENTRYDY=[2, 3])), "T1") == (2, 5, 1)


def test_no_time_no_status_or_no_time_at_risk_is_no_follow_up() -> None:
    plain = pd.DataFrame({"USUBJID": ["T1", "C1"], "PARAMCD": "OS", "AVAL": [5.0, 7.0], "CNSR": [0.0, 1.0]})
    for broken in (
        {"AVAL": [None, 7]},
        {"CNSR": [None, 1]},
        {"AVAL": [0, 7]},
        {"ENTRYDY": [5, 0]},
        {"ENTRYDY": [None, 0]},
    ):
        assert list(followed(plain.assign(**broken)).index) == ["C1"]


@pytest.mark.parametrize("column", ["AGE", "ALSFRSR", "VCPP"])
def test_covariates_at_harvest_are_the_twins(column: str) -> None:
    from analytics.cohort.time_zero import AT_HARVEST

    adsl = pd.DataFrame({column: [1.0], AT_HARVEST[column]: [2.0], "SEX": ["F"]})
    assert at_time_zero(adsl, "harvest")[column].tolist() == [2.0]
    assert at_time_zero(adsl, "first_injection")[column].tolist() == [1.0]
    assert at_time_zero(adsl[["SEX"]], "harvest").equals(adsl[["SEX"]])
