"""Of what the tables of a build are made: a maker and the tables read, back to the deliveries. One hash of it all is a
table's identity: equal identities, equal tables.

Belongs here: the graph, as code and protocol have it, and what a hash covers. Does not belong here: what a table was made of
in truth, which is stamped when it is made (`build`), nor the comparison of both (`publish.refuse_mixture`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any

from analytics import change
from analytics.study import MARTS, STAGES, TAKEN, mart_read
from orchestration.landing import dictionaries
from orchestration.night.build_run import BuildRun, ExportRun
from orchestration.night.fingerprint import sources_hash
from orchestration.night.operating_run import TAKEN as OPERATING_RUN

PARENT = "the parent release"
PARENT_RESULT = "parent:"
RAW = "raw"
"""The schema of the deliveries."""
CHECKS = "quality.check_result"
REPORT = "release.report"
BACKWARD = "quality.data_query:follow_up_backwards"
"""Rows that are added to a table later are a node of their own, behind a colon."""
ABOUT = ("delivered_file", "other_file", "decode_reject", "delivered_word")
"""What is said of a delivery, by source; of the first two there are views of both sources."""
COMPARED = ("adsl", "adae_per_subject", "adtte")
COMPARED_RESULTS = (
    "analysis_set",
    "imputed_covariate",
    "follow_up",
    "matched_set",
    "matching_loss",
    "balancing_weight",
    "effect_estimate",
    "ae_listing",
)
"""What the parent release is compared in; of the other marts, the corrected records."""
DECODERS = ("dbt_project", "orchestration/extracts")


@dataclass(frozen=True)
class Made:
    """How a table comes about.

    Attributes:
        maker: hash of what makes it: code, settings, and of a delivery what was delivered.
        reads: names of the tables it reads.
    """

    maker: str
    reads: tuple[str, ...] = ()

    def identity(self, identities: Mapping[str, str]) -> str:
        """The table's identity.

        Args:
            identities: of the tables it reads, at least.

        Raises:
            KeyError: one of them has none.
        """
        return digest(self.maker, *(f"{name} {identities[name]}" for name in sorted(set(self.reads))))


Lineage = Mapping[str, Made]


def digest(*parts: str) -> str:
    """SHA-256 (hex) of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def in_order(lineage: Lineage) -> Iterator[str]:
    """The tables of a lineage, each after those it reads."""
    order = TopologicalSorter({name: made.reads for name, made in lineage.items()}).static_order()
    return (name for name in order if name in lineage)


