"""What the libraries are asked, on data whose answer is known from a pencil."""

import math

import numpy as np
import pandas as pd
import pytest

from analytics.second_opinion import hazards, outcome, score
from analytics.second_opinion.judgement import Answer, NoAnswer, Sought
from analytics.second_opinion.members import completed, members, until
from analytics.second_opinion.quantities import (
    CLUSTERED_ERROR,
    CURVE,
    LOG_HAZARD_RATIO,
    LOG_RANK,
    MEDIAN,
    RESTRICTED_MEAN,
    STANDARD_ERROR,
)


def rows(stop: list[float], event: list[int], treated: list[int], **columns: object) -> pd.DataFrame:
    """A comparison as `members` returns it."""
    given = {"set_id": 0, "weight": 1.0, "entry_days": 0.0, **columns}
    frame = pd.DataFrame({"usubjid": [f"S{i}" for i in range(len(stop))], "treated": treated, **given})
    return frame.assign(stop_days=np.array(stop, float), event=event)


def value(frame: pd.DataFrame, sought: Sought) -> float:
    answer = outcome.answers(frame, [sought])[sought]
    assert isinstance(answer, Answer), answer
    assert isinstance(answer.value, float)
    return answer.value


def test_a_curve_of_four_deaths() -> None:
    four = rows([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 1, 1])
    curve = outcome.answers(four, [Sought(CURVE, 1)])[Sought(CURVE, 1)]
    assert isinstance(curve, Answer)
    assert curve.value.at(np.array([0.0, 1.0, 2.5, 3.0, 4.0])).tolist() == pytest.approx(
        [1, 0.75, 0.5, 0.25, 0]
    )
    assert value(four, Sought(MEDIAN, 1)) == 2.5, "the curve stands at one half from day 2 to day 3"
    assert value(four, Sought(RESTRICTED_MEAN, 1, 3.0)) == pytest.approx(1 + 0.75 + 0.5)


def test_a_median_of_three_is_a_day_and_one_that_is_not_reached_is_none() -> None:
    assert value(rows([1, 2, 3], [1, 1, 1], [0, 0, 0]), Sought(MEDIAN, 0)) == 2.0
    assert math.isnan(value(rows([1, 2, 3], [1, 0, 0], [0, 0, 0]), Sought(MEDIAN, 0)))
    half_to_the_end = rows([1, 2, 3, 5], [1, 1, 0, 0], [0, 0, 0, 0])
    assert value(half_to_the_end, Sought(MEDIAN, 0)) == 3.5


def test_late_entrants_are_at_risk_after_they_enter() -> None:
    late = rows([2, 4, 6], [1, 1, 0], [1, 1, 1], entry_days=[0.0, 2.0, 3.0])
    curve = outcome.answers(late, [Sought(CURVE, 1)])[Sought(CURVE, 1)]
    assert isinstance(curve, Answer)
    assert curve.value.at(np.array([2.0, 4.0])).tolist() == [0.0, 0.0], "alone on day 2"
    two = rows([2, 4, 6], [1, 1, 0], [1, 1, 1], entry_days=[0.0, 0.0, 2.0])
    curve = outcome.answers(two, [Sought(CURVE, 1)])[Sought(CURVE, 1)]
    assert curve.value.at(np.array([2.0, 4.0])).tolist() == pytest.approx([0.5, 0.25])


def test_the_last_death_of_a_weighted_arm_ends_its_curve_whatever_rounding_leaves() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        n = 30
        entry = rng.integers(0, 5, n).astype(float)
        stop = (entry + 1 + rng.permutation(n)).tolist()
        weighted = rows(stop, [1] * n, [1] * n, weight=rng.uniform(0.01, 3, n), entry_days=entry)
        sought = Sought(CURVE, 1)
        answer = outcome.answers(weighted, [sought])[sought]
        assert isinstance(answer, Answer)
        assert answer.value.value[-1] == 0.0


# Treated die on days 1 and 3, a control on day 2. With θ the hazard ratio the partial likelihood is
# θ/(2θ + 1) · 1/(θ + 1), which is largest where 2θ² = 1.
THREE = rows([1, 2, 3], [1, 1, 1], [1, 0, 1])


def test_a_hazard_ratio_of_three_deaths() -> None:
    theta = 1 / math.sqrt(2)
    assert value(THREE, Sought(LOG_HAZARD_RATIO)) == pytest.approx(-math.log(2) / 2, abs=1e-7)
    information = 2 * theta / (2 * theta + 1) ** 2 + theta / (theta + 1) ** 2
    assert value(THREE, Sought(STANDARD_ERROR)) == pytest.approx(information**-0.5, abs=1e-6)


def test_a_log_rank_test_of_three_deaths() -> None:
    # Expected among the treated 2/3 + 1/2 + 1, variance 2/9 + 1/4 + 0.
    assert value(THREE, Sought(LOG_RANK)) == pytest.approx((2 - 13 / 6) ** 2 / (17 / 36))


