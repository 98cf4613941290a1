"""Counts in bands: none of a few is in the page, nor to be worked out from it or from the one before (F46)."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.report import render_report
from analytics.report.disclosure import Disclosure
from analytics.report.figures.flow import flow_steps
from analytics.report.figures.kaplan_meier import at_risk, drawn_part
from analytics.report.sections import changes, quality, safety_exposure, safety_terms, subgroups

FIVE, EXACT = Disclosure(5, 5), Disclosure(None, 1)


def cells(html):
    found = re.findall(r'<(?:td[^>]*|th[^>]* scope="row")>(.*?)</t[dh]>', str(html), flags=re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in found]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (7, "5"), (8, "10"), (1234, "1,235"), (None, "–"), (0.4, "<5"), (12.4, "10")],
)  # fmt: skip
def test_counts_are_shown_to_the_nearest_five_and_fewer_are_not_told(count, shown):
    assert FIVE.count(count) == shown
    assert EXACT.count(count) == ("–" if count is None else f"{count:,.0f}")


@given(st.lists(st.integers(-500, 500)), st.integers(2, 20))
def test_the_band_of_a_band_is_itself_and_no_two_bands_differ_by_less_than_the_limit(counts, width):
    bands = Disclosure(width, 5).bands(counts)
    assert np.array_equal(Disclosure(width, 5).bands(bands), bands)
    told = np.unique(np.abs(bands[np.abs(bands) >= width]))
    assert all(np.diff(told) >= width)
    assert len(set(np.abs(bands[(np.abs(bands) > 0) & (np.abs(bands) < width)]))) <= 1
    # A share of the bands, or a rate, is wrong by no more than half a band.
    assert all(abs(band - count) <= width / 2 for band, count in zip(bands, counts, strict=True))


@pytest.mark.parametrize(
    ("n", "total", "shown"),
    [(3, 157, "<5"), (33, 157, "35 (23 %)"), (155, 157, "155 (100 %)"), (0, 157, "0 (0 %)"), (5, 0, "5")],
)
def test_a_share_is_that_of_the_shown_counts(n, total, shown):
    assert FIVE.share(n, total) == shown
    assert EXACT.share(33, 157) == "33 (21.0 %)"


@pytest.mark.parametrize(
    ("n", "step"), [(4, 1.0), (10, 0.5), (60, 0.1), (157, 0.05), (250, 0.02), (500, 0.01)]
)
def test_every_step_of_a_curve_is_made_by_as_many_as_may_be_told(n, step):
    assert FIVE.step(n) == step
    assert EXACT.step(n) == 0


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("3 subjects not under follow-up are left out", "<5 subjects not under follow-up are left out"),
        ("22 subjects left out; 1 deaths", "20 subjects left out; <5 deaths"),
        ("fewer than 3 subjects in an arm", "fewer than 3 subjects in an arm"),
        ("3 draws pooled", "3 draws pooled"),
        ("19 of 33 informative sets support it", "20 of 35 informative sets support it"),
        ("not imputed: 3 observed values", "not imputed: <5 observed values"),
        ("11 of the 110 lost die; 10 draws pooled", "10 of the 110 lost die; 10 draws pooled"),
        ("fewer than 10 at risk at day 656", "fewer than 10 at risk in month 22"),
        ("effective sample 3.2 below 30", "effective sample 3.2 below 30"),
        ("|SMD| above 0.1 for AGE; HR 0.84", "|SMD| above 0.1 for AGE; HR 0.84"),
        ("0.412 (log hazard ratio, imputation 2)", "0.412 (log hazard ratio, imputation 2)"),
    ],
)
def test_counts_inside_remarks_are_suppressed_as_well(note, shown):
    assert FIVE.remark(note) == shown


def flow(*rows):
    return pd.DataFrame(rows, columns=["step", "criterion", "n_remaining", "n_excluded"])


def test_steps_that_leave_out_few_are_drawn_together_and_none_that_leaves_out_nobody():
    steps = flow_steps(flow((0, "all", 100, 0), (1, "a", 97, 3), (2, "b", 80, 17), (3, "c", 80, 0)), FIVE)
    assert [(step.remaining, step.excluded, step.criterion) for step in steps] == [
        ("100", "", "all"), ("80", "20", "a; b"),
    ]  # fmt: skip
    assert len(flow_steps(flow((0, "all", 100, 0), (1, "a", 97, 3), (2, "b", 80, 17)), EXACT)) == 3


def test_what_the_last_step_leaves_out_is_told_however_few():
    steps = flow_steps(flow((0, "all", 100, 0), (1, "a", 80, 20), (2, "b", 78, 2)), FIVE)
    assert [(step.remaining, step.excluded) for step in steps] == [("100", ""), ("80", "20"), ("80", "<5")]


def test_curves_end_where_fewer_than_five_are_at_risk(material):
    exact = material.results["survival_curve"]
    mine = exact[
        (exact["specification"] == "crude") & (exact["endpoint"] == "OS") & (exact["arm"] == "Lenzumestrocel")
    ]
    shown = material.table("survival_curve", specification="crude", endpoint="OS", arm="Lenzumestrocel")
    assert mine["n_risk"].min() < 5 <= shown["n_risk"].min()
    assert shown["time_days"].max() <= mine.loc[mine["n_risk"] >= 5, "time_days"].max()
    assert len(drawn_part(mine, EXACT)) == len(mine)


def test_no_step_of_a_public_curve_is_made_by_few_nor_on_a_day_of_an_event(material):
    exact = material.results["survival_curve"]
    for keys, shown in material.table("survival_curve").groupby(["specification", "endpoint", "arm"]):
        mine = exact[(exact[["specification", "endpoint", "arm"]] == list(keys)).all(axis=1)]
        moved = shown["survival"].diff().abs()
        assert (moved[moved > 1e-9] * mine["n_risk"].max() >= 5 - 1e-9).all()
        assert set(shown["time_days"]) <= {*(np.arange(200) * 30.4375), *material.disclosure.days}
        assert (shown["n_risk"] % 5 == 0).all()
        # Nothing of it is further from the truth than half a step.
        then = mine.set_index("time_days")["survival"].sort_index()
        true = then.reindex(then.index.union(shown["time_days"])).ffill().fillna(1.0).loc[shown["time_days"]]
        assert (
            np.abs(true.to_numpy() - shown["survival"].to_numpy()).max()
            <= FIVE.step(mine["n_risk"].max()) / 2 + 1e-9
        )


def test_what_is_made_of_counts_is_made_of_the_shown_ones(material):
    shown = material.table("ae_overview").dropna(subset=["pct"])
    assert len(shown)
    assert np.allclose(shown["pct"], 100 * shown["n_subject"] / shown["n_total"])
    assert (shown["n_subject"] % 5 == 0).all()
    rates = material.table("ae_rate").dropna(subset=["rate_per_100py"])
    assert np.allclose(rates["rate_per_100py"], 100 * rates["n_event"] / rates["person_years"])
    assert (rates["person_years"] % 10 == 0).all()
    few = material.table("ae_overview").query("0 < n_subject < 5")
    assert few[["pct", "pct_ci_lower", "pct_ci_upper"]].isna().all(axis=None)


def test_no_least_and_no_most_of_anybody_is_told(material):
    assert not material.table("exposure_summary")["statistic"].str.contains("_min|_max", regex=True).any()
    assert material.results["exposure_summary"]["statistic"].str.contains("_min|_max", regex=True).any()


def test_a_rash_in_three_patients_is_in_no_safety_table(page):
    section = page[page.index('<section id="safety"') : page.index('<section id="quality"')]
    rows = re.findall(r"<tr>(.*?)</tr>", section, flags=re.DOTALL)
    rash = [cells(row)[1:] for row in rows if "Class of fewer than 5 subjects" in row]
    assert rash
    known = {"<5", "0", "–", "Lenzumestrocel"}
    assert all(cell in known or (cell.isdigit() and int(cell) % 10 == 0) for row in rash for cell in row), (
        rash
    )
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
    assert [cell for cell in cells(quality.body(records)) if cell in ("40", "41", "2", "<5")] == [
        "<5",
        "40",
        "<5",
    ]


def test_days_added_are_a_sum_and_told_roughly(material):
    assert cells(changes.body(material))[5] == "0"
    assert cells(changes.body(replace(material, in_house=True)))[5] == "3"


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


def test_a_standardised_difference_tells_nobody(material):
    for name in ("covariate_balance", "balance_gate"):
        exact, shown = material.results[name], material.table(name)
        for column in {"smd", "largest_smd"} & set(exact):
            size = shown[column].astype(float).abs().dropna()
            assert (np.isclose(size, 0.05) | np.isclose(size * 10, (size * 10).round()) | (size == 0)).all()
            assert (exact[column].astype(float) - shown[column].astype(float)).abs().max() <= 0.05 + 1e-9
    assert FIVE.smd(0.07) == "<0.1"
    assert FIVE.smd(-0.31) == "−0.3"
    assert EXACT.smd(0.07) == "0.07"


def test_pairs_exposure_and_denominators_are_not_told_exactly(material):
    shown = material.table("sensitivity", analysis="rosenbaum")
    assert set(shown["measure"]) == {"gamma"}
    assert shown["note"].isna().all()
    exposure = material.table("exposure_summary")
    for unit, width in (
        ("days", 30),
        ("person-years of 365.25 days", 10),
        ("injections", 2.5),
        ("cycles", 2.5),
    ):
        values = exposure.loc[exposure["unit"] == unit, "value"]
        assert (values % width == 0).all()
        assert len(values)
    assert not material.table("ae_overview")["note"].astype(str).str.startswith("0 of ").any()
    assert material.results["ae_overview"]["note"].astype(str).str.startswith("0 of ").any()


def test_terms_stand_in_the_order_of_their_names(material):
    rows = material.table("ae_by_term")
    for _, mine in rows[rows["level"] == "soc"].groupby(["subset", "arm"]):
        ordered = mine.sort_values("soc_order")["soc"].str.casefold().tolist()
        assert ordered == sorted(ordered)
    assert material.results["ae_by_term"]["soc_order"].tolist() != rows["soc_order"].tolist()


def test_an_arm_with_few_events_has_no_estimate(material):
    effects = material.results["subgroup_effect"].assign(n_event_control=[3, 12] * 10)
    changed = replace(material, results={**material.results, "subgroup_effect": effects})
    shown = changed.table("subgroup_effect")
    few = shown["n_event_control"] < 5
    assert shown.loc[few, ["estimate", "ci_lower", "ci_upper", "p_value"]].isna().all(axis=None)
    assert shown.loc[~few, "estimate"].notna().any()


def test_a_term_of_few_is_not_named_among_the_changes(material):
    rows = [("serious adverse events added: clot", 1, None), ("serious adverse events added: fall", 6, None),
            ("subjects corrected", 2, "AESEV"), ("subjects corrected", 9, "AVAL")]  # fmt: skip
    change = pd.DataFrame(
        [(kind, "Lenzumestrocel", n, note) for kind, n, note in rows], columns=["kind", "arm", "n", "note"]
    )
    body = str(changes.body(replace(material, change=change)))
    assert "clot" not in body
    assert "AESEV" not in body
    assert "fall" in body
    assert "AVAL" in body
    assert "clot" in str(changes.body(replace(material, change=change, in_house=True)))


def test_a_public_curve_says_what_holds_on_the_days_it_is_asked_about(material):
    """Not what held at the end of the month before, nor who is at risk a month later."""
    exact, days = (
        material.results["survival_curve"],
        [*material.disclosure.days, *(np.arange(0, 19, 3) * 30.4375)],
    )
    assert {365.0, float(material.protocol.primary.horizon_days)} <= set(material.disclosure.days)
    n_told = 0
    for keys, shown in material.table("survival_curve").groupby(["specification", "endpoint", "arm"]):
        mine = exact[(exact[["specification", "endpoint", "arm"]] == list(keys)).all(axis=1)].sort_values(
            "time_days"
        )
        step = material.disclosure.step(float(mine["n_risk"].max()))
        for day in (day for day in days if day <= shown["time_days"].max()):
            assert material.disclosure.count(at_risk(shown, day)) == material.disclosure.count(
                at_risk(mine, day)
            )
            then, told = (frame[frame["time_days"] <= day + 1e-9].iloc[-1] for frame in (mine, shown))
            assert told["survival"] == pytest.approx(then["survival"], abs=step / 2 + 1e-9)
            assert told["ci_lower"] <= then["ci_lower"] + 1e-9
            assert told["ci_upper"] >= then["ci_upper"] - 1e-9
            n_told += 1
    assert n_told > 30


def test_what_is_no_count_is_left_in_a_remark():
    assert (
        FIVE.remark("without deaths among them the interval holds 1")
        == "without deaths among them the interval holds 1"
    )
    assert FIVE.remark("seed 20230601") == "seed 20230601"
    assert FIVE.remark("3 lost") == "<5 lost"


def test_two_classes_of_few_subjects_are_one_line_without_their_names(material):
    """Both are told by the same words; each would else have stood beside the other's counts."""
    terms = material.results["ae_by_term"]
    classes = terms[(terms["subset"] == "emergent") & (terms["level"] == "soc")]
    few = [
        classes.iloc[[0]].assign(soc=name, pt=None, n_subject=n, n_event=n, soc_order=90 + n)
        for n, name in ((2, "A rare class"), (3, "Another rare class"))
    ]
    changed = replace(
        material, results={**material.results, "ae_by_term": pd.concat([terms, *few], ignore_index=True)}
    )
    told = str(safety_terms.by_term(changed))
    emergent = told.split('id="ae-emergent"')[1].split("</figure>", maxsplit=1)[0]
    assert "rare class" not in told
    assert emergent.count("Class of fewer than 5 subjects") == 1
