"""Differences in survival by models: rows a protocol asks for, on a whole study."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import study
from analytics.outcome_model import arm_survival, nuisances, target
from analytics.protocol import Protocol, ProtocolError, parse_protocol
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
EVERY = [
    {"population": population, "method": method}
    for population in target.TARGETS
    for method in ("doubly_robust", "targeted", "g_computation")
]
MEASURES = ["survival_difference", "survival_difference", "rmst_difference"]
QUIET: dict[str, Any] = {"accelerated": (), "cox": (), "min_expected_events": 0, "min_at_risk": 1}


def asked(protocol: Protocol, *entries: dict[str, Any], **outcome: Any) -> Protocol:
    return with_settings(protocol, outcome={**QUIET, "doubly_robust": entries, **outcome})


def rows(protocol: Protocol, marts: Marts) -> pd.DataFrame:
    effects = study.run(protocol, marts)["effect_estimate"]
    return effects[effects["specification"] == "modelled"].reset_index(drop=True)


def test_every_population_and_method_has_a_row_a_milestone_and_one_of_the_horizon(
    protocol: Protocol, marts: Marts
) -> None:
    found = rows(asked(protocol, *EVERY), marts)
    assert found["measure"].tolist() == MEASURES * len(EVERY)
    assert found["estimate"].notna().all()
    assert set(found["estimand"]) == {"ATT", "ATE", "ATO"}
    assert set(found["headline"]) == {"N"}
    assert (found["ci_lower"] < found["estimate"]).all()
    assert (found["estimate"] < found["ci_upper"]).all()
    assert not found.duplicated(["method", "estimand", "measure", "horizon_days"]).any()


def test_without_missing_values_it_is_the_estimator_on_everyone(protocol: Protocol, marts: Marts) -> None:
    found = rows(asked(protocol, EVERY[0]), marts)
    made = study.run(asked(protocol), marts)
    people = made["analysis_set"].dropna(subset=["AGE"]).merge(
        made["follow_up"].query("endpoint == 'OS'"), on="usubjid"
    )  # fmt: skip
    x = pd.get_dummies(people[["AGE", "SCORE", "SITE"]], columns=["SITE"], drop_first=True, dtype=float)
    models = nuisances.fit_nuisances(
        people["stop_days"].to_numpy(float), people["event"].to_numpy() == 1, people["treated"].to_numpy(float), x, x, x
    )  # fmt: skip
    kind = target.target(EVERY[0]["population"])
    days = [*protocol.primary.milestones_days, protocol.primary.horizon_days]
    arms = [
        arm_survival.doubly_robust(
            models, kind, np.array([float(day)]), restricted_mean=number == len(days) - 1
        )
        for number, day in enumerate(days)
    ]
    made_of = [arm.difference() for arm in arms]
    for column, place in (("estimate", 0), ("standard_error", 1)):
        expected = np.concatenate([each[place] for each in made_of])
        assert found[column].to_numpy() == pytest.approx(expected, rel=1e-6)
    freedom = [arm.degrees_of_freedom()[0] for arm in arms]
    reach = (found["ci_upper"] - found["estimate"]) / found["standard_error"]
    assert reach.to_numpy() == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-6)
    p_value = 2 * stats.t.sf((found["estimate"] / found["standard_error"]).abs(), freedom)
    assert found["p_value"].to_numpy() == pytest.approx(p_value, rel=1e-6)
    assert set(found["n_treated"] + found["n_control"]) == {len(people)}


def test_imputations_are_pooled_and_the_order_of_rows_does_not_count(
    protocol: Protocol, marts: Marts
) -> None:
    imputing = with_settings(asked(protocol, EVERY[0]), propensity={"missing": "impute", "imputations": 3})
    found = rows(imputing, marts)
    assert set(found["n_imputation"]) == {3}
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in marts.items()}
    pd.testing.assert_frame_equal(rows(imputing, shuffled), found)


def _as(column: str, values: Callable[[pd.DataFrame], Any]) -> Callable[[Marts], Marts]:
    return lambda marts: {**marts, "adsl": marts["adsl"].assign(**{column: values(marts["adsl"])})}


@pytest.mark.parametrize(
    ("spoil", "outcome", "why"),
    [
        (lambda marts: marts, {"min_at_risk": 50}, "fewer than 50"),
        (lambda marts: marts, {"min_expected_events": 40}, "fewer than 40 events expected"),
        (lambda marts: marts, {"min_arm": 100}, "fewer than 100 subjects in an arm"),
        (lambda marts: {**marts, "adtte": marts["adtte"].assign(CNSR=1)}, {}, "no events"),
        (_as("SCORE", lambda adsl: 30.0 + 20 * adsl["TRT01PN"] + adsl["SCORE"] / 100), {}, "SCORE|separate"),
    ],
)
def test_what_cannot_be_estimated_is_a_null_with_its_reason(
    protocol: Protocol, marts: Marts, spoil: Callable[[Marts], Marts], outcome: dict[str, Any], why: str
) -> None:
    found = rows(asked(protocol, EVERY[0], **outcome), spoil(marts))
    assert len(found) == 3
    assert found["estimate"].isna().all()
    assert found["note"].str.contains(why).all(), found["note"].tolist()


@pytest.mark.parametrize("typed", [200.0, 380.0, 3_800.0, 38_000.0])
def test_a_value_mistyped_by_powers_of_ten_gives_no_number_without_sense(
    protocol: Protocol, marts: Marts, typed: float
) -> None:
    """One control's score, as a finger may have slipped."""
    control = marts["adsl"].index[marts["adsl"]["TRT01PN"] == 0][3]
    marts["adsl"].loc[control, "SCORE"] = typed
    entries = [{"population": population, "method": method} for population in ("att", "ate", "overlap")
               for method in ("doubly_robust", "targeted")]  # fmt: skip
    folded = [{"population": population, "folds": 3} for population in ("att", "ate")]
    found = rows(asked(protocol, *entries, *folded), marts)
    made = found["estimate"].notna()
    assert found.loc[~made, "note"].notna().all()
    assert found.loc[made, "standard_error"].gt(0).all()
    on_a_day = made & (found["measure"] == "survival_difference")
    assert found.loc[on_a_day, "estimate"].abs().le(1).all()