def test_up_to_a_day_later_deaths_do_not_count() -> None:
    assert until(THREE, 2.0).set_index("usubjid")["event"].to_dict() == {"S0": 1, "S1": 1, "S2": 0}
    # θ/(2θ + 1) · 1/(θ + 1) again: the last death told nothing.
    assert value(THREE, Sought(LOG_HAZARD_RATIO, None, 2.0)) == pytest.approx(-math.log(2) / 2, abs=1e-7)


def test_many_events_of_a_day_widen_the_tolerance_of_the_clustered_error() -> None:
    rng = np.random.default_rng(2)
    n = 60
    pairs = {"set_id": np.repeat(np.arange(n // 2) + 1, 2)}
    days = rng.permutation(n) + 1.0
    untied = rows(days.tolist(), [1] * n, [1, 0] * (n // 2), **pairs)
    tied = untied.assign(stop_days=np.ceil(untied["stop_days"] / 10) * 10)
    found = [hazards.ratio(frame, clustered=True)[CLUSTERED_ERROR] for frame in (untied, tied)]
    assert all(isinstance(answer, Answer) for answer in found)
    assert found[0].tolerance is None
    assert found[1].tolerance > 1e-3
    assert found[1].why.endswith("and many fall on one day")


def test_too_many_rows_for_the_clustered_error_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hazards, "MOST_ROWS", 2)
    found = hazards.ratio(THREE, clustered=True)
    assert isinstance(found[LOG_HAZARD_RATIO], Answer)
    assert found[CLUSTERED_ERROR] == NoAnswer(
        "lifelines' clustered variance of more than 2 rows takes too long"
    )


def test_a_score_of_one_two_valued_covariate_is_its_shares() -> None:
    terms = pd.DataFrame(
        {"usubjid": list("abcdefgh"), "treated": [1, 0, 0, 0, 1, 1, 1, 0], "X": [0.0] * 4 + [1.0] * 4}
    )
    assert score.refitted(terms).tolist() == pytest.approx([0.25] * 4 + [0.75] * 4, abs=1e-9)
    # With log odds log(1/3) and a slope of 2 log 3, no penalty is broken by nothing, and any penalty by itself.
    model = pd.DataFrame({"model": "ridge", "penalty": 0.0, "mixing": 0.0, "term": ["(Intercept)", "X"]})
    model["coefficient"] = [-math.log(3), 2 * math.log(3)]
    assert score.violation(terms, model) == pytest.approx(0, abs=1e-12)
    assert score.violation(terms, model.assign(penalty=0.1)) == pytest.approx(0.1 * math.log(3))
    assert score.violation(terms, model.assign(penalty=0.1, model="lasso", mixing=1.0)) == pytest.approx(0.1)
    empty = model.assign(model="lasso", mixing=1.0, penalty=0.3, coefficient=[0.0, 0.0])
    assert score.violation(terms, empty) == pytest.approx(0), "a slope of 0.25 is below the penalty"


def test_members_are_joined_anew() -> None:
    tables = {
        "analysis_set": pd.DataFrame({"usubjid": ["a", "b", "c"], "treated": [1, 0, 0], "AGE": [50.0, None, 61.0]}),
        "follow_up": pd.DataFrame(
            {
                "usubjid": ["a", "b", "a", "c"], "endpoint": ["OS", "OS", "TFS", "TFS"], "entry_days": 0.0,
                "stop_days": [5.0, 3.0, 2.0, 1.0], "event": [1, 0, 1, 0],
            }
        ),
        "matched_set": pd.DataFrame(
            {"specification": "matched", "imputation": [1, 1, 2], "usubjid": ["a", "b", "c"], "set_id": 1, "weight": 1.0}
        ),
        "balancing_weight": pd.DataFrame(
            {"specification": "att", "imputation": 1, "usubjid": ["a", "b", "c"], "weight": [1.0, 0.4, 0.0]}
        ),
        "imputed_covariate": pd.DataFrame(
            {"imputation": [1, 2], "usubjid": "b", "covariate": "AGE", "value": ["55.5", "48.0"]}
        ),
    }  # fmt: skip
    crude = members(tables, "crude", 0, "OS")
    assert crude[["usubjid", "treated", "stop_days"]].to_numpy().tolist() == [["b", 0, 3.0], ["a", 1, 5.0]]
    assert members(tables, "matched", 1, "OS")["set_id"].tolist() == [1, 1]
    assert members(tables, "matched", 2, "TFS")["usubjid"].tolist() == ["c"]
    assert members(tables, "att", 1, "OS")["weight"].tolist() == [0.4, 1.0]
    assert completed(tables, 2, ["AGE"], "impute")["AGE"].tolist() == [50.0, 48.0, 61.0]
    assert completed(tables, 0, ["AGE"], "complete_case")["usubjid"].tolist() == ["a", "c"]
    marked = completed(tables, 0, ["AGE"], "indicator")
    assert marked[["AGE", "AGE_MISSING"]].to_numpy().tolist() == [[50.0, 0.0], [55.5, 1.0], [61.0, 0.0]]
