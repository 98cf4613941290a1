"""ENCALS prognostic score."""

import numpy as np
import pytest

from analytics.cohort import encals
from analytics.cohort.encals import (
    encals_linear_predictor,
    encals_median_months,
    encals_survival,
)

TYPICAL = {
    "age_onset_years": 60.0,
    "diagnostic_delay_months": 12.0,
    "slope_points_per_month": -0.5,
    "vital_capacity_pct": 90.0,
    "bulbar": 0,
    "definite_el_escorial": 0,
}


def test_linear_predictor_by_hand() -> None:
    expected = (
        -1.83665700485301 * 0.6**-0.5
        - 2.37341404599814 * (1.2**-0.5 + np.log(1.2))
        - 0.266972062796289 * 0.6**-2
        + 0.476853332498141 * (0.9**-1 + 0.9**-0.5)
    )
    assert encals_linear_predictor(**TYPICAL) == pytest.approx(expected, rel=1e-12)
    published = {
        "bulbar": 0.268874087566745,
        "definite_el_escorial": 0.232783007891563,
        "ftd": 0.38831322640700,
        "c9orf72": 0.256078493763062,
    }
    for risk, coefficient in published.items():
        assert encals_linear_predictor(**(TYPICAL | {risk: 1})) == pytest.approx(expected + coefficient)


@pytest.mark.parametrize(
    "worse",
    [
        {"age_onset_years": 75.0},
        {"diagnostic_delay_months": 6.0},
        {"slope_points_per_month": -1.5},
        {"vital_capacity_pct": 60.0},
        {"bulbar": 1},
        {"definite_el_escorial": 1},
        {"ftd": 1},
        {"c9orf72": 1},
    ],
    ids=lambda w: next(iter(w)),
)
def test_each_known_risk_shortens_the_predicted_median(worse: dict) -> None:
    base, risk = encals_linear_predictor(**TYPICAL), encals_linear_predictor(**(TYPICAL | worse))
    assert encals_median_months(risk) < encals_median_months(base)


@pytest.mark.parametrize("predictor", [-8.0, -5.0, -2.0])
def test_survival_starts_at_1_falls_throughout_and_ends_near_0(predictor: float) -> None:
    months = np.exp(np.linspace(np.log(0.5), np.log(600), 500))
    survival = encals_survival(predictor, months)
    assert survival[0] > 0.999
    assert np.all(np.diff(survival) <= 1e-15)
    assert survival[-1] < 0.02


def test_beyond_the_last_knot_the_log_odds_are_a_line_in_log_time() -> None:
    log_months = encals._KNOT_MAX + np.linspace(0.1, 3, 20)
    survival = encals_survival(0.0, np.exp(log_months))
    slopes = np.diff(np.log(1 / survival - 1)) / np.diff(log_months)
    # The published knots are rounded.
    assert slopes == pytest.approx(slopes[0], rel=1e-4)
    assert slopes[0] > 0


def test_predicted_medians_span_those_published_for_the_five_risk_groups() -> None:
    """Very short to very long: 17.7, 25.3, 32.2, 43.7 and 91.0 months (Westeneng 2018)."""
    medians = encals_median_months(np.array([-1.8, -3.4, -4.2, -5.2, -7.3]))
    np.testing.assert_allclose(medians, [17.7, 25.3, 32.2, 43.7, 91.0], rtol=0.12)


def test_the_median_is_where_survival_is_one_half() -> None:
    assert encals_survival(-4.7, encals_median_months(-4.7)) == pytest.approx(0.5)


@pytest.mark.parametrize("missing", [{"vital_capacity_pct": np.nan}, {"diagnostic_delay_months": 0.0}])
def test_a_missing_or_impossible_input_gives_a_missing_score(missing: dict) -> None:
    score = encals_linear_predictor(**(TYPICAL | missing))
    assert np.isnan(score)
    assert np.isnan(encals_median_months(score))
