"""What the tables say: the numbers of the result tables, in their places."""

import re
from dataclasses import replace

from analytics.report.numbers import p_value, ratio
from analytics.report.sections import changes, effects, function, protocol, provenance, safety


def rows_of(html):
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", str(html), flags=re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>", "", cell)
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.DOTALL)
        ]
        for row in found
    ]


def test_every_effect_stands_in_the_table_with_its_interval_and_p(material):
    cells = [cell for row in rows_of(effects.body(material)) for cell in row]
    for _, row in material.table("effect_estimate", measure="hazard_ratio").iterrows():
        assert ratio(row["estimate"]) in cells
        assert f"{ratio(row['ci_lower'])} to {ratio(row['ci_upper'])}" in cells
        assert p_value(row["p_value"]) in cells


def test_an_estimate_that_could_not_be_made_is_a_dash_with_its_note(material):
    table = material.results["effect_estimate"].copy()
    table.loc[:, ["estimate", "ci_lower", "ci_upper", "p_value"]] = float("nan")
    table["note"] = "fewer than 10 at risk"
    shown = replace(material, results={**material.results, "effect_estimate": table})
    of_survival, of_function = (
        [row for row in rows_of(section.body(shown)) if row and row[-1] == "fewer than 10 at risk"]
        for section in (effects, function)
    )
    assert len(of_survival) + len(of_function) == len(table)
    assert all(row[2:5] == ["–", "–", "–"] for row in of_survival)
    assert all(row[1:4] == ["–", "–", "–"] for row in of_function)


def test_a_one_sided_endpoint_is_called_so(page):
    assert "Survival free of tracheostomy and permanent ventilation (recorded in one arm only)" in page
    assert "cannot be read as a comparison of equals" in page


def test_attribution_is_shown_as_factors_and_an_unmade_step_as_a_dash(material):
    rows = rows_of(changes.body(material))
    assert ["follow-up added", "1.11", "1.22", "× 1.105", ""] in rows
    assert ["enrolment", "1.22", "–", "–", "no score can be fitted"] in rows


def test_a_first_release_has_nothing_to_compare_with(material):
    first = replace(material, change=material.change.iloc[:0], attribution=material.attribution.iloc[:0])
    assert "first release" in changes.body(first)


def test_the_target_trial_stands_beside_its_emulation(material):
    components = [row[0] for row in rows_of(protocol.body(material)) if row]
    assert components[1:] == [
        "Eligibility", "Treatment strategies", "Assignment", "Time zero", "Follow-up", "Outcome", "Causal contrast",
        "Analysis plan",
    ]  # fmt: skip


def test_provenance_names_hashes_and_files(material):
    cells = [cell for row in rows_of(provenance.body(material)) for cell in row]
    assert "c0de" * 16 in cells
    assert "ab" * 32 in cells
    assert "2026-01-31" in cells


def test_safety_denominators_are_the_safety_population(material):
    body = str(safety.body(material))
    assert "Lenzumestrocel (n = 60)" in body
    assert "HEADACHE" in body
    assert "30 (50 %)" in body
