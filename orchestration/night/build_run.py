"""`build.export` and `build.run`, a row each of a working file, that say of which PRO-ACT export and which build it is:
written when it begins, read ever after.

What a build rests on is never asked of landing, protocol file or environment again. Does not belong here: how it was found
(`inputs`), and what is read and written by it (`export_build`, `build`).
"""

from dataclasses import asdict, dataclass, fields
from typing import TypeVar

import duckdb

from orchestration.night.code_commit import code_commit
from orchestration.night.inputs import CutInputs, ExportInputs
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

_DATES = ("data_cut",)


@dataclass(frozen=True)
class ExportRun:
    """What is made of a PRO-ACT export rests on this.

    Attributes:
        run_id: the Dagster run that began it.
        proact_path: the delivery, as a path under landing.
        proact_release: its name.
        proact_hash: of what it held.
        terms_hash: of the words the site taught; empty where it taught none.
        code_hash, lock_hash: of the sources and the locked dependencies.
    """

    run_id: str
    proact_path: str
    proact_release: str
    proact_hash: str
    terms_hash: str
    code_hash: str
    lock_hash: str


@dataclass(frozen=True)
class BuildRun(ExportRun):
    """What the build of a data cut rests on.

    Attributes:
        data_cut: ISO date.
        fingerprint: of all that the release is a function of, its parent apart.
        parent_id, parent_chain: the release this one follows, and its chain hash; None for the first.
        registry_path: the delivery, as a path under landing.
        registry_hash: of what it held.
        protocol: the protocol's canonical form.
        protocol_hash: its hash.
        key_id: public fingerprint of the pseudonym key.
        columns_hash: of the columns the site lets be stored; empty where it says nothing.
        answers_hash: of what the sites answered; empty where there is no such file.
        operating_run: the last run of the operating characteristics, as text; empty where there was none.
        code_commit: of the sources when the build began; `+` behind it where files were changed, None without a repository.
    """

    data_cut: str
    fingerprint: str
    parent_id: str | None
    parent_chain: str | None
    registry_path: str
    registry_hash: str
    protocol: str
    protocol_hash: str
    key_id: str
    columns_hash: str
    code_commit: str | None = None
    operating_run: str = ""
    answers_hash: str = ""


TABLES = {ExportRun: "build.export", BuildRun: "build.run"}
Run = TypeVar("Run", bound=ExportRun)


def export_run_of(inputs: ExportInputs, settings: Settings, run_id: str) -> ExportRun:
    """The row of an export that begins with these inputs."""
    return ExportRun(
        run_id=run_id,
        proact_path=inputs.proact.delivery.path.relative_to(settings.landing).as_posix(),
        proact_release=inputs.proact.delivery.release,
        proact_hash=inputs.proact.content_hash,
        terms_hash=inputs.site_terms.sha256,
        code_hash=inputs.code_hash,
        lock_hash=inputs.lock_hash,
    )


def run_of(inputs: CutInputs, settings: Settings, run_id: str, parent: Manifest | None) -> BuildRun:
    """The row of a build that begins with these inputs."""
    return BuildRun(
        **asdict(export_run_of(inputs.export, settings, run_id)),
        data_cut=inputs.data_cut,
        fingerprint=inputs.fingerprint,
        parent_id=parent.release_id if parent else None,
        parent_chain=parent.chain if parent else None,
        registry_path=inputs.registry.delivery.path.relative_to(settings.landing).as_posix(),
        registry_hash=inputs.registry.content_hash,
        protocol=inputs.protocol,
        protocol_hash=inputs.protocol_hash,
        key_id=inputs.key_id,
        columns_hash=inputs.site_columns.sha256,
        answers_hash=inputs.site_answers.sha256,
        code_commit=code_commit(),
        operating_run=inputs.operating_run.text,
    )


def write_run(warehouse: Warehouse, run: ExportRun) -> None:
    """Write the row into a working file."""
    names = [field.name for field in fields(run)]
    columns = ", ".join(f"{name} {'date' if name in _DATES else 'varchar'}" for name in names)
    with warehouse.write() as connection:
        connection.execute("create schema if not exists build")
        connection.execute(f"create or replace table {TABLES[type(run)]} ({columns})")
        places = ", ".join("?" * len(names))
        connection.execute(f"insert into {TABLES[type(run)]} values ({places})", list(asdict(run).values()))


def read_run(warehouse: Warehouse, kind: type[Run]) -> Run | None:
    """The row; None where nothing of the kind has begun, or one of another version of this program has."""
    if not warehouse.has(TABLES[kind]):
        return None
    columns = ", ".join(f"cast({field.name} as varchar)" for field in fields(kind))
    with warehouse.read() as connection:
        try:
            row = connection.sql(f"select {columns} from {TABLES[kind]}").fetchone()
        except duckdb.BinderException:
            return None
    return kind(*row) if row else None
