"""Function in the report: means by month, slopes and joint ranks, and what the public edition tells of them."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from test_content import rows_of

from analytics.comparison.functional_effects import MEASURES
from analytics.report.sections import effects, function

ESTIMATES = {
    "slope_difference": (0.123, -0.1, 0.35),
    "win_probability": (0.5478, 0.4412, 0.6501),
    "win_odds": (1.2114, 0.7895, 1.858),
    "joint_rank_difference": (5.258, -6.5, 16.5),
}
NOTE = "decided are 20 % of pairs by survival and 74 % of pairs by function, ties are 6 %"


@pytest.fixture
def with_function(material):
    """With estimates, and means of three months: of the last only two treated are left."""
    table = material.results["effect_estimate"].copy()
    for name, numbers in ESTIMATES.items():
        mine = table["measure"] == name
        table.loc[mine, ["estimate", "ci_lower", "ci_upper"]] = numbers
        table.loc[mine, ["p_value", "note"]] = [0.4, NOTE if name == "win_probability" else None]
    course = pd.DataFrame(
        {
            "specification": "matched",
            "arm": [arm for arm in material.arms for _ in range(3)],
            "time_months": [0, 3, 6] * 2,
            "n_subject": [58, 41, 2, 58, 47, 33],
            "mean": [38.12, 35.87, 31.61, 37.9, 34.33, 30.22],
            "ci_lower": [37.01, 34.49, 25.52, 36.8, 32.96, 28.01],
            "ci_upper": [39.23, 37.26, 37.7, 39.0, 35.7, 32.43],
            "n_imputation": 2,
        }
    )
    return replace(
        material, results={**material.results, "effect_estimate": table, "function_course": course}
    )


def rows_by_measure(material):
    return {row[0]: row for row in rows_of(function.body(material)) if len(row) > 1}


def test_in_house_everything_is_told_as_it_is(with_function):
    rows = rows_by_measure(replace(with_function, in_house=True))
    assert rows["Win probability"][1:3] == ["54.8 %", "44.1 % to 65.0 %"]
    assert rows["Win probability"][-1] == NOTE
    assert rows["Win odds"][1:3] == ["1.21", "0.79 to 1.86"]
    assert rows["Difference of mean joint ranks"][1:3] == ["5.3", "−6.5 to 16.5"]
    assert rows["Difference of ALSFRS-R slopes, points a month"][1:3] == ["0.12", "−0.10 to 0.35"]


def test_in_public_the_number_of_subjects_does_not_follow(with_function):
    rows = rows_by_measure(with_function)
    assert rows["Win probability"][1:3] == ["50.0 %", "40.0 % to 70.0 %"]
    for name in ("Win odds", "Difference of mean joint ranks"):
        assert rows[name][1:3] == ["–", "–"]
        assert rows[name][-1] == "the win probability beside it tells as much"


def test_in_public_nothing_tells_how_many_pairs_death_decided(with_function):
    """Of twenty against twenty, 5 % of pairs by survival is one death."""
    assert rows_by_measure(with_function)["Win probability"][-1] == ""
    table = with_function.results["effect_estimate"]
    note = table["note"].mask(table["measure"] == "win_probability", f"a first remark; {NOTE}; another")
    remarked = replace(
        with_function, results={**with_function.results, "effect_estimate": table.assign(note=note)}
    )
    assert rows_by_measure(remarked)["Win probability"][-1] == "a first remark; another"
    assert "pairs by survival" not in str(function.body(with_function))


def test_means_of_few_are_not_told_and_others_in_half_points(with_function):
    public = with_function.table("function_course")
    assert public["time_months"].tolist() == [0, 3, 0, 3, 6]
    assert public["mean"].tolist() == [38.0, 36.0, 38.0, 34.5, 30.0]
    assert public["ci_lower"].tolist() == [37.0, 34.0, 36.5, 32.5, 28.0]
    assert public["ci_upper"].tolist() == [39.5, 37.5, 39.0, 36.0, 32.5]
    assert len(replace(with_function, in_house=True).table("function_course")) == 6


def test_the_figure_tells_its_means_and_the_page_the_problem_of_death(with_function):
    body = str(function.body(with_function))
    assert "Lenzumestrocel: 38.0 at time zero, 36.0 at 3 months" in body
    assert len(re.findall("<svg", body)) == 2
    assert "Death ends its course" in body
    assert "deaths as if missing at random" in body


def test_none_of_it_stands_among_the_effects_on_survival(with_function):
    assert "joint rank" not in str(effects.body(with_function))


def test_without_scores_the_reason_stands_there(material):
    body = str(function.body(material))
    assert "no scores along follow-up were given (adqs)" in body
    assert "too few scores are known" in body


def test_a_protocol_without_it_says_so(material):
    table = material.results["effect_estimate"]
    without = {"effect_estimate": table[~table["measure"].isin(MEASURES)]}
    assert "asks for no comparison of function" in str(
        function.body(replace(material, results={**material.results, **without}))
    )
