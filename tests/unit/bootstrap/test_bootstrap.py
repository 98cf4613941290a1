"""Bootstrap that refits everything."""

import numpy as np
import pytest

from analytics.comparison.bootstrap import (
    StudyArrays,
    bootstrap,
    by_arm,
    enough,
    matched_log_hazard_ratio,
    weighted_log_hazard_ratio,
)
from analytics.survival.cox import fit_cox_arrays
from analytics.survival.records import Records
from analytics.weighting.scheme import SCHEMES, Scheme


@pytest.fixture(scope="module")
def study() -> StudyArrays:
    rng = np.random.default_rng(9)
    treated = (np.arange(600) < 120).astype(int)
    x = rng.normal(size=(3, 600)) + 0.4 * treated
    time = np.ceil(rng.exponential(500 * np.exp(-0.4 * x[0])))
    return StudyArrays(x, treated, Records(np.minimum(time, 900), time <= 900).checked())


def test_the_same_seed_gives_the_same_interval_and_another_does_not(study: StudyArrays) -> None:
    statistic, draw = matched_log_hazard_ratio(study), by_arm(study.treated)
    first = bootstrap(statistic, draw, seed=1, n_replicate=50)
    again, other = (bootstrap(statistic, draw, seed=s, n_replicate=50) for s in (1, 2))
    assert (first.ci_lower, first.ci_upper) == (again.ci_lower, again.ci_upper)
    assert first.ci_lower != other.ci_lower


def test_resampling_by_arm_keeps_the_arms_sizes(study: StudyArrays) -> None:
    rows = by_arm(study.treated)(np.random.default_rng(1))
    assert study.treated[rows].sum() == 120
    assert len(rows) == 600


def test_everyone_of_an_arm_may_be_drawn(study: StudyArrays) -> None:
    rng, draw = np.random.default_rng(2), by_arm(study.treated)
    assert np.unique(np.concatenate([draw(rng) for _ in range(30)])).tolist() == list(range(600))


def test_two_replicates_of_each_data_set_are_enough_if_nine_in_ten_could_be_made() -> None:
    assert enough(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert not enough(np.array([[1.0], [2.0]]))
    ten = np.arange(20.0).reshape(2, 10)
    ten[0, :2] = np.nan
    assert enough(ten)
    ten[1, 0] = np.nan
    assert not enough(ten)


def test_weights_are_truncated_only_where_the_scheme_asks_for_it(study: StudyArrays) -> None:
    everyone = np.arange(600)
    for name, moves in (("att", True), ("overlap", False)):
        whole, cut = (
            weighted_log_hazard_ratio(study, SCHEMES[name], share)(everyone) for share in (1.0, 0.8)
        )
        assert (whole != cut) == moves


def test_bootstrap_error_of_a_mean_is_that_of_the_formula() -> None:
    values = np.random.default_rng(3).normal(size=300)
    found = bootstrap(
        lambda rows: float(values[rows].mean()),
        lambda rng: rng.integers(0, 300, 300),
        seed=4,
        n_replicate=2000,
    )
    assert found.standard_error == pytest.approx(values.std() / np.sqrt(300), rel=0.06)


@pytest.mark.parametrize("scheme", [s for s in SCHEMES.values() if s.bootstrapped], ids=lambda s: s.name)
def test_weighting_removes_confounding_that_the_crude_estimate_has(
    study: StudyArrays, scheme: Scheme
) -> None:
    everyone = np.arange(600)
    crude = fit_cox_arrays(study.records, study.treated[:, None].astype(float)).coefficient[0]
    assert abs(weighted_log_hazard_ratio(study, scheme)(everyone)) < abs(crude)


def test_failing_replicates_are_counted_and_too_many_leave_no_interval() -> None:
    found = bootstrap(
        lambda rows: np.nan if rows[0] % 2 else 1.0,
        lambda rng: rng.integers(0, 10, 10),
        seed=1,
        n_replicate=100,
    )
    assert found.ci_lower is None
    assert found.n_failed > 10
    assert "could not be estimated" in str(found.note)
