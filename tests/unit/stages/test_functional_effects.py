"""Function beside survival on a whole study: rows, refusals, which visits count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.function.mixed_model import fit_slopes
from analytics.function.subject_sums import SubjectSums
from analytics.protocol import Protocol
from analytics.stages.functional import effects_on_function, scores_along
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
QUIET: dict[str, Any] = {
    "accelerated": (),
    "cox": (),
    "doubly_robust": (),
    "min_at_risk": 5,
    "function_days": (120, 250),
}
SLOPE = "slope_difference"
RANKS = ["win_probability", "win_odds", "joint_rank_difference"]


@pytest.fixture
def marts(scored_marts: Marts) -> Marts:
    return scored_marts


def asked(protocol: Protocol, **outcome: Any) -> Protocol:
    return with_settings(protocol, outcome={**QUIET, **outcome})


def made(protocol: Protocol, marts: Marts) -> tuple[pd.DataFrame, pd.DataFrame]:
    results = study.run(protocol, marts)
    effects = results["effect_estimate"]
    return effects[effects["measure"].isin([SLOPE, *RANKS])].reset_index(drop=True), results[
        "function_course"
    ]


def test_every_day_has_its_rows_in_the_comparison_that_leads(protocol: Protocol, marts: Marts) -> None:
    found, course = made(asked(protocol), marts)
    assert found["measure"].tolist() == [SLOPE, *RANKS] * 2
    assert found["horizon_days"].tolist() == [120.0] * 4 + [250.0] * 4
    assert set(found["specification"]) == {"matched"}
    assert set(found["headline"]) == {"N"}
    assert found["estimate"].notna().all()
    assert (found["ci_lower"] < found["estimate"]).all()
    assert (found["estimate"] < found["ci_upper"]).all()
    assert set(found["endpoint"]) == {"OS"}
    assert found.loc[found["measure"] == SLOPE, "estimate"].between(0.2, 0.8).all()
    assert course.groupby("arm")["time_months"].agg(list).map(lambda months: months == list(range(9))).all()
    at_zero = course.loc[course["time_months"] == 0, "n_subject"]
    assert at_zero.eq(found["n_treated"].iloc[0]).all()


def test_odds_probability_and_ranks_say_the_same(protocol: Protocol, marts: Marts) -> None:
    found, _ = made(asked(protocol), marts)
    at = found[found["horizon_days"] == 250].set_index("measure")
    share, odds = at.loc["win_probability"], at.loc["win_odds"]
    for name in ("estimate", "ci_lower", "ci_upper"):
        assert share[name] / (1 - share[name]) == pytest.approx(odds[name])
    n = share["n_treated"] + share["n_control"]
    assert at.loc["joint_rank_difference", "estimate"] == pytest.approx(n * (share["estimate"] - 0.5))
    assert share["standard_error"] == pytest.approx(
        odds["standard_error"] * share["estimate"] * (1 - share["estimate"])
    )


def test_without_missing_values_the_slope_is_that_of_the_matched(protocol: Protocol, marts: Marts) -> None:
    chosen = asked(protocol)
    results = study.run(chosen, marts)
    effects, sets = results["effect_estimate"], results["matched_set"]
    row = effects[(effects["measure"] == SLOPE) & (effects["horizon_days"] == 250)].iloc[0]
    along = scores_along(chosen, {**marts, **results})
    assert not isinstance(along, str)
    place = along.place(sets["usubjid"])
    fit = fit_slopes(
        SubjectSums.until(along, 250, 30.4375).of(place), sets["treated"].to_numpy(), np.ones(len(sets))
    )
    assert row["estimate"] == pytest.approx(fit.coefficient[3], rel=1e-6)
    by_set = np.bincount(pd.factorize(sets["set_id"])[0], fit.influence)
    assert row["standard_error"] == pytest.approx(np.sqrt(by_set @ by_set), rel=1e-6)


def test_imputations_are_pooled_and_the_order_of_rows_does_not_count(
    protocol: Protocol, marts: Marts
) -> None:
    imputing = with_settings(asked(protocol), propensity={"missing": "impute", "imputations": 3})
    found, course = made(imputing, marts)
    assert set(found["n_imputation"]) == {3}
    assert set(course["n_imputation"]) == {3}
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in marts.items()}
    again, course_again = made(imputing, shuffled)
    pd.testing.assert_frame_equal(again, found, rtol=1e-12)
    pd.testing.assert_frame_equal(course_again, course, rtol=1e-12)


def test_visits_after_death_before_time_zero_of_an_unknown_day_or_on_the_old_scale_move_nothing(
    protocol: Protocol, marts: Marts
) -> None:
    found, course = made(asked(protocol), marts)
    stop = marts["adtte"].set_index("USUBJID")["AVAL"]
    row = {"PARAMCD": "ALSFRSR", "AVAL": 2.0, "ADTF": None}
    strays = pd.DataFrame(
        [row | {"USUBJID": name, "INDEXDY": day} for name in stop.index for day in (stop[name], -20)]
        + [row | {"USUBJID": name, "INDEXDY": 15, "ADTF": "D"} for name in stop.index]
        + [row | {"USUBJID": name, "INDEXDY": 16, "PARAMCD": "ALSFRS"} for name in stop.index]
    )
    again, course_again = made(asked(protocol), {**marts, "adqs": pd.concat([marts["adqs"], strays])})
    pd.testing.assert_frame_equal(again, found)
    pd.testing.assert_frame_equal(course_again, course)


def test_study_days_serve_where_days_from_the_index_are_not_given(protocol: Protocol, marts: Marts) -> None:
    found, _ = made(asked(protocol), marts)
    adqs = marts["adqs"].assign(ADY=marts["adqs"]["INDEXDY"] + 1).drop(columns="INDEXDY")
    again, _ = made(asked(protocol), {**marts, "adqs": adqs})
    pd.testing.assert_frame_equal(again, found)


def _scale(code: str) -> Callable[[Marts], Marts]:
    return lambda marts: {**marts, "adqs": marts["adqs"].assign(PARAMCD=code)}


def _kept(where: str) -> Callable[[Marts], Marts]:
    return lambda marts: {**marts, "adqs": marts["adqs"].query(where)}


def _without_baseline_of_the_treated(marts: Marts) -> Marts:
    adsl, adqs = marts["adsl"], marts["adqs"]
    treated = adqs["USUBJID"].isin(adsl.loc[adsl["TRT01PN"] == 1, "USUBJID"])
    return {**marts, "adqs": adqs[~treated | (adqs["INDEXDY"] > 0)]}


@pytest.mark.parametrize(
    ("spoil", "outcome", "slope", "ranks"),
    [
        (lambda marts: {name: marts[name] for name in ("adsl", "adtte")}, {}, "(adqs)", "(adqs)"),
        (_scale("ALSFRS"), {}, "(adqs)", "(adqs)"),
        (_without_baseline_of_the_treated, {}, "recorded for none of the", "recorded for none of the"),
        (_kept("INDEXDY <= 0"), {}, "two later visits by day", "a later visit by day"),
        (_kept("INDEXDY <= 40"), {}, "two later visits by day", None),
        (lambda marts: marts, {"min_arm": 100}, "fewer than 100 subjects", "fewer than 100 subjects"),
        (lambda marts: marts, {"min_at_risk": 50}, None, "fewer than 50"),
    ],
)
def test_what_cannot_be_estimated_is_a_null_with_its_reason(
    protocol: Protocol, marts: Marts, spoil: Callable[[Marts], Marts], outcome: dict[str, Any],
    slope: str | None, ranks: str | None,
) -> None:  # fmt: skip
    found, _ = made(asked(protocol, **outcome), spoil(marts))
    assert len(found) == 8
    for why, rows in ((slope, found[found["measure"] == SLOPE]), (ranks, found[found["measure"] != SLOPE])):
        assert rows["estimate"].isna().all() == (why is not None)
        if why:
            assert rows["note"].str.contains(why, regex=False).all(), rows["note"].tolist()


def test_that_nobody_dies_is_no_reason(protocol: Protocol, marts: Marts) -> None:
    found, _ = made(asked(protocol), {**marts, "adtte": marts["adtte"].assign(CNSR=1)})
    assert found["estimate"].notna().all()
    assert found.loc[found["measure"] == RANKS[0], "note"].str.contains("0 % of pairs by survival").all()


def test_under_delayed_entry_it_is_refused(protocol: Protocol, marts: Marts) -> None:
    late = marts["adtte"].assign(ENTRYDY=5, AVAL=marts["adtte"]["AVAL"] + 5)
    aged = with_settings(asked(protocol), time_zero={"origin": "diagnosis"})
    found, course = made(aged, {**marts, "adtte": late})
    assert found["estimate"].isna().all()
    assert set(found["note"]) == {"change since time zero needs everyone to be followed from time zero on"}
    assert course.empty


def test_where_harvest_is_time_zero_days_and_the_first_score_are_those_of_harvest(
    protocol: Protocol, marts: Marts
) -> None:
    is_treated = marts["adsl"]["TRT01PN"] == 1
    adsl = marts["adsl"].assign(HARVDY=np.where(is_treated, -30.0, np.nan))
    treated = adsl.loc[is_treated, "USUBJID"]
    at_harvest = pd.DataFrame({"USUBJID": treated, "PARAMCD": "ALSFRSR", "INDEXDY": -30, "AVAL": 47.0})
    marts = {**marts, "adsl": adsl, "adqs": pd.concat([marts["adqs"], at_harvest])}
    chosen = with_settings(asked(protocol), time_zero={"treated": "harvest"})
    along = scores_along(chosen, {**marts, **study.run(chosen, marts)})
    assert not isinstance(along, str)
    place = along.place(treated)
    assert set(along.value[along.start[place]]) == {47.0}
    several = place[along.number[place] > 1]
    # The visit at the index is thirty days after it.
    assert set(along.day[along.start[several] + 1]) == {30.0}


def test_a_baseline_measured_earlier_makes_no_difference_of_its_own(protocol: Protocol, marts: Marts) -> None:
    """Both arms lose a point a month; of the treated the last score before time zero is from 45 days before it."""
    adsl = marts["adsl"]
    is_treated, draw = adsl["TRT01PN"].to_numpy() == 1, np.random.default_rng(5)
    height, pace = draw.normal(38, 3, len(adsl)), draw.gamma(20, 1 / 20, len(adsl))
    rows = []
    for visit in (0, 60, 120, 180, 240):
        day = np.where(is_treated & (visit == 0), -45, visit)
        score = height - pace * day / 30.4375 + draw.normal(0, 0.5, len(adsl))
        rows.append(
            pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "ALSFRSR", "INDEXDY": day, "AVAL": score})
        )
    followed = marts["adtte"].assign(CNSR=1, AVAL=500.0)
    found, course = made(asked(protocol), {**marts, "adtte": followed, "adqs": pd.concat(rows)})
    at = found[found["horizon_days"] == 250].set_index("measure")
    assert at.loc[SLOPE, "estimate"] == pytest.approx(0, abs=0.12)
    assert at.loc["win_probability", "estimate"] == pytest.approx(0.5, abs=0.1)
    assert course.loc[course["time_months"] == 0, "mean"].to_numpy() == pytest.approx(38, abs=1)


def test_a_score_without_a_day_is_not_used_and_the_row_says_so(protocol: Protocol, marts: Marts) -> None:
    matched = study.run(asked(protocol), marts)["matched_set"]
    adqs, one = marts["adqs"], matched["usubjid"].iloc[0]
    undated = {**marts, "adqs": adqs[(adqs["USUBJID"] != one) | (adqs["INDEXDY"] > 0)]}
    found, _ = made(asked(protocol), undated)
    assert found["estimate"].notna().all()
    assert found["note"].str.contains("without its day it is not used").all()
    assert not made(asked(protocol), marts)[0]["note"].str.contains("without its day", na=False).any()


def test_where_all_pairs_tie_there_is_nothing_to_judge_chance_by(protocol: Protocol, marts: Marts) -> None:
    same = marts["adqs"].assign(AVAL=40.0)
    found, _ = made(
        asked(protocol), {**marts, "adqs": same, "adtte": marts["adtte"].assign(CNSR=1, AVAL=500.0)}
    )
    ranks = found[found["measure"] != SLOPE]
    assert ranks[["estimate", "standard_error", "ci_lower", "p_value"]].isna().all(axis=None)
    assert ranks["note"].str.startswith("all pairs tie").all()


@pytest.mark.parametrize(("days", "last"), [((200,), 6), ((365,), 12), ((10,), 0), ((214,), 7)])
def test_the_course_ends_with_the_last_whole_month(
    protocol: Protocol, marts: Marts, days: tuple[int], last: int
) -> None:
    _, course = made(asked(protocol, function_days=days), marts)
    assert course["time_months"].max() == last


def test_the_order_of_sets_moves_no_slope(protocol: Protocol, marts: Marts) -> None:
    tables = {**marts, **study.run(asked(protocol), marts)}
    turned = {**tables, "matched_set": tables["matched_set"].sample(frac=1, random_state=4)}
    one, other = (
        [
            row["estimate"]
            for row in effects_on_function(asked(protocol), each).effects
            if row["measure"] == SLOPE
        ]
        for each in (tables, turned)
    )
    assert one == other


def test_weights_serve_where_nobody_is_matched(protocol: Protocol, marts: Marts) -> None:
    weighted = with_settings(
        asked(protocol),
        matching={"method": "none"},
        weighting={"schemes": ("overlap",), "bootstrap_replicates": 0},
    )
    found, course = made(weighted, marts)
    assert set(found["specification"]) == {"overlap"}
    assert found["estimate"].notna().all()
    assert set(course["specification"]) == {"overlap"}


def test_nothing_is_made_where_nothing_is_asked_for(protocol: Protocol, marts: Marts) -> None:
    found, course = made(asked(protocol, function=()), marts)
    assert found.empty
    assert course.empty
    found, _ = made(asked(protocol, function=("slope",)), marts)
    assert set(found["measure"]) == {SLOPE}
