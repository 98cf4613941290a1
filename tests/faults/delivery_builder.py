"""Small valid deliveries to damage: a PRO-ACT export and a registry cut, as bytes by file name."""

import hashlib
import json
import time
from datetime import date
from pathlib import Path

import duckdb

from orchestration.extracts.deliveries import Delivery, find_deliveries
from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.land import AcceptedDelivery, accept_delivery
from orchestration.extracts.pseudonyms import PseudonymKey, key_from_text
from orchestration.extracts.register import register_raw
from orchestration.extracts.store import ExtractStore

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
DICTIONARIES = load_dictionaries(DBT_PROJECT)
KEY = key_from_text("a test secret that is long enough")
RELEASE = "2022_07_29_PROACT_ALL_FORMS"
CUT = "2026-03-31"
N_SUBJECT = 8


def csv_bytes(header: list[str], rows: list[list[str]], line_end: str = "\r\n") -> bytes:
    """A CSV as PRO-ACT writes it: quotes only where needed, a line break at the end."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text

    return "".join(",".join(map(cell, row)) + line_end for row in [header, *rows]).encode()


def proact_files(prefix: str = "PROACT_") -> dict[str, bytes]:
    """The four required files and one optional, eight subjects, every dictionary column."""
    files = {}
    for stem in ("demographics", "alsfrs", "deathdata", "treatment", "labs"):
        header = [column.name for column in DICTIONARIES["proact"].tables[stem].columns]
        rows = [[str(9_000_001 + i), *[f"{i + j}" for j in range(1, len(header))]] for i in range(N_SUBJECT)]
        files[f"{prefix}{stem.upper()}.csv"] = csv_bytes(header, rows)
    return files


def registry_files() -> dict[str, bytes]:
    """DM, EX, AE and DS of eight subjects, with a name and a full birth date in DM."""
    ids = [f"LENZ-{i:03d}" for i in range(1, N_SUBJECT + 1)]
    dm = ["STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SEX", "BRTHDTC", "ARM"]
    ex = ["STUDYID", "DOMAIN", "USUBJID", "EXSEQ", "EXTRT", "EXSTDTC"]
    ae = ["STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESTDTC"]
    ds = ["STUDYID", "DOMAIN", "USUBJID", "DSSEQ", "DSDECOD", "DSSTDTC"]
    return {
        "DM.csv": csv_bytes(dm, [["LENZ", "DM", u, u[-3:], "F", "1957-03-12", "ARM A"] for u in ids]),
        "EX.csv": csv_bytes(ex, [["LENZ", "EX", u, "1", "CELLS", "2025-01-02"] for u in ids]),
        "AE.csv": csv_bytes(ae, [["LENZ", "AE", u, "1", "fever", "PYREXIA", "2025-01"] for u in ids]),
        "DS.csv": csv_bytes(ds, [["LENZ", "DS", u, "1", "ONGOING", "2026-03-01"] for u in ids]),
    }


def manifest(files: dict[str, bytes], rows: dict[str, int] | None = None) -> bytes:
    """A manifest of `sha256  rows  name`."""
    lines = []
    for name, content in files.items():
        n = (rows or {}).get(name, max(content.count(b"\n") - 1, 0))
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {n}  {name}")
    return "\n".join(lines).encode()


class Site:
    """A home folder with `landing/` and `store/`, and the steps from files to schema `raw`."""

    def __init__(self, home: Path) -> None:
        self.landing = home / "landing"
        self.store = ExtractStore(home / "store")

    def deliver(self, source: str, name: str, files: dict[str, bytes]) -> Path:
        """Put files into a delivery folder."""
        folder = self.landing / source.lower() / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        return folder

    def found(
        self, source: str, settle_seconds: float = 0.0, in_doubt: str | None = None
    ) -> tuple[Delivery, ...]:
        """All deliveries of a source."""
        now = time.time() + 1e-3
        return find_deliveries(
            self.landing, source, now=now, settle_seconds=settle_seconds, in_doubt=in_doubt
        )

    def accept(
        self, source: str, key: PseudonymKey | None = KEY, in_doubt: str | None = None
    ) -> AcceptedDelivery:
        """Accept the newest delivery."""
        newest = self.found(source, in_doubt=in_doubt)[-1]
        return accept_delivery(newest, DICTIONARIES, self.store, key=key)

    def take(self, source: str, files: dict[str, bytes]) -> AcceptedDelivery:
        """Deliver under the usual name and accept."""
        self.deliver(source, RELEASE if source == "PROACT" else CUT, files)
        return self.accept(source)

    def raw(self, *deliveries: AcceptedDelivery) -> duckdb.DuckDBPyConnection:
        """A fresh build with schema `raw`."""
        connection = duckdb.connect()
        register_raw(connection, deliveries, DICTIONARIES, data_cut=date(2026, 3, 31))
        return connection


def synthetic() -> dict[str, bytes]:
    """The marker of a simulated delivery."""
    return {"SYNTHETIC.json": json.dumps({"simulated": True}).encode()}
