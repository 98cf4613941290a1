"""Bounds, tipping point, riluzole delta and censoring weights."""

import numpy as np
import pandas as pd
import pytest

from analytics.sensitivity.ipcw import censoring_weights
from analytics.sensitivity.riluzole import delta_riluzole
from analytics.sensitivity.vital_status import LostFollowUp, tipping_point, vital_status_bounds
from analytics.survival.records import Records


@pytest.fixture(scope="module")
def lost() -> LostFollowUp:
    rng = np.random.default_rng(8)
    treated = np.arange(400) % 2
    time = np.ceil(rng.exponential(np.where(treated == 1, 900, 450)))
    leaves = np.where(rng.random(400) < 0.3, np.ceil(rng.uniform(1, 500, 400)), 540)
    stop = np.minimum(time, leaves)
    event = (time <= leaves).astype(int)
    return LostFollowUp(Records(stop, event), treated, (event == 0) & (stop < 540), horizon_days=540)


def test_bounds_are_ordered_by_who_is_taken_to_die(lost: LostFollowUp) -> None:
    rows = {str(r["scenario"]): r["estimate"] for r in vital_status_bounds(lost)}
    worst = next(
        v for k, v in rows.items() if k.startswith("lost treated: all die") and k.endswith("horizon")
    )
    best = next(
        v for k, v in rows.items() if k.startswith("lost treated: all survive") and "controls: all die" in k
    )
    plain = np.exp(lost.fitted(lost.records).coefficient[0])
    assert best < plain < worst
    assert len(rows) == 4


def test_the_more_lost_treated_die_the_worse_the_hazard_ratio_until_it_tips(lost: LostFollowUp) -> None:
    rows = tipping_point(lost, arm=1, seed=5)
    estimates = [row["estimate"] for row in rows[:-1]]
    assert estimates == sorted(estimates)
    assert rows[-1]["measure"] == "share_at_tipping_point"
    assert 0 < rows[-1]["estimate"] <= 1
    assert rows == tipping_point(lost, arm=1, seed=5)


def test_deaths_among_lost_controls_never_tip_a_benefit(lost: LostFollowUp) -> None:
    last = tipping_point(lost, arm=0, seed=5)[-1]
    assert last["estimate"] is None
    assert "no share changes the conclusion" in str(last["note"])


def test_riluzole_delta_spans_from_no_use_to_use_by_all_unrecorded() -> None:
    rng = np.random.default_rng(3)
    riluzole = np.where(rng.random(200) < 0.4, np.nan, 1.0)

    def estimate(completed: np.ndarray) -> tuple[float, float]:
        return float(completed.mean()), 0.1

    rows = delta_riluzole(riluzole, estimate, seed=2)
    logs = [np.log(row["estimate"]) for row in rows]
    assert logs[0] == pytest.approx(np.mean(riluzole == 1))
    assert logs[-1] == pytest.approx(1.0)
    assert logs == sorted(logs)
    middle = rows[2]
    assert np.log(middle["ci_upper"] / middle["ci_lower"]) > np.log(rows[0]["ci_upper"] / rows[0]["ci_lower"])


def test_a_draw_that_cannot_be_estimated_gives_a_null_and_says_so() -> None:
    rows = delta_riluzole(np.array([1.0, np.nan, 0.0]), lambda completed: (np.nan, np.nan), seed=1)
    assert all(row["estimate"] is None and row["note"] for row in rows)


def _informative_loss(seed: int, n: int = 4000) -> pd.DataFrame:
    """Decliners die sooner and are lost sooner; cut every 30 days."""
    rng = np.random.default_rng(seed)
    bad = rng.random(n) < 0.5
    death = np.ceil(rng.exponential(np.where(bad, 200, 800)))
    loss = np.ceil(rng.exponential(np.where(bad, 200, 4000)))
    stop = np.minimum(np.minimum(death, loss), 540)
    ends = np.arange(30, 541, 30)
    rows = [
        pd.DataFrame(
            {
                "usubjid": np.flatnonzero(stop > e - 30),
                "start": e - 30,
                "stop": np.minimum(stop, e)[stop > e - 30],
            }
        )
        for e in ends
    ]
    frame = pd.concat(rows, ignore_index=True)
    who = frame["usubjid"].to_numpy()
    last = frame["stop"].to_numpy() == stop[who]
    died, gone = (death <= loss) & (death <= 540), (loss < death) & (loss < 540)
    return frame.assign(
        event=(last & died[who]).astype(int),
        lost=(last & gone[who]).astype(int),
        bad=bad[who].astype(float),
        treated=0,
    )


def test_censoring_weights_recover_survival_under_loss_of_decliners() -> None:
    frame = _informative_loss(4)
    truth = 0.5 * (np.exp(-540 / 200) + np.exp(-540 / 800))
    weight = censoring_weights(frame, ["bad"])
    errors = {}
    for name, w in (("plain", np.ones(len(frame))), ("weighted", weight.to_numpy())):
        times = np.unique(frame.loc[frame["event"] == 1, "stop"])
        at_risk = np.array([w[(frame["start"] < t) & (frame["stop"] >= t)].sum() for t in times])
        deaths = np.array([w[(frame["stop"] == t) & (frame["event"] == 1)].sum() for t in times])
        errors[name] = abs(np.prod(1 - deaths / at_risk) - truth)
    assert errors["plain"] > 0.05
    assert errors["weighted"] < 0.02


def test_censoring_weights_do_not_depend_on_row_order_and_are_1_without_loss() -> None:
    frame = _informative_loss(4, n=300)
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(
        censoring_weights(frame, ["bad"]), censoring_weights(shuffled, ["bad"]).sort_index(), rtol=1e-10
    )
    assert (censoring_weights(frame.assign(lost=0), ["bad"]) == 1).all()
