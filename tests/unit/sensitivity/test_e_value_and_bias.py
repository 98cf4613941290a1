"""E-value and quantitative bias analysis."""

import numpy as np
import pytest

from analytics.catalogue.declarations import DeclarationError
from analytics.sensitivity.bias_analysis import (
    BiasParameters,
    _trapezoidal,
    adjusted_hazard_ratio,
    bias_rows,
    probabilistic_bias_analysis,
    risk_ratio_to_hazard_ratio,
)
from analytics.sensitivity.e_value import e_value, e_value_rows, hazard_ratio_to_risk_ratio
from analytics.sensitivity.rows import sensitivity_frame, sensitivity_row


def test_benefit_and_harm_of_the_same_strength_have_the_same_e_value() -> None:
    assert e_value(0.5).estimate == pytest.approx(e_value(2.0).estimate)


def test_an_interval_that_holds_1_has_an_e_value_of_1() -> None:
    assert e_value(0.8, 0.6, 1.05).interval == 1.0


def test_limits_that_do_not_enclose_the_estimate_are_refused() -> None:
    with pytest.raises(ValueError, match="enclose"):
        e_value(0.5, 0.6, 0.9)


def test_without_an_estimate_the_rows_are_null_with_a_note() -> None:
    frame = sensitivity_frame(
        e_value_rows(None, None, None) + bias_rows(None, None, BiasParameters(), 1), "main", "OS"
    )
    assert frame["estimate"].isna().all()
    assert frame["note"].notna().all()
    assert set(frame["specification"]) == {"main"}


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(DeclarationError, match="sensitivity has no column colour"):
        sensitivity_row("e_value", "estimate", "e_value", 1.0, colour="red")


def test_conversion_between_hazard_and_risk_ratios_is_inverted() -> None:
    ratios = np.array([0.2, 0.5, 1.0, 3.0])
    np.testing.assert_allclose(
        risk_ratio_to_hazard_ratio(hazard_ratio_to_risk_ratio(ratios)), ratios, rtol=1e-10
    )


def test_a_confounder_as_common_in_both_arms_or_without_effect_changes_nothing() -> None:
    np.testing.assert_allclose(adjusted_hazard_ratio(0.5, 0.4, 0.4, 0.3), 0.5, rtol=1e-10)
    np.testing.assert_allclose(adjusted_hazard_ratio(0.5, 0.9, 0.1, 1.0), 0.5, rtol=1e-10)


def test_a_confounder_at_the_e_value_can_explain_the_estimate_away() -> None:
    strength = e_value(0.5).estimate
    carrier = risk_ratio_to_hazard_ratio(np.array([strength]))[0]
    left = adjusted_hazard_ratio(0.5, 1 / strength, 1.0, carrier)  # harmful, carried by all controls
    assert left == pytest.approx(1.0, abs=1e-6)


def test_bias_adjustment_moves_towards_the_null_and_repeats_with_its_seed() -> None:
    first = probabilistic_bias_analysis(0.5, 0.15, BiasParameters(), seed=3)
    assert first == probabilistic_bias_analysis(0.5, 0.15, BiasParameters(), seed=3)
    assert 0.5 < first.median < 1
    assert first.ci_lower < first.median < first.ci_upper


def test_fixed_parameters_and_no_sampling_error_give_the_formula() -> None:
    fixed = BiasParameters((0.5,) * 4, (0.2,) * 4, (0.4,) * 4)
    found = probabilistic_bias_analysis(0.6, 0.0, fixed, seed=1, n_draw=100)
    assert found.ci_lower == pytest.approx(found.ci_upper)
    assert found.median == pytest.approx(adjusted_hazard_ratio(0.6, 0.5, 0.2, 0.4))


def test_trapezoidal_draws_have_the_mean_of_their_density() -> None:
    ranges = BiasParameters(
        (0.0, 0.2, 0.2, 1.0), (0.1,) * 4, (0.5,) * 4
    )  # a triangle: mean is a third of 1.2
    draws = _trapezoidal(np.random.default_rng(1), ranges.prevalence_treated, 200_000)
    assert draws.mean() == pytest.approx(0.4, abs=0.003)
    assert 0 <= draws.min() < draws.max() <= 1


def test_prevalences_outside_0_to_1_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        probabilistic_bias_analysis(0.5, 0.1, BiasParameters(prevalence_treated=(0.5, 0.6, 0.9, 1.2)), 1)
