"""What replicates amount to: counted by hand, and against the normal law."""

import numpy as np
import pytest
from scipy.stats import norm

from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.patients import Patients
from analytics.operating_characteristics.replicates import SCENARIOS, Replicates, Scenario
from analytics.operating_characteristics.summary import Run, table

RUN = Run("hash", "2026-03-31", "2024", "protocol")


class Known(Replicates):
    """Of which the truth is each patient's own hazard ratio."""

    def true_hazard_ratio(self, scenario: Scenario) -> float:
        return scenario.hazard_ratio


def found(replicate: int, estimate: float, error: float) -> Found:
    reach = norm.ppf(0.975) * error
    return Found(replicate, estimate, error, estimate - reach, estimate + reach)


def of(patients: Patients, made: dict[Scenario, list[Found]]):
    return table(Known(patients), made, RUN)


def test_four_replicates_by_hand(patients: Patients) -> None:
    estimates = [-1.0, 0.1, 0.3, 1.0]
    made = {scenario: [found(n, e, 0.3) for n, e in enumerate(estimates, 1)] for scenario in SCENARIOS}
    row = of(patients, made).iloc[0]
    assert row["bias"] == pytest.approx(0.1)
    assert row["empirical_se"] == pytest.approx(np.std(estimates, ddof=1))
    assert row["bias_error"] == pytest.approx(np.std(estimates, ddof=1) / 2)
    assert row["mean_se"] == pytest.approx(0.3)
    assert row["coverage"] == row["rejection_rate"] == 0.5
    assert row["coverage_error"] == pytest.approx(0.25)


def test_the_smallest_detectable_effect_is_that_of_the_normal_law(patients: Patients) -> None:
    rng, error = np.random.default_rng(1), 0.13
    made = {
        scenario: [
            found(n, np.log(scenario.hazard_ratio) + error * z, error)
            for n, z in enumerate(rng.standard_normal(3000), 1)
        ]
        for scenario in SCENARIOS
    }
    (row,) = of(patients, made).query("kind == 'smallest_detectable'").to_dict("records")
    assert np.log(row["truth"]) == pytest.approx(-(norm.ppf(0.975) + norm.ppf(0.8)) * error, abs=0.02)
    assert row["rejection_rate"] == pytest.approx(0.8, abs=0.03)
    assert row["note"] is None


def test_beyond_the_effects_that_were_simulated_it_says_so(patients: Patients) -> None:
    rng = np.random.default_rng(2)
    made = {
        s: [found(n, rng.normal(np.log(s.hazard_ratio), 0.3), 0.3) for n in range(1, 500)] for s in SCENARIOS
    }
    (row,) = of(patients, made).query("kind == 'smallest_detectable'").to_dict("records")
    assert row["truth"] < 0.6
    assert "beyond the effects" in row["note"]


def test_replicates_that_failed_are_counted_and_many_of_them_leave_nothing_to_say(patients: Patients) -> None:
    good = [found(n, 0.1 * (-1) ** n, 0.2) for n in range(1, 20)]
    some = {scenario: [*good, Found.nothing(20, "no events")] for scenario in SCENARIOS}
    row = of(patients, some).iloc[0]
    assert (row["replicates"], row["estimated"]) == (20, 19)
    assert row["note"] == "1 of 20 replicates have no estimate and are left out: no events"
    many = {
        scenario: [*good[:10], *[Found.nothing(n, "no events") for n in range(10)]] for scenario in SCENARIOS
    }
    row = of(patients, many).iloc[0]
    assert np.isnan(row["bias"])
    assert row["note"] == "10 of 20 replicates have no estimate: no events"


def test_the_empirical_null_says_that_it_calibrates_nothing(patients: Patients) -> None:
    made = {scenario: [found(n, 0.1 * (-1) ** n, 0.2) for n in range(1, 20)] for scenario in SCENARIOS}
    notes = of(patients, made).set_index("kind")["note"]
    assert "no interval is calibrated by it" in notes["empirical_null"]
