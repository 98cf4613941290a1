"""What a build publishes beside its tables: the `release` schema and the manifest, still without hashes of the copy."""

from collections.abc import Mapping, Sequence

from analytics import change
from analytics.cohort.follow_up import analysed_parameters
from analytics.protocol import to_toml
from analytics.study import MARTS
from orchestration.erasure.requests import requested
from orchestration.export.code_list import listed_values
from orchestration.night.build import Build
from orchestration.night.gaps import TABLE as GAP
from orchestration.night.gaps import known_gaps
from orchestration.night.lineage import Lineage, released_sources
from orchestration.night.operating_run import OperatingRun
from orchestration.night.spark_return import engine_of
from orchestration.night.stages_asked import TABLE as STAGE
from orchestration.releases.keys import keys
from orchestration.releases.manifest import GENESIS, InputFile, Manifest, library_versions
from orchestration.releases.publish import HASHED_SCHEMAS, Publication, PublicationError
from orchestration.releases.views import View
from orchestration.settings import TIME_ZONE
from orchestration.warehouse import literal, scalar, values_of

KEY_COLUMNS = ("table_name", "columns", "refers_to")
LABELS = """
    select source, release from raw.delivered_file union select 'REGISTRY', cast(data_cut as varchar) from raw.data_cut
    union select 'PROACT', proact_release from raw.data_cut
"""
INPUT_FILES = """
    select source, release, table_name, file_name, sha256, n_record, n_decode_reject, encoding, unknown_columns,
           missing_columns, simulated, n_byte, 'read' as status, cast(null as varchar) as reason, note
    from vigil.raw.delivered_file
    union all
    select source, release, null, file_name, null, null, null, null, null, null, null, n_byte,
           case when is_mark then 'read' else 'not read' end, reason, null
    from vigil.raw.other_file
"""


def publication_of(
    build: Build,
    created_at: str,
    identities: Mapping[str, str],
    views: Sequence[View] = (),
    lineage: Lineage | None = None,
) -> Publication:
    """The publication of a finished build.

    Args:
        build: the build.
        created_at: ISO date and time.
        identities: of every table, as what the build began with makes them.
        views: over the published tables, for people.
        lineage: of all tables; without, that of the tables which are not dbt's.

    Raises:
        PublicationError: it is labelled otherwise than what was delivered.
    """
    _refuse_other_label(build)
    manifest = _manifest(build, created_at)
    tables = _release_tables(build, manifest) | {"table_identity": _identities(identities)}
    tables["lineage"] = _sources(build.lineage if lineage is None else lineage)
    tables["listed_value"] = _listed_values()
    return Publication(build.warehouse, build.reports, manifest, tables, identities, views)


def _identities(identities: Mapping[str, str]) -> str:
    """SQL of those of the tables that are published."""
    told = [each for each in sorted(identities.items()) if each[0].split(".")[0] in HASHED_SCHEMAS]
    return values_of([{"table_name": name, "identity": identity} for name, identity in told])


def _sources(lineage: Lineage) -> str:
    """SQL of what the published tables are made of."""
    found = released_sources(lineage, HASHED_SCHEMAS)
    rows = [
        {"table_name": name, "made_of": each} for name, sources in sorted(found.items()) for each in sources
    ]
    return values_of(rows)


def _listed_values() -> str:
    """SQL of what columns of the marts may hold."""
    return values_of(
        [
            {"table_name": f"marts.{mart}", "column_name": column, "listed_value": str(value)}
            for mart in sorted(set(map(str, MARTS)))
            for column, values in listed_values(mart).items()
            for value in values
        ]
    )


def _refuse_other_label(build: Build) -> None:
    run = build.run
    with build.warehouse.read() as connection:
        held = set(connection.sql(LABELS).fetchall())
    if held != {("REGISTRY", run.data_cut), ("PROACT", run.proact_release)}:
        raise PublicationError(
            f"not published: the deliveries registered are not data cut {run.data_cut} and PRO-ACT {run.proact_release}; "
            f"run vigil refresh --cut {run.data_cut}"
        )


