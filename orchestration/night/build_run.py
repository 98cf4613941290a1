"""`build.run`, the one row of a working file that says which build it is: written when the build begins, read ever after.

What a build rests on is never asked of landing, protocol file or environment again. Does not belong here: how it was found
(`inputs`), and what is read and written by it (`build`).
"""

from dataclasses import asdict, dataclass, fields

import duckdb

from orchestration.night.code_commit import code_commit
from orchestration.night.inputs import CutInputs
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

TABLE = "build.run"
_DATES = ("data_cut",)


@dataclass(frozen=True)
class BuildRun:
    """The row.

    Attributes:
        run_id: the Dagster run that began the build.
        data_cut: ISO date.
        fingerprint: of all that the release is a function of, its parent apart.
        parent_id, parent_chain: the release this one follows, and its chain hash; None for the first.
        registry_path, proact_path: the deliveries, as paths under landing.
        proact_release: name of the PRO-ACT export.
        registry_hash, proact_hash: of what the deliveries held.
        protocol: the protocol's canonical form.
        protocol_hash, code_hash, lock_hash: of the protocol, the sources and the locked dependencies.
        key_id: public fingerprint of the pseudonym key.
        terms_hash, columns_hash: of what the site says beside its deliveries; empty where it says nothing.
        code_commit: of the sources when the build began; `+` behind it where files were changed, None without a repository.
    """

    run_id: str
    data_cut: str
    fingerprint: str
    parent_id: str | None
    parent_chain: str | None
    registry_path: str
    registry_hash: str
    proact_path: str
    proact_release: str
    proact_hash: str
    protocol: str
    protocol_hash: str
    code_hash: str
    lock_hash: str
    key_id: str
    terms_hash: str
    columns_hash: str
    code_commit: str | None = None


def run_of(inputs: CutInputs, settings: Settings, run_id: str, parent: Manifest | None) -> BuildRun:
    """The row of a build that begins with these inputs."""
    return BuildRun(
        run_id=run_id,
        data_cut=inputs.data_cut,
        fingerprint=inputs.fingerprint,
        parent_id=parent.release_id if parent else None,
        parent_chain=parent.chain if parent else None,
        registry_path=inputs.registry.delivery.path.relative_to(settings.landing).as_posix(),
        registry_hash=inputs.registry.content_hash,
        proact_path=inputs.proact.delivery.path.relative_to(settings.landing).as_posix(),
        proact_release=inputs.proact.delivery.release,
        proact_hash=inputs.proact.content_hash,
        protocol=inputs.protocol,
        protocol_hash=inputs.protocol_hash,
        code_hash=inputs.code_hash,
        lock_hash=inputs.lock_hash,
        key_id=inputs.key_id,
        terms_hash=inputs.site_terms.sha256,
        columns_hash=inputs.site_columns.sha256,
        code_commit=code_commit(),
    )


def write_run(warehouse: Warehouse, run: BuildRun) -> None:
    """Write the row into a fresh working file."""
    columns = ", ".join(f"{f.name} {'date' if f.name in _DATES else 'varchar'}" for f in fields(BuildRun))
    with warehouse.write() as connection:
        connection.execute("create schema build")
        connection.execute(f"create table {TABLE} ({columns})")
        connection.execute(
            f"insert into {TABLE} values ({', '.join('?' * len(fields(BuildRun)))})",
            list(asdict(run).values()),
        )


def read_run(warehouse: Warehouse) -> BuildRun | None:
    """The row; None where no build has begun, or one of another version of this program has."""
    if not warehouse.has(TABLE):
        return None
    columns = ", ".join(f"cast({f.name} as varchar)" for f in fields(BuildRun))
    with warehouse.read() as connection:
        try:
            row = connection.sql(f"select {columns} from {TABLE}").fetchone()
        except duckdb.BinderException:
            return None
    return BuildRun(*row) if row else None
