"""Bounds, tipping point, riluzole delta and censoring weights."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.sensitivity.ipcw import censoring_weights
from analytics.sensitivity.riluzole import delta_riluzole
from analytics.sensitivity.vital_status import LostFollowUp, tipping_point, vital_status_bounds
from analytics.survival.followed import Followed


@pytest.fixture(scope="module")
def lost() -> LostFollowUp:
    rng = np.random.default_rng(8)
    treated = np.arange(400) % 2
    time = np.ceil(rng.exponential(np.where(treated == 1, 900, 450)))
    leaves = np.where(rng.random(400) < 0.3, np.ceil(rng.uniform(1, 500, 400)), 540)
    stop = np.minimum(time, leaves)
    event = (time <= leaves).astype(int)
    frame = pd.DataFrame({"usubjid": [f"S{i:03d}" for i in range(400)], "treated": treated, "set_id": 0})
    frame = frame.assign(weight=1.0, entry_days=0.0, stop_days=stop, event=event)
    gone = frozenset(frame.loc[(event == 0) & (stop < 540), "usubjid"])
    return LostFollowUp([Followed("crude", 0, "unadjusted", frame)], gone, horizon_days=540)


def in_sets(lost: LostFollowUp) -> LostFollowUp:
    """Two data sets: in each, sets of a treated and two controls, of whom some stand in several; entry is delayed."""
    frame = lost.parts[0].frame
    parts = []
    for number in (1, 2):
        rng = np.random.default_rng(number)
        treated = frame[frame["treated"] == 1].assign(set_id=range(1, 201))
        controls = [
            frame[frame["treated"] == 0].sample(200, replace=True, random_state=rng) for _ in range(2)
        ]
        members = pd.concat([treated, *(c.assign(set_id=range(1, 201), weight=0.5) for c in controls)])
        members["entry_days"] = np.where(members["usubjid"].str.endswith("3"), 20.0, 0.0)
        kept = members[members["stop_days"] > members["entry_days"]]
        parts.append(Followed("matched", number, "ATT", kept.reset_index(drop=True)))
    return LostFollowUp(parts, lost.lost, horizon_days=540)


def test_bounds_are_ordered_by_who_is_taken_to_die(lost: LostFollowUp) -> None:
    rows = {str(r["scenario"]): r["estimate"] for r in vital_status_bounds(lost)}
    worst = next(
        v for k, v in rows.items() if k.startswith("lost treated: all die") and k.endswith("horizon")
    )
    best = next(
        v for k, v in rows.items() if k.startswith("lost treated: all survive") and "controls: all die" in k
    )
    plain = np.exp(hazard_ratio(lost.parts, 0.95).estimate)
    assert best < plain < worst
    assert len(rows) == 4


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("sets", [False, True], ids=["crude", "weighted, repeated, entering late"])
def test_without_deaths_among_the_lost_it_is_the_headline_to_the_last_digit(
    lost: LostFollowUp, arm: int, sets: bool
) -> None:
    data = in_sets(lost) if sets else lost
    headline = hazard_ratio(data.parts, data.level)
    first = tipping_point(data, arm=arm, seed=5)[0]
    assert first["estimate"] == np.exp(headline.estimate)
    assert (first["ci_lower"], first["ci_upper"]) == (np.exp(headline.ci_lower), np.exp(headline.ci_upper))


def test_a_lost_control_in_several_sets_dies_in_all_of_them_and_counts_once(lost: LostFollowUp) -> None:
    data = in_sets(lost)
    last = tipping_point(data, arm=0, seed=5)[-2]
    dead = data.imputed(0, data.of_arm(0)).frame
    assert dead.loc[dead["usubjid"].isin(data.of_arm(0)), "event"].eq(1).all()
    by_set = [
        part.frame.loc[part.frame["usubjid"].isin(data.of_arm(0)), "usubjid"].nunique() for part in data.parts
    ]
    assert max(by_set) < len(data.of_arm(0))
    standing = int(np.median(by_set))
    assert last["note"] == f"{standing} of the {standing} lost die"
    half = tipping_point(data, arm=0, seed=5)[5]["note"]
    assert abs(int(half.split()[0]) - standing / 2) < 0.1 * standing
    assert last["n"] == np.median([part.frame["usubjid"].nunique() for part in data.parts])


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
