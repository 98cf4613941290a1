"""Figures for the Dagster UI: small, marked, disclosing nothing, and only where a table has one."""

import re
from html import unescape
from xml.etree import ElementTree

import pandas as pd
import pytest

from analytics.comparison.specification import SPECIFICATIONS
from analytics.report.disclosure import Disclosure
from analytics.report.figures import FIGURES, MAX_BYTES, figure_of_table
from analytics.report.figures.forest import ForestRow, forest
from analytics.report.figures.kaplan_meier import from_then_on, kaplan_meier, month_ticks, up_to
from analytics.report.figures.love_plot import love_plot
from analytics.report.figures.specification_curve import specification_curve
from analytics.report.numbers import effect, fixed, p_value, ratio


@pytest.mark.parametrize("table", sorted(FIGURES))
def test_a_table_with_a_figure_gets_a_small_marked_vector(protocol, results, table):
    svg = figure_of_table(protocol, table, results[table], simulated=True)
    assert svg is not None
    assert len(svg.encode()) <= MAX_BYTES
    assert ">SYNTHETIC</text>" in svg
    assert "<image" not in svg
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert figure_of_table(protocol, table, results[table], simulated=True) == svg
    assert "SYNTHETIC" not in figure_of_table(protocol, table, results[table], simulated=False)


def test_every_specification_there_is_has_its_points_in_the_love_plot(protocol, results):
    one = results["covariate_balance"].query("specification == 'matched'")
    every = pd.concat([one.assign(specification=name) for name in SPECIFICATIONS if name != "crude"])
    svg = figure_of_table(protocol, "covariate_balance", every, simulated=False)
    assert {name for name in SPECIFICATIONS if f">{SPECIFICATIONS[name].words}</text>" in svg} == {
        *SPECIFICATIONS
    } - {"crude"}


def test_other_and_empty_tables_have_no_figure(protocol, results):
    assert figure_of_table(protocol, "ae_listing", results["ae_listing"], simulated=True) is None
    assert (
        figure_of_table(protocol, "survival_curve", results["survival_curve"].iloc[:0], simulated=True)
        is None
    )
    assert figure_of_table(protocol, "cohort_flow", pd.DataFrame({"note": ["none"]}), simulated=True) is None


def test_a_figure_too_large_for_the_event_log_is_left_out(protocol, results, monkeypatch):
    monkeypatch.setattr("analytics.report.figures.MAX_BYTES", 2_000)
    assert figure_of_table(protocol, "survival_curve", results["survival_curve"], simulated=True) is None


def test_numbers_at_risk_below_the_limit_are_not_printed(protocol, results):
    svg = figure_of_table(protocol, "survival_curve", results["survival_curve"], simulated=False)
    placed = re.findall(r'y="([\d.]+)"[^>]*>([^<]+)</text>', svg)
    heights = {y for y, text in placed if text in ("Lenzumestrocel", "PRO-ACT placebo")}
    numbers = [text for y, text in placed if y in heights and not text[0].isupper()]
    assert "0" in numbers
    assert len(numbers) >= 8
    assert not {"1", "2", "3", "4"} & set(numbers)


def test_a_row_without_an_estimate_is_a_dash_with_its_reason():
    rows = [ForestRow("A", 0.8, 0.5, 1.3), ForestRow("B", None, None, None, "too few at risk")]
    svg = forest("x", rows, title="t", description="some words", mark=None)
    assert "0.80 (0.50 to 1.30)" in svg
    assert "too few at risk" in svg
    assert ">–<" in svg


