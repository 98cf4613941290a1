"""From a row of `results` to its subjects, their mart rows, and file and line of the delivered file.

The way back is plain SQL over the release (docs/tracing.md); that the delivered line really holds the subject is then shown
on the original. Subjects are named to whoever may read the release; values are not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analytics.comparison.functional_effects import MEASURES as OF_FUNCTION
from analytics.comparison.functional_effects import SCALE
from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.released_protocol import (
    origins,
    population_of_model,
    protocol_of,
    vital_status_rules,
)
from orchestration.tracing.covariate_sources import baseline_parameter
from orchestration.tracing.populations import Population, TraceError, events_of, population_of

EVENT_TABLES = ("ae_by_term", "ae_overview", "ae_rate", "ae_by_severity")
NOT_TRACED = (
    "cohort_flow",
    "ae_exclusion",
    "ae_disproportionality",
    "ae_risk_difference",
    "ae_timing",
    "exposure_summary",
    "operating_characteristics",
)
OF_SCORES = "function_course"
"""The table of mean scores, which rest on visits as slopes do."""
ARMS: dict[int | None, str] = {1: "treated", 0: "control"}
KEY = ["usubjid", "arm", "mart", "record", "source", "source_file", "source_line", "source_table"]
ADSL = """
select subject.usubjid, subject.treated, 'adsl' as mart, 'subject' as record, adsl.SOURCE as source,
    adsl.SRCFILE as source_file, adsl.SRCLINE as source_line, cast(null as varchar) as source_table
from subject join marts.adsl as adsl on adsl.USUBJID = subject.usubjid
"""
ADTTE = """
select subject.usubjid, subject.treated, 'adtte', adtte.PARAMCD || ' from ' || adtte.ORIGIN || ', ' || adtte.SRCVAR,
    adsl.SOURCE, adtte.SRCFILE, adtte.SRCLINE, lower(adtte.SRCDOM)
from subject
join marts.adsl as adsl on adsl.USUBJID = subject.usubjid
join (
    select * from marts.adtte where PARAMCD = $endpoint and VSRULE in ($rule, $later_rule)
    qualify VSRULE = $later_rule or not bool_or(VSRULE = $later_rule) over (partition by USUBJID)
) as adtte on adtte.USUBJID = subject.usubjid
    and adtte.ORIGIN = case subject.treated when 1 then $origin_treated else $origin_control end
"""
ADQS = """
select subject.usubjid, subject.treated, 'adqs', adqs.PARAMCD || ' at baseline', adsl.SOURCE, adqs.SRCFILE,
    adqs.SRCLINE, lower(adqs.SRCDOM)
from subject
join marts.adsl as adsl on adsl.USUBJID = subject.usubjid
join marts.adqs as adqs on adqs.USUBJID = subject.usubjid and adqs.PARAMCD = $parameter and adqs.ABLFL = 'Y'
"""
VISITS = """
select subject.usubjid, subject.treated, 'adqs', adqs.PARAMCD || ' on day ' || adqs.INDEXDY, adsl.SOURCE, adqs.SRCFILE,
    adqs.SRCLINE, lower(adqs.SRCDOM)
from subject
join marts.adsl as adsl on adsl.USUBJID = subject.usubjid
join marts.adqs as adqs on adqs.USUBJID = subject.usubjid and adqs.PARAMCD = $scale and adqs.ADTF is null
    and (adqs.INDEXDY >= 0 or adqs.ABLFL = 'Y')
"""
ADAE = """
select adae.USUBJID as usubjid, cast(null as bigint) as treated, 'adae' as mart, 'event ' || adae.AESEQ as record,
    adsl.SOURCE as source, adae.SRCFILE as source_file, adae.SRCLINE as source_line, cast(null as varchar) as source_table
