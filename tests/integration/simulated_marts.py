"""Builds the dbt project on a simulated study, without the ingest: frames to raw tables, then dbt.

Here belongs the shortcut from simulated frames to marts that other tests reuse (`simulated_marts` in `conftest`).
Registry ids become pseudonym-like texts by a plain hash: good enough for records nobody has.
"""

import hashlib
import re
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from study_build import StudyBuild, dictionary, run_dbt, write_delivered, write_delivery_tables, write_words

from analytics.simulation.settings import SimulationSettings
from analytics.simulation.study import SimulatedStudy, simulate
from orchestration.extracts.site_terms import NO_SITE_TERMS


def build_simulated_marts(
    folder: Path,
    settings: SimulationSettings,
    *,
    cut: date | None = None,
    threads: int = 2,
    target: Path | None = None,
    dbt_tests: bool = True,
) -> tuple[StudyBuild, SimulatedStudy]:
    """Simulate, write the raw schema of one data cut (the last by default) and build every dbt node on it."""
    study = simulate(settings)
    cut = cut or settings.cuts[-1]
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "vigil.duckdb"
    with duckdb.connect(str(database)) as connection:
        write_delivery_tables(connection, cut)
        proact = {re.sub(r"^(F_)?PROACT_", "", stem).lower(): frame for stem, frame in study.proact.items()}
        registry = {domain.lower(): frame for domain, frame in study.registry[cut].items()}
        registry["supp"] = registry.pop("suppae", pd.DataFrame())
        for source, frames in (("proact", proact), ("registry", registry)):
            for table, columns in dictionary(source).items():
                write_frame(
                    connection, source, table, columns, frame=frames.get(table, pd.DataFrame()), folder=folder
                )
        write_words(connection, NO_SITE_TERMS)
    return run_dbt(database, target or folder / "target", threads=threads, dbt_tests=dbt_tests), study


def write_frame(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    columns: list[str],
    *,
    frame: pd.DataFrame,
    folder: Path,
) -> None:
    """One raw table from a frame, every cell as text, and its row in delivered_file."""
    delivered = {name.lower(): name for name in frame.columns}
    for name in ("USUBJID", "SUBJID"):
        if source == "registry" and name in frame.columns:
            frame = frame.assign(**{name: frame[name].map(pseudonym)})
    if source == "registry" and "BRTHDTC" in frame.columns:
        frame = frame.assign(BRTHDTC=frame["BRTHDTC"].str[:4])
    path = folder / f"{source}_{table}.csv"
    (frame if len(frame.columns) else pd.DataFrame({"empty": []})).to_csv(path, index=False)
    cells = ", ".join(
        f'nullif(trim("{delivered[c.lower()]}"), \'\') as "{c}"'
        if c.lower() in delivered
        else f'cast(null as varchar) as "{c}"'
        for c in columns
    )
    connection.execute(
        f"create table raw.{source}_{table} as select {cells}, '{path.name}' as _file,"
        " row_number() over () + 1 as _line, cast(null as varchar) as _extra"
        f" from read_csv('{path}', all_varchar = true, header = true, delim = ',', quote = '\"')"
    )
    path.unlink()
    if len(frame):
        write_delivered(connection, source, table, path.name, len(frame))


def pseudonym(subject: object) -> str:
    """A text of the form of a pseudonym."""
    return "S" + hashlib.sha256(str(subject).encode()).hexdigest()[:16].upper()
