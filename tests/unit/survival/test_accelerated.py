"""Laws of accelerated failure time, and every fit that cannot be made as a null that says why."""

import os
import subprocess
import sys
from dataclasses import replace

import lifelines
import numpy as np
import pandas as pd
import pytest
from lifelines.exceptions import ConvergenceError

from analytics.survival import accelerated
from analytics.survival.accelerated import AcceleratedFit, fit_accelerated
from analytics.survival.cox_fit import ONE_CLUSTER
from analytics.survival.log_time import DISTRIBUTIONS
from analytics.survival.records import Records

EACH = pytest.mark.parametrize("distribution", list(DISTRIBUTIONS))


def cohort(n: int = 90, seed: int = 3) -> pd.DataFrame:
    """Two arms of whole days with censoring, weights and a label that two rows share."""
    rng = np.random.default_rng(seed)
    treated = (np.arange(n) % 3 == 0).astype(int)
    death = np.ceil(400 * rng.exponential(size=n) ** 0.6 * 1.3**treated)
    limit = np.ceil(rng.uniform(100, 900, n))
    return pd.DataFrame(
        {"treated": treated, "stop": np.minimum(death, limit), "event": (death <= limit).astype(int),
         "weight": rng.integers(1, 4, n).astype(float), "pair": np.arange(n) // 2}
    )  # fmt: skip


def fit(data: pd.DataFrame, distribution: str, **fields: str) -> AcceleratedFit:
    given = {name: data[column] for name, column in fields.items()}
    return fit_accelerated(Records(data["stop"], data["event"], **given), data["treated"], distribution)


def assert_same(one: AcceleratedFit, other: AcceleratedFit, **shift: float) -> None:
    moved = one.coefficient + np.array([shift.get("ratio", 0.0), shift.get("location", 0.0), 0.0])
    np.testing.assert_allclose(other.coefficient, moved, rtol=1e-9, atol=1e-11)
    assert_same_variance(one.robust_covariance, other.robust_covariance)


def assert_same_variance(one: np.ndarray, other: np.ndarray) -> None:
    """Equal in units of the standard errors; their information is that of where lifelines stopped."""
    errors = np.sqrt(one.diagonal())
    np.testing.assert_allclose(other / np.outer(errors, errors), one / np.outer(errors, errors), atol=1e-5)


@EACH
def test_without_weights_and_clusters_the_variances_are_those_of_lifelines(distribution: str) -> None:
    data = cohort()[["treated", "stop", "event"]]
    made = fit(data, distribution)
    fitter = getattr(lifelines, DISTRIBUTIONS[distribution].fitter)()
    theirs = fitter.fit(
        data, "stop", "event", robust=True, fit_options={"ftol": 1e-14, "gtol": 1e-8}
    ).standard_errors_
    np.testing.assert_allclose(np.sqrt(made.robust_covariance.diagonal()), theirs, rtol=1e-5)


@EACH
def test_a_weight_is_the_row_so_many_times_over(distribution: str) -> None:
    data = cohort()
    again = data.loc[data.index.repeat(data["weight"].astype(int))]
    weighted = fit(data, distribution, weight="weight", cluster="pair")
    repeated = fit(again.reset_index(drop=True), distribution, cluster="pair")
    assert_same(weighted, repeated)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood)


@EACH
def test_weights_count_only_against_each_other(distribution: str) -> None:
    data = cohort()
    one = fit(data, distribution, weight="weight")
    tenfold = fit(data.assign(weight=10 * data["weight"]), distribution, weight="weight")
    assert_same(one, tenfold)
    assert_same_variance(one.covariance, 10 * tenfold.covariance)


@EACH
def test_follow_up_cut_in_two_is_the_same_follow_up(distribution: str) -> None:
    data = cohort().assign(entry=0.0, subject=lambda frame: frame.index)
    cut = np.floor(data["stop"] / 2).where(data["stop"] > 1, 0.5)
    halves = pd.concat([data.assign(stop=cut, event=0), data.assign(entry=cut)], ignore_index=True)
    one, two = fit(data, distribution), fit(halves, distribution, entry="entry", cluster="subject")
    assert_same(one, two)
    assert two.log_likelihood == pytest.approx(one.log_likelihood)