def test_under_delayed_entry_it_is_refused(protocol: Protocol, marts: Marts) -> None:
    late = marts["adtte"].assign(ENTRYDY=5, AVAL=marts["adtte"]["AVAL"] + 5)
    aged = with_settings(asked(protocol, EVERY[0]), time_zero={"origin": "diagnosis"})
    found = rows(aged, {**marts, "adtte": late})
    assert found["estimate"].isna().all()
    assert set(found["note"]) == {"models of censoring need everyone to be followed from time zero on"}


def test_nothing_is_made_where_nothing_is_asked_for_and_nothing_twice(
    protocol: Protocol, marts: Marts
) -> None:
    assert rows(asked(protocol), marts).empty
    twice = '[[outcome.doubly_robust]]\npopulation = "ate"\n' * 2
    with pytest.raises(ProtocolError, match=r'doubly_robust: population = "ate" is named more than once'):
        parse_protocol(twice)
    with pytest.raises(ProtocolError, match="doubly_robust: one with every default is named more than once"):
        parse_protocol("[[outcome.doubly_robust]]\n" * 2)


def test_folds_learners_and_a_bootstrap_are_made_where_they_are_asked_for(
    protocol: Protocol, marts: Marts
) -> None:
    plain = {"population": "att"}
    folded, learnt = plain | {"folds": 2}, plain | {"folds": 2, "score": "gradient_boosting"}
    again = plain | {"bootstrap_replicates": 100}
    study_of = with_settings(
        asked(protocol, plain, folded, learnt, again),
        study={"seed": 7},
        propensity={"covariates": ("AGE", "SCORE")},
    )
    found = rows(study_of, marts).query("horizon_days == 150 or measure == 'rmst_difference'")
    by_method = found.set_index(["method", "measure"])[["estimate", "standard_error", "note"]]
    assert by_method["estimate"].notna().all(), by_method["note"].tolist()
    method = found["method"].unique()
    assert [name.split("each arm, ")[1] for name in method] == [
        "logistic score",
        "logistic score, cross-fitted in 2 folds",
        "score by gradient boosting, cross-fitted in 2 folds",
        "logistic score, variance from a bootstrap of 100 replicates",
    ]
    one, two, three, four = (by_method.loc[name] for name in method)
    assert (four["estimate"] == one["estimate"]).all()
    assert (four["standard_error"] / one["standard_error"]).between(0.6, 1.7).all()
    assert (four["standard_error"] != one["standard_error"]).all()
    assert len({float(each["estimate"].iloc[0]) for each in (one, two, three)}) == 3
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in marts.items()}
    pd.testing.assert_frame_equal(rows(study_of, shuffled).loc[found.index], found)
    other = rows(with_settings(study_of, study={"seed": 8}), marts).loc[found.index]
    moved = (other["estimate"] != found["estimate"]) | (other["standard_error"] != found["standard_error"])
    assert moved.groupby(found["method"]).any().to_dict() == dict(
        zip(method, [False, True, True, True], strict=True)
    )


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("folds = 1", "folds = 1 leaves nobody"),
        ('method = "targeted"\nfolds = 5', 'method = "targeted" is not cross-fitted'),
        ('score = "gradient_boosting"', "give folds"),
        (
            'method = "g_computation"\nscore = "gradient_boosting"',
            'is for method = "doubly_robust" with folds',
        ),
        ("bootstrap_replicates = 5", "fewer than 100 say too little"),
        ("folds = 5\nbootstrap_replicates = 100", "the same subject in several folds"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(entry: str, why: str) -> None:
    with pytest.raises(ProtocolError, match=why) as raised:
        parse_protocol(f"[[outcome.doubly_robust]]\n{entry}\n")
    assert "\n" not in str(raised.value).strip()