def _manifest(build: Build, created_at: str) -> Manifest:
    number = build.releases.next_number()
    run, parent, study = build.run, build.parent, build.protocol.study
    return Manifest(
        release_id=f"{number:04d}-{run.data_cut}",
        number=number,
        data_cut=run.data_cut,
        proact_release=run.proact_release,
        created_at=created_at,
        time_zone=TIME_ZONE,
        fingerprint=run.fingerprint,
        simulated=build.simulated,
        protocol={"id": study.id, "version": study.version, "hash": run.protocol_hash},
        seed=study.seed,
        code_hash=run.code_hash,
        lock_hash=run.lock_hash,
        pseudonym_key_id=run.key_id,
        libraries=library_versions(),
        inputs=_inputs(build),
        tables={},
        files={},
        logical_hash="",
        parent_id=parent.release_id if parent else None,
        parent_chain=parent.chain if parent else GENESIS,
        code_commit=run.code_commit,
        operating_characteristics=OperatingRun(run.operating_run).run,
        engine=engine_of(build),
    )


def _inputs(build: Build) -> tuple[InputFile, ...]:
    query = """select source, release, file_name, sha256, n_record from raw.delivered_file
               order by source, file_name, sha256"""
    with build.warehouse.read() as connection:
        return tuple(InputFile(*row) for row in connection.sql(query).fetchall())


def _release_tables(build: Build, manifest: Manifest) -> dict[str, str]:
    """SQL that makes each table of schema `release`."""
    values = {
        "release_id": manifest.release_id,
        "data_cut": manifest.data_cut,
        "created_at": manifest.created_at,
        "proact_release": manifest.proact_release,
        "parent_id": manifest.parent_id,
        "fingerprint": manifest.fingerprint,
        "protocol_id": manifest.protocol["id"],
        "protocol_version": manifest.protocol["version"],
        "protocol_hash": manifest.protocol["hash"],
        "code_hash": manifest.code_hash,
        "pseudonym_key_id": manifest.pseudonym_key_id,
        "mark": manifest.mark,
    }
    info = "select " + ", ".join(f"{literal(value)} as {name}" for name, value in values.items())
    info += f", {manifest.simulated} as simulated, {_stop_requests(build)} as n_stop_request"
    info += f", {len(requested(build.warehouse))} as n_erasure_request, {len(known_gaps(build.warehouse))} as n_gap"
    info += f", (select count(taken_from) from vigil.{STAGE}) as n_stage_taken"
    text = f"select {literal(to_toml(build.protocol))} as toml, {literal(build.run.protocol)} as canonical"
    taught = "select distinct domain, variable, term, meaning, line from vigil.raw.site_term order by line"
    allowed = "from vigil.raw.site_column order by all"
    # The build does not know under which number it will be released.
    own = f"coalesce(release_id, {literal(manifest.release_id)}) as release_id"
    history = f"select * replace ({own}) from vigil.change.estimate_history order by all"
    beside = {
        "analysed_parameter": values_of(analysed_parameters(build.protocol)),
        "key": values_of([dict(zip(KEY_COLUMNS, key.told(), strict=True)) for key in keys()]),
        "site_term": taught,
        "site_column": allowed,
        "gap": f"select kind, subject, reason from vigil.{GAP}",
        "stage": f"from vigil.{STAGE} order by stage",
    }
    return (
        {"info": info, "protocol": text, "input_file": INPUT_FILES}
        | beside
        | {name: f"from vigil.change.{name}" for name in change.TABLES}
        | {"estimate_history": history}
    )


def _stop_requests(build: Build) -> int:
    with build.warehouse.read() as connection:
        return int(scalar(connection, "select count(*) from marts.adsl where WDRQFL = 'Y'"))
