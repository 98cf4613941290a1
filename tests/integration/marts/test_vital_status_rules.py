"""How follow-up of a PRO-ACT subject ends under each vital-status rule, on subjects made for it."""

from pathlib import Path

import pytest
from study_build import ONE_CONTROL, Records, StudyBuild, build_study

LAST_VISIT = 50
SUBJECTS: dict[int, dict[str, str] | None] = {
    1: {"Subject_Died": "Yes", "Death_Days": "80"},
    2: {"Subject_Died": "Yes", "Death_Days": "900"},
    3: {"Subject_Died": "No"},
    4: None,
    5: {"Subject_Died": "Yes"},
    6: {"Subject_Died": "Yes", "Death_Days": "20"},
}
# (end of follow-up counted from day 0, 0 = death) for the windows 0, 30, 90, 180 and unlimited; None: no row.
EXPECTED = {
    ("death soon after the last visit", 1, "EXCL"): [(50, 1), (80, 0), (80, 0), (80, 0), (80, 0)],
    ("death long after the last visit", 2, "EXCL"): [(50, 1), (80, 1), (140, 1), (230, 1), (900, 0)],
    ("recorded as not died", 3, "EXCL"): [(50, 1), (80, 1), (140, 1), (230, 1), (50, 1)],
    ("vital status not recorded", 4, "EXCL"): [(50, 1)] * 5,
    ("death without a day, excluded", 5, "EXCL"): [None] * 5,
    ("death without a day, at the last visit", 5, "LASTVIS"): [(50, 0)] * 5,
    ("a visit after death", 6, "EXCL"): [None] * 5,
}


def records() -> Records:
    """Placebo subjects seen on days 0 and 50."""
    ids = {number: str(900_000 + number) for number in SUBJECTS}
    return {
        "demographics": [{**ONE_CONTROL["demographics"][0], "subject_id": i} for i in ids.values()],
        "treatment": [{**ONE_CONTROL["treatment"][0], "subject_id": i} for i in ids.values()],
        "alsfrs": [
            {"subject_id": i, "ALSFRS_Delta": day, "ALSFRS_R_Total": "38"}
            for i in ids.values()
            for day in ("0", str(LAST_VISIT))
        ],
        "deathdata": [{"subject_id": ids[n], **vital} for n, vital in SUBJECTS.items() if vital is not None],
    }


@pytest.fixture(scope="module")
def controls(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """The marts of those subjects alone, without a registry."""
    folder = tmp_path_factory.mktemp("controls")
    return build_study(folder, proact=records(), dbt_tests=False, target=dbt_target)


@pytest.mark.parametrize(("who", "number", "undated"), EXPECTED, ids=str)
def test_follow_up_ends_where_the_rule_says(
    controls: StudyBuild, who: str, number: int, undated: str
) -> None:
    rows = controls.rows(
        "select VSRULE, ADTDY, CNSR, AVAL from marts.adtte where PARAMCD = 'OS' and ORIGIN = 'TRIAL_BASELINE'"
        f" and USUBJID = 'PROACT-{900_000 + number}'"
    )
    found = {rule: (day, censored) for rule, day, censored, _ in rows}
    windows = ("0", "30", "90", "180", "INF")
    assert [found.get(f"{undated}_{window}") for window in windows] == EXPECTED[who, number, undated]
    assert all(value == day + 1 for _, day, _, value in rows)


def test_a_registry_that_delivers_nothing_leaves_empty_marts_and_no_error(controls: StudyBuild) -> None:
    assert controls.failures == {}
    assert controls.one("select count(*) from marts.adex") == (0,)
