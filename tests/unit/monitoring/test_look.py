"""When a formal look is taken, and when it is refused."""

import numpy as np
import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.monitoring.look import MonitoringPlan, anytime_look, formal_look
from analytics.monitoring.safe_log_rank import safe_log_rank
from analytics.survival.records import Records

PLAN = MonitoringPlan(planned_events=100, information=(0.3, 0.6, 1.0))


def _look(plan: MonitoringPlan = PLAN, **changed: object) -> pd.Series:
    given = {
        "matched_set_frozen": True,
        "n_event": 60,
        "log_hazard_ratio": -0.5,
        "standard_error": 0.26,
        "looks_taken": [0.3],
    }
    return formal_look(plan, **(given | changed)).iloc[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plan", "changed", "reason"),
    [
        (PLAN, {"matched_set_frozen": False}, "not frozen"),
        (MonitoringPlan(planned_events=100), {}, "no information times"),
        (MonitoringPlan(planned_events=None, information=(1.0,)), {}, "no information times"),
        (PLAN, {"n_event": 45}, "has not reached"),
        (PLAN, {"looks_taken": [0.3, 0.6, 1.0]}, "all declared looks"),
        (PLAN, {"looks_taken": [0.65]}, "no information has been added"),
        (PLAN, {"log_hazard_ratio": None}, "cannot be estimated"),
    ],
)
def test_a_formal_look_is_refused_with_its_reason(plan: MonitoringPlan, changed: dict, reason: str) -> None:
    row = _look(plan, **changed)
    assert row["decision"] == "refused"
    assert reason in row["note"]
    assert row[["estimate", "boundary", "p_value"]].isna().all()


def test_an_anytime_look_at_sets_that_may_move_is_refused() -> None:
    found = safe_log_rank(Records([5.0, 6, 7, 8], [1, 1, 1, 0]), [1, 0, 1, 0])
    row = anytime_look(found, matched_set_frozen=False).iloc[0]
    assert row["decision"] == "refused"
    assert "not frozen" in row["note"]
    assert row[["statistic", "boundary", "p_value"]].isna().all()


def test_a_declared_look_is_held_against_its_boundary() -> None:
    row = _look()
    assert row["decision"] == "continue"
    assert row["look"] == 2
    assert abs(row["statistic"]) < row["boundary"]
    assert _look(standard_error=0.1)["decision"] == "crossed"


def test_the_last_declared_look_spends_all_alpha_and_its_interval_is_wider_than_a_plain_one() -> None:
    row = _look(n_event=103, looks_taken=[0.3, 0.6])
    assert row["alpha_spent"] == pytest.approx(0.05)
    assert row["ci_upper"] > np.exp(-0.5 + 1.96 * 0.26)


def test_an_anytime_look_is_never_refused() -> None:
    rng = np.random.default_rng(1)
    stop = np.ceil(rng.exponential(300, 60))
    row = anytime_look(safe_log_rank(Records(stop, np.ones(60)), np.arange(60) % 2)).iloc[0]
    assert list(row.index) == list(TABLES["monitoring_look"].columns)
    assert row["decision"] in ("crossed", "continue")
    assert row["boundary"] == pytest.approx(20)
