"""The report of a build, or of an analysis alone: reads the tables, renders, writes one file.

The report says nothing of the hour it was made or of its release number: equal builds give equal text, and both stand in
the manifest beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.gaps import DELIVERY, Gap, gaps_of
from analytics.protocol import Protocol
from analytics.study import STAGES
from orchestration.night.build import Build
from orchestration.night.fingerprint import code_hash
from orchestration.night.gaps import keep_gaps, known_gaps
from orchestration.releases.editions import FILE, IN_HOUSE, PUBLIC
from orchestration.warehouse import table_names

if TYPE_CHECKING:
    import pandas as pd

    from analytics.report import Material, Provenance

# Line-level tables that no public rendering reads, and mart columns that it does.
UNREAD = (
    "ae_listing",
    "ae_by_severity",
    "ae_expedited",
    "balancing_weight",
    "imputed_covariate",
    "matched_set",
    "follow_up",
)
# Results that show what a release lacks.
JUDGED = (
    "analysis_set",
    "imputed_covariate",
    "propensity_model",
    "matched_set",
    "matching_loss",
    "weight_summary",
    "dose_response",
    "sensitivity",
    "specification_curve",
    "monitoring_look",
    "second_opinion",
    "operating_characteristics",
)
SITE = "(select max(SITEID) from marts.adsl as subject where subject.USUBJID = data_query.usubjid)"
# Tables beside the results, named as `Material` names them, and the columns read of them: no subject, no value.
BESIDE = {
    "quality.check_result": "*",
    "quality.data_query": f"query_id, source, table_name, rule, {SITE} as site",
    "quality.rejected_row": "source, table_name, rule",
    "change.change": "*",
    "change.attribution": "*",
    "change.estimate_history": "*",
    "change.open_query": "*",
    "change.site_answer": "*",
}
ADSL = ("AGE", "SYMPDURM", "ALSFRSR", "VITSTAT", "DTHUNDFL", "TRACHDY", "PAVDY")


def write_report(build: Build) -> Path:
    """Render both editions beside the working database, and keep what they say is lacking.

    Args:
        build: the build, its tables complete.

    Returns:
        The file of the public edition.
    """
    found = gaps_of(build.protocol, _judged(build))
    set_aside = [gap for gap in known_gaps(build.warehouse) if gap.kind == DELIVERY]
    material = _material(build, [*set_aside, *found])
    path = _write(material, build.reports[PUBLIC])
    ours = _in_house(build, material)
    _write(ours, build.reports[IN_HOUSE])
    keep_gaps(build.warehouse, dict.fromkeys([*found, *material.undrawn, *ours.undrawn]))
    return path


def write_analysis_report(
    protocol: Protocol,
    marts: "Mapping[str, pd.DataFrame]",
    results: "Mapping[str, pd.DataFrame]",
    out_dir: Path,
    *,
    simulated: bool,
) -> Path:
    """Render `report.html` of `vigil analyse`: no checks, no changes, no delivered files.

    Args:
        protocol: the protocol in force.
        marts: frames by name; adsl describes the sources.
        results: result tables by name.
        out_dir: folder of the file.
        simulated: whether everything is marked.

    Returns:
        The file.
    """
    from analytics.report import Material, Provenance

    facts = {"Code hash": code_hash()}
    found = tuple(gaps_of(protocol, results))
    material = Material(
        protocol, results, simulated, adsl=marts["adsl"], provenance=Provenance(facts), gaps=found
    )
    return _write(material, out_dir)


def _judged(build: Build) -> "dict[str, pd.DataFrame]":
    """The results that show what is lacking, with the columns that do."""
    with build.warehouse.held_open():
        return {name: build.study_table(name) for name in JUDGED if build.warehouse.has(f"results.{name}")}


def _in_house(build: Build, material: "Material") -> "Material":
    """The same with nothing suppressed, and the lines that only the house may read."""
    from analytics.report.sections.line_lists import NEEDS

    with build.warehouse.held_open():
        lines = _tables(build, [f"results.{name}" for name in NEEDS])
    results = {**material.results, **{name: lines[f"results.{name}"] for name in NEEDS}}
    return replace(material, in_house=True, results=results, undrawn=[])


def _write(material: "Material", folder: Path) -> Path:
    from analytics.report import render_report

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(render_report(material), encoding="utf-8")
    return path


def _material(build: Build, gaps: Iterable[Gap]) -> "Material":
    from analytics.report import Material

    results = [table for stage in STAGES for table in stage.makes if table not in UNREAD]
    with build.warehouse.held_open():
        tables = _tables(build, [*(f"results.{table}" for table in results), *BESIDE])
        beside: dict[str, Any] = {name.partition(".")[2]: tables[name] for name in BESIDE}
        return Material(
            protocol=build.protocol,
            results={table: tables[f"results.{table}"] for table in results},
            simulated=build.simulated,
            adsl=build.warehouse.columns("marts.adsl", (build.protocol.treatment.column, *ADSL)),
            provenance=_provenance(build),
            gaps=tuple(gaps),
            undrawn=[],
            released=build.is_released,
            **beside,
        )


def _tables(build: Build, names: Iterable[str]) -> "dict[str, pd.DataFrame]":
    """Tables by name over one connection, empty where the build does not have them."""
    import pandas as pd

    with build.warehouse.read() as connection:
        there = table_names(connection)
        return {
            name: connection.sql(f"select {BESIDE.get(name, '*')} from {name}").df()
            if name in there
            else pd.DataFrame()
            for name in names
        }


def _provenance(build: Build) -> "Provenance":
    from analytics.report import Provenance

    run = build.run
    facts = {
        "Data cut": run.data_cut,
        "PRO-ACT release": run.proact_release,
        "Follows release": run.parent_id or "none: the first",
        "Fingerprint": run.fingerprint,
        "Code hash": run.code_hash,
        "Pseudonym key": run.key_id,
    }
    return Provenance(facts, build.warehouse.table("raw.delivered_file"))
