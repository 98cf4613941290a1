"""What a user of the subgroup table relies on."""

import numpy as np
import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.subgroups.interaction import subgroup_effects
from analytics.survival.records import Records


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    d = pd.DataFrame({"treated": np.arange(400) % 2, "BULBAR": np.repeat([0.0, 1.0], 200)})
    d["SITE"] = np.where(np.arange(400) < 6, "rare", "common")
    ratio = np.where(d["treated"] == 1, np.where(d["BULBAR"] == 1, 1.6, 0.4), 1.0)
    time = np.ceil(rng.exponential(400 / ratio))
    return d.assign(stop=np.minimum(time, 700), event=(time <= 700).astype(int))


def effects(people: pd.DataFrame, subgroups: pd.DataFrame) -> pd.DataFrame:
    return subgroup_effects(Records(people["stop"], people["event"]), people["treated"], subgroups)


def test_opposite_effects_are_found_by_the_interaction_test(study: pd.DataFrame) -> None:
    table = effects(study, study[["BULBAR"]])
    assert list(table.columns) == list(TABLES["subgroup_effect"].columns)
    assert table["estimate"].iloc[0] < 0.7
    assert table["estimate"].iloc[1] > 1.2
    assert table["interaction_p_value"].iloc[0] < 0.001


def test_a_level_with_fewer_than_eight_in_an_arm_is_null_and_leaves_no_interaction_test(
    study: pd.DataFrame,
) -> None:
    table = effects(study, study[["SITE"]]).set_index("level")
    assert np.isnan(table.loc["rare", "estimate"])
    assert "fewer than 8" in table.loc["rare", "note"]
    assert np.isfinite(table.loc["common", "estimate"])
    assert table["interaction_p_value"].isna().all()


def test_missing_subgroup_values_are_counted_and_left_out(study: pd.DataFrame) -> None:
    value = study[["BULBAR"]].mask((np.arange(400) % 10 == 0)[:, None])
    table = effects(study, value)
    assert table["n_treated"].sum() + table["n_control"].sum() == 360
    assert table["note"].str.contains("40 subjects without a value").all()


def test_row_order_changes_nothing(study: pd.DataFrame) -> None:
    mixed = study.sample(frac=1, random_state=2)
    tables = [effects(d, d[["BULBAR", "SITE"]]) for d in (study, mixed)]
    pd.testing.assert_frame_equal(*tables, rtol=1e-10)
