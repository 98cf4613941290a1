"""No number speaks of a day that too few have come to, or that an event among too few stands before."""

import numpy as np
import pandas as pd

from analytics.comparison.risk_floor import first_day, too_few_at_risk
from analytics.protocol import Protocol
from analytics.stages import survival
from analytics.survival.curve import SurvivalCurve
from analytics.survival.followed import Followed
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.records import Records


def arm(entry: list[float], stop: list[float], event: list[int], treated: int = 1) -> pd.DataFrame:
    keys = [f"{'TC'[1 - treated]}{i:03d}" for i in range(len(entry))]
    return pd.DataFrame(
        {"usubjid": keys, "treated": treated, "set_id": 0, "weight": 1.0, "entry_days": entry, "stop_days": stop,
         "event": event}
    )  # fmt: skip


def early_death(treated: int) -> pd.DataFrame:
    """One enters alone and dies on day 5; thirty more come after day 20."""
    stop = [5.0, *np.linspace(150, 400, 30)]
    return arm([0.0, *np.linspace(20, 60, 30)], stop, [1] * 31, treated)


def summary(protocol: Protocol, *arms: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    people = pd.concat(arms, ignore_index=True)
    tables = {
        "analysis_set": people[["usubjid", "treated"]].assign(AGE=60.0),
        "follow_up": people[["usubjid", "entry_days", "stop_days", "event"]].assign(endpoint="OS"),
        "imputed_covariate": pd.DataFrame(columns=["imputation"]),
    }
    made = survival.run(protocol, tables)
    return made["survival_summary"].set_index("arm"), made["survival_curve"]


def test_one_who_enters_early_and_dies_alone_makes_no_median_and_no_restricted_mean(
    protocol: Protocol,
) -> None:
    found, curve = summary(
        protocol, early_death(1), arm([0.0] * 30, list(np.linspace(50, 500, 30)), [1] * 30, 0)
    )
    drug = found.loc["Drug"]
    assert np.isnan(drug["median_days"])
    assert np.isnan(drug["rmst_days"])
    assert "median: fewer than 10 at risk at day 5" in drug["note"]
    assert "restricted mean: fewer than 10 at risk at the event of day 5" in drug["note"]
    mine = curve[curve["arm"] == "Drug"]
    assert drug["curve_from_days"] == mine["time_days"].min() > 20
    assert mine["survival"].iloc[0] == 1
    assert mine.loc[mine["time_days"] < 150, "survival"].eq(1).all(), (
        "conditional on being alive on its first day"
    )
    placebo = found.loc["Placebo"]
    assert np.isfinite([placebo["median_days"], placebo["rmst_days"]]).all()
    assert placebo["curve_from_days"] == 0


def test_the_gate_counts_who_has_entered(protocol: Protocol) -> None:
    late = arm([0.0] * 3 + [150.0] * 40, [400.0] * 43, [0] * 43)
    both = Followed("crude", 0, "unadjusted", pd.concat([late, arm([0.0] * 30, [400.0] * 30, [0] * 30, 0)]))
    assert too_few_at_risk(protocol, [both], 100) == "fewer than 10 at risk at day 100 in Drug"
    assert too_few_at_risk(protocol, [both], 200) is None


def test_a_subject_in_many_sets_is_one_at_risk(protocol: Protocol) -> None:
    treated = arm([0.0] * 20, [400.0] * 20, [0] * 20).assign(set_id=range(1, 21))
    control = arm([0.0] * 5, [400.0] * 5, [0] * 5, 0)
    repeated = pd.concat([control] * 4).assign(set_id=range(1, 21))
    part = Followed("matched", 0, "ATT", pd.concat([treated, repeated], ignore_index=True))
    assert too_few_at_risk(protocol, [part], 100) == "fewer than 10 at risk at day 100 in Placebo"


def test_curves_start_at_0_unless_somebody_enters_late_and_not_at_all_below_the_floor(
    protocol: Protocol,
) -> None:
    assert first_day(protocol, Followed("crude", 0, "", arm([0.0] * 4, [9.0] * 4, [1] * 4))) == 0
    few = Followed("crude", 0, "", arm([1.0, 2, 3], [50.0] * 3, [1] * 3))
    assert first_day(protocol, few) is None


def test_limits_of_a_median_under_delayed_entry_are_where_the_curve_of_the_limit_first_gets_there() -> None:
    rng = np.random.default_rng(1)
    entry = np.sort(rng.uniform(0, 400, 60)).round()
    stop = entry + np.ceil(rng.exponential(500, 60))
    curve: SurvivalCurve = kaplan_meier(Records(stop, np.ones(60), entry=entry))
    _, lower, upper = curve.median()
    assert lower == curve.time[np.argmax(curve.ci_lower <= 0.5)]
    assert upper == curve.time[np.argmax(curve.ci_upper <= 0.5)]
