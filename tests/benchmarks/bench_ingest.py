"""How long a laboratory file takes from CSV into store and staging, against DuckDB reading it with declared types.

    python tests/benchmarks/bench_ingest.py [--rows 2400000] [--repeats 3]

Every measurement runs in a process of its own: first allocations count, and what is imported on the way; DuckDB and the
modules of the reader are imported before the clock starts. The peak is the process's resident memory. Sizes of half and
double show whether memory grows with the file. Staging is the SQL that dbt runs, without dbt: what a model costs beside
its SQL does not depend on the file.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import duckdb

from orchestration.extracts.contents import DeliveredFile
from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.intake import take_in
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.naming import NamedFile
from orchestration.extracts.store import ExtractStore

TYPES = ("BIGINT", "VARCHAR", "DOUBLE", "VARCHAR", "INTEGER")
NAMES = ("subject_id", "Test_Name", "Test_Result", "Test_Unit", "Laboratory_Delta")
COLUMNS = "{" + ", ".join(f"'{n}': '{t}'" for n, t in zip(NAMES, TYPES, strict=True)) + "}"
DIALECT = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"


def write_labs(path: Path, n: int) -> None:
    """A file of PRO-ACT's shape: five columns, about 58 bytes a row, CRLF, some quoted names."""
    plain = path.with_suffix(".lf")
    duckdb.sql(f"""
        COPY (SELECT 9000000 + i // 192 AS subject_id,
                     CASE hash(i) % 222 WHEN 7 THEN 'Calcium, corrected for albumin'
                          ELSE 'Laboratory test number ' || hash(i) % 222 END AS Test_Name,
                     printf('%.4f', (hash(i + 1) % 1000000) / 7919.0) AS Test_Result,
                     ['IU/L', 'mmol/L', '%', '', 'g/dL', '10E9/L'][1 + (hash(i + 2) % 6)::INT] AS Test_Unit,
                     (hash(i + 3) % 730)::INT - 30 AS Laboratory_Delta
              FROM range({n}) AS r(i)) TO '{plain}' (HEADER)
    """)  # fmt: skip
    with plain.open("rb") as source, path.open("wb") as target:
        while block := source.read(2**22):
            target.write(block.replace(b"\n", b"\r\n"))
    plain.unlink()


def typed_in_memory(csv: Path, _: Path) -> None:
    """DuckDB into an in-memory table."""
    duckdb.sql(f"CREATE TABLE labs AS SELECT * FROM read_csv('{csv}', {DIALECT}, columns = {COLUMNS})")


def typed_on_disk(csv: Path, folder: Path) -> None:
    """DuckDB into a table of a database file."""
    with duckdb.connect(str(folder / "typed.duckdb")) as connection:
        connection.execute(
            f"CREATE TABLE labs AS SELECT * FROM read_csv('{csv}', {DIALECT}, columns = {COLUMNS})"
        )


def into_store(csv: Path, folder: Path) -> None:
    """Our own way: digest, checks, text cells with lines, Parquet."""

    table = load_dictionaries(Path(__file__).parents[2] / "dbt_project")["proact"].tables["labs"]
    file = DeliveredFile("PROACT_LABS.csv", csv.stat().st_size, csv)
    take_in(NamedFile(file, table, "2022", "labs"), ExtractStore(folder / "store"), None, DEFAULT_LIMITS)


def into_store_and_staging(csv: Path, folder: Path) -> None:
    """The store, then every typed column of every accepted and every rejected record, read once."""
    into_store(csv, folder)
    (parquet,) = (folder / "store").rglob("*.parquet")
    with duckdb.connect(str(folder / "vigil.duckdb")) as connection:
        connection.execute(f"""
            CREATE SCHEMA raw; CREATE SCHEMA staging;
            CREATE VIEW raw.proact_labs AS
                SELECT {", ".join(NAMES)}, 'PROACT_LABS.csv' AS _file,
                       CAST(file_row_number + 2 AS BIGINT) AS _line, _extra
                FROM read_parquet('{parquet}', file_row_number = true);
            CREATE TABLE staging.typed_proact__demographics AS
                SELECT CAST(9000000 + i AS INT) AS subject_id, CAST(NULL AS VARCHAR) AS _reject_rule
                FROM range(50000) AS r(i)""")
        connection.execute(f"CREATE VIEW staging.typed_proact__labs AS {STAGING_SQL.read_text()}")
        accepted, rejected = connection.sql(READ_STAGING).fetchone()[:2]
        assert (accepted, rejected) == (
            connection.sql("SELECT count(*) FROM raw.proact_labs").fetchone()[0],
            0,
        )


