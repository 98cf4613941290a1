"""Small cells: not in the page, and not to be worked out from it (F46)."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analytics.report import render_report
from analytics.report.disclosure import Disclosure
from analytics.report.figures.flow import flow_steps
from analytics.report.figures.kaplan_meier import drawn_part
from analytics.report.sections import changes, quality, safety_exposure, subgroups

FIVE = Disclosure(5, 5)


def cells(html):
    found = re.findall(r'<(?:td[^>]*|th[^>]* scope="row")>(.*?)</t[dh]>', str(html), flags=re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in found]


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (1234, "1,234"), (None, "–"), (0.4, "<5")]
)
def test_counts_of_one_to_four_are_shown_as_less_than_five(count, shown):
    assert FIVE.count(count) == shown


def test_a_lone_small_part_of_a_known_total_hides_its_smallest_neighbour():
    assert FIVE.parts([40, 3, 9, 0], ["a"] * 4) == ["40", "<5", "*", "0"]
    assert FIVE.parts([40, 3, 2], ["a"] * 3) == ["40", "<5", "<5"]
    assert FIVE.parts([40, 3, 9], ["a", "b", "b"]) == ["40", "<5", "*"]


@pytest.mark.parametrize("small", [1, 4])
def test_two_small_parts_that_their_sum_would_tell_hide_a_neighbour_too(small):
    assert FIVE.parts([40, small, small], ["a"] * 3) == ["*", "<5", "<5"]


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("3 subjects not under follow-up are left out", "<5 subjects not under follow-up are left out"),
        ("22 subjects left out; 1 deaths", "22 subjects left out; <5 deaths"),
        ("fewer than 3 subjects in an arm", "fewer than 3 subjects in an arm"),
        ("3 draws pooled", "3 draws pooled"),
    ],
)
def test_counts_inside_remarks_are_suppressed_as_well(note, shown):
    assert FIVE.remark(note) == shown


def flow(*rows):
    return pd.DataFrame(rows, columns=["step", "criterion", "n_remaining", "n_excluded"])


def test_a_step_that_leaves_out_few_is_joined_to_the_next():
    steps = flow_steps(flow((0, "all", 100, 0), (1, "a", 97, 3), (2, "b", 80, 17)), FIVE)
    assert [(step.remaining, step.excluded, step.criterion) for step in steps] == [
        ("100", "", "all"), ("80", "20", "a; b"),
    ]  # fmt: skip


def test_a_last_step_that_leaves_out_few_is_joined_to_the_one_before():
    steps = flow_steps(flow((0, "all", 100, 0), (1, "a", 80, 20), (2, "b", 78, 2)), FIVE)
    assert [(step.remaining, step.excluded) for step in steps] == [("100", ""), ("78", "22")]


def test_few_left_out_in_all_hide_the_start():
    steps = flow_steps(flow((0, "all", 50, 0), (1, "a", 48, 2)), FIVE)
    assert [(step.remaining, step.excluded) for step in steps] == [("*", ""), ("48", "<5")]


def test_no_difference_of_two_boxes_is_a_small_count():
    draw = np.random.default_rng(7)
    for _ in range(200):
        excluded = draw.choice([0, 1, 2, 4, 5, 9], 5)
        left = 200 - np.cumsum(excluded)
        rows = [(0, "all", 200, 0)]
        rows += [
            (k + 1, f"c{k}", int(n), int(x)) for k, (n, x) in enumerate(zip(left, excluded, strict=True))
        ]
        shown = [int(step.remaining) for step in flow_steps(flow(*rows), FIVE) if step.remaining != "*"]
        assert all(before - after >= 5 for before, after in pairwise(shown))


def test_curves_end_where_fewer_than_five_are_at_risk(material):
    curves = material.table("survival_curve", specification="crude", endpoint="OS")
    mine = curves[curves["arm"] == "Lenzumestrocel"]
    drawn = drawn_part(mine, FIVE)
    assert mine["n_risk"].min() < 5 <= drawn["n_risk"].min()
    assert len(drawn_part(mine, Disclosure(None, 1))) > len(drawn)


def test_a_rash_in_three_patients_is_in_no_safety_table(page):
    section = page[page.index('<section id="safety"') : page.index('<section id="quality"')]
    rows = re.findall(r"<tr>(.*?)</tr>", section, flags=re.DOTALL)
    rash = [cells(row)[1:] for row in rows if "Class of fewer than 5 subjects" in row]
    assert rash
    assert all(cell in ("<5", "*", "–", "Lenzumestrocel") for row in rash for cell in row)
    # As delivered, the term of three patients may hold anything.
    assert "RASH" not in page
    assert "Skin disorders" not in page


def test_small_subgroups_changes_and_queries_are_suppressed(material):
    effects = material.results["subgroup_effect"].assign(n_event_control=[3, 12] * 10)
    changed = replace(material, results={**material.results, "subgroup_effect": effects})
    assert "<5 / " in "".join(cells(subgroups.body(changed)))
    assert cells(changes.body(material))[2] == "<5"
    # Numbers made twice are counted in full: they are no people.
    records = replace(material, results={**material.results, "second_opinion": pd.DataFrame()})
    assert [cell for cell in cells(quality.body(records)) if cell in ("41", "2", "*", "<5")] == [
        "<5",
        "*",
        "<5",
    ]


def test_days_added_are_a_sum_and_shown(material):
    assert cells(changes.body(material))[5] == "3"


def test_an_internal_copy_shows_small_cells_and_says_so(material):
    asked = material.protocol.disclosure.model_copy(update={"suppress_small_cells": False})
    internal = replace(material, protocol=material.protocol.model_copy(update={"disclosure": asked}))
    page = render_report(internal)
    assert "this copy must not leave the house" in page
    section = page[page.index('<section id="safety"') : page.index('<section id="quality"')]
    assert ">3 (5.0 %)<" in section


def test_few_who_entered_a_period_are_suppressed_as_a_denominator(material):
    timing = material.results["ae_timing"].copy()
    timing["n_total"] = timing["n_total"].where(timing["period"] != "cycle 2", 3)
    changed = replace(material, results={**material.results, "ae_timing": timing})
    shown = cells(safety_exposure.timing(changed))
    assert any(cell.endswith("/ <5") for cell in shown)
    assert not [cell for cell in shown if cell.endswith(("/ 1", "/ 2", "/ 3", "/ 4"))]
