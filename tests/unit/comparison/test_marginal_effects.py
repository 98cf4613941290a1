"""A hazard ratio is written as a ratio, whichever variance it has; the bootstrap refits what it stands beside."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison import marginal_effects
from analytics.comparison.bootstrap import StudyArrays, matched_log_hazard_ratio
from analytics.matching.caliper import caliper_width
from analytics.matching.nearest import nearest_pairs
from analytics.propensity.model import fit_propensity
from analytics.protocol import Protocol
from analytics.stages.variant import with_settings
from analytics.survival.cox import fit_cox
from analytics.survival.followed import Followed
from analytics.survival.records import Records
from tests.unit.comparison.simulated_people import people_with_age


@pytest.fixture(scope="module")
def everyone() -> pd.DataFrame:
    return people_with_age(6)


@pytest.fixture(scope="module")
def matched(everyone: pd.DataFrame) -> pd.DataFrame:
    """Each treated subject beside the control that follows in the list."""
    treated = np.flatnonzero(everyone["treated"])
    rows = np.concatenate([treated, treated + 1])
    return (
        everyone.iloc[rows].assign(set_id=np.tile(np.arange(1, len(treated) + 1), 2)).reset_index(drop=True)
    )


def test_the_bootstrap_of_the_match_has_the_headlines_ratio(
    protocol: Protocol, everyone: pd.DataFrame, matched: pd.DataFrame
) -> None:
    again = with_settings(
        protocol, matching={"method": "nearest"}, weighting={"schemes": (), "bootstrap_replicates": 60}
    )
    sets = [Followed("matched", 0, "ATT", matched)]
    headline, *_ = marginal_effects.rows(again, "matched", "ATT", again.primary, sets)
    row = marginal_effects.bootstrap_row(
        again, "ATT", again.primary, sets, [Followed("matched", 0, "ATT", everyone)]
    )
    assert row["estimate"] == headline["estimate"] > 0
    for each in (headline, row):
        ratio, lower, upper = (np.log(each[name]) for name in ("estimate", "ci_lower", "ci_upper"))
        assert upper - ratio == pytest.approx(ratio - lower)
        assert upper - ratio == pytest.approx(1.96 * each["standard_error"], rel=0.01)
    assert row["standard_error"] != headline["standard_error"]


def test_the_bootstrap_weighs_the_controls_of_a_set_as_one(everyone: pd.DataFrame) -> None:
    """Two controls to a treated subject, some with one alone: as Cox fitted to the sets that the match makes of them."""
    treated = everyone["treated"].to_numpy()
    records = Records(everyone["stop_days"], everyone["event"]).checked()
    data = StudyArrays(everyone[["AGE"]].to_numpy().T, treated, records)
    found = matched_log_hazard_ratio(data, caliper=0.05, ratio=2)(np.arange(len(treated)))
    logit = fit_propensity(everyone[["AGE"]], treated).logit
    chosen, controls = nearest_pairs(
        treated, logit, caliper_width(logit, treated, 0.05, "pooled_logit"), ratio=2
    )
    n_control = (controls >= 0).sum(axis=1)
    assert set(n_control) == {1, 2}
    weight = np.zeros(len(treated))
    weight[chosen] = 1
    for row, n in zip(controls, n_control, strict=True):
        weight[row[row >= 0]] = 1 / n
    sets = weight > 0
    weighted = Records(records.stop[sets], records.event[sets], weight=weight[sets])
    expected = fit_cox(weighted, pd.DataFrame({"treated": treated[sets]})).coefficient[0]
    assert found == pytest.approx(expected, abs=1e-8)
