"""The way from one release's estimates to the next one's: nothing moves where nothing changed, and the steps sum up."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.change.attribution import ENROLMENT, STEPS, attribution
from analytics.comparison.effect_row import headline_row
from analytics.comparison.specification import specifications
from analytics.protocol import Protocol, parse_protocol
from analytics.stages import imputation, variant
from analytics.stages.variant import with_settings

Tables = dict[str, pd.DataFrame]
USUAL, MOST = 2, 5
PROTOCOL = parse_protocol(
    """
[population]
criteria = []
[propensity]
covariates = ["AGE", "SCORE"]
imputations = 2
imputation_noise = 1e-6
[weighting]
schemes = ["att"]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
[exposure]
covariates = []
[[endpoint]]
name = "OS"
[[outcome.cox]]
name = "adjusted"
covariates = ["TREATED", "AGE"]
"""
).model_copy(update={"subgroup": ()})


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The headline has more imputations than the rest, though not a hundred."""
    monkeypatch.setattr(imputation, "MOST", MOST)


def released(protocol: Protocol, n: int, cut: float) -> Tables:
    """The study on the first n subjects, followed until a day."""
    rng = np.random.default_rng(5)
    arm = np.arange(400) % 3 == 0
    age = rng.normal(60, 9, 400)
    death = np.ceil(rng.exponential(400 * np.exp((60 - age) / 30)))
    score = pd.Series(rng.normal(38, 5, 400)).mask(rng.random(400) < 0.3)
    keys = [f"S{i:03d}" for i in range(400)]
    adsl = pd.DataFrame({"USUBJID": keys, "TRT01PN": arm.astype(int), "AGE": age, "SCORE": score})[:n]
    times = {"AVAL": np.minimum(death, cut), "CNSR": (death > cut).astype(int)}
    marts = {"adsl": adsl, "adtte": pd.DataFrame({"USUBJID": keys, "PARAMCD": "OS", **times})[:n]}
    return marts | study.run(protocol, marts)


def way(protocol: Protocol, before: Tables, after: Tables, *, same: bool) -> pd.DataFrame:
    return attribution(protocol, before, after, (before["effect_estimate"], after["effect_estimate"]), same)


@pytest.mark.parametrize("same", [True, False])
def test_where_nothing_changed_no_step_moves_anything(same: bool) -> None:
    """Also where the design is made anew: with the very imputations of the study, however many those are."""
    tables = released(PROTOCOL, 300, 600)
    assert tables["matched_set"]["imputation"].nunique() == MOST
    steps = way(PROTOCOL, tables, tables, same=same)
    assert set(steps["specification"]) == {"crude", "matched", "att"}
    assert all(tuple(mine) == STEPS for _, mine in steps.groupby("specification")["step"])
    assert steps["difference"].abs().max() < 1e-12


def test_the_steps_lead_from_one_published_estimate_to_the_other() -> None:
    before, after = released(PROTOCOL, 300, 400), released(PROTOCOL, 400, 600)
    steps = way(PROTOCOL, before, after, same=True)
    for name in specifications(PROTOCOL):
        rows = [headline_row(tables["effect_estimate"], name, "OS") for tables in (before, after)]
        then, now = (np.log(row["estimate"]) for row in rows if row is not None)
        mine = steps[steps["specification"] == name].set_index("step")["difference"]
        assert mine.sum() == pytest.approx(now - then, abs=1e-12)
        assert abs(mine[ENROLMENT]) > 1e-6, "a hundred subjects are new"


def test_a_changed_protocol_is_the_first_step() -> None:
    wide = with_settings(PROTOCOL, matching={"caliper": 0.02})
    before, after = released(PROTOCOL, 300, 600), released(wide, 300, 600)
    steps = way(wide, before, after, same=False)
    mine = steps[steps["specification"] == "matched"].set_index("step")["difference"]
    assert abs(mine[STEPS[0]]) > 1e-6
    assert mine[list(STEPS[1:])].abs().max() < 1e-12


def test_a_design_is_made_anew_once_for_every_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = released(PROTOCOL, 300, 400), released(PROTOCOL, 400, 600)
    made = []
    design = variant.design
    monkeypatch.setattr(variant, "design", lambda *a, **k: made.append(k) or design(*a, **k))  # type: ignore[func-returns-value]
    way(PROTOCOL, before, after, same=False)
    assert made == [{"imputations": MOST}] * 2


def test_where_nobody_is_new_the_study_of_now_is_the_design_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, after = released(PROTOCOL, 300, 400), released(PROTOCOL, 300, 600)
    steps = way(PROTOCOL, before, after, same=True)
    monkeypatch.setattr(variant, "design", None)
    pd.testing.assert_frame_equal(way(PROTOCOL, before, after, same=True), steps)
    assert steps.loc[steps["step"] == ENROLMENT, "difference"].abs().max() < 1e-12
