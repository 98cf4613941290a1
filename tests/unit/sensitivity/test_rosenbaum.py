"""Rosenbaum bounds by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

from analytics.sensitivity.rosenbaum import (
    FIRST_FAILURE,
    PRENTICE_WILCOXON,
    bound,
    first_failures,
    gamma_value,
    prentice_wilcoxon,
    rosenbaum_rows,
)
from analytics.survival.followed import Followed


def _pairs(control_first: int, treated_first: int, uninformative: int = 0) -> pd.DataFrame:
    """Pairs in which one member dies at day 10 and the other lives to day 50, or nobody dies."""
    kinds = (
        [(50, 10, 0, 1)] * control_first + [(10, 50, 1, 0)] * treated_first + [(40, 40, 0, 0)] * uninformative
    )
    rows = [
        {"set_id": i, "treated": arm, "entry_days": 0, "stop_days": kind[1 - arm], "event": kind[3 - arm]}
        for i, kind in enumerate(kinds)
        for arm in (1, 0)
    ]
    return pd.DataFrame(rows)


def _matched(sets: pd.DataFrame) -> Followed:
    keys = sets.get("usubjid", pd.Series([f"S{i}" for i in range(len(sets))]))
    return Followed("matched", 0, "ATT", sets.assign(usubjid=keys, weight=1.0, set_id=sets["set_id"] + 1))


def test_the_sign_test_bound_is_the_binomial_tail_at_gamma_over_one_plus_gamma() -> None:
    found = first_failures(_pairs(20, 6, 9))
    for gamma in (1.0, 1.5, 2.0):
        result = bound(found, gamma)
        assert (result.n_informative, result.n_supporting) == (26, 20)
        assert result.p_value == pytest.approx(binom.sf(19, 26, gamma / (1 + gamma)))


def test_gamma_is_where_the_bound_meets_alpha() -> None:
    found = first_failures(_pairs(20, 6))
    gamma = gamma_value(found, 0.025)
    assert gamma is not None
    assert gamma > 1
    assert bound(found, gamma).p_value == pytest.approx(0.025, abs=1e-9)


def test_gamma_is_null_when_nothing_is_significant_without_bias() -> None:
    row = rosenbaum_rows(_matched(_pairs(6, 6)))[0]
    assert row["estimate"] is None
    assert "already without hidden bias" in str(row["note"])


def test_pairs_without_a_deciding_death_do_not_inform() -> None:
    tied = pd.DataFrame(
        {"set_id": [1, 1, 2, 2], "treated": [1, 0, 1, 0], "stop_days": [9, 9, 5, 8], "event": [1, 1, 0, 1]}
    ).assign(entry_days=0)
    result = bound(first_failures(tied), 1.0)
    assert result.p_value is None
    assert result.n_informative == 0


def test_sets_with_two_controls_use_the_members_at_risk_at_the_first_death() -> None:
    sets = pd.DataFrame(
        {
            "set_id": [1, 1, 1] * 30,
            "treated": [1, 0, 0] * 30,
            "stop_days": [9, 5, 7] * 30,
            "event": [1, 1, 0] * 30,
        }
    ).assign(set_id=np.repeat(np.arange(30), 3), entry_days=0)
    result = bound(first_failures(sets), 1.0)
    assert result.p_value == pytest.approx((2 / 3) ** 30)
    assert bound(first_failures(sets), 2.0).p_value == pytest.approx((4 / 5) ** 30)


def test_prentice_wilcoxon_by_hand_on_two_pairs() -> None:
    sets = pd.DataFrame(
        {"set_id": [1, 1, 2, 2], "treated": [1, 0, 1, 0], "stop_days": [4, 1, 2, 3], "event": [0, 1, 1, 1]}
    )
    found = prentice_wilcoxon(sets)
    survival = np.array([4 / 5, 4 / 5 * 3 / 4, 4 / 5 * 3 / 4 * 2 / 3])
    scores = {1: 1 - 2 * survival[0], 2: 1 - 2 * survival[1], 3: 1 - 2 * survival[2], 4: 1 - survival[2]}
    assert found.weight == pytest.approx([scores[4] - scores[1], scores[3] - scores[2]])
    assert found.supports.tolist() == [True, False]


def test_prentice_wilcoxon_without_bias_is_the_published_standardised_statistic() -> None:
    rng = np.random.default_rng(2)
    sets = pd.DataFrame({"set_id": np.repeat(np.arange(60), 2), "treated": [1, 0] * 60})
    sets["stop_days"] = np.ceil(rng.exponential(np.where(sets["treated"] == 1, 500, 300)))
    sets["event"] = (rng.random(120) < 0.8).astype(int)
    found = prentice_wilcoxon(sets)
    difference = np.where(found.supports, found.weight, -found.weight)
    z = difference.sum() / np.sqrt((difference**2).sum())
    assert bound(found, 1.0).p_value == pytest.approx(norm.sf(z))


def test_the_test_is_named_in_every_row() -> None:
    rows = rosenbaum_rows(_matched(_pairs(20, 6)))
    assert {str(row["scenario"]) for row in rows} == {
        f"benefit, by {test}" for test in (FIRST_FAILURE, PRENTICE_WILCOXON)
    }
    assert len({(row["scenario"], row["measure"], row["parameter_value"]) for row in rows}) == len(rows)
    assert {row["measure"] for row in rows} == {"gamma", "p_value_bound"}


def test_gamma_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        bound(first_failures(_pairs(3, 1)), 0.5)


@pytest.mark.parametrize(("n_treated", "n_control"), [(1, 1), (1, 2), (1, 4), (3, 1), (2, 3)])
@pytest.mark.parametrize("benefit", [True, False])
def test_without_effect_and_without_hidden_bias_p_is_uniform_whatever_the_shape_of_the_sets(
    n_treated: int, n_control: int, benefit: bool
) -> None:
    rng = np.random.default_rng(17)
    arm = np.tile([1] * n_treated + [0] * n_control, 60)
    found = []
    for _ in range(100):
        sets = pd.DataFrame({"set_id": np.repeat(np.arange(60), n_treated + n_control), "treated": arm})
        sets["stop_days"] = rng.exponential(300, len(arm)).clip(max=500)
        sets["event"] = (sets["stop_days"] < 500).astype(int)
        found.append(bound(first_failures(sets.assign(entry_days=0), benefit), 1.0).p_value)
    assert 0.4 < np.mean(found) < 0.65, "a tail that counts ties is a little above one half"


def test_harm_with_two_controls_a_set_is_found_and_bounded_by_who_is_at_risk() -> None:
    sets = pd.DataFrame(
        {"set_id": np.repeat(np.arange(20), 3), "treated": [1, 0, 0] * 20, "entry_days": 0,
         "stop_days": [5, 9, 9] * 20, "event": [1, 0, 0] * 20}
    )  # fmt: skip
    found = first_failures(sets, benefit=False)
    assert bound(found, 1.0).p_value == pytest.approx((1 / 3) ** 20)
    assert bound(found, 2.0).p_value == pytest.approx((2 / 4) ** 20)


def test_who_has_not_entered_is_not_at_risk() -> None:
    late = pd.DataFrame(
        {"set_id": [1, 1], "treated": [1, 0], "entry_days": [50, 0], "stop_days": [80, 40], "event": [1, 1]}
    )
    assert len(first_failures(late).odds) == 0, "the control died before the treated came under observation"
    rows = rosenbaum_rows(_matched(pd.concat([late.assign(set_id=i) for i in range(9)], ignore_index=True)))
    assert {str(row["scenario"]).partition(", by ")[2] for row in rows} == {FIRST_FAILURE}


def test_sets_that_share_a_control_have_no_bounds_and_say_why() -> None:
    pairs = _pairs(20, 6).assign(
        usubjid=lambda f: [f"T{i}" if t else "C0" for i, t in enumerate(f["treated"])]
    )
    (row,) = rosenbaum_rows(_matched(pairs))
    assert row["estimate"] is None
    assert "stands in several sets" in str(row["note"])
