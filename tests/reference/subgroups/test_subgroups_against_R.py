"""Subgroup hazard ratios and interaction tests against coxph."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.subgroups.interaction import subgroup_effects
from analytics.survival.records import Records

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "subgroups_expected.csv", skipinitialspace=True)


@pytest.mark.parametrize("robust", [False, True])
def test_subgroup_effects_equal_R(robust: bool) -> None:
    d = pd.read_csv(HERE / "subgroups_lung.csv")
    records = Records(d["time"], d["event"], cluster=d["inst"] if robust else None)
    found = subgroup_effects(records, d["treated"], d[["ph.ecog", "old"]])
    expected = EXPECTED[EXPECTED["robust"] == robust].reset_index(drop=True)
    assert found["subgroup"].tolist() == expected["subgroup"].tolist()
    error = np.log(found["ci_upper"] / found["ci_lower"]) / 2 / 1.959963984540054
    np.testing.assert_allclose(np.log(found["estimate"]), expected["coefficient"], rtol=1e-6)
    np.testing.assert_allclose(error, expected["standard_error"], rtol=1e-6)
    np.testing.assert_allclose(found["interaction_chi2"], expected["interaction_chi2"], rtol=1e-6)
    assert found["interaction_df"].tolist() == expected["interaction_df"].tolist()
