"""No number speaks of a day that too few have come to, or that an event among too few stands before."""

import numpy as np
import pandas as pd

from analytics.comparison.risk_floor import first_day, too_few_at_risk, too_few_expected
from analytics.protocol import Protocol
from analytics.stages import survival
from analytics.stages.variant import with_settings
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


def test_expected_events_are_the_common_risk_of_effective_sizes(protocol: Protocol) -> None:
    """By hand: 40 treated of whom 4 die, 60 controls of whom 16 do; then half of the controls weigh next to nothing."""
    treated = arm([0.0] * 40, [50.0] * 4 + [300.0] * 36, [1] * 4 + [0] * 36)
    control = arm([0.0] * 60, [50.0] * 16 + [300.0] * 44, [1] * 16 + [0] * 44, 0)
    both = pd.concat([treated, control], ignore_index=True)
    part = Followed("att", 0, "ATT", both)
    # 20 of 100 die: 8 of 40, 12 of 60.
    assert too_few_expected(asking(protocol, 8), [part], 100) is None
    assert too_few_expected(asking(protocol, 9), [part], 100) == (
        "fewer than 9 events expected by day 100 in Drug, were the arms alike"
    )
    assert "by day 40 in Drug" in str(too_few_expected(asking(protocol, 1), [part], 40)), "none so early"
    light = both["usubjid"].isin(control["usubjid"].tail(44))
    weighted = Followed("att", 0, "ATT", both.assign(weight=np.where(light, 1e-9, 1.0)))
    # 16 controls of risk 1 and 40 treated of risk 1/10: 20 of 56, and 5.7 of 16.
    assert too_few_expected(asking(protocol, 5), [weighted], 100) is None
    assert too_few_expected(asking(protocol, 6), [weighted], 100) == (
        "fewer than 6 events expected by day 100 in Placebo, were the arms alike"
    )
    between = [part, weighted]
    assert too_few_expected(asking(protocol, 8), between, 100) is None, "8 and 14.3; 12 and 5.7, averaged"
    assert too_few_expected(asking(protocol, 9), between, 100) is not None


def test_a_control_in_several_sets_is_one_in_what_is_expected(protocol: Protocol) -> None:
    treated = arm([0.0] * 20, [50.0] * 10 + [300.0] * 10, [1] * 10 + [0] * 10).assign(set_id=range(1, 21))
    control = arm([0.0] * 5, [50.0] * 2 + [300.0] * 3, [1] * 2 + [0] * 3, 0)
    repeated = pd.concat([control] * 4).assign(set_id=range(1, 21))
    part = Followed("matched", 0, "ATT", pd.concat([treated, repeated], ignore_index=True))
    # 12 of 25 die: 2.4 of 5 controls, and not 9 of 20.
    assert too_few_expected(asking(protocol, 2), [part], 100) is None
    assert "in Placebo" in str(too_few_expected(asking(protocol, 3), [part], 100))


def asking(protocol: Protocol, least: int) -> Protocol:
    return with_settings(protocol, outcome={"min_expected_events": least})
