"""Pooling of estimates from sets that are made anew in every imputation."""

import numpy as np
import pytest

from analytics.imputation.rematched import Contributions, pool_rematched
from analytics.imputation.rubin import pool_estimates


def contributions(value: np.ndarray, subject: np.ndarray, anchor: np.ndarray) -> Contributions:
    return Contributions(value, np.ones(len(value)), subject, anchor)


def pairs(seed: int, n: int = 40, pool: int = 60) -> Contributions:
    """Pairs of n treated, each with a control of its own drawn from a pool."""
    rng = np.random.default_rng(seed)
    treated = np.array([f"T{i:02d}" for i in range(n)], object)
    controls = np.array([f"C{i:02d}" for i in rng.permutation(pool)[:n]], object)
    value = rng.normal(size=2 * n) / n
    return contributions(value, np.concatenate([treated, controls]), np.concatenate([treated, treated]))


def own_variance(each: Contributions) -> float:
    """Of one imputation: the square of each pair's sum."""
    half = len(each.value) // 2
    return float(((each.value[:half] + each.value[half:]) ** 2).sum())


def test_imputations_that_agree_in_everything_are_one() -> None:
    one = pairs(1)
    variance = own_variance(one)
    pooled = pool_rematched(np.full(5, 0.3), np.full(5, variance), [one] * 5)
    assert pooled.standard_error == pytest.approx(np.sqrt(variance))
    assert pooled.estimate == pytest.approx(0.3)


def test_independent_controls_in_every_imputation_are_averaged() -> None:
    """The treated's part of the variance stays; that of controls who change is the noise between draws, and counts there."""
    rng = np.random.default_rng(2)
    n, m = 400, 20
    treated = np.array([f"T{i}" for i in range(n)], object)
    of_treated = rng.normal(size=n) / n
    draws, variances = [], []
    for number in range(m):
        controls = np.array([f"C{number}-{i}" for i in range(n)], object)
        value = np.concatenate([of_treated, rng.normal(size=n) / n])
        draws.append(contributions(value, np.concatenate([treated, controls]), np.tile(treated, 2)))
        variances.append(own_variance(draws[-1]))
    pooled = pool_rematched(np.zeros(m), np.array(variances), draws)
    assert pooled.standard_error**2 == pytest.approx((of_treated**2).sum(), rel=0.03)
    assert pooled.standard_error < 0.85 * np.sqrt(np.mean(variances))
    assert pool_estimates(np.zeros(m), np.array(variances)).standard_error == pytest.approx(
        np.sqrt(np.mean(variances))
    )


def test_the_order_of_imputations_and_of_rows_changes_nothing() -> None:
    draws = [pairs(seed) for seed in range(4)]
    estimates = np.array([0.1, 0.3, 0.2, 0.4])
    variances = np.array([own_variance(each) for each in draws])
    there = pool_rematched(estimates, variances, draws)
    order, rows = [2, 0, 3, 1], np.random.default_rng(1).permutation(80)
    shuffled = [
        contributions(draws[i].value[rows], draws[i].subject[rows], draws[i].anchor[rows]) for i in order
    ]
    back = pool_rematched(estimates[order], variances[order], shuffled)
    assert back.standard_error == pytest.approx(there.standard_error, rel=1e-12)


def test_where_an_imputation_has_no_estimate_rubins_rules_pool_the_others() -> None:
    draws = [pairs(seed) for seed in range(3)]
    estimates, variances = np.array([0.1, np.nan, 0.2]), np.array([0.04, np.nan, 0.05])
    assert pool_rematched(estimates, variances, draws) == pool_estimates(estimates, variances)


def test_a_control_in_two_sets_counts_as_one_subject() -> None:
    """Products of the two draws: by set 3 x 2 and 7 x 3, by subject T1 1 x 1 and T2 3 x 1, which are rows as well."""
    anchors = np.array(["T1", "T1", "T2", "T2"], object)
    draws = [
        contributions(np.array([1.0, 2.0, 3.0, 4.0]), np.array(["T1", "C", "T2", "C"], object), anchors),
        contributions(np.array([1.0, 1.0, 1.0, 2.0]), np.array(["T1", "D", "T2", "E"], object), anchors),
    ]
    own = np.array([(9 + 49) + (1 + 36 + 9) - (1 + 4 + 9 + 16), (4 + 9) + 7 - 7], float)
    assert pool_rematched(np.zeros(2), own, draws).within == pytest.approx(6 + 21 + (1 + 3) - (1 + 3))


def test_few_draws_whose_products_are_not_positive_keep_their_average() -> None:
    first, second = pairs(1), pairs(1)
    opposite = contributions(-second.value, second.subject, second.anchor)
    half = contributions(0.5 * first.value, first.subject, first.anchor)
    variances = np.array([own_variance(half), own_variance(opposite)])
    pooled = pool_rematched(np.zeros(2), variances, [half, opposite])
    assert pooled.within == pytest.approx(own_variance(first) / 16)


def drawn(m: int, n: int, noise: float, weights: bool = False) -> tuple[list[Contributions], np.ndarray]:
    """The same subjects in every draw, each a set of its own, whose influences move by what was drawn for them."""
    rng = np.random.default_rng(8)
    names = np.array([f"S{i}" for i in range(n)], object)
    own = rng.normal(size=n) / n
    found = []
    for _ in range(m):
        weight = rng.choice([0.5, 1.0, 3.0], n) if weights else np.ones(n)
        value = weight * (own + noise * rng.normal(size=n) / n)
        found.append(Contributions(value, weight, names, names))
    return found, np.array([(each.value**2).sum() for each in found])


def test_what_is_drawn_for_a_subject_counts_within_and_between_of_an_adjusted_estimate() -> None:
    """As Rubin's rules have it where sets stay: the variance of a complete data set, and that between draws beside it."""
    m, n, noise = 40, 3000, 0.6
    draws, variances = drawn(m, n, noise)
    between = noise**2 / n
    estimates = np.random.default_rng(9).normal(0, np.sqrt(between), m)
    found = pool_rematched(estimates, variances, draws, adjusted=True)
    assert found.within == pytest.approx(1 / n + 2 * between, rel=0.05)
    assert pool_rematched(estimates, variances, draws).within == pytest.approx(1 / n, rel=0.05)
    rubin = pool_estimates(estimates, variances)
    assert found.standard_error == pytest.approx(rubin.standard_error, rel=0.06)


def test_a_weight_that_changes_with_the_sets_is_nothing_that_was_drawn() -> None:
    draws, variances = drawn(10, 500, 0.0, weights=True)
    plain = pool_rematched(np.zeros(10), variances, draws)
    adjusted = pool_rematched(np.zeros(10), variances, draws, adjusted=True)
    assert adjusted.within == pytest.approx(plain.within, rel=0.03)


def test_subjects_of_a_single_draw_have_nothing_to_tell_what_was_drawn() -> None:
    draws = [pairs(seed) for seed in range(2)]
    draws = [
        contributions(each.value, each.subject + str(i), each.anchor + str(i)) for i, each in enumerate(draws)
    ]
    variances = np.array([own_variance(each) for each in draws])
    plain = pool_rematched(np.zeros(2), variances, draws)
    assert pool_rematched(np.zeros(2), variances, draws, adjusted=True) == plain
