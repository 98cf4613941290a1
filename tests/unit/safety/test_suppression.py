"""Small cells in what leaves the house, and that no remainder reveals them."""

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


def test_a_small_cell_without_neighbours_hides_its_class():
    table = by_term([3], n_total=100)
    assert suppress(table)["n_event"].tolist() == ["<5", "<5", "<5"]


def test_all_but_a_few_is_a_small_cell_as_well():
    public = suppress(by_term([20, 30, 48], n_total=100).query("level == 'overall'"))
    assert public["n_subject"].tolist() == ["*"]
    assert public["pct"].isna().all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=5), min_size=1, max_size=4))
def test_no_small_count_follows_from_the_shown_ones(classes):
    """By exhaustion: at least two assignments of the hidden terms agree with every shown number, for each small one."""
    rows = [("overall", None, None, sum(map(sum, classes)))]
    for i, terms in enumerate(classes):
        rows.append(("soc", f"S{i}", None, sum(terms)))
        rows += [("pt", f"S{i}", f"T{i}.{j}", n) for j, n in enumerate(terms)]
    table = pd.DataFrame(rows, columns=["level", "soc", "pt", "n_event"])
    table["arm"], table["subset"] = "A", "emergent"
    public = suppress(table.astype({"n_event": "Int64"}))
    for i, terms in enumerate(classes):
        block = public[(public["soc"] == f"S{i}") & (public["level"] == "pt")]
        total = public[(public["soc"] == f"S{i}") & (public["level"] == "soc")]["n_event"].iloc[0]
        if total in ("<5", "*"):
            assert not block["n_event"].str.isdigit().all() or sum(terms) == 0
            continue
        shown = sum(int(v) for v in block["n_event"] if v.isdigit())
        hidden = [v for v in block["n_event"] if not v.isdigit()]
        possible = _assignments(hidden, int(total) - shown)
        for position, mark in enumerate(hidden):
            if mark == "<5":
                assert len({values[position] for values in possible}) > 1


def _assignments(hidden, remainder):
    """Every way to share the remainder: `<5` takes 1 to 4, `*` anything from 1."""
    if not hidden:
        return [()] if remainder == 0 else []
    top = min(4, remainder) if hidden[0] == "<5" else remainder
    return [(n, *rest) for n in range(1, top + 1) for rest in _assignments(hidden[1:], remainder - n)]


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
