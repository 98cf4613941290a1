"""Time ratios in the report: a table of their own, and the best model dotted over the observed curves."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from test_content import rows_of

from analytics.report.figures.kaplan_meier import over_observed
from analytics.report.fitted_model import best_model
from analytics.report.numbers import interval, ratio
from analytics.report.sections import survival, time_ratios


def figure_of(body, title):
    return next(part for part in re.findall(r"<figure.*?</figure>", str(body), re.DOTALL) if title in part)


def test_every_distribution_of_every_comparison_stands_in_the_table(material):
    rows = [row for row in rows_of(time_ratios.body(material)) if len(row) > 1]
    effects = material.table("effect_estimate", measure="time_ratio")
    assert len(rows) - 1 == len(effects) == 12
    for row, (_, effect) in zip(rows[1:], effects.iterrows(), strict=True):
        assert effect["method"].startswith(f"{row[0]} ")
        assert row[1:3] == [ratio(effect["estimate"]), interval(effect["ci_lower"], effect["ci_upper"])]
    assert [row[4] for row in rows[1:]].count("the best of 3 fits by AIC") == 2
    assert [row[3] for row in rows[1:]].count("–") == 6


def test_the_curve_of_the_best_is_dotted_over_the_observed_and_captioned(material):
    shown = figure_of(survival.body(material), "Overall survival: matched")
    model = best_model(material, "matched", "OS")
    assert f"Dotted: {model.caption}." in shown
    rows = material.table("effect_estimate", specification="matched", measure="time_ratio")
    best = rows[rows["note"].notna()].iloc[0]
    assert model.caption == (
        f"{best['method'].partition(' ')[0]} accelerated failure time, the best of 3 by AIC; "
        f"time ratio {ratio(best['estimate'])} ({interval(best['ci_lower'], best['ci_upper'])})"
    )
    assert f"{model.words} model" in shown


@pytest.mark.parametrize(
    "title", ["Overall survival: weighted to the treated", "Survival free of tracheostomy"]
)
def test_what_has_no_best_model_has_no_dotted_line(material, title):
    assert "Dotted" not in figure_of(survival.body(material), title)


def test_a_report_without_models_says_so_and_draws_as_before(material):
    none = {"parametric_model": material.results["parametric_model"].iloc[:0]}
    without = replace(material, results={**material.results, **none})
    assert "asks for no accelerated failure time model" in str(time_ratios.body(without))
    assert "Dotted" not in str(survival.body(without))


def test_a_fitted_line_is_as_long_as_the_observed_one_and_begins_at_its_height():
    fitted = pd.DataFrame({"time_days": [0.0, 100.0, 200.0, 300.0], "survival": [1.0, 0.8, 0.6, 0.4]})
    observed = pd.DataFrame({"time_days": [50.0, 120.0, 250.0], "survival": [1.0, 0.9, 0.7]})
    days, height = over_observed(fitted, observed)
    assert days.tolist() == [50, 100, 200, 250]
    assert height.tolist() == pytest.approx([1.0, 0.8 / 0.9, 0.6 / 0.9, 0.5 / 0.9])
    assert len(over_observed(fitted.iloc[:0], observed)[0]) == 0