def identities_of(lineage: Lineage, there: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Identity of every table, in the order of the data's way, beside those of the tables that are there.

    Raises:
        KeyError: a table reads one that neither is part of the lineage nor there.
    """
    found = dict(there)
    for name in in_order(lineage):
        found[name] = lineage[name].identity(found)
    return found


def expected_identities(lineage: Lineage, there: Mapping[str, str]) -> dict[str, str]:
    """Identities of what is there, and of what will be made of it."""
    found = dict(there)
    for name in in_order(lineage):
        if name not in found and all(read in found for read in lineage[name].reads):
            found[name] = lineage[name].identity(found)
    return found


def exported(run: ExportRun) -> dict[str, Made]:
    """What lies in schema `raw` of a PRO-ACT export. A delivery is accepted whole, and its tables are one."""
    decoder = sources_hash(*DECODERS)
    tables = _of_source("proact", digest(decoder, run.proact_release, run.proact_hash), run.terms_hash)
    return tables | {"raw.site_term": Made(digest(decoder, run.terms_hash))}


def delivered(run: BuildRun) -> dict[str, Made]:
    """Schema `raw` and the parent: what a build begins with."""
    decoder = sources_hash(*DECODERS)
    delivery = digest(decoder, run.data_cut, run.registry_hash, run.key_id, run.columns_hash)
    tables = exported(run) | _of_source("registry", delivery, run.terms_hash)
    tables["raw.data_cut"] = Made(digest(decoder, run.data_cut, run.proact_release))
    tables["raw.registry_delivered_file"] = Made(digest(delivery, run.terms_hash, run.answers_hash))
    tables["raw.site_answer"] = Made(digest(decoder, run.answers_hash))
    tables["raw.site_column"] = Made(digest(decoder, run.columns_hash))
    tables[OPERATING_RUN] = Made(digest(run.operating_run))
    both = {f"raw.{name}": Made("view", (f"raw.proact_{name}", f"raw.registry_{name}")) for name in ABOUT[:2]}
    return tables | both | {PARENT: Made(digest(run.parent_chain or ""))}


def _of_source(source: str, delivery: str, terms_hash: str) -> dict[str, Made]:
    """What is said of a delivery tells what the site taught of it as well."""
    tables = {f"raw.{table.identifier}": Made(delivery) for table in dictionaries()[source].tables.values()}
    return tables | {f"raw.{source}_{name}": Made(digest(delivery, terms_hash)) for name in ABOUT}


def dbt_tables(manifest: Mapping[str, Any], run: ExportRun) -> dict[str, Made]:
    """Seeds and models of the dbt project, by its `manifest.json`."""
    maker = digest(sources_hash("dbt_project"), run.lock_hash)
    return {
        relation(node): Made(digest(maker, relation(node)), read_by(node, manifest))
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


def read_by(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The tables that a node of the dbt project reads."""
    known = manifest["nodes"] | manifest["sources"]
    return tuple(relation(known[parent]) for parent in node.get("depends_on", {}).get("nodes", ()))


def relation(node: Mapping[str, Any]) -> str:
    """`schema.table` of a source, seed or model."""
    return f"{node['schema']}.{node.get('identifier') or node['name']}"


def study_tables(run: BuildRun) -> dict[str, Made]:
    """The results, a stage after the other: by the whole protocol, since a stage does not say what it asks of it."""
    maker = digest(sources_hash("analytics"), run.lock_hash, run.protocol_hash)
    return {
        f"results.{table}": Made(digest(maker, stage.name, table), tuple(map(table_read, stage.needs)))
        for stage in STAGES
        for table in stage.makes
    }


def table_read(need: str) -> str:
    """`schema.table` of what a stage needs."""
    if need.startswith(PARENT_RESULT):
        return PARENT
    if need in TAKEN:
        return f"raw.{TAKEN[need]}"
    mart = mart_read(need)
    return f"results.{need}" if mart is None else f"marts.{mart}"


def closing_tables(run: BuildRun) -> dict[str, Made]:
    """What is said of a build: what changed since the parent, and the report."""
    maker = digest(run.code_hash, run.lock_hash)
    marts = (f"marts.{name}" for name in MARTS)
    results = (f"results.{name}" for name in COMPARED_RESULTS)
    compared = (
        *marts,
        *results,
        "raw.delivered_file",
        "raw.site_answer",
        "quality.data_query",
        BACKWARD,
        PARENT,
    )
    changes = {f"change.{name}": Made(digest(maker, name), compared) for name in change.TABLES}
    told = (
        *changes,
        *study_tables(run),
        "marts.adsl",
        BACKWARD,
        CHECKS,
        "quality.rejected_row",
        "raw.delivered_file",
    )
    return changes | {
        BACKWARD: Made(maker, ("quality.data_query", "marts.adsl", PARENT)),
        REPORT: Made(maker, told),
    }


def released_sources(lineage: Lineage, released: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of what each table of some schemas is made: the nearest tables that are of them too, or were delivered.

    Args:
        lineage: of all tables.
        released: the schemas; of the checks, the tables stand in the rows.
    """
    schemas = {*released}
    found: dict[str, set[str]] = {}
    for name, made in lineage.items():
        table = name.partition(":")[0]
        if table.split(".")[0] in schemas and table != CHECKS:
            found.setdefault(table, set()).update(_nearest(made.reads, lineage, schemas) - {table})
    return {name: tuple(sorted(sources)) for name, sources in found.items()}


def _nearest(reads: Iterable[str], lineage: Lineage, schemas: set[str]) -> set[str]:
    found, waiting = set(), list(reads)
    seen = set(waiting)
    while waiting:
        table = waiting.pop().partition(":")[0]
        if table == PARENT or table.split(".")[0] in {*schemas, RAW}:
            found.add(table)
        elif table in lineage:
            waiting += [each for each in lineage[table].reads if each not in seen]
            seen.update(lineage[table].reads)
    return found


def checked(run: BuildRun, tables: Iterable[str]) -> dict[str, Made]:
    """The results of checks on these tables."""
    return {CHECKS: Made(digest(run.code_hash, run.lock_hash), tuple(sorted(set(tables))))}
