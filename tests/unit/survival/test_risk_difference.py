"""Variances of contrasts where events compete: against derivatives, and against leaving out a pair at a time."""

import numpy as np
import pandas as pd
import pytest

from analytics.survival.competing_risks import cumulative_incidence
from analytics.survival.fine_gray import fit_fine_gray
from analytics.survival.records import Records
from analytics.survival.risk_difference import risk_difference

N = 160
TIME = 300.0


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    """Pairs alike in what they die of, arms followed differently, days that tie."""
    rng = np.random.default_rng(11)
    treated, pair = np.tile([1, 0], N // 2), np.repeat(np.arange(N // 2), 2)
    frailty = np.repeat(rng.gamma(2, 0.5, N // 2), 2)
    when = rng.exponential(500 / frailty)
    cause = np.where(rng.random(N) < 0.5 - 0.1 * treated, 1, 2)
    leaves = rng.uniform(100, np.where(treated == 1, 1200, 700))
    stop = np.ceil(np.minimum(when, leaves) / 5) * 5
    weight, entry = rng.choice([0.5, 1.0, 2.0], N), np.floor(stop * rng.choice([0.0, 0.3], N))
    event = np.where(when <= leaves, cause, 0)
    return pd.DataFrame(
        {"stop": stop, "event": event, "treated": treated, "pair": pair, "weight": weight, "entry": entry}
    )


@pytest.mark.parametrize("given", [(), ("weight",), ("pair",), ("entry",), ("weight", "pair", "entry")])
def test_influences_are_derivatives_and_add_up_to_the_variance(
    data: pd.DataFrame, given: tuple[str, ...]
) -> None:
    entry = data["entry"] if "entry" in given else None
    weight = data["weight"].to_numpy() if "weight" in given else np.ones(N)
    cluster = data["pair"] if "pair" in given else None
    curve = cumulative_incidence(
        Records(data["stop"], data["event"], entry=entry, weight=weight, cluster=cluster)
    )
    influence = curve.influence.at(TIME)
    summed = influence if cluster is None else np.bincount(data["pair"], influence)
    assert np.sqrt((summed**2).sum()) == pytest.approx(curve.value_at(TIME)[1], rel=1e-12)
    for row in (3, 40, 77):
        moved = [
            cumulative_incidence(
                Records(
                    data["stop"], data["event"], entry=entry, weight=weight + step * (np.arange(N) == row)
                )
            ).value_at(TIME)[0]
            for step in (1e-5, -1e-5)
        ]
        assert influence[row] == pytest.approx((moved[0] - moved[1]) / 2e-5 * weight[row], abs=1e-9)


def jackknife(data: pd.DataFrame, estimate) -> float:
    """Standard error by leaving out a pair at a time."""
    pairs = data["pair"].unique()
    without = np.array([estimate(data[data["pair"] != pair]) for pair in pairs])
    return float(np.sqrt((len(pairs) - 1) / len(pairs) * ((without - without.mean()) ** 2).sum()))


def test_pairs_are_not_independent_arms(data: pd.DataFrame) -> None:
    def contrast(rows: pd.DataFrame, cluster: bool = True):
        records = Records(rows["stop"], rows["event"], cluster=rows["pair"] if cluster else None)
        return risk_difference(records, rows["treated"], TIME)

    paired, alone = contrast(data), contrast(data, cluster=False)
    left_out = jackknife(data, lambda rows: contrast(rows).estimate)
    assert paired.estimate == alone.estimate
    assert paired.std_error == pytest.approx(left_out, rel=0.03)
    assert abs(alone.std_error - left_out) > 2 * abs(paired.std_error - left_out)
    assert paired.ci_lower < paired.estimate < paired.ci_upper


def test_fine_gray_of_pairs_has_the_variance_of_pairs(data: pd.DataFrame) -> None:
    def fitted(rows: pd.DataFrame):
        records = Records(rows["stop"], rows["event"], cluster=rows["pair"], strata=rows["treated"])
        return fit_fine_gray(records, pd.DataFrame({"TREATED": rows["treated"] * 1.0}))

    fit, influence = fitted(data)
    error = fit.robust_standard_error[0]
    assert error == pytest.approx(np.sqrt((np.bincount(data["pair"], influence[:, 0]) ** 2).sum()), rel=1e-12)
    assert error == pytest.approx(jackknife(data, lambda rows: fitted(rows)[0].coefficient[0]), rel=0.05)


def test_a_day_after_the_last_and_an_arm_without_the_event() -> None:
    records, treated = Records([1.0, 2, 3, 4, 5, 6], [1, 2, 0, 2, 2, 0]), [1, 1, 1, 0, 0, 0]
    assert risk_difference(records, treated, 9).note == "follow-up of an arm ends before 9"
    some = risk_difference(records, treated, 3)
    assert (some.treated, some.control) == (pytest.approx(1 / 3), 0)
    assert np.isfinite(some.std_error)


def test_without_competing_events_it_is_the_difference_of_survival(data: pd.DataFrame) -> None:
    from analytics.survival.milestone import survival_difference

    records = Records(data["stop"], data["event"] == 1, cluster=data["pair"])
    risk = risk_difference(records, data["treated"], TIME)
    alive = survival_difference(records, data["treated"], TIME)
    assert risk.estimate == pytest.approx(-alive.estimate, rel=1e-12)
    assert risk.std_error == pytest.approx(alive.std_error, rel=1e-12)