@EACH
def test_who_enters_late_was_not_at_risk_before(distribution: str) -> None:
    """Those who would have ended before they entered are missing; ignoring it makes lives look longer."""
    rng = np.random.default_rng(1)
    everyone = pd.concat([cohort(1500, seed) for seed in range(2)], ignore_index=True)
    everyone = everyone.assign(entry=np.floor(rng.uniform(0, 400, len(everyone))))
    seen = everyone[everyone["stop"] > everyone["entry"]]
    truth = fit(everyone, distribution).coefficient[1]
    respected = fit(seen, distribution, entry="entry").coefficient[1]
    ignored = fit(seen, distribution).coefficient[1]
    assert abs(respected - truth) < 0.07
    assert ignored - truth > 0.15


@EACH
def test_the_order_of_rows_changes_no_bit_and_the_unit_of_time_only_the_location(distribution: str) -> None:
    data = cohort()
    one, shuffled = fit(data, distribution), fit(data.sample(frac=1, random_state=1), distribution)
    assert one.coefficient.tobytes() == shuffled.coefficient.tobytes()
    assert one.robust_covariance.tobytes() == shuffled.robust_covariance.tobytes()
    half_days = fit(data.assign(stop=2 * data["stop"]), distribution)
    assert half_days.coefficient[0] == one.coefficient[0]
    months = fit(data.assign(stop=data["stop"] / 30.4375), distribution)
    assert_same(one, months, location=-np.log(30.4375))
    assert months.log_likelihood == pytest.approx(one.log_likelihood + one.n_event * np.log(30.4375))


@EACH
def test_arms_exchanged_turn_the_ratio_over_and_longer_lives_multiply_it(distribution: str) -> None:
    data = cohort().assign(event=1)
    one, turned = fit(data, distribution), fit(data.assign(treated=1 - data["treated"]), distribution)
    assert_same(one, replace(turned, coefficient=turned.coefficient * [-1, 0, 1] + one.coefficient * [0, 1, 0],
                             robust_covariance=one.robust_covariance))  # fmt: skip
    assert turned.robust_covariance[0, 0] == pytest.approx(one.robust_covariance[0, 0], rel=1e-5)
    longer = fit(data.assign(stop=data["stop"].mask(data["treated"] == 1, 3 * data["stop"])), distribution)
    assert_same(one, longer, ratio=np.log(3))


@EACH
def test_a_curve_begins_at_one_and_the_treated_reach_each_height_so_many_times_later(
    distribution: str,
) -> None:
    made = fit(cohort(), distribution)
    days = np.linspace(0, 2000, 41)
    control = made.survival(days, 0)
    assert control[0] == 1
    assert (np.diff(control) < 0).all()
    np.testing.assert_allclose(made.survival(days * np.exp(made.coefficient[0]), 1), control, rtol=1e-12)


@EACH
def test_two_rows_of_a_cluster_are_summed_before_they_are_squared(distribution: str) -> None:
    data = cohort()
    twice = pd.concat([data, data], ignore_index=True).assign(subject=np.tile(np.arange(len(data)), 2))
    as_rows, as_subjects = fit(twice, distribution), fit(twice, distribution, cluster="subject")
    assert_same_variance(2 * as_rows.robust_covariance, as_subjects.robust_covariance)
    assert_same_variance(fit(data, distribution).robust_covariance, as_subjects.robust_covariance)


@EACH
def test_the_squares_of_influences_summed_by_cluster_are_the_variance(distribution: str) -> None:
    data = cohort().assign(weight=lambda frame: frame["weight"].mask(frame.index == 5, 0.0))
    made = fit(data, distribution, weight="weight", cluster="pair")
    by_pair = pd.Series(made.influence).groupby(data["pair"]).sum()
    assert (by_pair**2).sum() == pytest.approx(made.robust_covariance[0, 0])
    assert np.flatnonzero(np.isnan(made.influence)).tolist() == [5]
    heavier = data.assign(weight=data["weight"].mask(data.index == 40, 1.001 * data["weight"]))
    moved = fit(heavier, distribution, weight="weight").coefficient[0] - made.coefficient[0]
    assert moved == pytest.approx(0.001 * made.influence[40], rel=0.02)


