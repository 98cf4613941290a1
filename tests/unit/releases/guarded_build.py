"""A build and its parent as the guards ask of them: a few tables each, whole and well, to be spoilt by a test.

Here belong the tables. What a guard must say of them stands in the tests.
"""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd

from analytics.protocol import Protocol
from orchestration.warehouse import Warehouse

CUT, PARENT = "2026-06-30", "0001-2026-03-31"
N = 100
Tables = dict[str, pd.DataFrame]


def _adsl() -> pd.DataFrame:
    """A hundred treated of the registry and as many controls of PRO-ACT, every fifth dead, all alike and complete."""
    arms = [
        pd.DataFrame(
            {
                "USUBJID": [f"{prefix}{i:016X}" for i in range(N)],
                "SOURCE": source,
                "TRT01PN": treated,
                "TRT01AN": treated,
                "VITSTAT": ["DIED" if i % 5 == 0 else "ALIVE" for i in range(N)],
                "TRTSDY": 0.0,
                "AGE": 55.0,
                "SEX": "M",
                "BULBAR": 0.0,
                "SYMPDURM": 20.0,
                "ALSFRSR": 40.0,
                "DFRS": 0.4,
                "RILUZOLE": 1.0,
                "TRACHDT": [pd.Timestamp(2026, 1, 5) if treated and i < 40 else pd.NaT for i in range(N)],
                "PAVDT": [pd.Timestamp(2026, 1, 9) if treated and i < 20 else pd.NaT for i in range(N)],
                "EXCLTTE": None,
            }
        )
        for prefix, source, treated in (("LENZ-PMS-S", "REGISTRY", 1), ("PROACT-", "PROACT", 0))
    ]
    return pd.concat(arms, ignore_index=True)


def whole() -> Tables:
    """The tables of a build of which nothing is lost."""
    adsl = _adsl()
    treated = adsl[adsl["SOURCE"] == "REGISTRY"]
    members = adsl.rename(columns={"USUBJID": "usubjid", "TRT01PN": "treated"})
    pairs = members.assign(specification="matched", imputation=1, set_id=[*range(N), *range(N)], weight=1.0)
    return {
        "marts.adsl": adsl,
        "marts.adae": pd.DataFrame({"USUBJID": treated["USUBJID"], "AESER": ["Y"] * 20 + ["N"] * (N - 20)}),
        "quality.record_count": pd.DataFrame(
            [("REGISTRY", "ae", 120), ("REGISTRY", "cm", 80), ("PROACT", "alsfrs", 900)],
            columns=["source", "table_name", "n_accepted"],
        ),
        "quality.rejected_row": pd.DataFrame(
            [("REGISTRY", "ex", "key_missing")], columns=["source", "table_name", "rule"]
        ),
        "quality.understood_count": pd.DataFrame(
            [("REGISTRY", table, 40, 40) for table in ("ae", "dm", "ds", "ex", "qs", "ss")]
            + [("PROACT", table, 40, 40) for table in ("deathdata", "treatment")],
            columns=["source", "table_name", "n_meant", "n_understood"],
        ),
        "results.analysis_set": members,
        "results.matched_set": pairs,
        "intermediate.int_registry__asked_word": words("REGISTRY"),
        "intermediate.int_proact__asked_word": words("PROACT"),
    }


def by_source(tables: Tables) -> Tables:
    """The halves of which dbt makes tables of both sources."""
    both = {part: tables[f"quality.{part}"] for part in ("understood_count", "rejected_row")}
    return {
        f"intermediate.int_{source}__{part}": frame[frame["source"] == source.upper()]
        for part, frame in both.items()
        for source in ("registry", "proact")
    }


def words(source: str, *rows: tuple[str, str, str | None, int, int]) -> pd.DataFrame:
    """Unknown words: table, column, word (None: not shown), number of words, number of records."""
    frame = pd.DataFrame(rows, columns=["table_name", "column_name", "shown_word", "n_word", "n_record"])
    return frame.astype({"n_word": "int64", "n_record": "int64"}).assign(source=source)


def write(path: Path, tables: Tables) -> Warehouse:
    """The tables as a database."""
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            typed = frame.astype({c: "string" for c in frame.columns if frame[c].dtype == object})
            connection.register("_frame", typed)
            connection.execute(f"create table {name} as from _frame")
    return Warehouse(path)


@dataclass
class GuardedBuild:
    """What the guards ask of a build."""

    folder: Path
    after: Tables
    before: Tables | None = field(default_factory=whole)
    protocol: Protocol = field(default_factory=Protocol)
    parent_protocol: str = "same"
    data_cut: str = CUT

    def __post_init__(self) -> None:
        """Write both databases, and the delivery's folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.registry_delivery = self.folder / CUT
        self.registry_delivery.mkdir()
        self.warehouse = write(self.folder / "build.duckdb", self.after | by_source(self.after))
        self.parent_warehouse = write(self.folder / "parent.duckdb", self.before) if self.before else None
        self.run = SimpleNamespace(protocol_hash="same")
        self.parent = (
            SimpleNamespace(release_id=PARENT, protocol={"hash": self.parent_protocol})
            if self.before
            else None
        )

    def parent_table(self, name: str) -> pd.DataFrame | None:
        """A table of the parent."""
        released = self.parent_warehouse
        return released.table(name) if released is not None and released.has(name) else None
