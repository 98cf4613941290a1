"""`vigil analyse` of an endpoint that death competes with, from files to rows, against R (``competing.R``)."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.survival.fine_gray import fine_gray
from analytics.survival.records import Records
from orchestration.cli import main

HERE = Path(__file__).parent
STUDIES = ("mgus2", "mgus2_untied")
ARMS = {"Women": 1, "Men": 0}
DAYS = (365, 1825, 3650, 7300)
TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(HERE / "expected.csv", dtype={"key": str}, keep_default_na=False)


@pytest.fixture(scope="module", params=STUDIES)
def analysed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp(request.param)
    files = ["--adsl", str(HERE / "mgus2_adsl.csv"), "--adtte", str(HERE / f"{request.param}_adtte.csv")]
    assert main(["analyse", str(HERE / "mgus2.toml"), *files, "--out", str(out)]) == 0
    return request.param, out


def test_every_row_is_that_of_r(analysed: tuple[str, Path], expected: pd.DataFrame) -> None:
    name, out = analysed
    found = long_form(out)
    theirs = expected[
        (expected["study"] == name) & ~expected["quantity"].str.endswith(("_coxph", "_finegray"))
    ]
    assert len(theirs) > 95
    mine = np.array(
        [found[key] for key in zip(theirs["specification"], theirs["quantity"], theirs["key"], strict=True)]
    )
    off = ~np.isclose(mine, theirs["value"], rtol=TOLERANCE, atol=0)
    assert theirs[off].assign(found=mine[off]).to_dict("records") == []


def long_form(out: Path) -> dict[tuple[str, str, str], float]:
    """(specification, quantity, key) → value, named as the R script names them."""
    found = dict(effects(pd.read_parquet(out / "effect_estimate.parquet")))
    curves = pd.read_parquet(out / "survival_curve.parquet")
    for (specification, arm), curve in curves.groupby(["specification", "arm"]):
        for day in DAYS:
            at = curve[curve["time_days"] <= day].iloc[-1]
            for quantity, column in (("pstate", "survival"), ("lower", "ci_upper"), ("upper", "ci_lower")):
                found[specification, quantity, f"{ARMS[arm]} {day}"] = 1 - at[column]
    for row in pd.read_parquet(out / "survival_summary.parquet").itertuples():
        found[row.specification, "n_event", str(ARMS[row.arm])] = row.n_event
        found[row.specification, "n_competing", str(ARMS[row.arm])] = row.n_competing
    return found


def effects(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], float]]:
    """Ratios as logarithms; of log-rank tests the unstratified one."""
    names = {
        "hazard_ratio": "cause_specific",
        "subdistribution_hazard_ratio": "subdistribution",
        "risk_difference": "risk_difference",
    }
    for row in rows[~rows["method"].str.contains("within")].itertuples():
        specification = "adjusted" if row.method.endswith(", adjusted") else row.specification
        if row.measure == "log_rank_chi2":
            yield (specification, "log_rank", ""), row.estimate
        if row.measure in names:
            day = "" if pd.isna(row.horizon_days) else f"{row.horizon_days:g}"
            value = row.estimate if row.measure == "risk_difference" else np.log(row.estimate)
            yield (specification, names[row.measure], day), value
            yield (specification, f"{names[row.measure]}_se", day), row.standard_error


def test_the_pairs_are_those_that_r_was_given(analysed: tuple[str, Path]) -> None:
    _, out = analysed
    mine = pd.read_parquet(out / "matched_set.parquet").set_index("usubjid")["set_id"]
    given = pd.read_csv(HERE / "mgus2_pairs.csv", index_col="USUBJID")["SET"]
    assert mine.to_dict() == given.to_dict()


def test_the_subdistribution_hazard_is_that_of_weighted_cox_regression(
    analysed: tuple[str, Path], expected: pd.DataFrame
) -> None:
    """cmprsk's, by its definition with survival's own Cox model; and with one distribution of censoring, finegray's."""
    name, out = analysed
    if name != "mgus2_untied":
        pytest.skip("cmprsk and survival differ in ties of a censoring with an event")
    theirs = (
        expected[expected["study"] == name].set_index(["quantity", "specification"])["value"].sort_index()
    )
    rows = pd.read_parquet(out / "effect_estimate.parquet").query("measure == 'subdistribution_hazard_ratio'")
    mine = np.log(rows.set_index("specification")["estimate"])
    followed = pd.read_parquet(out / "follow_up.parquet").merge(
        pd.read_parquet(out / "analysis_set.parquet"), on="usubjid"
    )
    pairs = pd.read_csv(HERE / "mgus2_pairs.csv")["USUBJID"]
    for specification, people in (
        ("crude", followed),
        ("matched", followed[followed["usubjid"].isin(pairs)]),
    ):
        assert np.isclose(
            mine[specification], theirs["subdistribution_by_coxph", specification], rtol=TOLERANCE
        )
        records = Records(people["stop_days"], people["event"] + 2 * people["competing"])
        fit = fine_gray(records, pd.DataFrame({"treated": people["treated"] * 1.0}))
        assert np.isclose(
            fit.coefficient[0], theirs["subdistribution_by_finegray", specification], rtol=TOLERANCE
        )


def test_what_events_compete_with_has_no_survival_free_of_it(analysed: tuple[str, Path]) -> None:
    _, out = analysed
    rows = pd.read_parquet(out / "effect_estimate.parquet")
    nothing = rows[
        rows["measure"].isin(["rmst_difference", "rmst_ratio", "survival_difference", "time_ratio"])
    ]
    assert nothing["estimate"].isna().all()
    assert nothing["note"].str.contains(r"events compete with this endpoint \(DEATH\)").all()
    assert (
        rows.loc[rows["measure"].str.contains("hazard_ratio|log_rank"), "method"]
        .str.contains("cause-specific|Fine–Gray")
        .all()
    )
    weighted = rows.query("specification == 'att' and measure == 'subdistribution_hazard_ratio'").iloc[0]
    assert pd.isna(weighted["estimate"])
    assert weighted["note"] == "Fine–Gray regression is not made of weighted rows"
    summary = pd.read_parquet(out / "survival_summary.parquet")
    assert summary["median_days"].isna().all()
    assert set(pd.read_parquet(out / "survival_curve.parquet")["estimator"]) == {"one minus Aalen–Johansen"}
