"""What the report says of the second opinion: a table of what was made twice, and a disagreement on the first screen."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.report.material import Material
from analytics.report.sections import answer, quality, safety, survival
from analytics.second_opinion import withheld, withheld_safety
from analytics.stages.safety import MAKES as SAFETY


def with_opinions(material: Material, change: dict, **where: str) -> Material:
    """The material with some opinions changed, and what is published after them."""
    table = material.results["second_opinion"].copy()
    mine = pd.Series(True, table.index)
    for column, value in where.items():
        mine &= table[column] == value
    assert mine.any()
    table.loc[mine, list(change)] = list(change.values())
    curves, summaries = withheld.survival(
        material.results["survival_curve"], material.results["survival_summary"], table
    )
    made = {"survival_curve": curves, "survival_summary": summaries, "second_opinion": table}
    made |= withheld_safety.safety({name: material.results[name] for name in SAFETY}, table)
    made["effect_estimate"] = withheld.effects(material.results["effect_estimate"], table)
    return replace(material, results={**material.results, **made})


DISPUTE = {
    "agrees": "N",
    "note": "two implementations disagree: 0.412, 0.431 (log hazard ratio, imputation 2)",
}


def test_what_was_made_twice_is_a_table_with_libraries_and_tolerances(material: Material) -> None:
    page = str(quality.body(material))
    assert "Numbers made twice." in page
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    ratio = next(row for row in rows if "Log hazard ratio" in row)
    assert re.search(r"lifelines \d+\.\d+", ratio)
    assert "1e-05" in ratio
    assert "In dispute" in page
    assert "Failed check" not in str(answer.body(material))


def test_a_disagreement_stands_on_the_first_screen_with_both_numbers_and_no_ratio(material: Material) -> None:
    disputed = with_opinions(
        material, DISPUTE, quantity="log_hazard_ratio", specification="matched", endpoint="OS"
    )
    page = str(answer.body(disputed))
    assert "Failed check: two implementations disagree on " in page
    assert "log hazard ratio, matched, OS: 0.412, 0.431 (log hazard ratio, imputation 2)" in page
    assert "The question cannot be answered from this data cut: two implementations disagree: 0.412" in page


def test_a_count_of_safety_in_dispute_stands_on_the_first_screen_and_is_not_given(material: Material) -> None:
    both = {"agrees": "N", "note": "two implementations disagree: 12 subjects, 13 subjects"}
    where = {"quantity": "subjects_with_event", "table_name": "ae_overview", "subset": "sadr_window"}
    disputed = with_opinions(material, both, arm=material.arms[0], **where)
    page = str(answer.body(disputed))
    assert f"subjects with an event, {material.arms[0]}, sadr_window: 10 subjects, 15 subjects" in page
    whole = str(safety.body(disputed))
    assert "cannot be told: two implementations disagree: 10 subjects, 15 subjects" in whole
    assert "Numbers made twice." in str(quality.body(disputed))


def test_many_disagreements_are_counted_and_the_first_named(material: Material) -> None:
    page = str(answer.body(with_opinions(material, DISPUTE, library="lifelines")))
    count = int(re.search(r"disagree on (\d+) numbers", page).group(1))
    assert count > 5
    assert f"and {count - 5} more, under Data quality" in page


def test_a_curve_in_dispute_is_not_drawn_and_not_called_too_small(material: Material) -> None:
    told = DISPUTE | {"note": "two implementations disagree: 0.5, 0.4 (survival on day 90)"}
    page = str(
        survival.body(with_opinions(material, told, quantity="survival_curve", specification="matched"))
    )
    assert "two implementations disagree: 0.5, 0.4 (survival in month 3)" in page
    assert "too few at risk to draw a curve" not in page


def test_numbers_without_a_second_opinion_are_counted_with_the_reason(material: Material) -> None:
    silent = {"agrees": None, "theirs": np.nan, "note": "no second opinion: lifelines did not converge"}
    page = str(
        quality.body(with_opinions(material, silent, quantity="log_hazard_ratio", specification="crude"))
    )
    assert "No second opinion: lifelines did not converge." in page
    assert "without an answer." in page


def test_small_counts_in_dispute_are_hidden_as_everywhere(material: Material) -> None:
    table = material.results["second_opinion"]
    told = {"agrees": "N", "note": "two implementations disagree: 2 subjects, 3 subjects"}
    counts = table.iloc[:1].assign(**told)
    small = replace(material, results={**material.results, "second_opinion": counts})
    page = str(answer.body(small)) + str(quality.body(small))
    assert "&lt;5 subjects, &lt;5 subjects" in page
    assert "2 subjects" not in page


def test_a_report_without_the_table_says_so(material: Material) -> None:
    without = {name: frame for name, frame in material.results.items() if name != "second_opinion"}
    page = str(quality.body(replace(material, results=without)))
    assert "not part of this report" in page