from ({events}) as event
join marts.adae as adae on adae.USUBJID = event.usubjid and adae.AESEQ = event.sequence
join marts.adsl as adsl on adsl.USUBJID = adae.USUBJID
"""


@dataclass(frozen=True)
class Trace:
    """The way back from one row.

    Attributes:
        row: the row of the result table, by column.
        records: usubjid, arm, mart, record, source, source_file, source_line, source_table; a row per record of a mart.
        counts: what the row says and what was found, by name; None where the row does not say.
        notes: what is to be known, a line each.
    """

    row: Mapping[str, object]
    records: pd.DataFrame
    counts: Mapping[str, tuple[object, int]]
    notes: tuple[str, ...] = field(default=())


def trace_row(database: Path, table: str, conditions: Mapping[str, str]) -> Trace:
    """Trace the one row of `results.<table>` that satisfies conditions.

    Args:
        database: of the release.
        table: result table.
        conditions: text to compare columns with.

    Raises:
        TraceError: no such table or row, or rows that rest on different subjects.
    """
    with open_hardened(database) as connection:
        rows = _rows(connection, table, conditions)
        if table in EVENT_TABLES:
            return _trace_events(connection, table, _only(table, rows, events_of))
        protocol = protocol_of(connection)
        for row in rows:
            if row.get("model") and not row.get("population"):
                row["population"] = population_of_model(protocol, row["model"])
        row = _only(table, rows, population_of)
        return _trace_subjects(connection, table, row, population_of(table, row))


def _rows(connection: duckdb.DuckDBPyConnection, table: str, conditions: Mapping[str, str]) -> list[dict]:
    described = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'results' and table_name = ?",
        [table],
    ).fetchall()
    columns = [name for (name,) in described]
    if not columns or table in NOT_TRACED:
        known = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'results' order by 1"
        ).fetchall()
        able = ", ".join(name for (name,) in known if name not in NOT_TRACED)
        raise TraceError(
            f"{table}: not a table of results whose rows can be traced to subjects; these can: {able}"
        )
    for name in conditions:
        if name not in columns:
            raise TraceError(f"{table} has no column {name}; it has: {', '.join(columns)}")
    # Numbers are compared as numbers, so that time_days=0 finds 0.0.
    same = """(cast("{0}" as varchar) = ? or try_cast(cast("{0}" as varchar) as double) = try_cast(? as double))"""
    where = " and ".join(same.format(name) for name in conditions) or "true"
    given = [value for value in conditions.values() for _ in range(2)]
    found = connection.execute(f"select * from results.{table} where {where}", given).df()
    if found.empty:
        raise TraceError(f"{table}: no row satisfies {_told(conditions)}")
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in found.astype(object).to_dict("records")
    ]


def _only(table: str, rows: list[dict], population: Callable[[str, dict], Population]) -> dict:
    """The first row, when all rest on the same subjects; the main one of several adverse-event subsets."""
    if table in EVENT_TABLES and len(rows) > 1:
        rows = [row for row in rows if row.get("subset") == "emergent"] or rows
    known = {(p.query, tuple(p.parameters.items())) for p in (population(table, row) for row in rows)}
    if len(known) == 1:
        return rows[0]
    telling = [name for name in rows[0] if len({row[name] for row in rows}) > 1][:4] if rows else []
    raise TraceError(
        f"{table}: {len(rows)} rows match and rest on different subjects; give also {', '.join(telling)}"
    )


def _told(conditions: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in conditions.items()) or "nothing"


def _trace_subjects(
    connection: duckdb.DuckDBPyConnection, table: str, row: dict, population: Population
) -> Trace:
    protocol = protocol_of(connection)
    population = _of_arm(population, row, protocol)
    query, parameters = _records_query(protocol, table, row, population)
    subject = f"select usubjid, max(treated) as treated from ({population.query}) group by usubjid"
    records = connection.execute(f"with subject as ({subject}) {query}", parameters).df()
    per_set = connection.execute(
        f"""select treated, min(n), max(n) from (select treated, imputation, count(distinct usubjid) as n
            from ({population.query}) group by all) group by treated order by treated desc""",
        dict(population.parameters),
    ).fetchall()
    in_all = dict(
        connection.execute(
            f"select treated, count(distinct usubjid) from ({population.query}) group by treated",
            dict(population.parameters),
        ).fetchall()
    )
    spread = (_spread(code, low, high, in_all[code]) for code, low, high in per_set)
    notes = [note for note in (population.note, *spread) if note]
    counts = {
        f"n_{name}": (row.get(f"n_{name}"), next((high for arm, _, high in per_set if arm == code), 0))
        for code, name in ((1, "treated"), (0, "control"))
        if "usubjid" not in row
    }
    return Trace(row, _finished(records), counts, tuple(notes))


def _spread(treated: int | None, low: int, high: int, in_all: int) -> str | None:
    """Imputed data sets match different subjects: more are listed than the row counts."""
    if in_all == low == high:
        return None
    arm = ARMS.get(treated, "subjects")
    each = f"{low}" if low == high else f"{low} to {high}"
    return f"{arm}: {each} in each imputed data set; the {in_all} of all of them are listed"


def _of_arm(population: Population, row: dict, protocol: dict[str, Any]) -> Population:
    """The population, of one arm where the row is about one."""
    labels = {protocol["treatment"]["treated_label"]: 1, protocol["treatment"]["control_label"]: 0}
    if row.get("arm") not in labels:
        return population
    query = f"select * from ({population.query}) where treated = {labels[row['arm']]}"
    return replace(population, query=query)


def _records_query(
    protocol: dict[str, Any], table: str, row: dict, population: Population
) -> tuple[str, dict[str, object]]:
    parts, parameters = [ADSL], dict(population.parameters)
    if row.get("endpoint"):
        parts.append(ADTTE)
        treated, control = origins(protocol)
        rule, later = vital_status_rules(protocol)
        parameters |= {"endpoint": row["endpoint"], "rule": rule, "later_rule": later}
        parameters |= {"origin_treated": treated, "origin_control": control}
    parameter = baseline_parameter(str(row.get("covariate") or ""))
    if parameter:
        parts.append(ADQS)
        parameters["parameter"] = parameter
    if row.get("measure") in OF_FUNCTION or table == OF_SCORES:
        parts.append(VISITS)
        parameters["scale"] = SCALE
    return " union all ".join(parts), parameters


def _trace_events(connection: duckdb.DuckDBPyConnection, table: str, row: dict) -> Trace:
    population = events_of(table, row, in_todays_columns(connection, "results.ae_listing"))
    try:
        records = connection.execute(ADAE.format(events=population.query), dict(population.parameters)).df()
    except duckdb.BinderException as error:
        raise TraceError(
            f"{table}: the release was made before events of this row could be traced"
        ) from error
    n_subject = records["usubjid"].nunique()
    if row.get("kind") == "first_occurrence":
        counts = {"n_event, first of each subject": (row.get("n_event"), n_subject)}
    else:
        counts = {
            "n_event": (row.get("n_event"), len(records)),
            "n_subject": (row.get("n_subject"), n_subject),
        }
    return Trace(row, _finished(records), counts, (population.note,) if population.note else ())


def _finished(records: pd.DataFrame) -> pd.DataFrame:
    arms = [ARMS.get(code) for code in records.pop("treated")]
    records["arm"] = pd.Series(arms, records.index, dtype=object)
    records["source_line"] = records["source_line"].astype("Int64")
    return records[KEY].sort_values(KEY[:1] + KEY[2:], key=_by_number, ignore_index=True)


def _by_number(column: pd.Series) -> pd.Series:
    """Days and sequence numbers in the words of a record sort as numbers."""
    return (
        column.str.replace(r"\d+", lambda digits: digits[0].zfill(9), regex=True)
        if column.name == "record"
        else column
    )
