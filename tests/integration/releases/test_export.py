"""Marts written for other programs come back as they were."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from released_home import vigil

from analytics.study import MARTS
from orchestration.export.dataset import Dataset, dataset
from orchestration.export.dataset_json import write_dataset_json
from orchestration.export.xpt import ExportError, check_dataset, write_xpt
from orchestration.extracts.decode_dataset_json import read_dataset_json
from orchestration.extracts.limits import DEFAULT_LIMITS


def _opened(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True)


def _described(home: Path, name: str) -> Dataset:
    with _opened(home) as connection:
        return dataset(connection, name)


def _exported(home: Path, name: str) -> pd.DataFrame:
    with _opened(home) as connection:
        return connection.sql(dataset(connection, name).query()).df()


def _labels(home: Path, name: str) -> dict[str, str]:
    return {column.name: column.label for column in _described(home, name).columns}


def test_every_column_has_a_label_that_fits_and_a_meaning(home: Path) -> None:
    for name in MARTS:
        for column in _described(home, name).columns:
            assert 0 < len(column.label.encode()) <= 40, (name, column.name)
            assert column.label != column.name, (name, column.name)
            assert column.meaning, (name, column.name)


def test_transport_files_come_back_with_values_dates_and_labels(home: Path, tmp_path: Path) -> None:
    assert vigil("export", "--format", "xpt", "--out", str(tmp_path)) == 0
    for name in MARTS:
        expected = _exported(home, name)
        found, about = pyreadstat.read_xport(str(tmp_path / f"SYNTHETIC-{name}.xpt"))
        assert (about.table_name, about.file_label.split()[0]) == (name.upper(), "SYNTHETIC")
        assert about.column_names_to_labels == _labels(home, name)
        assert list(found.columns) == list(expected.columns)
        for column in expected:
            values = expected[column]
            if pd.api.types.is_datetime64_any_dtype(values):
                assert about.original_variable_types[column] == "DATE9"
                assert found[column].dropna().map(type).eq(date).all()
                assert pd.to_datetime(found[column]).equals(values.astype("datetime64[ns]")), column
            elif values.dtype == object:
                assert found[column].tolist() == values.fillna("").tolist()
            else:
                assert found[column].equals(values.astype("float64")), column


def test_dates_are_sas_days_since_1960(home: Path, tmp_path: Path) -> None:
    assert vigil("export", "--format", "xpt", "--marts", "adsl", "--out", str(tmp_path)) == 0
    raw, _ = pyreadstat.read_xport(str(tmp_path / "SYNTHETIC-adsl.xpt"), disable_datetime_conversion=True)
    dates = _exported(home, "adsl")["TRTSDT"]
    first = dates.first_valid_index()
    assert raw["TRTSDT"][first] == (dates[first].date() - date(1960, 1, 1)).days


def test_dataset_json_is_read_back_by_the_reader_of_deliveries(home: Path, tmp_path: Path) -> None:
    assert vigil("export", "--format", "dataset-json", "--marts", "adsl", "adae", "--out", str(tmp_path)) == 0
    path = tmp_path / "SYNTHETIC-adae.json"
    expected = _exported(home, "adae")
    stream = read_dataset_json(path.name, path, DEFAULT_LIMITS)
    rows = [row for batch in stream.batches for row in batch.to_pylist()]
    assert stream.header == tuple(expected.columns)
    assert len(rows) == len(expected)
    decoded = [row[f"c{stream.header.index('AEDECOD')}"] for row in rows]
    assert decoded == expected["AEDECOD"].tolist()
    head = json.loads((tmp_path / "SYNTHETIC-adsl.json").read_text())
    column = {c["name"]: c for c in head["columns"]}
    assert (head["datasetJSONVersion"], head["records"], head["label"].split()[0]) == (
        "1.1.0",
        len(head["rows"]),
        "SYNTHETIC",
    )
    assert column["TRTSDT"] | {"itemOID": ""} == {
        "itemOID": "", "name": "TRTSDT", "label": "Date of First Exposure to Treatment", "dataType": "date",
        "targetDataType": "integer", "displayFormat": "E8601DA.",
    }  # fmt: skip
    ages = [row[head["columns"].index(column["AGE"])] for row in head["rows"]]
    assert ages == _exported(home, "adsl")["AGE"].astype(object).where(lambda a: a.notna(), None).tolist()


def test_parquet_carries_labels_and_the_mark(home: Path, tmp_path: Path) -> None:
    assert vigil("export", "--format", "parquet", "--out", str(tmp_path)) == 0
    for name in MARTS:
        table = pq.read_table(tmp_path / f"SYNTHETIC-{name}.parquet")
        assert table.schema.metadata[b"mark"] == b"SYNTHETIC"
        assert {f.name: f.metadata[b"label"].decode() for f in table.schema} == _labels(home, name)
        with duckdb.connect() as connection:
            connection.register("found", table)
            database = home / "releases" / "current" / "vigil.duckdb"
            connection.execute(f"attach '{database}' as release (read_only)")
            same = [
                r[0]
                for r in connection.sql(f"describe release.marts.{name}").fetchall()
                if r[0] in table.column_names
            ]
            same = ", ".join(column for column in same if not column.endswith("DY") or name == "adqs")
            different = f"(select {same} from found except all select {same} from release.marts.{name})"
            assert connection.sql(f"select count(*) from {different}").fetchone() == (0,)
        assert table.num_rows == len(_exported(home, name))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("'x' as LONGERNAME", "adsl: LONGERNAME: name is not 1 to 8"),
        ("'x' as lower", "adsl: lower: name is not 1 to 8"),
        ("repeat('é', 101) as RACE", "adsl: RACE: text of 202 bytes, XPT version 5 holds 200"),
        ("now() as AGE", "adsl: AGE: type TIMESTAMP WITH TIME ZONE has no place"),
    ],
)
def test_what_transport_files_cannot_hold_is_refused_before_writing(
    tmp_path: Path, columns: str, told: str
) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema release; create schema marts")
        connection.execute("create table release.info as select '0001' as release_id, false as simulated")
        connection.execute(f"create table marts.adsl as select 'S1' as USUBJID, {columns}")
        data = dataset(connection, "adsl")
        with pytest.raises(ExportError, match=told) as error:
            write_xpt(connection, data, tmp_path / "adsl.xpt")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "adsl.xpt").exists()


def test_text_of_two_hundred_bytes_fits_and_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema release; create schema marts")
        connection.execute(
            "create table release.info as select '0001' as release_id, false as simulated, '2026' as created_at"
        )
        connection.execute(
            "create table marts.adsl as select 'S1' as USUBJID, repeat('é', 100) as RACE, 0.1 + 0.2 as AGE, "
            "cast(null as date) as DTHDT, date '2024-02-29' as TRTSDT, cast(null as integer) as NINJ"
        )
        connection.execute(
            "alter table marts.adsl alter AGE type double; update marts.adsl set AGE = 1 / 3.0"
        )
        data = dataset(connection, "adsl")
        check_dataset(connection, data)
        write_xpt(connection, data, tmp_path / "adsl.xpt")
        write_dataset_json(connection, data, tmp_path / "adsl.json", "2026")
        (age,) = connection.sql("select AGE from marts.adsl").fetchone()
    found, about = pyreadstat.read_xport(str(tmp_path / "adsl.xpt"))
    assert (found["RACE"][0], found["AGE"][0], found["TRTSDT"][0]) == ("é" * 100, age, date(2024, 2, 29))
    assert found[["DTHDT", "NINJ"]].isna().all(axis=None)
    assert about.file_label == "Subject-Level Analysis"
    (row,) = json.loads((tmp_path / "adsl.json").read_text())["rows"]
    assert row == ["S1", "é" * 100, age, "YEARS", None, "2024-02-29", None]