READ_STAGING = """
    SELECT count(*) FILTER (_reject_rule IS NULL), count(_reject_rule), sum(subject_id), max(test_name), max(test_result),
           max(test_unit), sum(day), max(_uncastable), sum(_line), max(_file), max(_reject_column), max(_reject_reason)
    FROM staging.typed_proact__labs
"""
WAYS = {way.__name__: way for way in (typed_in_memory, typed_on_disk, into_store, into_store_and_staging)}
PROJECT = Path(__file__).parents[2] / "dbt_project"
STAGING_SQL = Path(tempfile.gettempdir()) / "vigil_bench" / "typed_proact__labs.sql"


def compile_staging() -> None:
    """The staging SQL as dbt renders it."""
    with tempfile.TemporaryDirectory() as target:
        command = [
            str(Path(sys.executable).with_name("dbt")),
            "--quiet",
            "compile",
            "--select",
            "typed_proact__labs",
        ]
        command += [
            "--no-introspect",
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--target-path",
            target,
        ]
        environment = {**os.environ, "VIGIL_BUILD_DB": f"{target}/vigil.duckdb", "VIGIL_THREADS": "2"}
        subprocess.run(command, check=True, env=environment)
        (rendered,) = (Path(target) / "compiled").rglob("typed_proact__labs.sql")
        STAGING_SQL.parent.mkdir(exist_ok=True)
        STAGING_SQL.write_text(rendered.read_text())


def measure(way: str, csv: Path) -> dict[str, float]:
    """Wall and CPU seconds and peak MiB of one way in a fresh process."""
    with tempfile.TemporaryDirectory(dir=csv.parent) as folder:
        command = [sys.executable, __file__, "--way", way, "--csv", str(csv), "--folder", folder]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_way(way: str, csv: Path, folder: Path) -> None:
    """The child process: report as JSON."""
    started, cpu = time.perf_counter(), time.process_time()
    WAYS[way](csv, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu, "peak": peak}))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_400_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--factors", type=float, nargs="+", default=[0.5, 1.0, 2.0], help="sizes, times --rows"
    )
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.way:
        run_way(options.way, options.csv, options.folder)
        return
    compile_staging()
    with tempfile.TemporaryDirectory() as folder:
        for factor in options.factors:
            csv = Path(folder) / "PROACT_LABS.csv"
            write_labs(csv, int(options.rows * factor))
            report(csv, int(options.rows * factor), options.repeats)


def report(csv: Path, n_row: int, repeats: int) -> None:
    """Print the best of the repeats of every way, interleaved so that load falls on all alike."""
    runs = [{way: measure(way, csv) for way in WAYS} for _ in range(repeats)]
    print(f"\n{n_row:,} rows, {csv.stat().st_size / 2**20:.0f} MiB")
    best = {way: {key: min(run[way][key] for run in runs) for key in ("wall", "cpu", "peak")} for way in WAYS}
    for way, value in best.items():
        print(
            f"  {way:24s} {value['wall']:6.2f} s wall  {value['cpu']:6.2f} s CPU  {value['peak']:6.0f} MiB peak"
        )
    for ours, base in product(("into_store", "into_store_and_staging"), ("typed_in_memory", "typed_on_disk")):
        ratios = {key: best[ours][key] / best[base][key] for key in ("wall", "cpu")}
        print(f"  {ours} / {base}: {ratios['wall']:.2f} wall, {ratios['cpu']:.2f} CPU")


if __name__ == "__main__":
    main()
