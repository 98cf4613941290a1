"""Where the days of each subject begin, told from columns of days alone."""

import numpy as np
import pandas as pd

from analytics.safety import SafetySettings
from analytics.safety.clocks import subject_days


def test_who_has_no_administration_is_counted_from_the_index_or_an_external_control_from_its_own_day():
    settings = SafetySettings()
    adsl = pd.DataFrame(
        {
            "SOURCE": [settings.control_sources[0], "REGISTRY", "REGISTRY", "REGISTRY"],
            "TRTSDT": [None, None, "2020-01-01", None],
            "INDEXDT": [None, "2020-01-01", "2020-01-01", None],
            "EOSDY": [99, 49, 49, 49],
        }
    )
    days = subject_days(adsl, counted=np.array([False, True, True, False]), settings=settings)
    # The third has a date where the first administration stands, and no day to count other days from.
    np.testing.assert_array_equal(days["at_risk_days"], [100.0, 50.0, np.nan, np.nan])
    np.testing.assert_array_equal(days["started"], [True, True, True, False])
