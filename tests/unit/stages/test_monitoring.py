"""The formal look of a night: what the protocol says of it arrives at the boundary, the bet and the refusal."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analytics import study
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.hazard_ratio import cox_of_treatment
from analytics.monitoring.safe_log_rank import safe_log_rank
from analytics.protocol import Protocol
from analytics.stages import monitoring
from analytics.stages.variant import design, with_settings
from analytics.survival.followed import Followed

Marts = dict[str, pd.DataFrame]
PLANNED = 400


def watched(protocol: Protocol, *, refresh: str = "frozen", **settings: object) -> Protocol:
    return with_settings(protocol, matching={"refresh": refresh}, monitoring=settings)


def look(protocol: Protocol, marts: Marts, parent: Marts | None = None) -> pd.Series:
    tables = {**design(protocol, marts), **(parent or {})}
    return monitoring.run(protocol, tables)["monitoring_look"].iloc[-1]


def matched_sets(protocol: Protocol, marts: Marts) -> Followed:
    tables = design(protocol, marts)
    (part,) = followed(comparisons(protocol, tables, "matched"), tables["follow_up"], "OS")
    return part


@pytest.mark.parametrize(
    ("method", "spent"),
    [
        ("obrien_fleming", lambda alpha, share: 2 * 2 * norm.sf(norm.isf(alpha / 4) / np.sqrt(share))),
        ("pocock", lambda alpha, share: alpha * np.log(1 + (np.e - 1) * share)),
    ],
)
def test_alpha_is_spent_as_the_method_says_at_the_share_of_planned_events(
    protocol: Protocol, marts: Marts, method: str, spent: object
) -> None:
    """Spending functions of Lan and DeMets 1983, written out: half of the error on either side."""
    plan = watched(protocol, method=method, alpha=0.04, information_events=[10, PLANNED])
    row = look(plan, marts)
    part = matched_sets(plan, marts)
    n_event = int(part.subjects().event.sum())
    assert row["information"] == pytest.approx(n_event / PLANNED)
    assert row["alpha_spent"] == pytest.approx(spent(0.04, n_event / PLANNED), rel=1e-6)  # type: ignore[operator]
    assert row["boundary"] == pytest.approx(norm.isf(row["alpha_spent"] / 2), rel=1e-4)
    log_ratio, error, _ = cox_of_treatment(part)
    assert row["estimate"] == pytest.approx(np.exp(log_ratio))
    assert row["statistic"] == pytest.approx(log_ratio / error)
    assert row["n_imputation"] == 1


def test_looks_taken_before_count_and_refused_ones_do_not(protocol: Protocol, marts: Marts) -> None:
    plan = watched(protocol, method="pocock", alpha=0.05, information_events=[10, 20, PLANNED])
    first = look(plan, marts)
    assert first["look"] == 1
    earlier = pd.DataFrame([first]).assign(information=0.02)
    assert look(plan, marts, {"parent:monitoring_look": earlier})["look"] == 2
    refused = earlier.assign(decision="refused")
    assert look(plan, marts, {"parent:monitoring_look": refused})["look"] == 1


def test_a_bet_knows_alternative_and_level_of_the_protocol(protocol: Protocol, marts: Marts) -> None:
    bet = watched(protocol, method="e_process", alternative_hazard_ratio=0.6, alpha=0.1)
    part = matched_sets(bet, marts)
    expected = safe_log_rank(part.clustered(None), part.treated, alternative=0.6, level=0.9)
    row = look(bet, marts)
    assert row["statistic"] == pytest.approx(expected.e_value)
    assert row["boundary"] == pytest.approx(10), "Ville: one over the share of false alarms"
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx([expected.ci_lower, expected.ci_upper])


@pytest.mark.parametrize("method", ["e_process", "pocock"])
def test_no_look_is_taken_at_sets_that_may_move(protocol: Protocol, marts: Marts, method: str) -> None:
    """The protocol refuses such a plan; the stage does not rely on that."""
    plan = watched(protocol, method=method, information_events=[10, PLANNED])
    tables = design(plan, marts)
    moving = plan.model_copy(update={"matching": plan.matching.model_copy(update={"refresh": "rematch"})})
    row = monitoring.run(moving, tables)["monitoring_look"].iloc[-1]
    assert row["decision"] == "refused"
    assert "not frozen" in row["note"]
    assert monitoring.run(plan, tables)["monitoring_look"].iloc[-1]["decision"] != "refused"


def test_what_was_looked_at_stays_where_nothing_more_is_asked_for(protocol: Protocol, marts: Marts) -> None:
    plan = watched(protocol, method="pocock", information_events=[10, PLANNED])
    earlier = pd.DataFrame([look(plan, marts)])
    kept = monitoring.run(protocol, {**design(protocol, marts), "parent:monitoring_look": earlier})
    pd.testing.assert_frame_equal(kept["monitoring_look"], earlier.reset_index(drop=True), check_dtype=False)
    assert study.run(protocol, marts)["monitoring_look"].empty
