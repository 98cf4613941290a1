"""What a user of the anytime-valid test relies on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nchypergeom_fisher

from analytics.monitoring.safe_log_rank import event_table, evidence, log_likelihood, safe_log_rank
from analytics.survival.records import Records


def _trial(seed: int, hazard_ratio: float, n: int = 200) -> tuple[Records, np.ndarray]:
    rng = np.random.default_rng(seed)
    treated = np.arange(n) % 2
    time = np.ceil(rng.exponential(np.where(treated == 1, 500 / hazard_ratio, 500)))
    return Records(np.minimum(time, 900), time <= 900), treated


def test_likelihood_is_fishers_noncentral_hypergeometric_with_ties_and_late_entry() -> None:
    records, treated = _trial(1, 0.6)
    stop = np.ceil(records.stop / 45)
    entry = np.where(np.arange(len(stop)) % 5 == 0, np.minimum(3.0, stop - 1), 0.0)
    table = event_table(replace(records, stop=stop, entry=entry), treated)
    columns = list(zip(table.at_risk_treated, table.at_risk, table.deaths_treated, table.deaths, strict=True))
    for ratio in (0.5, 1.0, 2.0):
        expected = sum(nchypergeom_fisher.logpmf(d1, n, n1, d, ratio) for n1, n, d1, d in columns)
        assert log_likelihood(table, np.array([ratio]))[0] == pytest.approx(expected, rel=1e-8)
    assert table.deaths.max() > 3


def test_looking_after_every_death_rarely_rejects_a_true_null() -> None:
    rejected = 0
    for seed in range(200):
        records, treated = _trial(seed, 1.0, n=120)
        stop, event = records.stop, records.event
        looks = np.quantile(stop[event == 1], np.linspace(0.1, 1, 15), method="higher")
        seen = [event_table(Records(np.minimum(stop, t), event * (stop <= t)), treated) for t in looks]
        values = [evidence(table, 0.6) for table in seen]
        rejected += max(values) >= 20
    assert rejected / 200 <= 0.05


def test_evidence_grows_with_an_effect_and_the_interval_holds_it() -> None:
    found = safe_log_rank(*_trial(3, 0.4, n=600))
    assert found.e_value > 20
    assert found.ci_lower is not None
    assert found.ci_upper is not None
    assert found.ci_lower < 0.4 < found.ci_upper < 1


def test_swapping_the_arms_inverts_the_interval_and_keeps_the_evidence() -> None:
    records, treated = _trial(4, 0.5)
    one, other = safe_log_rank(records, treated), safe_log_rank(records, 1 - treated)
    assert one.e_value == pytest.approx(other.e_value, rel=1e-9)
    assert one.ci_lower == pytest.approx(1 / other.ci_upper, rel=1e-6)


def test_no_deaths_give_no_evidence_and_no_interval() -> None:
    found = safe_log_rank(Records(np.full(20, 100.0), np.zeros(20)), np.arange(20) % 2)
    assert (found.e_value, found.ci_lower, found.ci_upper) == (1.0, None, None)
    assert found.note is not None
