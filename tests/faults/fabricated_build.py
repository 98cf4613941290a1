"""A small finished build to publish, without deliveries, dbt or a study: two marts, one result, one quality table.

And a build that has begun with an export of which nothing was made, for tests of what comes after.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analytics.catalogue.declarations import Column, TableDeclaration
from orchestration.extracts.pseudonyms import demonstration_key
from orchestration.night.build import Build
from orchestration.night.export_build import ExportBuild
from orchestration.night.inputs import CutInputs, ExportInputs
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import GENESIS, MANIFEST, Manifest, read_manifest
from orchestration.releases.publish import Publication, publish
from orchestration.releases.tables import TABLES
from orchestration.warehouse import Warehouse

FIRST, SECOND, THIRD = "2026-03-31", "2026-06-30", "2026-09-30"


def begun(build: Build, run_id: str = "run") -> CutInputs:
    """Begin a build whose PRO-ACT tables do not matter."""

    def harmonise(inputs: ExportInputs) -> None:
        export = ExportBuild(build.settings, inputs.proact.delivery.release, inputs)
        export.begin(f"export of {run_id}")
        export.seal()

    return build.begin(run_id, harmonise)


def subjects(n: int, first: int = 0) -> list[str]:
    """USUBJIDs of the registry's form."""
    return [f"LENZPMS-S{number:016X}" for number in range(first, first + n)]


def make_build(
    folder: Path, *, fingerprint: str, usubjid: list[str] | None = None, estimate: float = 1.0
) -> Warehouse:
    """Write a stamped working file and a report beside it."""
    names = subjects(20) if usubjid is None else usubjid
    adsl = pd.DataFrame(
        {"USUBJID": names, "SOURCE": "REGISTRY", "AGE": [40.0 + i for i in range(len(names))]}
    )
    adae = pd.DataFrame({"USUBJID": names, "AESEQ": 1, "AEDECOD": "HEADACHE"})
    effects = pd.DataFrame(
        {"specification": ["matched"], "measure": ["hazard_ratio"], "estimate": [estimate]}
    )
    build = Warehouse(folder / "work" / "vigil.duckdb")
    build.discard()
    query = pd.DataFrame({"usubjid": names[:1], "rule": ["age"]})
    put_as_given(build, "marts", {"adsl": adsl, "adae": adae}, fingerprint)
    put_as_given(build, "results", {"effect_estimate": effects}, fingerprint)
    put_as_given(build, "quality", {"data_query": query}, fingerprint)
    report = folder / "work" / "report"
    report.mkdir(exist_ok=True)
    (report / "report.html").write_text("<!doctype html><title>SYNTHETIC</title>")
    return build


def close_anew(folder: Path, **changed: object) -> None:
    """Change a release's manifest as somebody would who knows how its chain is made."""
    path = folder / MANIFEST
    path.chmod(0o644)
    content = json.loads(path.read_text()) | changed
    path.write_text(json.dumps(content))
    path.write_text(json.dumps(content | {"chain": read_manifest(folder).expected_chain}))


def put_as_given(build: Warehouse, schema: str, tables: dict[str, pd.DataFrame], fingerprint: str) -> None:
    """Write made-up tables, declared by the columns they have."""
    meaning = Column("given", "As made up.")
    declared = {
        name: TableDeclaration(name, "Made up.", dict.fromkeys(frame.columns, meaning))
        for name, frame in tables.items()
    }
    build.put(schema, tables, declared, {f"{schema}.{name}": fingerprint for name in tables})


def publication(index: ReleaseIndex, build: Warehouse, data_cut: str, fingerprint: str) -> Publication:
    """What the nightly job would publish."""
    number, parent = index.next_number(), index.newest(not_after=data_cut)
    release_id = f"{number:04d}-{data_cut}"
    manifest = Manifest(
        release_id=release_id,
        number=number,
        data_cut=data_cut,
        proact_release="SYNTHETIC",
        created_at=f"{data_cut}T03:00:00+09:00",
        time_zone="Asia/Seoul",
        fingerprint=fingerprint,
        simulated=True,
        protocol={"id": "T", "version": "1", "hash": "0" * 64},
        seed=1,
        code_hash="c" * 64,
        lock_hash="d" * 64,
        pseudonym_key_id=demonstration_key().key_id,
        libraries={},
        inputs=(),
        tables={},
        files={},
        logical_hash="",
        parent_id=parent.release_id if parent else None,
        parent_chain=parent.chain if parent else GENESIS,
    )
    known = {"release_id": f"'{release_id}'", "data_cut": f"'{data_cut}'", "simulated": "true"}
    info = ", ".join(f"{known.get(column, 'null')} as {column}" for column in TABLES["info"].columns)
    identities = dict.fromkeys(build.stamps(), fingerprint)
    return Publication(
        build, {"report": build.path.parent / "report"}, manifest, {"info": f"select {info}"}, identities
    )


def release(
    home: Path, data_cut: str, *, step: Callable[[str], None] = lambda name: None, **content: object
) -> Path:
    """Build and publish one data cut under a home."""
    index = ReleaseIndex(home / "releases")
    fingerprint = f"fingerprint {index.next_number()}"
    build = make_build(home / "build", fingerprint=fingerprint, **content)  # type: ignore[arg-type]
    return publish(index, publication(index, build, data_cut, fingerprint), step)