def test_endless_intervals_do_not_stretch_the_axis():
    rows = [ForestRow("A", 1.1, 0.7, 1.6), ForestRow("B", 9.0, 0.003, 24_000.0)]
    assert "9.00 (&lt;0.01 to &gt;1000)" in forest("x", rows, title="t", description="some words", mark=None)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (ratio(0.78349), "0.78"), (ratio(None), "–"), (ratio(float("nan")), "–"), (ratio(0.001), "<0.01"),
        (p_value(0.0001), "<0.001"), (p_value(0.0234), "0.023"), (p_value(pd.NA), "–"), (fixed(-0.04, 1), "0.0"),
        (fixed(-1234.56, 1), "−1,234.6"), (effect("survival_difference", -0.0256), "−2.6 pp"),
        (effect("rmst_difference", 12.0), "0.4 mo"), (effect("share_null_or_worse", 0.73), "73 %"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_by_what_they_are(made, text):
    assert made == text


@pytest.mark.parametrize("label", ["$\\frac{1}{2}$", "_hidden", "cost $5 or $6", "$\\nonsense{$"])
def test_a_label_is_shown_as_it_is_written(protocol, results, label):
    treatment = protocol.treatment.model_copy(update={"treated_label": label, "simulated_label": label})
    changed = protocol.model_copy(update={"treatment": treatment})
    curve = results["survival_curve"].replace({"arm": {protocol.treatment.treated_label: label}})
    svg = figure_of_table(changed, "survival_curve", curve, simulated=True)
    texts = [text.strip() for text in re.findall(r">([^<]+)</text>", svg)]
    assert texts.count(label) == 2, "beside the numbers at risk, and in the legend"
    assert texts.count(f"SYNTHETIC {label}") == 2


@pytest.mark.parametrize("months", [1, 24, 66, 140, 1200, 1e12])
def test_a_scale_of_time_has_ticks_that_can_be_read(months: float) -> None:
    ticks = month_ticks(months)
    assert 1 <= len(ticks) <= 14
    assert ticks[-1] <= months
    assert months - ticks[-1] <= ticks[-1] or len(ticks) == 1


def curve(arm: str, *rows: tuple[float, float, float]) -> pd.DataFrame:
    """Rows of day, survival and censored; a hundred are at risk throughout."""
    frame = pd.DataFrame(rows, columns=["time_days", "survival", "n_censor"])
    return frame.assign(arm=arm, n_risk=100.0, ci_lower=frame["survival"] - 0.1, ci_upper=frame["survival"])


LONG = curve("A", (0, 1.0, 0), (100, 0.9, 1), (300, 0.7, 2), (600, 0.5, 0))
SHORT = curve("B", (0, 1.0, 0), (100, 0.8, 1), (250, 0.6, 1))


def test_a_curve_is_parted_where_the_other_ends_without_a_gap() -> None:
    before, after = up_to(LONG, 250), from_then_on(LONG, 250)
    assert before[["time_days", "survival"]].to_numpy().tolist() == [[0, 1], [100, 0.9], [250, 0.9]]
    assert after[["time_days", "survival"]].to_numpy().tolist() == [[250, 0.9], [300, 0.7], [600, 0.5]]
    assert len(up_to(SHORT, 250)) == len(SHORT)
    assert from_then_on(SHORT, 250).empty


def test_follow_up_that_ends_is_marked_in_the_house_alone_and_the_tail_is_faint() -> None:
    drawn = {
        threshold: kaplan_meier(
            "km", pd.concat([LONG, SHORT]), ("A", "B"), Disclosure(threshold, 1), title="t", description="d", mark=None,
            free="Alive",
        )
        for threshold in (None, 5)
    }  # fmt: skip
    assert all(svg and ">Alive</text>" in svg for svg in drawn.values())
    ours, public = (str(svg) for svg in drawn.values())
    # Ticks of the scales are placed as marks are.
    assert ours.count("<use ") - public.count("<use ") == len(LONG[LONG["n_censor"] > 0]) + len(
        SHORT[SHORT["n_censor"] > 0]
    )
    # The longer curve's line beyond the shorter one.
    assert len(re.findall(r"(?:stroke-)?opacity[:=]\W*0?\.35\b", public)) == 1


@pytest.mark.parametrize("section", ["answer", "survival"])
def test_the_first_figures_have_a_twin_that_a_phone_shows_with_letters_as_large_as_the_text(page, section):
    part = page[page.index(f'<section id="{section}"') :]
    twin = re.search(r'<div class="narrow">(<svg.*?</svg>)', part, re.DOTALL)
    assert twin is not None
    _, _, width, _ = map(float, re.search(r'viewBox="([^"]+)"', twin[1])[1].split())
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", twin[1])]
    assert sizes
    # On 358 pixels, the width of a phone without its margins.
    assert min(sizes) * 358 / width >= 9
    assert sorted(sizes)[len(sizes) // 2] * 358 / width >= 11


def hovers(svg: str | None) -> list[str]:
    """What a figure tells where a pointer rests."""
    groups = re.findall(r'<g class="hover"><title>([^<]*)</title>', str(svg))
    return [unescape(words) for words in groups]


def test_a_curve_tells_both_arms_month_by_month_as_far_as_it_is_drawn() -> None:
    svg = kaplan_meier(
        "km", pd.concat([LONG, SHORT]), ("A", "B"), Disclosure(None, 1), title="t", description="d", mark=None
    )
    told = hovers(svg)
    assert told[0] == "0 months\nA: 100.0 % (90.0 % to 100.0 %)\nB: 100.0 % (90.0 % to 100.0 %)"
    assert told[4] == "4 months\nA: 90.0 % (80.0 % to 90.0 %)\nB: 80.0 % (70.0 % to 80.0 %)"
    assert told[12] == "12 months\nA: 70.0 % (60.0 % to 70.0 %)\nB: not followed"
    assert len(told) == 20


def test_a_row_that_is_cut_short_is_told_in_full() -> None:
    long = "a label & more of it " * 6
    rows = [ForestRow(long, 0.8, 0.5, 1.3), ForestRow("B", None, None, None, "why " * 30)]
    told = hovers(forest("x", rows, title="t", description="some words", mark=None))
    assert told == [f"{long}\n0.80 (0.50 to 1.30)", f"B\n{'why ' * 30}"]
    assert hovers(forest("x", rows, title="t", description="d", mark=None, narrow=True)) == []


def test_every_covariate_and_every_choice_is_told(protocol, results) -> None:
    balance = results["covariate_balance"]
    told = hovers(love_plot("love", balance, 0.1, title="t", description="d", mark=None))
    first = balance[(balance["stage"] == "unadjusted") & (balance["covariate"] == "AGE")].iloc[0]
    (age,) = [words for words in told if words.startswith("Age, years")]
    assert f"Unadjusted: {fixed(abs(first['smd']), 2)}" in age
    assert age.count("\n") == 1 + balance["specification"].nunique()
    curve = results["specification_curve"].query("endpoint == 'OS'")
    told = hovers(specification_curve("spec", curve, title="t", description="d", mark=None))
    assert len(told) == int(curve["estimate"].notna().sum())
    assert all(re.match(r"[\d.<>]+ \(", words) and "Comparison: " in words for words in told)


def test_where_nothing_can_rest_on_a_figure_nothing_is_told(protocol, results) -> None:
    assert (
        hovers(figure_of_table(protocol, "survival_curve", results["survival_curve"], simulated=True)) == []
    )
