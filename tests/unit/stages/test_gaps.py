"""What a release lacks is counted with its reason; what a rule of the protocol forbids is not; the rest is made."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.gaps import COVARIATE, FAILED, REFUSED, Gap, gaps_of
from analytics.matching import edges
from analytics.propensity.score_terms import PropensityError
from analytics.protocol import Protocol
from analytics.stages import propensity
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
NO_DOSES = Gap(REFUSED, "dose", "no injections were given (adex)")
"""The marts of these tests have no injections."""


def found(protocol: Protocol, marts: Marts) -> tuple[dict[str, pd.DataFrame], list[Gap]]:
    """The results, safety among them, and the gaps that this test is about."""
    made = study.run(protocol, marts)
    assert len(made["exposure_summary"])
    crude = made["effect_estimate"].query("specification == 'crude' and headline == 'Y'")
    assert crude["estimate"].notna().all()
    gaps = gaps_of(protocol, made)
    assert NO_DOSES in gaps
    return made, [gap for gap in gaps if gap != NO_DOSES]


def notes(made: dict[str, pd.DataFrame], specification: str) -> set[str]:
    rows = made["effect_estimate"].query("specification == @specification")
    assert len(rows)
    assert rows["estimate"].isna().all()
    return set(rows["note"])


def apart(marts: Marts) -> None:
    """All but a few of the treated lie where no control is."""
    treated = marts["adsl"]["TRT01PN"] == 1
    far = treated & (treated.cumsum() > 6)
    marts["adsl"]["SCORE"] += np.where(far, 25.0, 0.0)


def test_a_whole_study_lacks_nothing_else(protocol: Protocol, marts: Marts) -> None:
    assert found(protocol, marts)[1] == []


def test_an_arm_that_the_protocol_calls_too_small_is_no_gap(protocol: Protocol, marts: Marts) -> None:
    made = study.run(with_settings(protocol, outcome={"min_arm": 100}), marts)
    assert made["effect_estimate"]["estimate"].isna().all()
    assert gaps_of(protocol, made) != gaps_of(with_settings(protocol, outcome={"min_arm": 100}), made)
    assert gaps_of(with_settings(protocol, outcome={"min_arm": 100}), made) == [NO_DOSES]


@pytest.mark.parametrize("method", ["optimal", "full"])
def test_more_pairs_than_can_be_held_cost_the_matched_rows(
    method: str, protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edges, "MOST_PAIRS", 10)
    made, gaps = found(with_settings(protocol, matching={"method": method}), marts)
    assert [(gap.kind, gap.subject) for gap in gaps] == [(REFUSED, "matching")]
    assert "more than 10 pairs are within the caliper; narrow it" in gaps[0].reason
    assert notes(made, "matched") == {gaps[0].reason}
    weighted = made["effect_estimate"].query("specification == 'iptw_att' and headline == 'Y'")
    assert weighted["estimate"].notna().all()


def test_nobody_matched(protocol: Protocol, marts: Marts) -> None:
    made, gaps = found(with_settings(protocol, matching={"caliper": 1e-12}), marts)
    assert [(gap.kind, gap.subject) for gap in gaps] == [(REFUSED, "matching")]
    assert "a control was found for none of the" in gaps[0].reason
    assert notes(made, "matched") == {gaps[0].reason}


def test_weights_that_do_not_exist(protocol: Protocol, marts: Marts) -> None:
    apart(marts)
    made, gaps = found(with_settings(protocol, weighting={"schemes": ("entropy",)}), marts)
    assert [(gap.kind, gap.subject) for gap in gaps] == [(REFUSED, "weighting: entropy")]
    assert "no weights of the controls have the covariate means of the treated" in gaps[0].reason
    assert notes(made, "entropy") == {gaps[0].reason}


@pytest.mark.parametrize(("arm", "words"), [(0, "controls"), (1, "treated")])
def test_trimming_that_leaves_an_arm_empty(
    arm: int, words: str, protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propensity, "_kept", lambda protocol, treated, score: treated != arm)
    made, gaps = found(protocol, marts)
    assert {gap.kind for gap in gaps} == {REFUSED}
    assert {gap.subject.partition(":")[0] for gap in gaps} == {"matching", "weighting"}
    assert all(f"trimming of the score leaves none of the {words}" in gap.reason for gap in gaps)
    for specification in ("matched", *protocol.weighting.schemes):
        assert all("trimming" in note for note in notes(made, specification))


def test_a_covariate_never_delivered(protocol: Protocol, marts: Marts) -> None:
    marts["adsl"]["SCORE"] = marts["adsl"]["SCORE"].mask(marts["adsl"]["TRT01PN"] == 1)
    _, gaps = found(protocol, marts)
    assert gaps == [Gap(COVARIATE, "SCORE", "SCORE is recorded for none of the 54 treated")]


def test_a_covariate_that_no_score_can_have(protocol: Protocol, marts: Marts) -> None:
    marts["adsl"]["SCORE"] = 38.0
    _, gaps = found(protocol, marts)
    assert [(gap.kind, gap.subject) for gap in gaps] == [(REFUSED, "propensity")]
    assert "covariate SCORE is constant" in gaps[0].reason


def raises(error: Exception) -> Callable[..., dict[str, pd.DataFrame]]:
    def broken(*_: object) -> dict[str, pd.DataFrame]:
        raise error

    return broken


@pytest.mark.parametrize(
    "name",
    ["sensitivity", "specification_curve", "monitoring", "second_opinion", "operating_characteristics"],
)
@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (ZeroDivisionError("LENZ-001"), FAILED, "unexpected ZeroDivisionError in test_gaps.py, line "),
        (PropensityError("covariate AGE is constant"), REFUSED, "covariate AGE is constant"),
    ],
)
def test_a_stage_of_robustness_that_is_not_made(name: str, error: Exception, kind: str, reason: str) -> None:
    stage = next(stage for stage in study.STAGES if stage.name == name)
    made = study.run_stage(replace(stage, function=raises(error), parts=()), Protocol(), {})
    (gap,) = gaps_of(Protocol(), made)
    assert (gap.kind, gap.subject) == (kind, name.replace("_", " "))
    assert gap.reason.startswith(reason)


def test_a_look_that_broke_is_no_gap_of_the_next_night() -> None:
    stage = next(stage for stage in study.STAGES if stage.name == "monitoring")
    broken = study.run_stage(replace(stage, function=raises(TypeError())), Protocol(), {})
    later = study.run_stage(stage, Protocol(), {"parent:monitoring_look": broken["monitoring_look"]})
    assert gaps_of(Protocol(), broken)
    assert gaps_of(Protocol(), later) == []
