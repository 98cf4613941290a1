"""Subgroup effects over imputations are those of Rubin's rules, level by level."""

import numpy as np
import pandas as pd
import pytest

from analytics.imputation.rubin import pool_estimates
from analytics.subgroups.interaction import subgroup_effects
from analytics.subgroups.pooled import pooled_subgroup_effects
from analytics.survival.records import Records


def table(seed: int, share: float = 0.5) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    n = 400
    treated = (draw.random(n) < 0.4).astype(int)
    level = np.where(draw.random(n) < share, "a", "b")
    stop = np.ceil(draw.exponential(300, n))
    return subgroup_effects(Records(stop, draw.random(n) < 0.6), treated, pd.DataFrame({"SITE": level}))


def test_each_level_is_pooled_on_the_log_scale() -> None:
    tables = [table(seed) for seed in range(4)]
    found = pooled_subgroup_effects(tables).set_index("level")
    for level in ("a", "b"):
        rows = pd.concat(tables).query("level == @level")
        log = np.log(rows[["estimate", "ci_lower", "ci_upper"]].to_numpy(float))
        error = (log[:, 2] - log[:, 1]) / (2 * 1.959963984540054)
        expected = pool_estimates(log[:, 0], error**2)
        assert np.log(found.loc[level, "estimate"]) == pytest.approx(expected.estimate, rel=1e-12)
        assert np.log(found.loc[level, "ci_upper"]) == pytest.approx(expected.ci_upper, rel=1e-12)
        assert found.loc[level, "p_value"] == pytest.approx(expected.p_value, rel=1e-12)
        assert found.loc[level, "n_treated"] == int(rows["n_treated"].median())
    assert found["interaction_df"].tolist() == [1, 1]
    assert len(set(found["interaction_p_value"])) == 1


def test_one_data_set_is_passed_through_and_order_is_irrelevant() -> None:
    tables = [table(seed) for seed in range(3)]
    pd.testing.assert_frame_equal(pooled_subgroup_effects(tables[:1]), tables[0])
    backwards = pooled_subgroup_effects(tables[::-1]).set_index("level")
    forwards = pooled_subgroup_effects(tables).set_index("level").loc[backwards.index]
    numbers = ["estimate", "ci_lower", "ci_upper", "p_value", "interaction_chi2", "interaction_p_value"]
    np.testing.assert_allclose(backwards[numbers], forwards[numbers].to_numpy(), rtol=1e-12)


def test_a_level_estimable_in_one_imputation_only_is_null_with_the_reason() -> None:
    found = pooled_subgroup_effects([table(1), table(2, share=0.01), table(3, share=0.01)]).set_index("level")
    assert np.isnan(found.loc["a", "estimate"])
    assert "an estimate in 1 of 3 imputations" in found.loc["a", "note"]
    assert found.loc["b", "estimate"] > 0