def test_incomplete_rows_are_left_out_and_counted() -> None:
    data = cohort().astype(float)
    holes = data.assign(
        stop=data["stop"].mask(data.index == 4), weight=data["weight"].mask(data.index == 7, 0)
    )
    made = fit(holes, "weibull", weight="weight")
    assert (made.n, made.n_missing) == (88, 2)
    assert_same(fit(data.drop([4, 7]), "weibull", weight="weight"), made)


DATA = cohort()
NO_MAXIMUM = "lifelines found no maximum of the likelihood"
REFUSED = {
    "nobody": (DATA.iloc[:0], {}, "no complete records"),
    "no events": (DATA.assign(event=0), {}, "no events"),
    "no events of the treated": (
        DATA.assign(event=1 - DATA["treated"]), {}, "no events among the treated: the time ratio is infinite",
    ),
    "no events of the controls": (
        DATA.assign(event=DATA["treated"]), {}, "no events among the controls: the time ratio is infinite",
    ),
    "day 0": (
        DATA.assign(stop=DATA["stop"].mask(DATA.index == 0, 0)), {},
        "follow-up that ends on day 0 or before has no logarithm",
    ),
    "one cluster": (DATA.assign(pair=1), {"cluster": "pair"}, ONE_CLUSTER),
    "all on one day": (DATA.assign(stop=100.0, event=1), {}, NO_MAXIMUM),
    "an arm a day": (DATA.assign(stop=100.0 + DATA["treated"], event=1), {}, NO_MAXIMUM),
    "a death each, at the end": (
        DATA.assign(stop=300.0 - DATA.index, event=(DATA.index < 2).astype(int)), {}, NO_MAXIMUM,
    ),
}  # fmt: skip


@EACH
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_fitted_is_null_with_its_reason(case: str, distribution: str) -> None:
    data, fields, note = REFUSED[case]
    made = fit(data, distribution, **fields)
    assert made.note is not None
    assert made.note.startswith(note)
    assert np.isnan([*made.coefficient, *made.robust_covariance.ravel(), made.log_likelihood]).all()
    assert np.isnan(made.survival([100], 1)).all()


def test_a_library_that_does_not_converge_or_stops_short_gives_null(monkeypatch: pytest.MonkeyPatch) -> None:
    found = accelerated._by_lifelines

    def elsewhere(*given: object) -> tuple:
        theta, covariance, log_likelihood = found(*given)
        return theta + np.array([0.1, 0, 0]), covariance, log_likelihood

    monkeypatch.setattr(accelerated, "_by_lifelines", elsewhere)
    assert fit(DATA, "weibull").note == NO_MAXIMUM

    def fails(*_: object, **__: object) -> None:
        raise ConvergenceError("S001 did not converge")

    monkeypatch.setattr(accelerated, "_by_lifelines", found)
    monkeypatch.setattr(lifelines.WeibullAFTFitter, "fit", fails)
    assert fit(DATA, "weibull").note == f"{NO_MAXIMUM} (ConvergenceError)"


def test_arguments_that_cannot_be_meant_are_refused() -> None:
    records = Records(DATA["stop"], DATA["event"])
    with pytest.raises(ValueError, match="distribution must be one of weibull, lognormal, loglogistic"):
        fit_accelerated(records, DATA["treated"], "gamma")
    for arm in (DATA["treated"].iloc[1:], DATA["treated"] + 1, DATA["treated"] * np.nan):
        with pytest.raises(ValueError, match="treated must be 0 or 1"):
            fit_accelerated(records, arm)
    with pytest.raises(ValueError, match="no strata"):
        fit_accelerated(Records(DATA["stop"], DATA["event"], strata=DATA["pair"]), DATA["treated"])


PRINTED = """
import sys
sys.path.insert(0, "tests/unit/survival")
from test_accelerated import DISTRIBUTIONS, cohort, fit
for name in DISTRIBUTIONS:
    made = fit(cohort(700), name, weight="weight")
    print(*("%.12g" % value for value in [*made.coefficient, *made.robust_covariance.ravel()]))
"""


def test_a_fit_is_the_same_on_any_processor_and_number_of_threads() -> None:
    def printed(**environment: str) -> str:
        command, env = [sys.executable, "-c", PRINTED], {**os.environ, **environment}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    assert printed(OPENBLAS_NUM_THREADS="2") == printed(
        OPENBLAS_NUM_THREADS="1", OPENBLAS_CORETYPE="Prescott"
    )
