"""Who takes part: every exclusion counted, arm by arm."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cohort import analysis_set, eligible_cohort
from analytics.protocol import Protocol, parse_protocol

PROTOCOL = parse_protocol("""
[population]
criteria = [
  { name = "adult", where = "AGE >= 18" },
  { name = "from the registry", where = "SITE = 'A'", arm = "treated" },
  { name = "mild", where = "SCORE > 10 or SCORE is null", arm = "control" },
]
""")


def people(n: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "USUBJID": [f"S{i:03d}" for i in range(n)],
            "TRT01PN": rng.choice([0.0, 1.0, 2.0, np.nan], n, p=[0.5, 0.3, 0.1, 0.1]),
            "AGE": np.where(rng.random(n) < 0.1, np.nan, rng.integers(10, 80, n)),
            "SITE": rng.choice(["A", "B", None], n),
            "SCORE": rng.integers(0, 30, n).astype(float),
            "TRTSDY": np.where(rng.random(n) < 0.2, np.nan, 0.0),
            "HARVDY": -30.0,
            "DTHUNDFL": rng.choice(["Y", None], n, p=[0.1, 0.9]),
            "EXCLTTE": rng.choice(["contradictory dates", "", None], n, p=[0.05, 0.1, 0.85]),
        }
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 80), st.integers(0, 10_000))
def test_remaining_and_excluded_add_up_in_each_arm(n: int, seed: int) -> None:
    adsl = people(n, seed)
    cohort = eligible_cohort(PROTOCOL, adsl)
    for value, label in ((1, "Lenzumestrocel"), (0, "PRO-ACT placebo")):
        flow = cohort.flow[cohort.flow["arm"] == label]
        counts, lost = flow["n_remaining"].to_numpy(), flow["n_excluded"].to_numpy()
        assert counts[0] == (adsl["TRT01PN"] == value).sum()
        assert (counts[1:] + lost[1:] == counts[:-1]).all()
        assert (lost >= 0).all()
        assert counts[-1] == (cohort.subjects["TREATED"] == value).sum()
        assert flow["step"].tolist() == list(range(len(flow)))


def test_every_exclusion_is_counted_by_vital_status() -> None:
    status = np.random.default_rng(3).choice(["DIED", "NOT DIED", "NOT RECORDED"], 200)
    adsl = people(200).assign(VITSTAT=status)
    flow = eligible_cohort(PROTOCOL, adsl).flow
    parts = flow[["n_excluded_died", "n_excluded_not_died", "n_excluded_not_recorded"]].astype(int)
    assert (parts.sum(axis=1) == flow["n_excluded"]).all()
    assert (parts.sum() > 0).all()
    followed = flow[(flow["criterion"] == "death recorded with its date") & (flow["n_excluded"] > 0)]
    assert len(followed)
    assert eligible_cohort(PROTOCOL, people(200)).flow["n_excluded_died"].isna().all()


def test_whose_status_is_not_recorded_is_left_out_where_the_protocol_says_so() -> None:
    adsl = people(200).assign(VITSTAT=["DIED", "NOT DIED", "NOT RECORDED", None] * 50)
    asked, otherwise = (
        eligible_cohort(_with(vital_status={"not_recorded": setting}), adsl)
        for setting in ("exclude", "censor_at_last_visit")
    )
    assert set(asked.subjects["VITSTAT"].dropna()) == {"DIED", "NOT DIED"}
    assert "NOT RECORDED" in set(otherwise.subjects["VITSTAT"].dropna())
    step = asked.flow[asked.flow["criterion"] == "vital status recorded"]
    assert len(step) == 2
    assert (step["n_excluded_not_recorded"] == step["n_excluded"]).all()


@pytest.mark.parametrize(("zero", "flag"), [("first_injection", "INDEXDTF"), ("harvest", "HARVDTF")])
def test_a_time_zero_known_to_an_interval_is_left_out_whoever_died(zero: str, flag: str) -> None:
    pair = pd.DataFrame(
        {
            "USUBJID": ["A", "B", "C"],
            "TRT01PN": [1, 1, 1],
            "AGE": 50,
            "SITE": "A",
            "SCORE": 1,
            "TRTSDY": 0,
            "HARVDY": 0,
        }
    ).assign(**{"VITSTAT": ["DIED", "NOT DIED", "DIED"], flag: ["D", "M", None]})
    content = PROTOCOL.model_dump()
    kept = {}
    for setting in ("exclude", "latest_day"):
        chosen = {"time_zero": content["time_zero"] | {"treated": zero, "partial_index": setting}}
        cohort = eligible_cohort(Protocol.model_validate(content | chosen), pair)
        kept[setting] = cohort.subjects["USUBJID"].tolist()
        flow = cohort.flow.set_index("criterion")
    assert kept == {"exclude": ["C"], "latest_day": ["A", "B", "C"]}
    assert "time zero known to the day" not in flow.index


def test_a_criterion_of_one_arm_is_no_step_of_the_other_and_excludes_nobody_there() -> None:
    flow = eligible_cohort(PROTOCOL, people(200)).flow
    steps = flow.groupby("arm")["criterion"].agg(list)
    assert "from the registry" in steps["Lenzumestrocel"]
    assert "from the registry" not in steps["PRO-ACT placebo"]
    assert "mild" not in steps["Lenzumestrocel"]


def test_an_unknown_value_excludes_as_a_step_of_its_own() -> None:
    adsl = people(200)
    flow = eligible_cohort(PROTOCOL, adsl).flow
    control = flow[flow["arm"] == "PRO-ACT placebo"].set_index("criterion")["n_excluded"]
    mine = adsl[adsl["TRT01PN"] == 0]
    assert control["adult: not recorded"] == mine["AGE"].isna().sum()
    assert control["adult"] == (mine["AGE"] < 18).sum()
    assert "mild: not recorded" not in control


def test_time_zero_decides_who_can_start() -> None:
    adsl = people(200)
    first = eligible_cohort(PROTOCOL, adsl).subjects
    harvest = eligible_cohort(_with(time_zero={"treated": "harvest"}), adsl).subjects
    assert first.loc[first["TREATED"] == 1, "TRTSDY"].notna().all()
    assert harvest.loc[harvest["TREATED"] == 1, "TRTSDY"].isna().any()


def test_undated_deaths_stay_where_the_protocol_places_them() -> None:
    adsl = people(200)
    kept = eligible_cohort(_with(vital_status={"undated_death": "last_visit"}), adsl).subjects
    left_out = eligible_cohort(PROTOCOL, adsl).subjects
    assert (kept["DTHUNDFL"] == "Y").any()
    assert not (left_out["DTHUNDFL"] == "Y").any()
    assert not left_out["EXCLTTE"].isin(["contradictory dates"]).any()


def test_every_reason_without_follow_up_is_a_step_of_its_own() -> None:
    reasons = ["no recorded visit", "contradictory dates", None, None, None]
    adsl = people(200).assign(EXCLTTE=[reasons[i % 5] for i in range(200)], DTHUNDFL=None)
    flow = eligible_cohort(PROTOCOL, adsl).flow
    steps = flow[flow["criterion"].str.startswith("usable follow-up")]
    assert list(dict.fromkeys(steps["criterion"])) == [
        "usable follow-up: contradictory dates",
        "usable follow-up: no recorded visit",
    ]
    assert steps["n_excluded"].sum() > 0
    minor = np.where(adsl["AGE"] < 18, "a reason of minors", None)
    assert (
        not eligible_cohort(PROTOCOL, adsl.assign(EXCLTTE=minor))
        .flow["criterion"]
        .str.contains("minors")
        .any()
    )
    nobody = eligible_cohort(PROTOCOL, adsl.assign(EXCLTTE=None)).flow
    assert nobody.loc[nobody["criterion"] == "usable follow-up", "n_excluded"].tolist() == [0, 0]


def test_a_time_scale_from_diagnosis_needs_its_date() -> None:
    adsl = people(200).assign(DIAGDY=[None if i % 5 == 0 else -100.0 for i in range(200)])
    subjects = eligible_cohort(_with(time_zero={"origin": "diagnosis"}), adsl).subjects
    assert subjects["DIAGDY"].notna().all()


def test_arms_may_be_text_and_others_take_no_part() -> None:
    adsl = people(60).assign(ARM=["Drug ", "Placebo", "Other"] * 20)
    text = parse_protocol(
        '[population]\ncriteria = []\n[treatment]\ncolumn = "ARM"\ntreated_value = "Drug"\ncontrol_value = "Placebo"\n'
    )
    flow = eligible_cohort(text, adsl).flow
    assert flow.loc[flow["step"] == 0, "n_remaining"].tolist() == [20, 20]


def test_the_order_of_rows_does_not_matter() -> None:
    adsl = people(100)
    one, other = (eligible_cohort(PROTOCOL, frame) for frame in (adsl, adsl.sample(frac=1, random_state=4)))
    pd.testing.assert_frame_equal(one.subjects, other.subjects)
    pd.testing.assert_frame_equal(one.flow, other.flow)


def test_subjects_have_the_columns_of_the_file_and_their_arm() -> None:
    adsl = people(20)
    assert set(eligible_cohort(PROTOCOL, adsl).subjects) == {*adsl, "TREATED"}


def test_an_absent_column_is_named() -> None:
    with pytest.raises(KeyError, match="SITE"):
        eligible_cohort(PROTOCOL, people(5).drop(columns="SITE"))
    with pytest.raises(KeyError, match="TRT01PN"):
        eligible_cohort(PROTOCOL, people(5).drop(columns="TRT01PN"))


def test_covariates_are_numbers_or_text_and_blanks_are_missing() -> None:
    subjects = pd.DataFrame(
        {"USUBJID": ["1", "2"], "TREATED": [1, 0], "AGE": pd.array([50, None], dtype="Int64"), "SITE": ["", "A"],
         "FLAG": [True, False]}
    )  # fmt: skip
    frame = analysis_set(subjects, ["AGE", "SITE", "FLAG"])
    assert frame["AGE"].dtype == frame["FLAG"].dtype == np.float64
    assert frame["SITE"].tolist() == [None, "A"]


def _with(**sections: dict) -> Protocol:
    content = PROTOCOL.model_dump()
    return Protocol.model_validate(content | {key: content[key] | value for key, value in sections.items()})
