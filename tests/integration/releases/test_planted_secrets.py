"""No name, birth date, telephone number or delivered id leaves landing, whatever text column of the registry it stands in.

A secret of its own is planted in every text column, known and unknown, of every domain; then the decoded content of the
whole home is searched. Terms of the coding dictionary and sites (AEDECOD, AEBODSYS, SITEID) are kept as delivered, and DM's
STUDYID is part of every key; the store keeps what is declared `free_text` for the maps of words.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from released_home import PROTOCOL, SIZE, environment, release_cut

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration
from orchestration.extracts.dictionary import SourceTable
from orchestration.landing import data_cuts, dictionaries
from orchestration.settings import Settings

KEPT = {"AEDECOD", "AEBODSYS", "SITEID"}
UNKNOWN = ("ECOG", "비고", "CONTACT", "CAREGIVER")
NOT_SIMULATED = ("lb", "eg", "pe", "ss", "sv", "fa")
NOT_TEXT = ("SEQ", "DTC", "DY", "NUM", "STRESN", "DOSE", "AGE", "TOXGR", "DATE")


def secrets() -> Iterator[str]:
    """Names, birth dates, telephone numbers and ids, each once."""
    given = ("Cheolsu", "Younghee", "Minjun", "Seoyeon", "Jiho", "Haeun", "Dongwon")
    number = 0
    while True:
        number += 1
        yield (
            f"{given[number % 7]} Kimm{number:04d}",
            f"김철수{number:04d}",
            f"born {1930 + number % 50}.{number % 12 + 1}.{number % 28 + 1} #{number}",
            f"010-{2000 + number}-{5000 + number}",
            f"{600101 + number}-1{200000 + number}",
            f"SNUH-{70000 + number}",
        )[number % 6]


def is_text(table: SourceTable, name: str) -> bool:
    """Whether a column holds text, and not what everything is keyed by."""
    if name in KEPT or name == "USUBJID" or (table.name, name) == ("dm", "STUDYID"):
        return False
    return not name.endswith(NOT_TEXT)


def plant(folder: Path) -> dict[str, str]:
    """Write a secret into every text column of every domain; by secret, where it stands."""
    (folder / "MANIFEST.sha256").unlink()
    fresh, planted = secrets(), {}
    subjects = [row["USUBJID"] for row in rows_of(folder / "dm.csv")]
    for name, table in dictionaries()["registry"].tables.items():
        if name in ("withdrawals", "supp"):
            continue
        path = folder / f"{name}.csv"
        rows = rows_of(path) if path.exists() else [{"USUBJID": subject} for subject in subjects[:40]]
        for at, column in enumerate(
            [c.name for c in table.columns if is_text(table, c.name)] + list(UNKNOWN)
        ):
            # Two records each, of other subjects from column to column, so that the study can still be made.
            for row in (rows[(7 * at) % len(rows)], rows[(7 * at + 3) % len(rows)]):
                row[column] = next(fresh)
                planted[row[column]] = f"{name}.{column}"
        write(path, rows)
    own = ("QNAM", "QVAL", "QLABEL", "IDVARVAL")
    qualifiers = [{"USUBJID": subject, **{name: next(fresh) for name in own}} for subject in subjects[:20]]
    write(folder / "suppdm.csv", qualifiers)
    planted |= {row[c]: f"supp.{c}" for row in qualifiers for c in own}
    # Of variables that are read: beside the record's own value, in its place, and of no record.
    read = [
        {"USUBJID": subject, "RDOMAIN": domain, "IDVAR": f"{domain}SEQ", "IDVARVAL": row, "QNAM": name}
        for subject in subjects[20:30]
        for domain, name in (("MH", "MHLOC"), ("MH", "MHDECOD"), ("DM", "RACE"), ("AE", "AETERM"))
        for row in ("1", "999")
    ]
    write(folder / "suppmh.csv", [row | {"QVAL": next(fresh)} for row in read])
    planted |= {row["QVAL"]: "supp.QVAL" for row in rows_of(folder / "suppmh.csv")}
    return planted | {subject: "USUBJID" for subject in subjects}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The records of a delivered CSV."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """A CSV of records, every column of any of them."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A released home whose registry delivery holds the secrets."""
    folder = tmp_path_factory.mktemp("secrets") / "home"
    write_demonstration(folder, SimulationSettings(cuts=default_cuts(1), **SIZE))
    (folder / "protocol.toml").write_text(PROTOCOL)
    with environment(folder):
        (cut,) = data_cuts(Settings.from_environment())
        planted = plant(folder / "landing" / "registry" / cut)
        release_cut(cut)
    return folder, planted


def contents(home: Path) -> Iterator[tuple[str, str]]:
    """Everything readable in the home outside landing (and the simulator's own truth): where, and its text."""
    beside = {home / "landing", home / "truth"}
    for path in sorted(p for p in home.rglob("*") if p.is_file() and not beside.intersection(p.parents)):
        where = str(path.relative_to(home))
        if path.suffix == ".duckdb":
            yield from database_contents(path, where)
        elif path.suffix == ".parquet":
            yield from parquet_contents(path, where)
        else:
            yield where, path.read_bytes().decode(errors="replace")


def database_contents(path: Path, where: str) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        # Views over the store are the store's.
        columns = connection.sql(
            """select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables()
               using (database_name, schema_name, table_name) where not duckdb_columns.internal and data_type = 'VARCHAR'"""
        ).fetchall()
        for schema, table, column in columns:
            query = f'select string_agg(distinct "{column}", chr(10)) from "{schema}"."{table}"'
            (text,) = connection.sql(query).fetchone()
            yield f"{where} {schema}.{table}.{column}", text or ""


def parquet_contents(path: Path, where: str) -> Iterator[tuple[str, str]]:
    sidecar = path.with_name(f"{path.name.partition('.')[0]}.json")
    entry = json.loads(sidecar.read_text()) if sidecar.exists() else {"source": "registry", "table": None}
    table = dictionaries()[entry["source"]].tables.get(entry["table"])
    declared = {c.name for c in table.columns if c.identifier == "free_text"} if table else set()
    with duckdb.connect() as connection:
        frame = connection.read_parquet(str(path))
        for column, kind in zip(frame.columns, frame.types, strict=True):
            if str(kind) == "VARCHAR" and column not in declared:
                (text,) = frame.aggregate(f'string_agg(distinct "{column}", chr(10))').fetchone()
                yield f"{where} {entry['table']}.{column}", text or ""


def test_no_secret_is_anywhere_outside_landing(home: tuple[Path, dict[str, str]]) -> None:
    folder, planted = home
    assert len(planted) >= 600
    found = [
        (where, planted[secret]) for where, text in contents(folder) for secret in planted
        if secret.casefold() in text.casefold()
    ]  # fmt: skip
    assert not found, "\n".join(sorted({f"{place} in {where}" for where, place in found})[:40])


def test_the_search_would_find_them(home: tuple[Path, dict[str, str]]) -> None:
    folder, planted = home
    landed = [p.read_text(encoding="utf-8") for p in (folder / "landing" / "registry").rglob("*.csv")]
    assert not [secret for secret in planted if not any(secret in text for text in landed)]
    # What the site may keep as delivered is found, so that nothing else would be missed.
    (term,) = duckdb.connect(str(next(folder.glob("releases/*/vigil.duckdb"))), read_only=True).sql(
        "select max(AEDECOD) from marts.adae where STUDYID <> 'PROACT' and AEDECOD is not null"
    ).fetchone()  # fmt: skip
    assert any(term in text for _, text in contents(folder))
