"""A row is not a subject, and at risk means entered: what every estimate of a comparison rests on."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.hazard_ratio import cox_of_treatment, hazard_ratio
from analytics.survival.followed import Followed
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.records import Records
from analytics.survival.risk_sets import number_at_risk
from tests.unit.comparison.simulated_people import people


def with_replacement(frame: pd.DataFrame, seed: int = 5) -> Followed:
    """A set for each treated, its control drawn from a few."""
    treated = frame[frame["treated"] == 1]
    sets = range(1, len(treated) + 1)
    drawn = frame[frame["treated"] == 0].sample(len(treated), replace=True, random_state=seed)
    members = pd.concat([treated.assign(set_id=sets), drawn.assign(set_id=sets)], ignore_index=True)
    return Followed("matched", 0, "ATT", members)


def test_repeated_controls_are_clusters_and_pairs_are_where_nobody_repeats() -> None:
    frame = people()
    repeated = with_replacement(frame)
    assert repeated.repeated
    assert repeated.cluster is not None
    assert repeated.cluster.tolist() == repeated.frame["usubjid"].tolist()
    once = Followed("matched", 0, "ATT", frame.assign(set_id=np.arange(120) // 4 + 1))
    assert once.cluster is not None
    assert once.cluster.tolist() == once.frame["set_id"].tolist()
    assert Followed("crude", 0, "unadjusted", frame).cluster is None
    weighted = Followed("att", 0, "ATT", frame.assign(weight=np.linspace(0.5, 2, 120)))
    assert weighted.cluster is not None
    assert weighted.cluster.tolist() == frame["usubjid"].tolist()


def test_a_subject_in_three_sets_says_no_more_than_a_subject_of_weight_three() -> None:
    """Repeats and weights are two spellings of the same comparison: same estimate, same error, same test, same curve."""
    frame = people()
    repeats = pd.concat(
        [frame, frame[frame["treated"] == 0], frame[frame["treated"] == 0]], ignore_index=True
    )
    rows = Followed("matched", 0, "ATT", repeats.assign(set_id=np.arange(len(repeats)) + 1))
    weights = Followed("att", 0, "ATT", frame.assign(weight=np.where(frame["treated"] == 0, 3.0, 1.0)))
    # Efron's ties see three deaths where there is one: without ties between rows the two are one.
    apart = rows.frame.assign(
        stop_days=rows.frame["stop_days"] + rows.frame.groupby("usubjid").cumcount() * 1e-3
    )
    one, other = (cox_of_treatment(part) for part in (Followed("matched", 0, "ATT", apart), weights))
    assert one[0] == pytest.approx(other[0], abs=0.02)
    assert one[1] == pytest.approx(other[1], rel=0.02)
    curves = [kaplan_meier(part.arm(0).records()) for part in (rows, weights)]
    np.testing.assert_allclose(curves[0].survival, curves[1].survival)
    np.testing.assert_allclose(curves[0].std_error, curves[1].std_error)
    np.testing.assert_allclose(
        curves[0].std_error, kaplan_meier(Records(*_arm(frame, 0))).std_error, rtol=1e-9
    )


def _arm(frame: pd.DataFrame, value: int) -> tuple[pd.Series, pd.Series]:
    mine = frame[frame["treated"] == value]
    return mine["stop_days"], mine["event"]


def test_pairs_without_repeats_have_greenwoods_error() -> None:
    frame = people().assign(set_id=np.arange(120) // 4 + 1)
    mine = Followed("matched", 0, "ATT", frame).where(np.arange(120) % 4 < 2)
    curve, plain = kaplan_meier(mine.arm(1).records()), kaplan_meier(Records(*_arm(mine.frame, 1)))
    np.testing.assert_allclose(curve.std_error[:-1], plain.std_error[:-1], rtol=1e-9)


def test_doubling_every_row_of_every_subject_leaves_log_rank_as_it_was() -> None:
    frame = people()
    rows = pd.concat([frame, frame], ignore_index=True)
    single = log_rank(Records(frame["stop_days"], frame["event"], cluster=frame["usubjid"]), frame["treated"])
    double = log_rank(Records(rows["stop_days"], rows["event"], cluster=rows["usubjid"]), rows["treated"])
    assert double.statistic == pytest.approx(single.statistic)
    naive = log_rank(Records(rows["stop_days"], rows["event"]), rows["treated"])
    assert naive.statistic > 1.8 * double.statistic


@pytest.mark.parametrize("within", [False, True])
def test_under_no_effect_matching_with_replacement_rejects_as_often_as_it_says(within: bool) -> None:
    """Outcomes drawn without treatment effect; about two controls in three stand in several sets."""
    rejected, covered, n = 0, 0, 300
    for seed in range(n):
        part = with_replacement(people(160, seed), seed)
        records = part.within_sets() if within else part.clustered(part.frame["usubjid"])
        rejected += log_rank(records, part.treated).p_value < 0.05
        pooled = hazard_ratio([part], 0.95)
        covered += pooled.ci_lower < 0 < pooled.ci_upper
    assert rejected / n < 0.05 + 3 * np.sqrt(0.05 * 0.95 / n)
    assert covered / n > 0.95 - 3 * np.sqrt(0.05 * 0.95 / n)


def test_at_risk_is_who_has_entered_and_not_left() -> None:
    records = Records([10.0, 20, 30], [1, 1, 1], entry=[0.0, 10, 25])
    assert number_at_risk(records, [1, 10, 11, 20, 21, 26, 30, 31]).tolist() == [1, 1, 1, 1, 0, 1, 1, 0]


def test_one_set_for_everybody_has_no_robust_variance_and_says_so() -> None:
    part = Followed("matched", 0, "ATT", people().assign(set_id=1))
    pooled = hazard_ratio([part], 0.95)
    assert np.isnan(pooled.estimate)
    assert "one cluster" in str(pooled.note)


def test_cut_at_a_day_nobody_enters_later_and_later_events_do_not_count() -> None:
    frame = people().assign(entry_days=np.where(np.arange(120) % 5 == 0, 250.0, 0.0))
    part = Followed("crude", 0, "unadjusted", frame[frame["stop_days"] > frame["entry_days"]])
    cut = part.until_day(200)
    assert cut.frame["stop_days"].max() == 200
    assert not cut.frame["entry_days"].gt(0).any()
    late = part.frame["stop_days"].gt(200) & part.frame["entry_days"].lt(200)
    assert cut.frame["event"].sum() == part.frame.loc[part.frame["stop_days"] <= 200, "event"].sum()
    assert len(cut) == len(part) - (part.frame["entry_days"] >= 200).sum()
    assert late.any()
