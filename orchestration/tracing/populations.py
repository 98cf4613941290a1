"""Who and what stands behind a row of `results`: the subjects, and the records of the marts the figure was made from.

Plain SQL on one release, the same that docs/tracing.md shows. Not here: the files as delivered (`delivered_lines`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

DRAWN = ("left_truncation", "index_date_imputation")
"""Time zeros of the specification curve that begin with other people than those of the protocol's own."""
CRUDE, ALL, MODELLED = "crude", "all", "modelled"

EVERYONE = """
select usubjid, treated, cast(0 as bigint) as imputation, cast(null as bigint) as set_id, 1.0 as weight
from results.analysis_set
"""
MATCHED = """
select usubjid, treated, imputation, set_id, weight from results.matched_set where specification = $specification
"""
WEIGHTED = """
select usubjid, treated, imputation, cast(null as bigint) as set_id, weight from results.balancing_weight
where specification = $specification and weight > 0
"""
FOLLOWED = """
select member.* from ({members}) as member
join results.follow_up as follow_up on follow_up.usubjid = member.usubjid and follow_up.endpoint = $endpoint
"""
OWN_ROWS = """
select usubjid, cast(null as bigint) as treated, cast(0 as bigint) as imputation, cast(null as bigint) as set_id,
    1.0 as weight
from results.{table} where {condition}
"""
EVENTS = """
select usubjid, sequence, source_file, source_line from {listing}
where excluded is null and {condition}
"""


class TraceError(LookupError):
    """A row that is not there, not unique, or whose subjects are not kept; one line with the way out."""


@dataclass(frozen=True)
class Population:
    """SQL that gives usubjid, treated, imputation, set_id, weight of the subjects behind a row; its parameters."""

    query: str
    parameters: Mapping[str, object]
    note: str | None = None


def population_of(table: str, row: Mapping[str, object]) -> Population:
    """The subjects behind a row of a table that compares arms.

    Args:
        table: its name in `results`.
        row: the row, by column.

    Raises:
        TraceError: the row is of another time zero, whose people and days are not kept.
    """
    if row.get("analysis") == "time_zero" or row.get("time_zero") in DRAWN:
        raise TraceError(
            f"{table}: other people stand behind another time zero, from other days on, and a release does not keep them; "
            "trace effect_estimate for those of the headline"
        )
    if "usubjid" in row:
        return Population(OWN_ROWS.format(table=table, condition="usubjid = $usubjid"), _of(row, "usubjid"))
    if table == "dose_response":
        return Population(f"{EVERYONE} where treated = 1", {}, "doses are compared among the treated")
    name, note = _specification(table, row)
    if row.get("stage") == "unadjusted" or name in (CRUDE, ALL, MODELLED):
        members, parameters = EVERYONE, {}
    else:
        members = MATCHED if name == "matched" else WEIGHTED
        parameters = {"specification": name}
    if row.get("endpoint"):
        return Population(FOLLOWED.format(members=members), {**parameters, **_of(row, "endpoint")}, note)
    return Population(members, parameters, note)


def _of(row: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: row[name] for name in names}


def _specification(table: str, row: Mapping[str, object]) -> tuple[str, str | None]:
    """The specification whose members a row rests on, and what is to be known of it."""
    if table == "specification_curve":
        return (
            CRUDE,
            "the sets of a variant are not kept: these are the eligible of the protocol's own time zero",
        )
    if table in ("subgroup_effect", "sensitivity", "monitoring_look"):
        return str(row.get("specification") or CRUDE), "the row may rest on a part of these subjects"
    if table == "function_course":
        return str(row["specification"]), "the mean is of those alive whose score is known on that day"
    if table in ("cox_coefficient", "proportional_hazards") and row.get("population"):
        return str(row["population"]), None
    if row.get("method") and "everyone eligible" in str(row["method"]):
        return ALL, None
    return str(row.get("specification") or row.get("population") or CRUDE), None


FLAGS = {
    "any": "true",
    "emergent": "emergent = 'Y'",
    "common": "emergent = 'Y'",
    "related": "emergent = 'Y' and causality = 'RELATED'",
    "causality_missing": "emergent = 'Y' and causality = 'MISSING'",
    "serious": "emergent = 'Y' and serious = 'Y'",
    "serious_related": "emergent = 'Y' and serious = 'Y' and causality = 'RELATED'",
    "serious_causality_missing": "emergent = 'Y' and serious = 'Y' and causality = 'MISSING'",
    "unexpected": "emergent = 'Y' and unexpected = 'Y'",
    "discontinuation": "emergent = 'Y' and discontinuation = 'Y'",
    "fatal": "emergent = 'Y' and fatal = 'Y'",
    "serious_unexpected_related": (
        "emergent = 'Y' and serious = 'Y' and unexpected = 'Y' and causality in ('RELATED', 'MISSING')"
    ),
    **{
        f"serious_{name}": f"emergent = 'Y' and serious_{name} = 'Y'"
        for name in ("death", "life_threatening", "hospitalisation", "disability", "congenital", "other")
    },
    **{
        f"any_severity_{name.lower().replace(' ', '_')}": f"emergent = 'Y' and severity = '{name}'"
        for name in ("MISSING", "MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "FATAL")
    },
    "sadr_window": "reaction = 'WINDOW'",
    "sadr_window_related": "reaction = 'WINDOW' and causality = 'RELATED'",
    "sadr_window_causality_missing": "reaction = 'WINDOW' and causality = 'MISSING'",
    "sadr_overall": "reaction is not null",
}


def events_of(table: str, row: Mapping[str, object], listing: str = "results.ae_listing") -> Population:
    """The adverse events behind a row of `ae_by_term`, `ae_overview`, `ae_rate` or `ae_by_severity`.

    Args:
        table: its name in `results`.
        row: the row, by column.
        listing: the events, or a SELECT of them with today's columns.

    Raises:
        TraceError: the row counts something that the listing has no flag for.
    """
    subset = str(row.get("subset") or row.get("category") or "emergent")
    if subset not in FLAGS:
        known = ", ".join(sorted(FLAGS))
        raise TraceError(f"{table}: events counted as {subset} cannot be traced; these can: {known}")
    conditions, parameters = [FLAGS[subset]], {}
    for name in ("arm", "soc", "pt", "severity"):
        if name in row and row[name] is not None:
            conditions.append(f"{name} = ${name}")
            parameters[name] = row[name]
    if table == "ae_rate":
        conditions.append("at_risk = 'Y'")
    note = "a subject counts at the highest severity only" if "severity" in row else None
    query = EVENTS.format(listing=listing, condition=" and ".join(conditions))
    return Population(query, parameters, note)
