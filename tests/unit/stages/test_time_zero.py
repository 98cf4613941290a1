"""Answers to the guaranteed wait: who is compared from when on, numbers as by hand, and reasons where there is none."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.stages import index_dates
from analytics.stages.index_dates import left_truncated, no_wait, with_index_dates
from analytics.stages.time_zero import HARVEST, IMPUTATION, INJECTION, TRUNCATION, time_zero_rows
from analytics.stages.variant import design, headline, with_settings
from analytics.survival.followed import Followed

Marts = dict[str, pd.DataFrame]
WAIT = 30


@pytest.fixture
def waiting(marts: Marts) -> Marts:
    """The treated waited a month; the first two were never injected, one of them died on day 12, one was lost on day 50."""
    adsl, adtte = marts["adsl"].copy(), marts["adtte"]
    treated = adsl["TRT01PN"] == 1
    never = adsl["USUBJID"].isin(adsl.loc[treated, "USUBJID"].iloc[:2])
    adsl["HARVDY"] = np.where(treated & ~never, -WAIT, np.where(never, 0.0, np.nan))
    adsl["TRTSDY"] = np.where(treated & ~never, 0.0, np.nan)
    adsl["DTHDY"], adsl["LSTALVDY"] = np.nan, 500.0
    adsl.loc[np.flatnonzero(never)[0], "DTHDY"] = 12.0
    adsl.loc[np.flatnonzero(never)[1], "LSTALVDY"] = 50.0
    adsl["ALSFRSR"] = adsl["SCORE"]
    adsl = adsl.assign(AGEH=adsl["AGE"], ALSFRSRH=adsl["SCORE"])
    arm = adtte["USUBJID"].map(adsl.set_index("USUBJID")["TRT01PN"])
    out = adtte["USUBJID"].isin(adsl.loc[never, "USUBJID"])
    harvest = adtte[arm == 1].assign(ORIGIN="HARVEST")
    harvest["AVAL"] += np.where(out[arm == 1], 0, WAIT)
    parts = [
        adtte[arm == 0].assign(ORIGIN="TRIAL_BASELINE"),
        adtte[(arm == 1) & ~out].assign(ORIGIN="FIRST_INJECTION"),
        harvest,
    ]
    score = [
        pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "ALSFRSR", "INDEXDY": day, "AVAL": adsl["SCORE"] - day / 10})
        for day in (0, 25, 60)
    ]  # fmt: skip
    return {
        "adsl": adsl,
        "adtte": pd.concat(parts, ignore_index=True),
        "adqs": pd.concat(score, ignore_index=True),
    }


@pytest.fixture
def asking(protocol: Protocol) -> Protocol:
    return with_settings(protocol, propensity={"covariates": ["AGE", "ALSFRSR", "SITE"]}, outcome={"cox": []})


def moved_by_hand(marts: Marts) -> Marts:
    """Every control from day 30 on: the score of day 25, 30 days older, 30 days less to go."""
    adsl, adtte = marts["adsl"].copy(), marts["adtte"].copy()
    control = adsl["TRT01PN"] == 0
    adsl["AGE"] += np.where(control, WAIT / 365.25, 0)
    adsl["ALSFRSR"] = adsl["SCORE"] - np.where(control, 2.5, 0)
    theirs = adtte["ORIGIN"] == "TRIAL_BASELINE"
    adtte["AVAL"] = adtte["AVAL"] - np.where(theirs, WAIT, 0)
    adtte = adtte[adtte["AVAL"] > 0]
    left = adsl["USUBJID"].isin(adtte["USUBJID"])
    return {"adsl": adsl[left], "adtte": adtte}


def test_where_everyone_waits_as_long_controls_are_those_moved_by_hand(
    asking: Protocol, waiting: Marts
) -> None:
    """Waits of never injected subjects end before day 30 or after: beyond day 30 nothing is drawn but by the one lost."""
    gone = waiting["adsl"]["HARVDY"] == 0
    alike = {**waiting, "adsl": waiting["adsl"][~gone]}
    crude, matched = with_index_dates(asking, alike, (CRUDE, MATCHED))
    by_hand = moved_by_hand(alike)
    for found, name in ((crude, CRUDE), (matched, MATCHED)):
        expected = headline(asking, design(asking, by_hand), name)
        assert found.hazard_ratio.estimate == pytest.approx(expected.hazard_ratio.estimate, abs=1e-9)
        assert (found.n_treated, found.n_control, found.n_event) == (
            expected.n_treated, expected.n_control, expected.n_event
        )  # fmt: skip
    usual = headline(asking, design(asking, alike), CRUDE)
    assert crude.n_control < usual.n_control, "who ended before day 30 is in no comparison"
    assert crude.n_treated == usual.n_treated
    assert crude.n_imputation == index_dates.FEW_IMPUTATIONS


def test_whom_nobody_saw_injected_beyond_the_longest_wait_is_left_out(
    asking: Protocol, waiting: Marts
) -> None:
    """One of the waiting was lost on day 50 without an injection: but for the one who died, 51 of 52 are injected on day 30,
    so that a control in 52 has no day to start on."""
    source = index_dates._Source.of(asking, waiting)
    n = source.wait.n_injected
    assert source.wait.day.tolist() == [WAIT]
    assert source.wait.injected.tolist() == pytest.approx([n / (n + 1)])
    designs = [source.design(asking, waiting, number) for number in (1, 2, 3)]
    stops = waiting["adtte"].query("ORIGIN == 'TRIAL_BASELINE'").set_index("USUBJID")["AVAL"]
    could = set(stops[stops > WAIT].index)
    for tables in designs:
        controls = tables["analysis_set"].query("treated == 0")["usubjid"]
        assert set(controls) <= could
        rows = tables["follow_up"].set_index("usubjid")
        assert set(rows.index) == set(tables["analysis_set"]["usubjid"])
        assert (rows.loc[controls, "stop_days"] == stops[controls].to_numpy() - WAIT).all()
        assert (rows["entry_days"] == 0).all()


def test_the_order_of_rows_changes_nothing(asking: Protocol, waiting: Marts) -> None:
    rng = np.random.default_rng(3)
    spread = waiting["adsl"].copy()
    spread["HARVDY"] -= np.where(spread["TRTSDY"].notna(), rng.integers(0, 40, len(spread)), 0)
    given = {**waiting, "adsl": spread}
    mixed = {name: frame.sample(frac=1, random_state=4) for name, frame in given.items()}
    once, again = (with_index_dates(asking, tables, (CRUDE, MATCHED)) for tables in (given, mixed))
    assert [v.hazard_ratio.estimate for v in once] == [v.hazard_ratio.estimate for v in again]
    other = with_index_dates(with_settings(asking, study={"seed": 5}), given, (MATCHED,))
    assert other[0].hazard_ratio.estimate != once[1].hazard_ratio.estimate


def test_each_data_set_completes_covariates_by_draws_of_its_own(asking: Protocol, waiting: Marts) -> None:
    imputing = with_settings(asking, propensity={"missing": "impute"})
    source = index_dates._Source.of(imputing, waiting)
    assert waiting["adsl"]["AGE"].isna().any()
    first, second = (source.design(imputing, waiting, n)["imputed_covariate"] for n in (1, 2))
    assert (set(first["imputation"]), set(second["imputation"])) == ({1}, {2})
    treated = waiting["adsl"].loc[waiting["adsl"]["TRT01PN"] == 1, "USUBJID"]
    mine = [
        frame[frame["usubjid"].isin(treated)].sort_values("usubjid")["value"].tolist()
        for frame in (first, second)
    ]
    assert mine[0] != mine[1]


def half_are_left_out(marts: Marts, n_control: int) -> Marts:
    """A few controls, of whom a draw leaves out half: every other of the treated waited longer than any was followed."""
    adsl = marts["adsl"]
    control = adsl.index[adsl["TRT01PN"] == 0]
    some = adsl.drop(index=control[n_control:]).reset_index(drop=True)
    some["HARVDY"] -= np.where(some["HARVDY"] < 0, 5000.0 * (np.arange(len(some)) % 2), 0.0)
    return {**marts, "adsl": some}


def test_where_one_draw_has_no_estimate_there_is_none_and_the_note_says_of_how_many(
    asking: Protocol, waiting: Marts
) -> None:
    given = half_are_left_out(waiting, 18)
    source = index_dates._Source.of(asking, given)
    sizes = [
        int((source.design(asking, given, number)["analysis_set"]["treated"] == 0).sum())
        for number in range(1, 6)
    ]
    few = sum(size < asking.outcome.min_arm for size in sizes)
    assert 0 < few < 5, sizes
    assert np.median(sizes) >= asking.outcome.min_arm, "the median draw would pass"
    (crude,) = with_index_dates(asking, given, (CRUDE,))
    assert np.isnan(crude.hazard_ratio.estimate)
    assert crude.hazard_ratio.note == (
        f"no estimate in {few} of the 5 data sets; in the first of these: fewer than 8 subjects in an arm"
    )
    (none,) = with_index_dates(asking, half_are_left_out(waiting, 8), (CRUDE,))
    assert none.hazard_ratio.note == "fewer than 8 subjects in an arm"


def test_who_is_drawn_in_one_data_set_and_not_in_another_is_no_missing_information(
    asking: Protocol, waiting: Marts
) -> None:
    """Variance of the mean by hand: products of a subject's influences in different draws, and the noise of five draws."""
    given = half_are_left_out(waiting, 107)
    (crude,) = with_index_dates(asking, given, (CRUDE,))
    source = index_dates._Source.of(asking, given)
    draws = [_influences(source.design(asking, given, number)) for number in range(1, 6)]
    estimates = np.array([estimate for estimate, _, _ in draws])
    errors = np.array([error for _, error, _ in draws])
    of_subject = pd.concat([moved for _, _, moved in draws], axis=1).fillna(0.0).to_numpy()
    products = of_subject.T @ of_subject
    between = estimates.var(ddof=1)
    expected = np.sqrt((products.sum() - np.trace(products)) / 20 + between / 5)
    assert crude.hazard_ratio.estimate == pytest.approx(estimates.mean(), abs=1e-6)
    assert crude.hazard_ratio.standard_error == pytest.approx(expected, rel=1e-3)
    rubin = np.sqrt((errors**2).mean() + 1.2 * between)
    assert crude.hazard_ratio.standard_error < 0.95 * rubin


