"""Restricted cubic splines: what bends, what stays straight, and that they reach a model."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.cohort.splines import QUANTILES, spline_knots, with_splines
from analytics.protocol.section import SplineKnots


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(QUANTILES)))
def test_terms_are_smooth_inside_straight_outside_and_nought_before_the_first_knot(
    seed: int, number: int
) -> None:
    x = np.random.default_rng(seed).lognormal(1, 0.7, 200)
    knots = spline_knots(pd.DataFrame({"X": x}), ["X"], number)
    assert np.allclose(knots["X"], np.quantile(x, QUANTILES[number]))
    first, last = knots["X"][[0, -1]]
    grid = np.linspace(first - 5, last + 5, 4001)
    made = with_splines(pd.DataFrame({"X": grid}), knots)
    assert list(made) == ["X", *("X" + "'" * i for i in range(1, number - 1))]
    for name in list(made)[1:]:
        bend = made[name].to_numpy()
        assert np.allclose(bend[grid <= first], 0)
        second = np.diff(bend, 2) / np.diff(grid)[0] ** 2
        scale = np.abs(second).max()
        assert np.abs(second[grid[1:-1] > last + 0.01]).max() < 1e-3 * scale, "straight beyond the last knot"
        assert np.abs(np.diff(second)).max() < 0.05 * scale, "no jump of curvature"


def test_what_has_too_few_values_or_no_order_stays_as_it_is() -> None:
    frame = pd.DataFrame(
        {
            "TWO": [0.0, 1.0] * 20,
            "TEXT": ["a", "b"] * 20,
            "FLAG": [True, False] * 20,
            "NONE": np.nan,
            "MANY": np.arange(40.0),
        }
    )
    assert list(spline_knots(frame, frame.columns, 4)) == ["MANY"]
    assert spline_knots(frame, frame.columns, 0) == {}
    assert with_splines(frame, {}).equals(frame)


def test_a_protocol_may_ask_for_the_numbers_of_knots_there_are() -> None:
    assert {0, *QUANTILES} == set(get_args(SplineKnots))


def test_what_is_missing_stays_missing() -> None:
    frame = pd.DataFrame({"X": [*np.arange(30.0), np.nan]}, index=range(5, 36))
    made = with_splines(frame, spline_knots(frame, ["X"], 5))
    assert made.index.equals(frame.index)
    assert made.iloc[:-1].notna().all(axis=None)
    assert made.iloc[-1].isna().all()


@pytest.mark.parametrize("unit", [1.0, 365.25])
def test_terms_are_in_the_unit_of_their_column(unit: float) -> None:
    frame = pd.DataFrame({"X": np.random.default_rng(1).gamma(3, 2, 100)})
    first, other = (
        with_splines(f, spline_knots(f, ["X"], 4)) for f in (frame, frame * unit)
    )  # fmt: skip
    assert np.allclose(first * unit, other)
