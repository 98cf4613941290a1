"""Marts of a release given to `vigil analyse` make the result tables of that release again, whatever the format."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from released_home import LEFT_OUT, vigil

from analytics import catalogue, study
from analytics.protocol import parse_protocol
from orchestration.foreign.marts import foreign_study

SUFFIX = {"xpt": "xpt", "dataset-json": "json", "parquet": "parquet"}
FEW = {"eligibility", "follow_up", "safety"}
RELEASED = {stage.name for stage in study.STAGES} - set(LEFT_OUT)


def first_release(home: Path) -> Path:
    """The release that carries nothing on from another."""
    folder = min(path for path in (home / "releases").iterdir() if path.is_dir() and not path.is_symlink())
    return folder


def canonical(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows in an order of their own, numbers to twelve digits."""

    def cell(value: object) -> str:
        if pd.isna(value):
            return ""
        return f"{float(value):.12g}" if isinstance(value, int | float) else str(value)

    return sorted(tuple(cell(value) for value in row) for row in frame.astype(object).itertuples(index=False))


@pytest.mark.parametrize(
    ("form", "stages"), [("xpt", RELEASED), ("dataset-json", FEW), ("parquet", FEW)], ids=SUFFIX
)
def test_export_and_analyse_give_the_tables_of_the_release(
    home: Path, tmp_path: Path, form: str, stages: set[str]
) -> None:
    release = first_release(home)
    assert vigil("export", "--format", form, "--release", release.name, "--out", str(tmp_path)) == 0
    files = {name: tmp_path / f"SYNTHETIC-{name}.{SUFFIX[form]}" for name in study.MARTS}
    found = foreign_study(parse_protocol((home / "protocol.toml").read_text()), files)
    results: dict[str, pd.DataFrame] = {}
    for stage in study.STAGES:
        if stage.name in stages:
            results |= study.run_stage(stage, found.protocol, found.marts | results)
    compared = 0
    with duckdb.connect(str(release / "vigil.duckdb"), read_only=True) as connection:
        for name, frame in results.items():
            columns = list(catalogue.TABLES[name].columns)
            expected = connection.sql(f"select * from results.{name}").df()
            assert canonical(frame[columns]) == canonical(expected[columns]), name
            compared += 1
    assert compared >= 14
