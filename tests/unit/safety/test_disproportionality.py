"""Disproportionality: against an external table only."""

import numpy as np
import pandas as pd
import pytest

from analytics.safety.disproportionality import disproportionality_table


def table(**cells):
    """One row of external reports."""
    return pd.DataFrame([{"event": "MENINGITIS"} | cells])


def test_within_the_cohort_it_is_refused():
    made = disproportionality_table(None)
    assert made["estimate"].isna().all()
    assert made["note"].iloc[0].startswith("refused: not valid within one product's cohort")


def test_ratios_follow_their_definitions():
    # Evans et al. (2001), uveitis with rifabutin: PRR = (41/55) / (754/591958) = 585.3.
    made = disproportionality_table(table(a=41, b=14, c=754, d=591204)).set_index("measure")
    assert made.loc["PRR", "estimate"] == pytest.approx((41 / 55) / (754 / 591958))
    assert made.loc["ROR", "estimate"] == pytest.approx(41 * 591204 / (14 * 754))
    half_width = 1.959964 * np.sqrt(1 / 41 + 1 / 14 + 1 / 754 + 1 / 591204)
    assert np.log(made.loc["ROR", "ci_upper"] / made.loc["ROR", "estimate"]) == pytest.approx(
        half_width, rel=1e-6
    )
    expected = 55 * 795 / 592013
    assert made.loc["IC", "estimate"] == pytest.approx(np.log2(41.5 / (expected + 0.5)))
    assert (made["ci_lower"] < made["estimate"]).all()
    assert disproportionality_table(table(a=41, b=14, c=754, d=591204)).index.tolist() == [0, 1, 2]


def test_an_empty_cell_gives_no_ratio_but_a_shrunken_component():
    made = disproportionality_table(table(a=0, b=10, c=5, d=1000)).set_index("measure")
    assert made.loc[["PRR", "ROR"], "estimate"].isna().all()
    assert made.loc["PRR", "note"] == "a cell is 0: no estimate"
    assert np.isfinite(made.loc["IC", "ci_upper"])


def test_a_table_without_its_cells_is_refused():
    with pytest.raises(ValueError, match="columns d are absent"):
        disproportionality_table(table(a=1, b=2, c=3))
