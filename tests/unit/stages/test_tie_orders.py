"""Ties in a whole study: who is matched does not hang on how the protocol is written, and a row says what hangs on keys."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import Protocol
from analytics.stages import tie_orders
from analytics.stages.tie_orders import tie_order_row
from analytics.stages.variant import design, with_settings

Marts = dict[str, pd.DataFrame]


@pytest.fixture
def whole(marts: Marts) -> Marts:
    """As a ward writes it down: whole years and points, some missing; many patients alike."""
    adsl = marts["adsl"]
    return {
        **marts,
        "adsl": adsl.assign(AGE=(adsl["AGE"] / 4).round() * 4, SCORE=(adsl["SCORE"] / 3).round() * 3),
    }


def row(protocol: Protocol, marts: Marts) -> dict[str, object]:
    return tie_order_row(protocol, design(protocol, marts))


@pytest.mark.parametrize("method", ["nearest", "optimal", "full", "coarsened"])
@pytest.mark.parametrize("missing", ["impute", "complete_case"])
def test_the_order_in_which_a_protocol_lists_covariates_changes_no_set(
    method: str, missing: str, protocol: Protocol, whole: Marts
) -> None:
    sets = []
    for covariates in (["AGE", "SCORE", "SITE"], ["SITE", "SCORE", "AGE"], ["SCORE", "AGE", "SITE"]):
        varied = with_settings(
            protocol,
            propensity={"covariates": covariates, "missing": missing},
            matching={"method": method},
        )
        sets.append(design(varied, whole)["matched_set"])
    for other in sets[1:]:
        pd.testing.assert_frame_equal(sets[0], other, check_exact=False, rtol=1e-12)


def test_a_covariate_of_an_outcome_model_decides_no_tie(protocol: Protocol, whole: Marts) -> None:
    rank = np.random.default_rng(3).permutation(len(whole["adsl"]))
    more = {**whole, "adsl": whole["adsl"].assign(AAA=rank.astype(float))}
    adjusted = {"name": "more", "covariates": ["TREATED", "AAA"], "population": "matched"}
    with_more = with_settings(protocol, outcome={"cox": [adjusted]})
    pd.testing.assert_frame_equal(
        design(protocol, more)["matched_set"], design(with_more, more)["matched_set"]
    )


def test_without_equal_scores_the_range_is_nothing_and_nobody_is_matched_again(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = design(protocol, marts)
    monkeypatch.setattr(tie_orders, "matched", None)
    found = tie_order_row(protocol, tables)
    assert (found["estimate"], found["parameter_value"]) == (0.0, 0.0)
    assert "no tie decides" in str(found["note"])
    assert found["n"] == tables["matched_set"]["usubjid"].nunique()


@pytest.mark.parametrize("method", ["nearest", "optimal", "full"])
def test_with_equal_scores_the_range_is_that_of_twenty_orders(
    method: str, protocol: Protocol, whole: Marts
) -> None:
    varied = with_settings(protocol, matching={"method": method})
    found = row(varied, whole)
    assert float(str(found["estimate"])) > 0.01
    assert found["parameter_value"] == 20
    assert "share their score" in str(found["note"])
    assert found == row(varied, whole)
    low, high = str(found["note"]).rsplit("hazard ratios ", 1)[1].split(" to ")
    assert np.log(float(high) / float(low)) == pytest.approx(found["estimate"], abs=1e-3)
    assert row(with_settings(varied, study={"seed": 99}), whole)["estimate"] != found["estimate"]


def test_the_range_holds_what_other_pseudonyms_make_of_the_headline(protocol: Protocol, whole: Marts) -> None:
    """Not by law, since orders are drawn, but for these keys, which move the headline a good deal."""
    ids = whole["adsl"]["USUBJID"].to_numpy()
    headlines = []
    for seed in range(4):
        other = dict(zip(ids, np.random.default_rng(seed).permutation(ids), strict=True))
        renamed = {name: frame.assign(USUBJID=frame["USUBJID"].map(other)) for name, frame in whole.items()}
        effects = study.run(protocol, renamed)["effect_estimate"]
        headlines.append(effects.query("specification == 'matched' and headline == 'Y'")["estimate"].iloc[0])
    note = str(row(protocol, whole)["note"])
    low, high = map(float, note.rsplit("hazard ratios ", 1)[1].split(" to "))
    assert max(headlines) > min(headlines)
    assert low < min(headlines) < max(headlines) < high


@pytest.fixture
def strata(protocol: Protocol) -> Callable[[str], Protocol]:
    return lambda method: with_settings(protocol, matching={"method": method, "exact": ["SITE"]})


def test_strata_have_no_ties(strata: Callable[[str], Protocol], whole: Marts) -> None:
    for method in ("exact", "coarsened"):
        found = row(strata(method), whole)
        assert (found["estimate"], found["parameter_value"]) == (0.0, 0.0)


def test_without_a_matched_set_the_row_is_null_with_the_reason(protocol: Protocol, whole: Marts) -> None:
    apart = {**whole, "adsl": whole["adsl"].assign(SCORE=np.where(whole["adsl"]["TRT01PN"] == 1, 40.0, 20.0))}
    found = row(protocol, apart)
    assert found["estimate"] is None
    assert "SCORE" in str(found["note"])
    none = row(with_settings(protocol, matching={"method": "none"}), whole)
    assert none["estimate"] is None
    assert none["note"]
