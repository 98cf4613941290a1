"""Time ratios beside the hazard ratios: of the rows the comparison has, pooled, named best where that means something."""

import subprocess
import sys

import lifelines
import numpy as np
import pandas as pd
import pytest
from lifelines.exceptions import ConvergenceError

from analytics import study
from analytics.comparison import time_ratios
from analytics.comparison.comparison import comparisons, followed
from analytics.imputation.rematched import Contributions, pool_rematched
from analytics.imputation.rubin import pool_estimates
from analytics.protocol import Protocol, parse_protocol
from analytics.protocol.canonical import ProtocolError
from analytics.stages import parametric_curve
from analytics.stages.variant import design, with_settings
from analytics.survival.accelerated import fit_accelerated
from analytics.survival.log_time import DISTRIBUTIONS
from analytics.survival.records import Records

Marts = dict[str, pd.DataFrame]
NUMBERS = ["estimate", "standard_error", "ci_lower", "ci_upper", "p_value"]


def made(protocol: Protocol, tables: Marts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `effect_estimate`, and `parametric_model`."""
    found = time_ratios.time_ratios(protocol, tables)
    return pd.DataFrame(found.effects), found.models


def of(rows: pd.DataFrame, specification: str, distribution: str = "weibull") -> pd.Series:
    words = DISTRIBUTIONS[distribution].words
    mine = rows[(rows["specification"] == specification) & rows["method"].str.startswith(f"{words} ")]
    assert len(mine) == 1
    return mine.iloc[0]


def frames(protocol: Protocol, tables: Marts, specification: str) -> list[pd.DataFrame]:
    made = comparisons(protocol, tables, specification)
    return [part.frame for part in followed(made, tables["follow_up"], "OS")]


def fit(frame: pd.DataFrame, distribution: str = "weibull", cluster: str | None = None, late: bool = False):
    records = Records(
        frame["stop_days"], frame["event"], entry=frame["entry_days"] if late else None,
        weight=frame["weight"], cluster=frame[cluster] if cluster else None,
    )  # fmt: skip
    return fit_accelerated(records, frame["treated"], distribution)


def assert_row_is(row: pd.Series, expected: object) -> None:
    ratio, error = expected.coefficient[0], np.sqrt(expected.robust_covariance[0, 0])
    assert row["estimate"] == pytest.approx(np.exp(ratio), rel=1e-12)
    assert row["standard_error"] == pytest.approx(error, rel=1e-6)
    assert np.log(row["ci_upper"]) == pytest.approx(ratio + 1.959963984540054 * error, rel=1e-6)


@pytest.mark.parametrize("distribution", list(DISTRIBUTIONS))
def test_each_specification_has_a_time_ratio_of_each_distribution_by_its_own_rows(
    distribution: str, protocol: Protocol, marts: Marts
) -> None:
    tables = design(protocol, marts)
    rows, models = made(protocol, tables)
    clusters = {"crude": None, "matched": "set_id", "att": None, "overlap": None}
    assert len(rows) == len(models) == 3 * len(clusters)
    assert (rows["measure"] == "time_ratio").all()
    assert (rows["headline"] == "N").all()
    for specification, cluster in clusters.items():
        (frame,) = frames(protocol, tables, specification)
        expected = fit(frame, distribution, cluster)
        row = of(rows, specification, distribution)
        assert_row_is(row, expected)
        assert ("variance robust by row" in row["method"]) == (specification == "crude")
        (model,) = models.query(
            "specification == @specification and distribution == @distribution"
        ).itertuples()
        parameters = [model.coefficient, model.location, np.log(model.scale), model.log_likelihood]
        assert parameters == pytest.approx([*expected.coefficient, expected.log_likelihood])


def test_a_control_in_several_sets_is_one_subject_and_has_no_aic(protocol: Protocol, marts: Marts) -> None:
    again = with_settings(protocol, matching={"replace": True})
    tables = design(again, marts)
    (frame,) = frames(again, tables, "matched")
    assert frame["usubjid"].duplicated().any()
    rows, models = made(again, tables)
    fits = {name: fit(frame.assign(row=frame.index), cluster=name) for name in ("usubjid", "set_id", "row")}
    by_subject, by_set, by_row = (each.robust_covariance[0, 0] for each in fits.values())
    row = of(rows, "matched")
    assert row["estimate"] == pytest.approx(np.exp(fits["row"].coefficient[0]), rel=1e-12)
    assert row["standard_error"] ** 2 == pytest.approx(by_subject + by_set - by_row, rel=1e-6)
    assert abs(by_set - by_row) > 0.02 * by_row, "by subject alone it would be another"
    matched = models.query("specification == 'matched'")
    assert matched[["aic", "best"]].isna().all(axis=None)
    assert matched["coefficient"].notna().all()


def test_the_best_is_named_once_among_fits_that_have_a_likelihood(protocol: Protocol, marts: Marts) -> None:
    rows, models = made(protocol, design(protocol, marts))
    unweighted = models["specification"].isin(["crude", "matched"])
    assert models.loc[~unweighted, ["aic", "best"]].isna().all(axis=None)
    for specification, mine in models[unweighted].groupby("specification"):
        best = mine[mine["best"] == "Y"]
        assert best["aic"].tolist() == [mine["aic"].min()]
        assert (mine["aic"] - (6 - 2 * mine["log_likelihood"])).abs().max() < 1e-9
        named = rows[(rows["specification"] == specification) & rows["note"].notna()]
        assert named["note"].tolist() == ["the best of 3 fits by AIC"]
        assert named.index[0] == of(rows, specification, best["distribution"].iloc[0]).name


def test_one_distribution_is_not_called_the_best_of_one(protocol: Protocol, marts: Marts) -> None:
    alone = with_settings(protocol, outcome={"accelerated": ("lognormal",)})
    rows, models = made(alone, design(alone, marts))
    assert rows["note"].isna().all()
    assert models.query("specification == 'crude'")["best"].tolist() == ["Y"]


def test_imputations_are_pooled_as_hazard_ratios_are_and_a_part_of_them_is_said(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    impute = with_settings(protocol, propensity={"missing": "impute", "imputations": 3})
    tables = design(impute, marts, imputations=None)
    for specification, cluster in (("matched", "set_id"), ("overlap", None)):
        data = frames(impute, tables, specification)
        fits = [fit(frame, cluster=cluster) for frame in data]
        values = np.array([each.coefficient[0] for each in fits])
        variances = np.array([each.robust_covariance[0, 0] for each in fits])
        by_rubin = pool_estimates(values, variances)
        contributions = [_contributions(*each) for each in zip(data, fits, strict=True)] if cluster else []
        expected = pool_rematched(values, variances, contributions) if cluster else by_rubin
        row = of(made(impute, tables)[0], specification)
        assert row["n_imputation"] == 3
        assert np.log(row[["estimate", "ci_lower", "ci_upper"]].astype(float)).tolist() == pytest.approx(
            [expected.estimate, expected.ci_lower, expected.ci_upper], rel=1e-6
        )
        assert (by_rubin.standard_error > 1.02 * expected.standard_error) == (cluster is not None)
    monkeypatch.setattr(time_ratios, "MOST_IMPUTATIONS", 2)
    rows, models = made(impute, tables)
    assert of(rows, "matched")["n_imputation"] == 2
    assert rows.query("specification != 'crude'")["note"].str.endswith("the first 2 of 3 imputations").all()
    assert not rows.query("specification == 'crude'")["note"].fillna("").str.contains("imputations").any()
    assert set(models.query("specification != 'crude'")["n_imputation"]) == {2}


def _contributions(frame: pd.DataFrame, fitted) -> Contributions:
    """Influences of the rows, with sets named by their treated."""
    treated = {row.set_id: row.usubjid for row in frame.itertuples() if row.treated == 1}
    anchors = np.array([treated[set_id] for set_id in frame["set_id"]], object)
    return Contributions(fitted.influence, np.ones(len(frame)), frame["usubjid"].to_numpy(object), anchors)


def refused(rows: pd.DataFrame, models: pd.DataFrame, note: str) -> None:
    assert len(rows) == len(models) > 0
    assert rows[NUMBERS].isna().all(axis=None)
    assert models[["coefficient", "location", "scale", "log_likelihood", "aic", "best"]].isna().all(axis=None)
    assert set(rows["note"]) == set(models["note"]) == {note}


def test_what_has_no_comparison_has_no_time_ratio_for_the_same_reason(
    protocol: Protocol, marts: Marts
) -> None:
    large = with_settings(protocol, outcome={"min_arm": 100})
    rows, models = made(large, design(large, marts))
    mine = rows["specification"] == "crude"
    refused(rows[mine], models.query("specification == 'crude'"), "fewer than 100 subjects in an arm")
    quiet = {**marts, "adtte": marts["adtte"].assign(CNSR=1)}
    refused(*made(protocol, design(protocol, quiet)), "no events")


def test_an_arm_without_events_costs_these_rows_and_says_so(protocol: Protocol, marts: Marts) -> None:
    treated = marts["adsl"].loc[marts["adsl"]["TRT01PN"] == 1, "USUBJID"]
    alive = marts["adtte"].assign(
        CNSR=marts["adtte"]["CNSR"].mask(marts["adtte"]["USUBJID"].isin(treated), 1)
    )
    refused(
        *made(protocol, design(protocol, {**marts, "adtte": alive})),
        "no events among the treated: the time ratio is infinite",
    )


def test_a_library_that_fails_costs_its_rows_and_no_night(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ConvergenceError("S001")

    monkeypatch.setattr(lifelines.LogNormalAFTFitter, "fit", fails)
    results = study.run(protocol, marts)
    rows = results["effect_estimate"].query("measure == 'time_ratio'")
    broken = rows["method"].str.startswith("log-normal")
    assert rows.loc[broken, NUMBERS].isna().all(axis=None)
    assert set(rows.loc[broken, "note"]) == {
        "lifelines found no maximum of the likelihood (ConvergenceError)"
    }
    assert rows.loc[~broken, NUMBERS].notna().all(axis=None)
    assert (
        results["parametric_model"]
        .query("best == 'Y'")["distribution"]
        .isin(["weibull", "loglogistic"])
        .all()
    )
    assert "the best of 2 fits by AIC" in set(rows["note"])
    assert results["effect_estimate"].query("headline == 'Y'")["estimate"].notna().all()
    assert set(results["parametric_curve"]["distribution"]) == {"weibull", "loglogistic"}


def test_delayed_entry_is_respected_and_the_curve_begins_with_the_observed_one(
    protocol: Protocol, marts: Marts
) -> None:
    entry = 20.0 + np.arange(len(marts["adtte"])) % 50
    late = marts["adtte"].assign(ENTRYDY=entry, AVAL=marts["adtte"]["AVAL"] + entry)
    since_onset = with_settings(protocol, time_zero={"origin": "onset"})
    results = study.run(since_onset, {**marts, "adtte": late})
    (frame,) = frames(since_onset, results, "crude")
    expected = fit(frame, late=True)
    assert_row_is(of(results["effect_estimate"].query("measure == 'time_ratio'"), "crude"), expected)
    assert abs(expected.coefficient[1] - fit(frame).coefficient[1]) > 0.01
    observed = results["survival_curve"].query("specification == 'crude' and arm == 'Drug'")["time_days"]
    curve = results["parametric_curve"].query(
        "specification == 'crude' and arm == 'Drug' and distribution == 'weibull'"
    )
    assert curve["survival"].iloc[0] == 1
    assert curve["time_days"].iloc[[0, -1]].tolist() == [observed.min(), observed.max()]
    whole = expected.survival(curve["time_days"], 1)
    np.testing.assert_allclose(curve["survival"], whole / whole[0], rtol=1e-9)


def test_a_curve_is_that_of_its_model_for_as_long_as_there_is_an_observed_one(
    protocol: Protocol, marts: Marts
) -> None:
    results = study.run(protocol, marts)
    curves, observed = results["parametric_curve"], results["survival_curve"]
    ranges = observed.groupby(["specification", "arm"])["time_days"]
    for key, mine in curves.groupby(["specification", "arm"]):
        seen = ranges.get_group(key)
        assert mine["time_days"].max() == seen.max()
        assert mine["time_days"].min() == seen.min() == 0
        assert (np.diff(mine.query("distribution == 'weibull'")["survival"]) < 0).all()
    (frame,) = frames(protocol, results, "crude")
    mine = curves.query("specification == 'crude' and distribution == 'loglogistic' and arm == 'Placebo'")
    np.testing.assert_allclose(
        mine["survival"], fit(frame, "loglogistic").survival(mine["time_days"], 0), rtol=1e-9
    )
    without = parametric_curve.run(protocol, {**results, "survival_curve": observed.query("arm == 'Drug'")})
    assert set(without["parametric_curve"]["arm"]) == {"Drug"}


def test_the_primary_endpoint_alone_is_modelled(protocol: Protocol, marts: Marts) -> None:
    endpoints = [
        protocol.primary.model_dump(),
        protocol.primary.model_dump() | {"name": "TFS", "label": "TFS"},
    ]
    two = Protocol.model_validate(protocol.model_dump() | {"endpoint": endpoints})
    both = pd.concat([marts["adtte"], marts["adtte"].assign(PARAMCD="TFS")], ignore_index=True)
    results = study.run(two, {**marts, "adtte": both})
    assert set(results["effect_estimate"].query("measure == 'time_ratio'")["endpoint"]) == {"OS"}
    assert set(results["parametric_model"]["endpoint"]) == {"OS"}


def test_an_empty_setting_turns_them_off_and_the_library_is_not_brought_in(
    protocol: Protocol, marts: Marts
) -> None:
    off = with_settings(protocol, outcome={"accelerated": ()})
    results = study.run(off, marts)
    assert "time_ratio" not in set(results["effect_estimate"]["measure"])
    assert results["parametric_model"].empty
    assert results["parametric_curve"].empty
    code = "import sys, analytics.study, analytics.report; assert 'lifelines' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ('["weibull", "gamma"]', "outcome.accelerated.1"),
        ('["weibull", "weibull"]', "outcome.accelerated: weibull is named more than once"),
        ('"weibull"', "outcome.accelerated: must be a list"),
    ],
)
def test_a_distribution_that_is_none_or_named_twice_is_refused(setting: str, reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        parse_protocol(f"[outcome]\naccelerated = {setting}\n")
