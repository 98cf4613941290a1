"""A home with a delivery of the registry and a release that asks about its subjects, under their pseudonyms.

Here belongs the home. What is written of it stands in the tests.
"""

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
from delivery_builder import CUT, KEY, Site, csv_bytes, manifest, registry_files
from fabricated_build import make_build, publication, put_as_given

from orchestration.cli import main
from orchestration.extracts.pseudonyms import pseudonym
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.publish import publish
from orchestration.releases.tables import TABLES
from orchestration.settings import Settings

SECRET = KEY.secret.decode()
SITES = {
    "LENZ-001": ("101", "101-0001"), "LENZ-002": ("101", "=1+1"), "LENZ-003": ("서울 대학/병원", "0003"),
    "LENZ-004": ("A/B", "4"), "LENZ-005": ("A_B", "5"), "LENZ-006": ("", "6"), "LENZ-007": ("  ", "7"),
    "LENZ-008": ("101", "101-0001"),
}  # fmt: skip
"""Subjects as delivered: site and SUBJID; one number given twice, two sites alike in a file name, two without one."""
COLUMNS = [
    "query_id", "source", "usubjid", "table_name", "column_name", "rule", "found", "expected", "source_file", "source_line",
]  # fmt: skip


def query_id(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()


def named(raw: str) -> str:
    """USUBJID as the marts have it."""
    return f"LENZ-{pseudonym(raw, KEY)}"


def registry(sites: dict[str, tuple[str, str]] = SITES) -> dict[str, bytes]:
    header = ["STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SITEID", "SEX", "ARM"]
    rows = [["LENZ", "DM", raw, subjid, site, "F", "A"] for raw, (site, subjid) in sites.items()]
    qs = ["STUDYID", "DOMAIN", "USUBJID", "QSSEQ", "VISIT", "QSDTC", "QSTESTCD", "QSORRES"]
    visits = [["LENZ", "QS", raw, "1", "3개월", "2025-04-01", "ALSFRSR", "40"] for raw in SITES]
    return {**registry_files(), "DM.csv": csv_bytes(header, rows), "QS.csv": csv_bytes(qs, visits)}


def asked() -> list[tuple]:
    """What the release asks: a query about everybody's first visit, some on other records, one of nobody, one of PRO-ACT."""
    of_visit = [
        (query_id(i), "REGISTRY", named(raw), "qs", "QSORRES", "total_differs", "2025-04-01: 40", "sum of items 41",
         "QS.csv", i + 2)
        for i, raw in enumerate(SITES)
    ]  # fmt: skip
    return [
        *of_visit,
        (
            query_id(20),
            "REGISTRY",
            named("LENZ-001"),
            "dm",
            "SEX",
            "sex_missing",
            None,
            "M or F",
            "DM.csv",
            2,
        ),
        # The line of somebody else: visit and date are not this subject's.
        (query_id(21), "REGISTRY", named("LENZ-001"), "qs", "QSORRES", "other", "-1", "text", "QS.csv", 5),
        (query_id(22), "REGISTRY", None, "ds", "DSDECOD", "word_unknown", None, "a word", "DS.csv", 2),
        (
            query_id(23),
            "REGISTRY",
            named("LENZ-900"),
            "ae",
            "USUBJID",
            "unknown_subject",
            None,
            "a subject",
            "AE.csv",
            2,
        ),
        (
            query_id(24),
            "PROACT",
            "PROACT-1",
            "labs",
            "Test_Unit",
            "unit",
            None,
            "a unit",
            "PROACT_LABS.csv",
            2,
        ),
    ]


class AskingHome:
    """The home folder and what is done with it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings = Settings(home, pseudonym_key=SECRET, settle_seconds=0)

    @property
    def out(self) -> Path:
        return self.home.parent / "out"

    def deliver(self, sites: dict[str, tuple[str, str]] = SITES) -> None:
        """The registry's delivery, anew."""
        files = registry(sites)
        Site(self.home).deliver("REGISTRY", CUT, {**files, "MANIFEST.sha256": manifest(files)})

    def release(self, answered: tuple[int, ...] = ()) -> Path:
        """A release that asks, some of its queries answered."""
        queries = pd.DataFrame(asked(), columns=COLUMNS).astype({"source_line": "int64"})
        answers = [query_id(number) for number in answered]
        opened = queries.loc[~queries["query_id"].isin(answers), ["query_id"]].assign(since="2026-03-01")
        files = registry()
        listed = [
            (
                "REGISTRY",
                CUT,
                name.partition(".")[0].lower(),
                name,
                hashlib.sha256(content).hexdigest(),
                False,
            )
            for name, content in files.items()
        ]
        index = ReleaseIndex(self.home / "releases")
        fingerprint = f"fingerprint {index.next_number()}"
        build = make_build(self.home / "build", fingerprint=fingerprint)
        put_as_given(build, "quality", {"data_query": queries}, fingerprint)
        beside = {
            "open_query": opened,
            "site_answer": pd.DataFrame(
                {"query_id": answers, "standing": ["raised"] * len(answers)}, dtype=object
            ),
            "input_file": pd.DataFrame(
                listed, columns=["source", "release", "table_name", "file_name", "sha256", "simulated"]
            ),
        }
        tables = {name: TABLES[name].of_then(frame) for name, frame in beside.items()}
        build.put("change", tables, TABLES, {f"change.{name}": fingerprint for name in tables})
        made = publication(index, build, CUT, fingerprint)
        queried = {name: f"from vigil.change.{name}" for name in tables}
        known = replace(made.manifest, pseudonym_key_id=KEY.key_id, simulated=False)
        return publish(
            index, replace(made, manifest=known, release_tables={**made.release_tables, **queried})
        )

    def vigil(self, *arguments: str) -> int:
        """The command `vigil`, with the environment that is set."""
        return main(list(arguments))

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """What the files say, by their names."""
        return {
            path.name: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
            for path in sorted(self.out.iterdir())
        }
