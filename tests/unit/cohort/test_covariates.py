"""Covariates as numbers."""

import numpy as np
import pandas as pd

from analytics.cohort.covariates import coded_covariates


def test_numbers_stay_and_words_become_indicators_against_the_first_of_them() -> None:
    given = pd.DataFrame(
        {
            "AGE": [50, 61, 72],
            "ONSET": ["LIMB", None, "BULBAR"],
            "DELAY": [8.5, np.nan, 12.0],
            "REGION": ["B", "C", "A"],
        },
        index=[7, 3, 5],
    )
    coded = coded_covariates(given)
    expected = pd.DataFrame(
        {
            "AGE": [50.0, 61.0, 72.0],
            "ONSET[LIMB]": [1.0, np.nan, 0.0],
            "DELAY": [8.5, np.nan, 12.0],
            "REGION[B]": [1.0, 0.0, 0.0],
            "REGION[C]": [0.0, 1.0, 0.0],
        },
        index=[7, 3, 5],
    )
    pd.testing.assert_frame_equal(coded, expected)
    wider = coded_covariates(given, {"ONSET": ["AXIAL", "BULBAR", "LIMB"]})
    assert list(wider)[1:3] == ["ONSET[BULBAR]", "ONSET[LIMB]"]