def _influences(tables: Marts) -> tuple[float, float, pd.Series]:
    """Log hazard ratio, its error and every subject's influence by lifelines, of one draw; they add up to its variance."""
    from lifelines import CoxPHFitter

    rows = tables["follow_up"].merge(tables["analysis_set"][["usubjid", "treated"]], on="usubjid")
    frame = rows.set_index("usubjid")[["stop_days", "event", "treated"]].astype(float)
    fit = CoxPHFitter().fit(frame, "stop_days", "event", fit_options={"precision": 1e-10})
    moved = fit.compute_residuals(frame, "delta_beta")["treated"]
    error = float(fit.standard_errors_["treated"])
    return float(fit.params_["treated"]), error, moved * error / np.sqrt((moved**2).sum())


@pytest.mark.parametrize("specification", [CRUDE, "att", MATCHED])
def test_every_row_of_index_dates_knows_subjects_again(
    specification: str, asking: Protocol, waiting: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing = with_settings(asking, weighting={"schemes": ["att"]})
    given = half_are_left_out(waiting, 107)
    (found,) = with_index_dates(weighing, given, (specification,))
    monkeypatch.setattr(Followed, "anchor", None)
    (by_rubin,) = with_index_dates(weighing, given, (specification,))
    assert found.hazard_ratio.estimate == by_rubin.hazard_ratio.estimate
    assert found.hazard_ratio.standard_error < by_rubin.hazard_ratio.standard_error


def test_left_truncation_enters_the_injected_and_keeps_every_control(
    asking: Protocol, waiting: Marts
) -> None:
    harvest = with_settings(asking, time_zero={"treated": "harvest"})
    tables = design(harvest, waiting)
    (crude,) = left_truncated(harvest, tables, (CRUDE,))
    whole = headline(harvest, tables, CRUDE)
    assert (crude.n_treated, crude.n_control) == (whole.n_treated - 2, whole.n_control)
    rows = waiting["adtte"].query("ORIGIN != 'FIRST_INJECTION'").set_index("USUBJID")
    injected = waiting["adsl"].loc[waiting["adsl"]["TRTSDY"] == 0, "USUBJID"]
    control = waiting["adsl"].loc[waiting["adsl"]["TRT01PN"] == 0, "USUBJID"]
    assert crude.hazard_ratio.estimate == pytest.approx(_cox(rows, injected, control), abs=1e-6)


def _cox(rows: pd.DataFrame, injected: pd.Series, control: pd.Series) -> float:
    """Log hazard ratio by lifelines, with entry on day 30 for the injected."""
    from lifelines import CoxPHFitter

    frame = pd.concat([
        rows.loc[injected, ["AVAL", "CNSR"]].assign(treated=1, entry=float(WAIT)),
        rows.loc[control, ["AVAL", "CNSR"]].assign(treated=0, entry=0.0),
    ])  # fmt: skip
    frame = frame.assign(event=1 - frame.pop("CNSR"))
    fit = CoxPHFitter().fit(frame, "AVAL", "event", entry_col="entry", fit_options={"precision": 1e-10})
    return float(fit.params_["treated"])


def rows_of(protocol: Protocol, marts: Marts) -> pd.DataFrame:
    return pd.DataFrame(time_zero_rows(protocol, design(protocol, marts)))


def test_every_answer_stands_in_sensitivity_and_the_first_is_the_headline(
    asking: Protocol, waiting: Marts
) -> None:
    results = study.run(with_settings(asking, sensitivity={"specification_curve": True}), waiting)
    rows = results["sensitivity"].query("analysis == 'time_zero'")
    assert rows["scenario"].tolist() == [
        w for w in (INJECTION, HARVEST, TRUNCATION, IMPUTATION) for _ in (0, 1)
    ]
    assert rows["specification"].tolist() == [CRUDE, MATCHED] * 4
    assert rows["estimate"].notna().all()
    assert rows["estimate"].nunique() == 8
    own = (
        results["effect_estimate"]
        .query("measure == 'hazard_ratio' and headline == 'Y'")
        .set_index("specification")
    )
    assert rows["estimate"].tolist()[:2] == own.loc[[CRUDE, MATCHED], "estimate"].tolist()
    assert rows["note"].iloc[4:].str.contains("does not depend on prognosis").all()
    curve = results["specification_curve"]
    for zero in ("left_truncation", "index_date_imputation"):
        mine = curve[(curve["time_zero"] == zero) & curve["specification"].isin([CRUDE, MATCHED])]
        assert (mine["is_protocol"] == "N").all()
        scenario = TRUNCATION if zero == "left_truncation" else IMPUTATION
        told = rows[rows["scenario"] == scenario].set_index("specification")["estimate"]
        assert mine.set_index("specification")["estimate"].to_dict() == pytest.approx(told.to_dict())


def test_a_protocol_from_the_harvest_has_its_own_row_in_the_second_place(
    asking: Protocol, waiting: Marts
) -> None:
    harvest = with_settings(asking, time_zero={"treated": "harvest"})
    results = study.run(harvest, waiting)
    rows = results["sensitivity"].query("analysis == 'time_zero' and specification == 'matched'")
    own = (
        results["effect_estimate"].query("specification == 'matched' and headline == 'Y'")["estimate"].iloc[0]
    )
    assert rows["estimate"].iloc[1] == own
    assert rows["estimate"].iloc[0] != own
    assert rows["estimate"].notna().all()


REASONS = [
    (lambda m: {**m, "adsl": m["adsl"].drop(columns="HARVDY")}, "not made: adsl has no column HARVDY"),
    (lambda m: {**m, "adsl": m["adsl"].drop(columns="TRTSDY")}, "not made: adsl has no column TRTSDY"),
    (
        lambda m: {**m, "adsl": m["adsl"].assign(HARVDY=np.nan)},
        "not made: no harvest of the treated is on record",
    ),
    (
        lambda m: {**m, "adsl": m["adsl"].assign(HARVDY=m["adsl"]["TRTSDY"])},
        "not made: everyone was injected on the day of the harvest, and waited for nothing",
    ),
    (
        lambda m: {**m, "adsl": m["adsl"].assign(HARVDTF="D")},
        "not made: the wait is known of fewer than 8 of the injected",
    ),
]


@pytest.mark.parametrize(("change", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_without_a_wait_the_rows_are_null_with_the_reason(
    change, reason, asking: Protocol, waiting: Marts
) -> None:
    rows = rows_of(asking, change(waiting))
    assert rows["estimate"].notna().tolist() == [True, True] + [False] * 6
    assert rows["note"].iloc[2:].tolist() == [reason] * 6


def test_files_with_one_clock_tell_neither_harvest_nor_wait(protocol: Protocol, marts: Marts) -> None:
    """As of other studies: no ORIGIN, no days of harvest."""
    rows = rows_of(protocol, marts)
    assert rows["estimate"].notna().tolist() == [True, True] + [False] * 6
    assert set(rows["note"].iloc[2:]) == {"not made: adsl has no column HARVDY"}


def test_without_follow_up_from_the_harvest_index_dates_are_still_drawn(
    asking: Protocol, waiting: Marts
) -> None:
    left = waiting["adtte"].query("ORIGIN != 'HARVEST'").drop(columns="ORIGIN")
    rows = rows_of(asking, {**waiting, "adtte": left})
    assert rows["estimate"].notna().tolist() == [True, True, False, False, False, False, True, True]
    assert set(rows["note"].iloc[2:6]) == {index_dates.NO_HARVEST}


@pytest.mark.parametrize(
    "adqs", [None, pd.DataFrame({"USUBJID": [], "PARAMCD": [], "INDEXDY": [], "AVAL": []})]
)
def test_measured_covariates_need_their_records(adqs, asking: Protocol, waiting: Marts) -> None:
    given = {name: frame for name, frame in waiting.items() if name != "adqs"} | (
        {} if adqs is None else {"adqs": adqs}
    )
    rows = rows_of(asking, given)
    assert set(rows["note"].iloc[6:]) == {
        "not made: adqs has no ALSFRSR of controls, to take as of another day"
    }
    plain = with_settings(asking, propensity={"covariates": ["AGE", "SITE"]})
    assert rows_of(plain, given)["estimate"].notna().all()


def test_other_clocks_have_no_wait(asking: Protocol, waiting: Marts) -> None:
    onset = with_settings(asking, time_zero={"origin": "onset"})
    assert no_wait(onset, waiting) == "not made: the clock starts at onset, with entry at time zero"
    trial = with_settings(asking, time_zero={"treated": "trial_baseline"})
    assert no_wait(trial, waiting) == "not made: time zero of the treated is the baseline of a trial"
    assert rows_of(trial, waiting)["estimate"].notna().tolist() == [True, True] + [False] * 6
