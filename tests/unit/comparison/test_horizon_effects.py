"""What speaks of a horizon rests on nothing after it, and a bootstrap on the same weights as the estimate."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison import horizon_effects
from analytics.comparison.bootstrap_variance import bootstrap_errors
from analytics.comparison.effect_row import compared
from analytics.protocol import Protocol
from analytics.stages.variant import with_settings
from analytics.survival.followed import Followed
from tests.unit.comparison.simulated_people import people, people_with_age


@pytest.fixture(scope="module")
def weighted(protocol: Protocol) -> Protocol:
    return with_settings(protocol, weighting={"schemes": ("att",), "bootstrap_replicates": 40})


def horizon_rows(protocol: Protocol, *frames: pd.DataFrame) -> list[dict]:
    parts = [Followed("crude", number, "unadjusted", frame) for number, frame in enumerate(frames)]
    about = compared(protocol, "crude", "OS", "unadjusted", parts)
    return horizon_effects.rows(protocol, about, protocol.primary, parts)


def test_what_happens_after_the_horizon_changes_no_number_up_to_it(protocol: Protocol) -> None:
    """Afterwards every treated subject dies, or every control."""
    frame = people(400)
    late = frame["stop_days"] > 200
    found = []
    for arm in (0, 1):
        event = frame["event"].mask(late, (frame["treated"] == arm).astype(int))
        stop = frame["stop_days"].mask(late, 201.0 + np.arange(len(frame)))
        found.append(horizon_rows(protocol, frame.assign(event=event, stop_days=stop)))
    assert all(np.isfinite(row["estimate"]) for row in found[0])
    for one, other in zip(*found, strict=True):
        for number in ("estimate", "ci_lower", "ci_upper", "p_value"):
            assert one[number] == other[number], one["measure"]


def test_a_share_alive_is_that_of_all_data_sets(protocol: Protocol) -> None:
    one = people(400)
    other = one.assign(event=one["event"].where(one.index % 5 > 0, 0))
    of_one, of_other, of_both = (
        next(row for row in horizon_rows(protocol, *frames) if row["measure"] == "survival_difference")
        for frames in ((one,), (other,), (one, other))
    )
    assert of_one["estimate"] != of_other["estimate"]
    assert of_both["estimate"] == pytest.approx((of_one["estimate"] + of_other["estimate"]) / 2)


@pytest.mark.parametrize("specification", ["crude", "att"])
def test_of_arms_that_expect_too_few_events_no_difference_is_said(
    protocol: Protocol, specification: str
) -> None:
    """47 of 400, of whom 100 are treated, and then 49; whichever arm they happen in. The hazard ratio is said."""
    frame = people(400).assign(event=0, stop_days=300.0)
    if specification == "att":
        frame = frame.assign(weight=np.where(frame["treated"] == 1, 1.0, 0.7))
    for arm in (0, 1):
        mine = frame.index[frame["treated"] == arm]
        dead = mine[:46], frame.index[frame["treated"] != arm][:1]
        few = frame.copy()
        few.loc[dead[0].union(dead[1]), ["event", "stop_days"]] = [1, 90.0]
        by_measure = {(row["measure"], row["horizon_days"]): row for row in horizon_rows(protocol, few)}
        for key in (("rmst_difference", 200.0), ("rmst_ratio", 200.0), ("survival_difference", 100.0)):
            assert np.isnan(by_measure[key]["estimate"])
            assert "fewer than 12 events expected by day" in by_measure[key]["note"]
        assert np.isfinite(by_measure["hazard_ratio_to_horizon", 200.0]["p_value"])
        few.loc[mine[46:48], ["event", "stop_days"]] = [1, 95.0]
        assert all(np.isfinite(row["p_value"]) for row in horizon_rows(protocol, few))


def test_the_bootstrap_truncates_weights_as_the_estimate_does(weighted: Protocol) -> None:
    parts = [Followed("att", 0, "ATT", people_with_age(12))]
    errors = [
        bootstrap_errors(with_settings(weighted, weighting={"truncate_quantile": quantile}), parts, "att")[0]
        for quantile in (0.8, 1.0)
    ]
    assert errors[0] < 0.97 * errors[1]


def test_replicates_are_shared_out_over_the_data_sets(weighted: Protocol) -> None:
    """Many data sets of few replicates each say as much as one of many."""
    part = Followed("att", 0, "ATT", people_with_age(12))
    many = with_settings(weighted, weighting={"bootstrap_replicates": 1200})
    one = bootstrap_errors(many, [part], "att")
    several = bootstrap_errors(many, [part] * 60, "att")
    assert len(several) == 60
    assert np.sqrt(np.mean(several**2)) == pytest.approx(one[0], rel=0.08)
