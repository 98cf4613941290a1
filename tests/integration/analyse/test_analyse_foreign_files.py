"""`vigil analyse` on anyone's files: what is read, what is made, and what is refused in one line."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import parse_protocol
from orchestration.cli import main
from orchestration.foreign.marts import ForeignStudy, foreign_study

VETERAN = Path(__file__).parents[2] / "reference" / "study"
TOML = """
[study]
id = "TRIAL"
[treatment]
column = "TRT01A"
treated_value = "High Dose"
control_value = "Placebo"
[population]
criteria = [{ name = "safety population", where = "saffl = 'Y'" }]
[[endpoint]]
name = "OS"
horizon_days = 120
milestones_days = [60]
[propensity]
covariates = ["Age", "SEX"]
missing = "complete_case"
[weighting]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
"""


@pytest.fixture
def adsl() -> pd.DataFrame:
    """A trial of three arms in the manner of the CDISC pilot: dates, text arms, no AVAL, lower-case names."""
    rng = np.random.default_rng(3)
    n = 120
    start = pd.Timestamp("2014-01-02") + pd.to_timedelta(rng.integers(0, 60, n), unit="D")
    days = rng.integers(20, 200, n)
    died = rng.random(n) < 0.6
    end = start + pd.to_timedelta(days, unit="D")
    return pd.DataFrame(
        {
            "usubjid": [f"01-{i:03d}" for i in range(n)],
            "Trt01A": [("Placebo", "Low Dose", "High Dose")[i % 3] for i in range(n)],
            "AGE": rng.normal(75, 8, n).round(),
            "SEX": rng.choice(["F", "M"], n),
            "SAFFL": "Y",
            "TRTSDT": start.strftime("%Y-%m-%d"),
            "LSTALVDT": end.strftime("%Y-%m-%d"),
            "DTHDT": end.strftime("%Y-%m-%d").where(died),
        }
    )


def read(folder: Path, frames: dict[str, pd.DataFrame], toml: str = TOML) -> ForeignStudy:
    files = {name: folder / f"{name}.csv" for name in frames}
    for name, frame in frames.items():
        frame.to_csv(files[name], index=False)
    return foreign_study(parse_protocol(toml), files)


def test_dates_become_days_and_deaths_events(tmp_path: Path, adsl: pd.DataFrame) -> None:
    adtte = read(tmp_path, {"adsl": adsl}).marts["adtte"].set_index("USUBJID")
    given = adsl.set_index("usubjid")
    days = (pd.to_datetime(given["LSTALVDT"]) - pd.to_datetime(given["TRTSDT"])).dt.days + 1
    assert (adtte["AVAL"] == days).all()
    assert (adtte["CNSR"] == given["DTHDT"].isna()).all()


def test_who_cannot_be_followed_is_counted_before_matching(tmp_path: Path, adsl: pd.DataFrame) -> None:
    foreign = read(
        tmp_path, {"adsl": adsl.assign(LSTALVDT=adsl["LSTALVDT"].mask(adsl.index < 12), DTHDT=None)}
    )
    flow = study.run_stage(study.STAGES[0], foreign.protocol, foreign.marts)["cohort_flow"]
    assert flow.loc[flow["criterion"] == "usable follow-up: no time in adtte", "n_excluded"].tolist() == [
        4,
        4,
    ]


def test_a_death_without_a_date_is_not_taken_for_alive(tmp_path: Path, adsl: pd.DataFrame) -> None:
    undated = adsl.assign(DTHDT=None, DTHFL=["Y" if i < 6 else None for i in range(len(adsl))])
    left_out = read(tmp_path, {"adsl": undated}).marts["adtte"]
    placed = read(tmp_path, {"adsl": undated}, TOML + '[vital_status]\nundated_death = "last_visit"\n').marts[
        "adtte"
    ]
    assert left_out["AVAL"].isna().sum() == 6
    assert (placed["CNSR"] == 0).sum() == 6


def test_everything_is_made_of_a_trial_with_events(
    tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture
) -> None:
    adae = pd.DataFrame(
        {"USUBJID": adsl["usubjid"].repeat(2), "AEDECOD": ["PRURITUS", "=cmd|'/c calc'!A1"] * len(adsl),
         "AEBODSYS": "SKIN", "AESEQ": [1, 2] * len(adsl), "AESER": ["N", "Y"] * len(adsl),
         "ASTDT": adsl["TRTSDT"].repeat(2), "TRTEMFL": "Y", "AEREL": "PROBABLE"}
    )  # fmt: skip
    adex = pd.DataFrame({"USUBJID": adsl["usubjid"], "EXSTDTC": adsl["TRTSDT"], "EXDOSE": 1})
    files = {"adsl": adsl, "adae": adae, "adex": adex}
    for name, frame in files.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "p.toml").write_text(TOML, encoding="utf-8")
    given = [part for name in files for part in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    assert main(["analyse", str(tmp_path / "p.toml"), *given, "--out", str(tmp_path / "out")]) == 0
    out = tmp_path / "out"
    overview = pd.read_parquet(out / "ae_overview.parquet")
    assert overview.query("category == 'any'")["n_subject"].tolist() == [40, 40, 40]
    text = (out / "ae_by_term.csv").read_text(encoding="utf-8")
    assert "'=cmd" in text
    assert ",=cmd" not in text
    made = sum(len(stage.makes) for stage in study.STAGES)
    assert f"{made} tables" in capsys.readouterr().out
    _csv_and_parquet_agree(out)


def _csv_and_parquet_agree(out: Path) -> None:
    for parquet in out.glob("*.parquet"):
        frame, text = pd.read_parquet(parquet), pd.read_csv(parquet.with_suffix(".csv"))
        assert list(frame.columns) == list(text.columns), parquet.name
        assert len(frame) == len(text), parquet.name
        kinds = {str(kind) for kind in frame.dtypes}
        assert kinds <= {"object", "string", "float64", "int64", "Int64", "bool"}, (parquet.name, kinds)
        numeric = frame.select_dtypes("float64")
        np.testing.assert_allclose(
            numeric, text[numeric.columns].astype(float), rtol=1e-12, err_msg=parquet.name
        )


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xpt"])
def test_the_format_of_the_file_does_not_matter(tmp_path: Path, suffix: str) -> None:
    import pyreadstat

    frame = pd.read_csv(VETERAN / "veteran_adsl.csv")
    path = tmp_path / f"adsl{suffix}"
    writers = {
        ".csv": lambda: frame.rename(columns=str.lower).to_csv(path, index=False),
        ".parquet": lambda: frame.astype({"CELLTYPE": "category"}).to_parquet(path, index=False),
        ".xpt": lambda: pyreadstat.write_xport(frame, str(path), file_format_version=5),
    }
    writers[suffix]()
    protocol = parse_protocol((VETERAN / "veteran.toml").read_text(encoding="utf-8"))
    found = foreign_study(protocol, {"adsl": path}).marts["adsl"]
    expected = foreign_study(protocol, {"adsl": VETERAN / "veteran_adsl.csv"}).marts["adsl"]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_numbers_as_keys_are_the_same_key_in_every_format(tmp_path: Path) -> None:
    frame = pd.read_csv(VETERAN / "veteran_adsl.csv").assign(USUBJID=lambda d: range(1, len(d) + 1))
    frame.astype({"USUBJID": float}).to_parquet(tmp_path / "adsl.parquet", index=False)
    frame[["USUBJID", "AVAL", "CNSR"]].to_csv(tmp_path / "adtte.csv", index=False)
    protocol = parse_protocol((VETERAN / "veteran.toml").read_text(encoding="utf-8"))
    marts = foreign_study(
        protocol, {"adsl": tmp_path / "adsl.parquet", "adtte": tmp_path / "adtte.csv"}
    ).marts
    assert marts["adsl"]["EXCLTTE"].isna().all()


def tte(adsl: pd.DataFrame, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({"USUBJID": adsl["usubjid"], "PARAMCD": "OS", "AVAL": 50, "CNSR": 0})
    return frame.assign(**columns)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda a: {"adsl": pd.concat([a, a.head(2)])},
            "row 122 and 1 more, column USUBJID: repeats that of an earlier row",
        ),
        (lambda a: {"adsl": a.drop(columns="usubjid")}, "no column USUBJID"),
        (lambda a: {"adsl": a.assign(age=1)}, "the column AGE is there more than once"),
        (
            lambda a: {"adsl": a.drop(columns="SEX")},
            r"adsl.csv lacks columns .* SEX \(propensity.covariates\)",
        ),
        (
            lambda a: {"adsl": a.assign(Trt01A="Drug")},
            "'High Dose' for nobody; it holds Drug; set treatment.column",
        ),
        (
            lambda a: {
                "adsl": a.assign(age=[*range(21, 20 + len(a)), "abc"]).drop(columns="AGE", errors="ignore")
            },
            "row 121, column AGE: is no number where the rest of the column is",
        ),
        (lambda a: {"adsl": a.assign(DTHDT="2014-13-45")}, "row 2 and 119 more, column DTHDT: is no date"),
        (lambda a: {"adsl": a.assign(DTHDT="2014-05")}, "column DTHDT: is no date of the form YYYY-MM-DD"),
        (lambda a: {"adsl": a, "adtte": tte(a, PARAMCD="DTH")}, r"PARAMCD OS .* the file has DTH"),
        (lambda a: {"adsl": a, "adtte": tte(a).drop(columns="CNSR")}, "no column CNSR"),
        (lambda a: {"adsl": a, "adtte": tte(a, AVALU="MONTHS")}, "the study counts days"),
        (
            lambda a: {"adsl": a, "adtte": tte(a, AVAL="soon")},
            "row 2 and 119 more, column AVAL: is no number",
        ),
        (lambda a: {"adsl": a, "adtte": tte(a, AVAL=-1)}, "no subject of either arm has AVAL of 0 or more"),
        (lambda a: {"adsl": a, "adtte": tte(a, ORIGIN="RANDOMISATION")}, "ORIGIN as time_zero says"),
        (
            lambda a: {"adsl": a, "adtte": pd.concat([tte(a), tte(a)])},
            "row 122 and 119 more, column USUBJID: has an earlier row of the same PARAMCD",
        ),
        (lambda a: {"adsl": a, "adtte": tte(a, USUBJID="nobody")}, "no USUBJID of it is in adsl.csv"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, adsl: pd.DataFrame, change: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as failure:
        read(tmp_path, change(adsl))  # type: ignore[operator]
    assert "\n" not in str(failure.value)
    assert "01-0" not in str(failure.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("adsl.xlsx", b"x", "is not read here; give .csv, .parquet, .xpt"),
        ("adsl.csv", b"", "not a readable csv file"),
        ("adsl.csv", b"USUBJID;AGE\n1;2\n", "separated by semicolon,"),
        ("adsl.csv", b"USUBJID\tAGE\n1\t2\n", "separated by tab,"),
        (
            "adsl.csv",
            "USUBJID,SITE\n1,Crohn’s\n".encode("cp1252"),
            "set VIGIL_REGISTRY_ENCODING to cp949 or cp1252",
        ),
        ("adsl.csv", b"USUBJID,AGE\n1,50\n2\n", r"row 3: 1 fields where the header has 2 \(1 such records\)"),
        ("adsl.json", b"{}", "0 data sets in the file"),
        ("adsl.parquet", b"USUBJID", "not a readable parquet file"),
        ("adsl.xpt", b"USUBJID", "not a SAS transport file of version 5"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message) as failure:
        foreign_study(parse_protocol(TOML), {"adsl": tmp_path / name})
    assert str(failure.value).startswith(name)


def test_an_arm_called_none_is_an_arm(tmp_path: Path, adsl: pd.DataFrame) -> None:
    renamed = adsl.assign(Trt01A=adsl["Trt01A"].replace("Placebo", "None"))
    foreign = read(tmp_path, {"adsl": renamed}, TOML.replace('"Placebo"', '"None"'))
    assert (foreign.marts["adsl"]["TRT01A"] == "None").sum() == 40


def test_failure_is_one_line_and_a_status(
    tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture
) -> None:
    assert main(["analyse", *_given(tmp_path, adsl.drop(columns="SEX"))]) == 1
    failed = capsys.readouterr().err
    assert failed.startswith("vigil: ")
    assert "SEX" in failed
    assert failed.count("\n") == 1


def test_a_covariate_that_cannot_be_used_is_told_and_the_rest_is_made(
    tmp_path: Path, adsl: pd.DataFrame, capsys: pytest.CaptureFixture
) -> None:
    assert main(["analyse", *_given(tmp_path, adsl.assign(SEX="F"))]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^OS, crude: hazard ratio \d\.\d\d \(\d", told, re.M)
    assert "OS, matched: no hazard ratio: covariate SEX is constant" in told


def _given(folder: Path, adsl: pd.DataFrame) -> list[str]:
    adsl.to_csv(folder / "adsl.csv", index=False)
    (folder / "p.toml").write_text(TOML, encoding="utf-8")
    return [str(folder / "p.toml"), "--adsl", str(folder / "adsl.csv"), "--out", str(folder / "out")]
