"""An export read by R, with Debian's haven: labels, kinds, rows, missing values, dates and lengths are those of the release.

Where R or haven is not installed (Debian: `r-base-core`, `r-cran-haven`) these are skipped, and say so.
"""

import csv
import shutil
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from released_home import vigil

from analytics.study import MARTS
from orchestration.export.dataset import dataset

SCRIPT = Path(__file__).with_name("read_xpt.R")
MISSING = "NA"


@pytest.fixture(scope="module")
def rscript() -> str:
    """R with haven."""
    program = shutil.which("Rscript")
    if (
        program is None
        or subprocess.run([program, "-e", "library(haven)"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no R with haven: install Debian's r-base-core and r-cran-haven to run these")
    return program


def _read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    return "text" if values.dtype == object else "number"


@pytest.mark.parametrize("mart", MARTS)
def test_r_reads_what_was_released(rscript: str, home: Path, tmp_path: Path, mart: str) -> None:
    assert vigil("export", "--format", "xpt", "--marts", mart, "--out", str(tmp_path)) == 0
    variables, rows = tmp_path / "variables.csv", tmp_path / "rows.csv"
    subprocess.run(
        [rscript, SCRIPT, tmp_path / f"SYNTHETIC-{mart}.xpt", variables, rows], check=True, timeout=300
    )
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        described = dataset(connection, mart)
        expected = connection.sql(described.query()).df()
    told = {row["name"]: (row["kind"], row["label"]) for row in _read(variables)}
    assert told == {column.name: (_kind(expected[column.name]), column.label) for column in described.columns}
    found = pd.DataFrame(_read(rows), columns=list(expected.columns))
    assert len(found) == len(expected) > 0
    for name, values in expected.items():
        _same(found[name], values, str(name))


def _same(found: pd.Series, expected: pd.Series, name: str) -> None:
    kind = _kind(expected)
    if kind == "text":
        # The format has no missing text but the empty one.
        assert found.tolist() == expected.fillna("").tolist(), name
        assert (
            found.map(lambda text: len(text.encode())).max()
            == expected.fillna("").map(lambda text: len(text.encode())).max()
        )
        return
    assert (found == MISSING).tolist() == expected.isna().tolist(), name
    there = expected.notna()
    if kind == "date":
        assert found[there].tolist() == expected[there].dt.strftime("%Y-%m-%d").tolist(), name
    else:
        assert found[there].map(float).tolist() == expected[there].astype(float).tolist(), name
