"""The planted truth: it can be recovered where it should be, and the planted biases show where they should."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from direct_analysis import estimate, third_dose_log_hazard_ratio

from analytics.simulation import SimulatedStudy, SimulationSettings, simulate, true_estimands
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records

CUT = (date(2026, 9, 30),)


SIZE = {"cuts": CUT, "n_registry": 800, "n_proact": 5000, "lab_visit_share": 0.0}


def distances(study: SimulatedStudy, window_days: float = 90.0) -> dict[str, float]:
    """How far each log hazard ratio lies from its truth."""
    found = estimate(study, window_days)
    return {
        "crude": found.crude - found.matched_truth,
        "matched": found.matched - found.matched_truth,
        "adjusted": found.adjusted - found.adjusted_truth,
    }


def mean_distances(n_seed: int, **changes: object) -> pd.Series:
    """Average distances over studies with five times the usual number of patients."""
    studies = (
        simulate(SimulationSettings.small(seed=seed, **SIZE, **changes)) for seed in range(1, n_seed + 1)
    )
    return pd.DataFrame([distances(study) for study in studies]).mean()


@pytest.fixture(scope="module")
def null_studies() -> list[SimulatedStudy]:
    return [simulate(SimulationSettings.small(seed=seed, **SIZE)) for seed in range(1, 8)]


def test_without_effect_matched_and_adjusted_find_none_while_crude_shows_a_benefit(
    null_studies: list[SimulatedStudy],
) -> None:
    mean = pd.DataFrame([distances(study) for study in null_studies]).mean()
    assert mean["crude"] < -0.25
    assert abs(mean["matched"]) < 0.13
    assert abs(mean["adjusted"]) < 0.10


def test_counting_every_known_death_makes_controls_look_worse(null_studies: list[SimulatedStudy]) -> None:
    fair = np.mean([distances(study)["adjusted"] for study in null_studies[:3]])
    biased = np.mean([distances(study, np.inf)["adjusted"] for study in null_studies[:3]])
    assert biased < fair - 0.2


def test_counting_injections_at_the_end_shows_a_benefit_that_time_does_not(
    null_studies: list[SimulatedStudy],
) -> None:
    naive = np.mean([third_dose_log_hazard_ratio(s, time_varying=False) for s in null_studies])
    fair = np.mean([third_dose_log_hazard_ratio(s, time_varying=True) for s in null_studies])
    assert naive < -0.2
    assert abs(fair) < 0.15


def test_a_planted_effect_is_found_by_matched_and_adjusted_estimates() -> None:
    mean = mean_distances(4, hazard_ratio=0.6)
    assert mean["crude"] < -0.2
    assert abs(mean["matched"]) < 0.2
    assert abs(mean["adjusted"]) < 0.15


def test_lost_vital_status_of_whole_trials_makes_controls_look_immortal(
    null_studies: list[SimulatedStudy],
) -> None:
    fair = np.mean([distances(study)["adjusted"] for study in null_studies[:3]])
    assert mean_distances(3, vital_status_mechanism="whole_trials")["adjusted"] > fair + 0.12


def test_an_unmeasured_confounder_survives_adjustment(null_studies: list[SimulatedStudy]) -> None:
    fair = np.mean([distances(study)["adjusted"] for study in null_studies[:3]])
    assert mean_distances(3, unmeasured_confounding=0.8)["adjusted"] < fair - 0.15


def test_without_confounding_the_crude_estimate_agrees_with_the_adjusted() -> None:
    mean = mean_distances(3, confounding=0.0)
    assert abs(mean["crude"] - mean["adjusted"]) < 0.1
    assert abs(mean["crude"]) < 0.25


def test_where_decliners_stop_even_the_time_varying_comparison_is_confounded() -> None:
    settings = SimulationSettings.small(
        cuts=CUT, n_registry=800, n_proact=40, dosing_variant="decline_dependent"
    )
    assert third_dose_log_hazard_ratio(simulate(settings), time_varying=True) < -0.2


def test_every_delivered_subject_has_both_potential_outcomes(small_study: SimulatedStudy) -> None:
    outcomes = small_study.truth["potential_outcomes"]
    delivered = set(small_study.proact["PROACT_DEMOGRAPHICS"]["subject_id"].astype(str))
    delivered |= set(small_study.registry[max(small_study.registry)]["DM"]["USUBJID"])
    assert set(outcomes["subject_id"]) == delivered
    assert outcomes["subject_id"].is_unique
    assert (outcomes["death_days_control"] >= 1).all()
    # No effect planted: both outcomes are the same.
    assert (outcomes["death_days_control"] == outcomes["death_days_treated"]).all()


def test_delivered_deaths_are_the_potential_outcomes_of_the_arm_received(small_study: SimulatedStudy) -> None:
    outcomes = small_study.truth["potential_outcomes"].set_index("subject_id")
    domains = small_study.registry[max(small_study.registry)]
    start = pd.to_datetime(domains["EX"].groupby("USUBJID")["EXSTDTC"].min())
    death = pd.to_datetime(domains["DM"].set_index("USUBJID")["DTHDTC"]).reindex(start.index).dropna()
    days = (death - start.reindex(death.index)).dt.days
    assert len(days) > 30
    assert (days == outcomes["death_days_treated"].reindex(days.index)).all()


def test_without_effect_every_true_contrast_is_null(small_study: SimulatedStudy) -> None:
    table = small_study.truth["estimands"].set_index("population")
    assert list(table.index) == ["all treated", "qualifying treated", "overlap"]
    assert table["marginal_hazard_ratio"].to_numpy() == pytest.approx(1.0, abs=1e-9)
    assert table["rmst_difference_days"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_true_estimands_are_the_limits_of_the_realised_potential_outcomes() -> None:
    study = simulate(
        SimulationSettings.small(
            hazard_ratio=0.5, n_proact=12_000, n_registry=50, cuts=CUT, lab_visit_share=0.0
        )
    )
    outcomes = study.truth["potential_outcomes"]
    truth = true_estimands(outcomes, own_follow_up=False)
    days = np.concatenate([outcomes["death_days_control"], outcomes["death_days_treated"]])
    arm = np.repeat([0.0, 1.0], len(outcomes))
    fit = fit_cox(Records(np.minimum(days, 540.5), days <= 540), pd.DataFrame({"arm": arm}))
    assert float(fit.coefficient[0]) == pytest.approx(np.log(truth["marginal_hazard_ratio"]), abs=0.04)
    assert truth["conditional_hazard_ratio"] < truth["marginal_hazard_ratio"] < 1
    alive = (outcomes["death_days_treated"] > 540).mean() - (outcomes["death_days_control"] > 540).mean()
    assert truth["survival_difference"] == pytest.approx(alive, abs=0.01)
    gain = (
        outcomes["death_days_treated"].clip(upper=540).mean()
        - outcomes["death_days_control"].clip(upper=540).mean()
    )
    assert truth["rmst_difference_days"] == pytest.approx(gain, abs=2.0)


def test_a_population_is_named_by_ids_or_by_weights(small_study: SimulatedStudy) -> None:
    outcomes = small_study.truth["potential_outcomes"]
    chosen = outcomes.index < 50
    by_ids = true_estimands(outcomes, outcomes.loc[chosen, "subject_id"])
    by_weights = true_estimands(outcomes, weights=chosen.astype(float))
    assert by_ids["survival_control"] == pytest.approx(by_weights["survival_control"])
    with pytest.raises(KeyError):
        true_estimands(outcomes, ["900"])
    with pytest.raises(ValueError, match="no subject"):
        true_estimands(outcomes, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"hazard_ratio": 0.0},
        {"n_proact": 0},
        {"placebo_share": 1.5},
        {"cuts": ()},
        {"cuts": (date(2031, 1, 1),)},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        SimulationSettings.small(**wrong)
