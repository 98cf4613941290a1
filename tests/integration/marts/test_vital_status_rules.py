"""How follow-up of a PRO-ACT subject ends under each vital-status rule, on subjects made for it."""

from pathlib import Path

import pytest
from study_build import ONE_CONTROL, Records, StudyBuild, build_study

SEEN = ("0", "50")


def died(*days: str) -> list[dict[str, str]]:
    """A record of death for each day."""
    return [{"Subject_Died": "Yes", "Death_Days": day} for day in days]


NOT_DIED = [{"Subject_Died": "No"}]
# Records of vital status, and days of visits.
SUBJECTS: dict[int, tuple[list[dict[str, str]], tuple[str, ...]]] = {
    1: (died("80"), SEEN),
    2: (died("900"), SEEN),
    3: (NOT_DIED, SEEN),
    4: ([], SEEN),
    5: (died(""), SEEN),
    6: (died("20"), SEEN),
    7: (died("70", "130"), SEEN),
    8: (died("80.6"), SEEN),
    9: ([{"Subject_Died": "No", "Death_Days": "80"}], SEEN),
    10: (died("80"), ()),
    11: (NOT_DIED, ()),
    12: (died("80"), ("-30", "-5")),
    13: (NOT_DIED, ("-30", "-5")),
    14: (died("80"), ("0", "50", "1000")),
    15: (NOT_DIED, ("0", "50", "1000")),
}
# Pairs with one defect: of the dead and the living neither has a time, or both have.
TWINS = {
    "no visit": (10, 11),
    "visits before the baseline only": (12, 13),
    "a lone visit years later": (14, 15),
}
# (end of follow-up counted from day 0, 0 = death) for the windows 0, 30, 90, 180 and unlimited; None: no row.
EXPECTED = {
    ("death soon after the last visit", 1, "EXCL"): [(50, 1), (80, 0), (80, 0), (80, 0), (80, 0)],
    ("death long after the last visit", 2, "EXCL"): [(50, 1), (80, 1), (140, 1), (230, 1), (900, 0)],
    ("recorded as not died", 3, "EXCL"): [(50, 1), (80, 1), (140, 1), (230, 1), (50, 1)],
    ("vital status not recorded", 4, "EXCL"): [(50, 1)] * 5,
    ("death without a day, excluded", 5, "EXCL"): [None] * 5,
    ("death without a day, at the last visit", 5, "LASTVIS"): [(50, 0)] * 5,
    ("a visit after death", 6, "EXCL"): [(20, 0)] * 5,
    ("a visit after death, at the latest", 6, "LATE"): [(50, 0)] * 5,
    ("two days of death, the earlier", 7, "EXCL"): [(50, 1), (70, 0), (70, 0), (70, 0), (70, 0)],
    ("two days of death, the later", 7, "LATE"): [(50, 1), (80, 1), (130, 0), (130, 0), (130, 0)],
    ("one day of death has no later one", 1, "LATE"): [None] * 5,
    ("a fractional day of death", 8, "EXCL"): [(50, 1), (80, 0), (80, 0), (80, 0), (80, 0)],
    ("not died, with a day of death", 9, "EXCL"): [(50, 1)] * 5,
}


def records() -> Records:
    """Placebo subjects, each with its visits."""
    ids = {number: str(900_000 + number) for number in SUBJECTS}
    return {
        "demographics": [{**ONE_CONTROL["demographics"][0], "subject_id": i} for i in ids.values()],
        "treatment": [{**ONE_CONTROL["treatment"][0], "subject_id": i} for i in ids.values()],
        "alsfrs": [
            {"subject_id": i, "ALSFRS_Delta": day, "ALSFRS_R_Total": "38"}
            for i, (_, days) in zip(ids.values(), SUBJECTS.values(), strict=True)
            for day in days
        ],
        "deathdata": [{"subject_id": ids[n], **row} for n, (vital, _) in SUBJECTS.items() for row in vital],
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


@pytest.mark.parametrize("pair", TWINS.values(), ids=TWINS.keys())
def test_twins_are_both_in_or_both_out(controls: StudyBuild, pair: tuple[int, int]) -> None:
    reasons = [
        controls.one(f"select EXCLTTE from marts.adsl where USUBJID = 'PROACT-{900_000 + number}'")
        for number in pair
    ]
    counts = [
        controls.one(
            "select count(*) from marts.adtte where PARAMCD = 'OS' and VSRULE = 'EXCL_90'"
            f" and USUBJID = 'PROACT-{900_000 + number}'"
        )
        for number in pair
    ]
    assert reasons[0] == reasons[1]
    assert counts[0] == counts[1]


def test_a_registry_that_delivers_nothing_leaves_empty_marts_and_no_error(controls: StudyBuild) -> None:
    assert controls.failures == {}
    assert controls.one("select count(*) from marts.adex") == (0,)
