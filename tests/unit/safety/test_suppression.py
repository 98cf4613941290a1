"""Small cells in what leaves the house, and that no remainder reveals them (F46)."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.safety import SafetySettings, public_tables, safety_tables
from analytics.safety.suppression import suppress


def by_term(counts, n_total=100):
    """A table of one class with these events per term (each from another subject)."""
    rows = [("overall", None, None, sum(counts)), ("soc", "S", None, sum(counts))]
    rows += [("pt", "S", f"T{i}", n) for i, n in enumerate(counts)]
    table = pd.DataFrame(rows, columns=["level", "soc", "pt", "n_event"])
    table["n_subject"], table["n_total"], table["arm"], table["subset"] = (
        table["n_event"],
        n_total,
        "A",
        "emergent",
    )
    return table.assign(pct=table["n_subject"] / n_total * 100).astype(
        {"n_event": "Int64", "n_subject": "Int64"}
    )


def by_class(classes):
    """A table of several classes with these events per term."""
    rows = [("overall", None, None, sum(map(sum, classes)))]
    for i, terms in enumerate(classes):
        rows.append(("soc", f"S{i}", None, sum(terms)))
        rows += [("pt", f"S{i}", f"T{i}.{j}", n) for j, n in enumerate(terms)]
    table = pd.DataFrame(rows, columns=["level", "soc", "pt", "n_event"])
    return table.assign(arm="A", subset="emergent").astype({"n_event": "Int64"})


def test_counts_of_one_to_four_become_less_than_five_and_zero_stays():
    public = suppress(by_term([0, 1, 4, 5, 20, 3]))
    assert public["n_event"].tolist() == ["33", "33", "0", "<5", "<5", "5", "20", "<5"]
    assert public["pct"].isna().tolist() == [False, False, False, True, True, False, False, True]


def test_a_single_small_cell_hides_its_smallest_neighbour_too():
    public = suppress(by_term([3, 9, 20]))
    assert public["n_event"].tolist() == ["32", "32", "<5", "*", "20"]
    assert public["suppressed"].tolist() == [None, None, "primary", "secondary", None]


def test_two_cells_that_can_only_be_one_each_hide_another():
    assert suppress(by_term([1, 1, 9, 20]))["n_event"].tolist()[2:] == ["<5", "<5", "*", "20"]
    # Of three events nobody can say which term had two; of seven, which had four.
    assert suppress(by_term([3, 4, 9, 20]))["n_event"].tolist()[2:] == ["<5", "<5", "9", "20"]
    assert suppress(by_term([1, 2, 9, 20]))["n_event"].tolist()[2:] == ["<5", "<5", "9", "20"]


def test_a_small_cell_without_neighbours_hides_its_class():
    table = by_term([3], n_total=100)
    assert suppress(table)["n_event"].tolist() == ["<5", "<5", "<5"]


def test_all_but_a_few_is_a_small_cell_as_well():
    public = suppress(by_term([20, 30, 48], n_total=100).query("level == 'overall'"))
    assert public["n_subject"].tolist() == ["*"]
    assert public["pct"].isna().all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=3))
def test_no_small_count_follows_from_the_shown_ones(classes):
    """By exhaustion: every small term has at least two values among the tables that agree with everything
    shown.
    """
    overall = sum(map(sum, classes))
    public = suppress(by_class(classes))
    marks = public["n_event"].tolist()
    if not marks[0].isdigit():
        return
    possible = []
    for i in range(len(classes)):
        block = public[public["soc"] == f"S{i}"]
        total, terms = block["n_event"].iloc[0], block["n_event"].iloc[1:].tolist()
        vectors = itertools.product(*(_values(mark, overall) for mark in terms))
        possible.append([v for v in vectors if sum(v) in _values(total, overall)])
    for i, vectors in enumerate(possible):
        totals = [{sum(v) for v in other} for j, other in enumerate(possible) if j != i]
        others = {sum(combination) for combination in itertools.product(*totals)}
        agreeing = [v for v in vectors if overall - sum(v) in others]
        assert tuple(classes[i]) in agreeing
        for j, count in enumerate(classes[i]):
            if 1 <= count <= 4:
                assert len({v[j] for v in agreeing}) > 1


def _values(mark, largest):
    """What a reader knows a cell to be: a number, 1 to 4 for `<5`, anything from 1 for `*`."""
    if mark.isdigit():
        return range(int(mark), int(mark) + 1)
    return range(1, 5) if mark == "<5" else range(1, largest + 1)


def test_tables_of_single_subjects_have_no_public_copy_and_the_teams_own_stay_whole(tables):
    before = tables["ae_overview"].copy()
    public = public_tables(tables)
    assert not {"ae_listing", "ae_death", "ae_expedited"} & set(public)
    pd.testing.assert_frame_equal(tables["ae_overview"], before)
    assert pd.api.types.is_integer_dtype(tables["ae_by_term"]["n_subject"])


def test_no_public_table_shows_a_small_count_or_what_derives_from_it(cohort):
    settings_ = SafetySettings(comparable_collection=True)
    public = public_tables(safety_tables(settings_, *cohort, data_cut="2022-01-01"))
    small = {"1", "2", "3", "4"}
    for name, table in public.items():
        for column in ("n_subject", "n_event", "n_subject_reference"):
            if column in table.columns:
                assert not small & set(table[column].dropna()), (name, column)
        if "suppressed" in table.columns:
            hidden = table[table["suppressed"].notna()]
            for column in ("pct", "rate_per_100py", "ci_lower", "person_years", "difference_pct"):
                if column in table.columns:
                    assert hidden[column].isna().all(), (name, column)


@pytest.mark.parametrize("seed", range(3))
def test_exposure_hides_small_groups_of_subjects(seed, make):
    subject, event = make
    rng = np.random.default_rng(seed)
    ends = [str(pd.Timestamp("2020-02-15").date())] * 3 + [f"2021-0{d}-01" for d in rng.integers(1, 9, 30)]
    adsl = pd.DataFrame([subject(f"S{i:02d}", end=end) for i, end in enumerate(ends)])
    tables = safety_tables(SafetySettings(), adsl, None, pd.DataFrame([event("S01", "HEADACHE")]))
    public = public_tables(tables)["exposure_summary"].set_index("statistic")
    # 30 of 33 reached three months: the three who did not are a small group.
    assert tables["exposure_summary"].set_index("statistic").loc["time_at_risk_n_ge_3_months", "value"] == 30
    assert public.loc[["time_at_risk_n_ge_3_months", "time_at_risk_pct_ge_3_months"], "value"].isna().all()
    assert public.loc["time_at_risk_n_ge_1_months", "value"] == 33
    assert public.loc["time_at_risk_pct_ge_3_months", "suppressed"] == "primary"
    assert pd.isna(public.loc["time_at_risk_n_ge_1_months", "suppressed"])


def test_a_term_or_class_of_few_subjects_is_not_named_in_public():
    table = by_term([3, 9, 20]).assign(pt=[None, None, "Kim Cheolsu", "Fever", "Fall"])
    few = by_term([4]).assign(soc=[None, "Seen by Dr Park", "Seen by Dr Park"], arm="B")
    public = public_tables({"ae_by_term": pd.concat([table, few]), "ae_rate": table.iloc[2:4]})
    assert public["ae_by_term"]["pt"].tolist() == [
        None, None, "Term of fewer than 5 subjects", "Fever", "Fall", None, None, "Term of fewer than 5 subjects",
    ]  # fmt: skip
    assert public["ae_by_term"]["soc"].tolist()[5:] == [None, *["Class of fewer than 5 subjects"] * 2]
    assert public["ae_rate"]["pt"].tolist() == ["Term of fewer than 5 subjects", "Fever"]


def test_a_term_that_few_of_each_arm_carry_is_named_where_both_together_are_enough():
    arms = pd.concat([by_term([3]), by_term([2]).assign(arm="B")])
    assert public_tables({"ae_by_term": arms})["ae_by_term"]["pt"].tolist() == [None, None, "T0"] * 2


def test_a_name_nobody_counted_is_not_shown():
    (public,) = public_tables({"ae_rate": by_term([30])}).values()
    assert set(public["pt"].dropna()) == {"Term of fewer than 5 subjects"}
