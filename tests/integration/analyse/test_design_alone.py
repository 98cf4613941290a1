"""Without times the design is made alone: blind to outcome, and every table of outcomes says why it has none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import parse_protocol
from orchestration.cli import main
from orchestration.foreign.marts import foreign_study

TOML = """
[treatment]
falsification_value = 2
[population]
criteria = [{ name = "adults", where = "SEX in ('F', 'M')" }]
[propensity]
covariates = ["AGE", "SEX"]
imputations = 2
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
"""
DESIGN = [
    "cohort_flow", "analysis_set", "propensity_score", "propensity_model", "matched_set", "balancing_weight",
    "covariate_balance", "balance_gate",
]  # fmt: skip
REASON = "no follow-up was given (adtte)"
WITHOUT_FOLLOW_UP = ("second_opinion", "operating_characteristics")
N = 240


@pytest.fixture
def adsl() -> pd.DataFrame:
    """Three arms, some ages missing."""
    rng = np.random.default_rng(4)
    arm = np.arange(N) % 3
    age = rng.normal(60 - arm, 8, N).round(1)
    return pd.DataFrame(
        {
            "USUBJID": [f"01-{place:03d}" for place in range(N)],
            "TRT01PN": arm,
            "AGE": np.where(rng.random(N) < 0.1, np.nan, age),
            "SEX": rng.choice(["F", "M"], N),
        }
    )


def analyse(folder: Path, adsl: pd.DataFrame, *more: str, toml: str = TOML) -> int:
    adsl.to_csv(folder / "adsl.csv", index=False)
    (folder / "p.toml").write_text(toml)
    command = [
        "analyse",
        str(folder / "p.toml"),
        "--adsl",
        str(folder / "adsl.csv"),
        "--out",
        str(folder / "out"),
    ]
    return main([*command, *more])


def made(folder: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in (folder / "out").glob("*.parquet")}


def test_the_design_is_made_and_outcomes_say_why_not(
    tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture
) -> None:
    assert analyse(tmp_path, adsl) == 0
    told = capsys.readouterr().out
    assert (
        "adsl.csv: no follow-up is given (--adtte, or AVAL and CNSR here): the design is made alone" in told
    )
    assert f"OS, matched: no hazard ratio: {REASON}" in told
    tables = made(tmp_path)
    assert set(tables) == {name for stage in study.STAGES for name in stage.makes}
    assert all(len(tables[name]) for name in DESIGN)
    assert len(tables["imputed_covariate"])
    for stage in study.STAGES:
        if stage.group in ("outcomes", "robustness") and stage.name not in WITHOUT_FOLLOW_UP:
            for name in stage.makes:
                said = [REASON] if name in study.SAY_WHY else []
                assert tables[name].get("note", pd.Series(dtype=object)).tolist() == said, name
                assert len(tables[name]) == len(said), name
    again = tables["second_opinion"]
    assert {"propensity_score", "auc", "safety_population"} <= set(again["quantity"])
    assert set(again["table_name"]) == {"propensity_score", "propensity_diagnostic", "exposure_summary"}
    assert set(again["agrees"]) == {"Y"}
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "not drawn" not in report
    assert f"cannot be answered from this data cut: {REASON}" in report
    assert "None" not in report
    assert ">nan<" not in report


def test_the_design_of_complete_covariates_does_not_depend_on_times(
    tmp_path: Path, adsl: pd.DataFrame
) -> None:
    whole = adsl.dropna()
    rng = np.random.default_rng(5)
    times = whole[["USUBJID"]].assign(PARAMCD="OS", AVAL=rng.integers(9, 400, len(whole)), CNSR=0)
    paths = {"adsl": tmp_path / "adsl.csv", "adtte": tmp_path / "adtte.csv"}
    whole.to_csv(paths["adsl"], index=False)
    times.to_csv(paths["adtte"], index=False)
    with_times, without = (
        foreign_study(parse_protocol(TOML), files) for files in (paths, {"adsl": paths["adsl"]})
    )
    one, other = (study.run(found.protocol, found.marts) for found in (with_times, without))
    for name in set(DESIGN) - {"cohort_flow"}:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


@pytest.mark.parametrize("method", ["none", "exact"])
def test_the_leading_comparison_says_why_whatever_the_method(
    tmp_path: Path, adsl: pd.DataFrame, method: str
) -> None:
    exact = 'exact = ["SEX"]\n' if method == "exact" else ""
    toml = f'{TOML}[outcome]\ncox = []\n[matching]\nmethod = "{method}"\n{exact}'
    assert analyse(tmp_path, adsl, toml=toml) == 0
    rows = made(tmp_path)["effect_estimate"]
    assert rows["specification"].tolist() == ["att" if method == "none" else "matched"]


def test_the_falsification_arm_takes_the_place_of_the_treated(
    tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture
) -> None:
    assert analyse(tmp_path, adsl, "--falsification") == 0
    tables = made(tmp_path)
    scored = tables["propensity_score"]
    arms = adsl.set_index("USUBJID")["TRT01PN"]
    assert set(scored["usubjid"].map(arms)) == {0, 2}
    assert set(scored.loc[scored["treated"] == 1, "usubjid"].map(arms)) == {2}
    assert len(tables["matched_set"])
    assert "TRT01PN = 2" in set(tables["cohort_flow"]["arm"])
    capsys.readouterr()
    unsaid = TOML.replace("falsification_value = 2\n", "")
    assert analyse(tmp_path, adsl, "--falsification", toml=unsaid) == 1
    assert "treatment.falsification_value is not given" in capsys.readouterr().err


def test_half_of_a_time_is_refused(tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture) -> None:
    assert analyse(tmp_path, adsl.assign(CNSR=0)) == 1
    assert "adsl.csv: CNSR is there and AVAL is not; give both, or --adtte FILE" in capsys.readouterr().err
