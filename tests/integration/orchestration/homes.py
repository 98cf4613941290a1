"""Home folders for tests: simulated deliveries at small scale, a protocol that leaves out the slow sensitivity grid."""

import hashlib
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.cli import main
from orchestration.demonstration.writer import write_demonstration
from orchestration.settings import in_environment

QUICK_PROTOCOL = """
[study]
version = "{version}"
[propensity]
imputations = 2
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
windows_days = [90]
calipers = [0.2]
"""

# What a site delivers beside the domains that the simulator writes: 22 in all, some split, some without records.
FURTHER_DOMAINS = {
    "lb.csv": "LBSEQ,LBTESTCD,LBSTRESN,LBDTC",
    "lb2.csv": "LBSEQ,LBTESTCD,LBSTRESN,LBDTC",
    "eg.csv": "EGSEQ,EGTESTCD,EGORRES,EGDTC",
    "PE.CSV": "PESEQ,PETESTCD,PESTRESC,PEDTC",
    "sv.csv": "VISITNUM,SVSTDTC",
    "ss.csv": "SSSEQ,SSTESTCD,SSSTRESC,SSDTC",
    "fa.csv": "FASEQ,FATESTCD,FAOBJ,FASTRESC,FADTC",
    "qsco.csv": "QSSEQ,QSCAT,QSTESTCD,QSSTRESN,QSDTC",
    "qsmm.csv": "QSSEQ,QSCAT,QSTESTCD,QSSTRESN,QSDTC",
    "suppdm.csv": "RDOMAIN,QNAM,QVAL",
    "suppmh.csv": "RDOMAIN,QNAM,QVAL",
}
# As a house has one; no file may hold it, nor what is made with it name it.
KEY = "a key of the tests and of nobody else"
BYSTANDERS = ("define.xml", "enrolment log.xlsx", "listings.zip", "README")


def make_home(folder: Path, *, cuts: int = 1, seed: int = 5) -> Path:
    """Write deliveries, with files that are no data among them, and the quick protocol under a folder."""
    write_demonstration(folder, SimulationSettings.small(cuts=default_cuts(cuts), seed=seed, quirk_rate=1.0))
    for delivery in (folder / "landing" / "registry").iterdir():
        for name, columns in FURTHER_DOMAINS.items():
            content = f"USUBJID,{columns}\n".encode()
            (delivery / name).write_bytes(content)
            with open(delivery / "MANIFEST.sha256", "a", encoding="utf-8") as manifest:
                manifest.write(f"{hashlib.sha256(content).hexdigest()}  0  {name}\n")
        for name in BYSTANDERS:
            (delivery / name).write_bytes(b"PK not opened")
    write_protocol(folder, "1.0.0")
    return folder


def write_protocol(home: Path, version: str) -> None:
    """The quick protocol under a version."""
    (home / "protocol.toml").write_text(QUICK_PROTOCOL.format(version=version))


def variables(home: Path, threads: int = 2, key: str | None = KEY) -> dict[str, str]:
    """What points at a home, with its pseudonym key (None: the public one of demonstrations)."""
    return {
        "VIGIL_PSEUDONYM_KEY": key or "",
        "VIGIL_HOME": str(home),
        "VIGIL_PROTOCOL": str(home / "protocol.toml"),
        "VIGIL_THREADS": str(threads),
        "VIGIL_SETTLE_SECONDS": "0",
        "DAGSTER_HOME": str(home / "dagster"),
    }


def environment(home: Path, threads: int = 2, key: str | None = KEY) -> AbstractContextManager[None]:
    """The process's environment pointing at a home."""
    return in_environment(variables(home, threads, key))


def vigil(home: Path, *arguments: str, threads: int = 2, key: str | None = KEY) -> int:
    """Run a command of `vigil` in this process; its exit status."""
    with environment(home, threads, key):
        return main(list(arguments))


def query(home: Path, sql: str) -> list[tuple]:
    """Rows of the current release."""
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def copy_landing(source: Path, target: Path) -> Path:
    """A home with the same deliveries and protocol, and nothing built."""
    shutil.copytree(source / "landing", target / "landing")
    shutil.copy(source / "protocol.toml", target / "protocol.toml")
    return target


def altered_export(export: Path, target: Path) -> None:
    """The export as another would deliver it: with one measurement fewer, listed anew."""
    shutil.copytree(export, target)
    measured = target / "PROACT_ALSFRS.csv"
    measured.write_bytes(b"".join(measured.read_bytes().splitlines(keepends=True)[:-1]))
    manifest = target / "MANIFEST.sha256"
    lines = [line.split(maxsplit=2) for line in manifest.read_text().splitlines()]
    for line in lines:
        if line[2] == measured.name:
            line[:2] = hashlib.sha256(measured.read_bytes()).hexdigest(), str(int(line[1]) - 1)
    manifest.write_text("".join("  ".join(line) + "\n" for line in lines))
