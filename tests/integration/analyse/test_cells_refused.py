"""A cell that the study cannot use is refused in one line with file, row, column, rule and way out, before anything runs."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.protocol import parse_protocol
from orchestration.cli import main
from orchestration.foreign.marts import ForeignStudy, foreign_study

TOML = """
[population]
criteria = []
[[endpoint]]
name = "OS"
horizon_days = 200
milestones_days = [100]
[propensity]
covariates = ["AGE", "SEX"]
missing = "complete_case"
[weighting]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
"""
N = 120
Files = dict[str, pd.DataFrame]


@pytest.fixture
def files() -> Files:
    """Subjects, times with days of entry, injections and scores."""
    rng = np.random.default_rng(4)
    usubjid = [f"01-{place:03d}" for place in range(N)]
    arm = np.arange(N) % 2
    adsl = pd.DataFrame(
        {
            "USUBJID": usubjid,
            "TRT01PN": arm,
            "AGE": rng.normal(60, 8, N).round(1),
            "SEX": rng.choice(["F", "M"], N),
        }
    )
    adtte = pd.DataFrame(
        {
            "USUBJID": usubjid,
            "PARAMCD": "OS",
            "AVAL": rng.integers(50, 400, N),
            "CNSR": rng.integers(0, 2, N),
            "ENTRYDY": rng.integers(0, 40, N),
        }
    )
    treated = adsl.loc[arm == 1, ["USUBJID"]]
    adex = pd.concat([treated.assign(ASTDY=1), treated.assign(ASTDY=27)], ignore_index=True)
    adqs = treated.assign(PARAMCD="ALSFRSR", AVAL=38, ADY=1).reset_index(drop=True)
    return {"adsl": adsl, "adtte": adtte, "adex": adex, "adqs": adqs}


def write(folder: Path, files: Files, suffix: str = ".csv") -> dict[str, Path]:
    paths = {name: folder / f"{name}{suffix}" for name in files}
    for name, frame in files.items():
        if suffix == ".csv":
            frame.to_csv(paths[name], index=False)
        else:
            frame.to_parquet(paths[name], index=False)
    return paths


def read(folder: Path, files: Files, toml: str = TOML, suffix: str = ".csv") -> ForeignStudy:
    return foreign_study(parse_protocol(toml), write(folder, files, suffix))


def refused(folder: Path, files: Files, toml: str = TOML, suffix: str = ".csv") -> str:
    with pytest.raises(ValueError, match=r"^(adsl|adtte|adex|adqs|time_zero|vital_status)\.") as failure:
        read(folder, files, toml, suffix)
    said = str(failure.value)
    assert "\n" not in said
    assert "01-0" not in said
    return said


def with_cells(mart: str, column: str, *values: object) -> Callable[[Files], Files]:
    """Some cells of a column other, from the sixth record on."""

    def change(files: Files) -> Files:
        cells = files[mart][column].astype(object)
        cells.iloc[5 : 5 + len(values)] = list(values)
        return {**files, mart: files[mart].assign(**{column: cells})}

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            with_cells("adtte", "AVAL", "soon"),
            "adtte.csv: row 7, column AVAL: is no number; write a number, or",
        ),
        (
            with_cells("adtte", "AVAL", np.inf, -np.inf),
            "adtte.csv: row 7 and 1 more, column AVAL: is infinite; ",
        ),
        (with_cells("adtte", "AVAL", 1e14), "adtte.csv: row 7, column AVAL: is more than 1,000,000 days; "),
        (
            with_cells("adtte", "CNSR", -1),
            "adtte.csv: row 7, column CNSR: is neither 0, an event, nor a whole",
        ),
        (
            with_cells("adtte", "CNSR", 0.5),
            "adtte.csv: row 7, column CNSR: is neither 0, an event, nor a whole",
        ),
        (with_cells("adtte", "CNSR", "Y"), "adtte.csv: row 7, column CNSR: is no number; "),
        (with_cells("adtte", "ENTRYDY", "late"), "adtte.csv: row 7, column ENTRYDY: is no number; "),
        (with_cells("adtte", "ENTRYDY", np.inf), "adtte.csv: row 7, column ENTRYDY: is infinite; "),
        (with_cells("adtte", "USUBJID", None), "adtte.csv: row 7, column USUBJID: is empty; "),
        (
            with_cells("adtte", "USUBJID", "01-000"),
            "adtte.csv: row 7, column USUBJID: has an earlier row of the same PARAMCD; ",
        ),
        (
            with_cells("adsl", "USUBJID", "01-000"),
            "adsl.csv: row 7, column USUBJID: repeats that of an earlier row; ",
        ),
        (with_cells("adsl", "USUBJID", None, None), "adsl.csv: row 7 and 1 more, column USUBJID: is empty; "),
        (
            with_cells("adsl", "AGE", "old"),
            "adsl.csv: row 7, column AGE: is no number where the rest of the column is; ",
        ),
        (with_cells("adsl", "AGE", np.inf), "adsl.csv: row 7, column AGE: is infinite; "),
        (with_cells("adex", "ASTDY", "first"), "adex.csv: row 7, column ASTDY: is no number; "),
        (with_cells("adex", "ASTDY", np.inf), "adex.csv: row 7, column ASTDY: is infinite; "),
        (with_cells("adqs", "AVAL", "good"), "adqs.csv: row 7, column AVAL: is no number; "),
        (with_cells("adqs", "ADY", "later"), "adqs.csv: row 7, column ADY: is no number; "),
        (
            lambda f: {**f, "adex": f["adex"].rename(columns={"ASTDY": "ASTDT"}).assign(ASTDT="2020-02")},
            "adex.csv: row 2 and 119 more, column ASTDT: is no date of the form YYYY-MM-DD; ",
        ),
        (
            lambda f: {**f, "adqs": f["adqs"].drop(columns=["ADY", "AVAL"])},
            "adqs.csv: no column AVAL, INDEXDY or ADY; give USUBJID, PARAMCD, AVAL and INDEXDY or ADY (days)",
        ),
        (
            lambda f: {"adsl": f["adsl"].merge(f["adtte"].assign(CNSR=3.5).drop(columns="PARAMCD"))},
            "adsl.csv: row 2 and 119 more, column CNSR: is neither",
        ),
        (
            lambda f: {"adsl": f["adsl"].assign(AVAL=9)},
            "adsl.csv: AVAL is there and CNSR is not; give both, or --adtte FILE",
        ),
    ],
)
def test_a_cell_is_refused_by_file_row_and_column(
    tmp_path: Path, files: Files, change: Callable[[Files], Files], said: str
) -> None:
    told = refused(tmp_path, change(files))
    assert said in told
    assert len(told.split("; ")) == 2


def test_rows_are_lines_of_a_text_file_and_records_of_others(tmp_path: Path, files: Files) -> None:
    broken = with_cells("adtte", "AVAL", np.inf)(files)
    broken["adtte"]["AVAL"] = broken["adtte"]["AVAL"].astype(float)
    assert "row 6, column AVAL" in refused(tmp_path, broken, suffix=".parquet")
    split = with_cells("adtte", "CNSR", 0.5)(files)
    split["adtte"] = split["adtte"].assign(NOTE=["on two\nlines", *["on one"] * (N - 1)])
    assert "row 8, column CNSR" in refused(tmp_path, split)


def test_a_column_twice_is_refused_whatever_its_letters(tmp_path: Path, files: Files) -> None:
    for second in ("AGE", "age", " AGE "):
        paths = write(tmp_path, files)
        lines = paths["adsl"].read_text().splitlines()
        lines = [f"{lines[0]},{second}", *(f"{line},1" for line in lines[1:])]
        paths["adsl"].write_text("\n".join(lines) + "\n")
        with pytest.raises(
            ValueError, match=r"adsl\.csv: the column AGE is there more than once; rename or drop one"
        ):
            foreign_study(parse_protocol(TOML), paths)


SUBGROUP = '[[subgroup]]\nname = "Sex"\ncolumn = "SEX"\ncut = 1\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "[matching]\ncovariate_calipers = { SEX = 1 }\n",
            "adsl.csv: column SEX holds text and matching.covariate_calipers asks for numbers; name it in matching.exact",
        ),
        (
            '[matching]\nmethod = "coarsened"\ncoarsening = { SEX = 3 }\n',
            "adsl.csv: column SEX holds text and matching.coarsening asks",
        ),
        (SUBGROUP, "adsl.csv: column SEX holds text and subgroup.cut asks for numbers"),
        (
            "[vital_status]\nwindow_days = 30\n",
            "vital_status.window_days = 30 has no effect: adtte has no column VSRULE; leave it out",
        ),
        ('[vital_status]\ndeath_dates = "latest"\n', 'vital_status.death_dates = "latest" has no effect'),
        (
            '[vital_status]\nundated_death = "last_visit"\n',
            'vital_status.undated_death = "last_visit" has no effect',
        ),
        ('[vital_status]\nnot_recorded = "exclude"\n', "has no effect: adsl has no column VITSTAT"),
        ("[vital_status]\nreporting_lag_days = 30\n", "has no effect: adsl has no column CUTDY"),
        ('[time_zero]\ntreated = "harvest"\n', "neither adtte has a column ORIGIN nor adsl HARVDY"),
        ('[time_zero]\npartial_index = "latest_day"\n', "has no effect: adsl has no column INDEXDTF"),
    ],
)
def test_a_setting_that_the_files_cannot_serve_is_refused(
    tmp_path: Path, files: Files, more: str, said: str
) -> None:
    assert said in refused(tmp_path, files, TOML + more)


def test_a_criterion_of_another_kind_is_refused_with_its_file_and_key(tmp_path: Path, files: Files) -> None:
    toml = TOML.replace("criteria = []", "criteria = [{ name = 'women', where = 'SEX = 1' }]")
    said = refused(tmp_path, files, toml)
    assert said.startswith(
        'adsl.csv: population.criteria "women": criterion on SEX: compare this column with'
    )


@pytest.mark.parametrize("origin", ["diagnosis", "onset"])
@pytest.mark.parametrize("where", ["adtte", "adsl"])
def test_a_clock_from_before_time_zero_needs_the_day_of_entry(
    tmp_path: Path, files: Files, origin: str, where: str
) -> None:
    toml = f'{TOML}[time_zero]\norigin = "{origin}"\n'
    if where == "adsl":
        files = {"adsl": files["adsl"].merge(files["adtte"].drop(columns="PARAMCD"))}
    late = {**files, where: files[where].drop(columns="ENTRYDY")}
    said = refused(tmp_path, late, toml)
    assert said.startswith(f"{where}.csv: no column ENTRYDY, the days from {origin} to time zero; ")
    found = read(tmp_path, files, toml)
    assert found.marts["adtte"]["ENTRYDY"].gt(0).any()


def test_who_cannot_be_followed_is_counted_with_the_true_reason(tmp_path: Path, files: Files) -> None:
    from analytics import study

    adtte = files["adtte"].astype({"ENTRYDY": float})
    adtte.loc[0, "AVAL"] = adtte.loc[0, "ENTRYDY"]
    adtte.loc[1, "ENTRYDY"] = np.nan
    found = read(tmp_path, {**files, "adtte": adtte[adtte["USUBJID"] != "01-002"]})
    made = study.run_stage(study.STAGES[0], found.protocol, found.marts)
    flow = made["cohort_flow"].set_index("criterion")["n_excluded"].groupby(level=0).sum()
    assert flow["usable follow-up: follow-up ends before it begins"] == 1
    assert flow["usable follow-up: no day of entry in adtte"] == 1
    assert flow["usable follow-up: no time in adtte"] == 1
    assert len(made["analysis_set"]) == N - 3


def test_a_refusal_of_the_command_is_one_line_and_a_status(
    tmp_path: Path, files: Files, capsys: pytest.CaptureFixture
) -> None:
    paths = write(tmp_path, with_cells("adtte", "ENTRYDY", "late")(files))
    (tmp_path / "p.toml").write_text(TOML)
    given = [part for name, path in paths.items() for part in (f"--{name}", str(path))]
    assert main(["analyse", str(tmp_path / "p.toml"), *given, "--out", str(tmp_path / "out")]) == 1
    assert re.fullmatch(r"vigil: adtte\.csv: row 7, column ENTRYDY: .*\n", capsys.readouterr().err)
    assert not (tmp_path / "out").exists()
