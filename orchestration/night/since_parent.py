"""The release before: what changed since, why estimates moved, and subjects that vanished. With `Build.parent_table`, all
that reads a parent release."""

from collections.abc import Iterable
from datetime import date
from functools import partial

import pandas as pd

from analytics.change import TABLES
from analytics.change.attribution import Designs, attribution, designs
from analytics.change.changes import change_table
from analytics.change.corrections import RECORD_KEYS, columns_read, corrected_records
from analytics.change.history import UNKNOWN, extended, headlines, judged_answers, open_queries, raised_since
from analytics.protocol import Protocol
from orchestration.erasure.requests import requested
from orchestration.extracts.beside import READ_BESIDE
from orchestration.night.ahead import Tables, Work
from orchestration.night.build import Build
from orchestration.night.drop_guard import is_accepted
from orchestration.night.lineage import COMPARED, COMPARED_RESULTS, PARENT_RESULT
from orchestration.night.losses import subjects
from orchestration.night.turns import taken
from orchestration.warehouse import Warehouse, literal

DESIGNED = ("adsl", "adtte", "imputed_covariate", f"{PARENT_RESULT}adsl", f"{PARENT_RESULT}adtte")


def change_tables(build: Build) -> dict[str, pd.DataFrame]:
    """All that a release says of those before it; of a first release, how it stands itself."""
    before = _parent_tables(build)
    ongoing = {"estimate_history": _history(build), **queries_told(build)}
    if before is None:
        return {name: ongoing.get(name, declared.frame()) for name, declared in TABLES.items()}
    after = {name: build.study_table(name) for name in (*COMPARED, *COMPARED_RESULTS)}
    corrected = _corrected(build, after["adsl"]["USUBJID"])
    designs = [taken(build, work) for work in attribution_designs(build)]
    labels = {1: build.protocol.treatment.treated_label, 0: build.protocol.treatment.control_label}
    return {
        "change": change_table(before, after, corrected, labels),
        "attribution": attribution(
            build.protocol,
            before,
            after,
            (before["effect_estimate"], after["effect_estimate"]),
            _same_protocol(build),
            *designs,
        ),
        "corrected_record": corrected,
        "tombstone": _tombstones(build, before["adsl"], after["adsl"]),
        **ongoing,
    }


def _history(build: Build) -> pd.DataFrame:
    """The parent's history, or of a parent without one its own headlines, and this release."""
    parent, protocol = build.parent, build.protocol
    earlier = build.parent_table("release.estimate_history")
    then = None if earlier is not None else build.parent_table("results.effect_estimate")
    if parent is not None and then is not None:
        earlier = headlines(then, parent.data_cut, parent.protocol["version"])
    now = headlines(build.study_table("effect_estimate"), build.data_cut, protocol.study.version)
    return extended(earlier, parent.release_id if parent else None, now)


def queries_told(build: Build) -> dict[str, pd.DataFrame]:
    """`open_query` and `site_answer`: the queries that are open, and what the sites answered."""
    earlier, known = _earlier_queries(build)
    queries = build.warehouse.columns("quality.data_query", ("query_id",))
    raised = raised_since(queries["query_id"], build.data_cut, earlier)
    answers = build.warehouse.table("raw.site_answer")
    return {
        "open_query": open_queries(raised, answers),
        "site_answer": judged_answers(answers, raised, known),
    }


def _earlier_queries(build: Build) -> tuple[pd.DataFrame | None, set[str]]:
    """Since when the parent raised its queries, open or answered, and every query it knew of."""
    earlier, parent = build.parent_table("release.open_query"), build.parent
    if earlier is not None:
        answered = build.parent_table("release.site_answer")
        if answered is None:
            return earlier, set(earlier["query_id"])
        raised = pd.concat([earlier, answered.loc[answered["since"].notna(), ["query_id", "since"]]])
        known = answered.loc[answered["standing"] != UNKNOWN, "query_id"]
        return raised, {*earlier["query_id"], *known}
    then = build.parent_table("quality.data_query")
    if parent is None or then is None:
        return None, set()
    return then[["query_id"]].assign(since=parent.data_cut), set(then["query_id"])


def attribution_designs(build: Build) -> list[Work]:
    """The designs between the release before and this one, for the second process: they need no estimates.

    Returns:
        Nothing to do for a first release.
    """
    if build.parent is None:
        return []
    function = partial(_designs, build.protocol, _same_protocol(build))
    return [Work("designs of the attribution", DESIGNED, function)]


def _designs(protocol: Protocol, same_protocol: bool, tables: Tables) -> Designs | None:
    then = {name: tables.get(f"{PARENT_RESULT}{name}") for name in ("adsl", "adtte")}
    before = {name: table for name, table in then.items() if table is not None}
    return (
        designs(protocol, before, tables, same_protocol=same_protocol) if len(before) == len(then) else None
    )


def _same_protocol(build: Build) -> bool:
    parent = build.parent
    assert parent is not None
    return parent.protocol["hash"] == build.run.protocol_hash and parent.code_hash == build.run.code_hash


def _corrected(build: Build, subjects: pd.Series) -> pd.DataFrame:
    """Corrections in every mart with collected records, of the sources that delivered anew."""
    released, parent = build.parent_warehouse, build.parent
    assert released is not None
    assert parent is not None
    until, sources = date.fromisoformat(parent.data_cut), _delivered_anew(build)
    if not sources:
        return TABLES["corrected_record"].frame()
    with released.held_open(), build.warehouse.held_open():
        tables = [table for table in RECORD_KEYS if released.has(f"marts.{table}")]
        before = [_compared(released, table, sources) for table in tables]
        after = [_compared(build.warehouse, table, sources) for table in tables]
    parts = [
        corrected_records(old, new, subjects, table, until)
        for table, old, new in zip(tables, before, after, strict=True)
    ]
    return TABLES["corrected_record"].stacked(parts)


def _delivered_anew(build: Build) -> set[str]:
    assert build.parent is not None
    with build.warehouse.read() as connection:
        now = connection.sql("select source, file_name, sha256 from raw.delivered_file").fetchall()
    return sources_anew(now, [(file.source, file.file_name, file.sha256) for file in build.parent.inputs])


def sources_anew(now: Iterable[tuple[str, str, str]], then: Iterable[tuple[str, str, str]]) -> set[str]:
    """Sources whose records are not those of the release before: what differs in another is read otherwise, not corrected.

    Args:
        now, then: source, name and digest of every input file; what the site says beside its deliveries is no record.
    """
    records = ({file for file in files if file[1] not in READ_BESIDE} for files in (now, then))
    return {source for source, *_ in set.symmetric_difference(*records)}


def _compared(warehouse: Warehouse, table: str, sources: set[str]) -> pd.DataFrame:
    """Of a mart what is compared: collected columns (an older release may lack some) of the sources' keyed records."""
    name = f"marts.{table}"
    there = warehouse.column_names(name)
    named = ", ".join(map(literal, sorted(sources)))
    conditions = [f"USUBJID in (select USUBJID from marts.adsl where SOURCE in ({named}))"]
    conditions += [f'"{column}" is not null' for column in RECORD_KEYS[table]]
    if "DTYPE" in there:
        conditions.append("DTYPE is distinct from 'DERIVED'")
    columns = tuple(column for column in columns_read(table) if column in there)
    return warehouse.columns(name, columns, " and ".join(conditions))


def _tombstones(build: Build, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Who is gone since the parent, and who was gone then and has not come back; who asked for erasure is not listed."""
    parent = build.parent
    assert parent is not None
    gone = subjects(before, after, requested(build.warehouse))
    note = "not in this delivery, accepted" if is_accepted(build, gone) else "not in this delivery"
    new = vanished(before, after, parent.release_id, note)
    earlier = build.parent_table("release.tombstone")
    known = [new] if earlier is None else [earlier, new]
    rows = TABLES["tombstone"].stacked(known).drop_duplicates("usubjid")
    erased = rows["usubjid"].map(lambda text: text.rpartition("-")[2]).isin(requested(build.warehouse))
    back = rows["usubjid"].isin(after["USUBJID"])
    return rows[~erased & ~back].sort_values("usubjid", ignore_index=True)


def vanished(
    before: pd.DataFrame, after: pd.DataFrame, release_id: str, note: str = "not in this delivery"
) -> pd.DataFrame:
    """Subjects of the parent that are gone, as tombstones."""
    gone = sorted(set(before["USUBJID"].astype(str)) - set(after["USUBJID"].astype(str)))
    return TABLES["tombstone"].frame([(subject, release_id, note) for subject in gone])


def _parent_tables(build: Build) -> dict[str, pd.DataFrame] | None:
    names = (*COMPARED, *COMPARED_RESULTS)
    frames = {name: build.parent_study_table(name) for name in names}
    known = {name: frame for name, frame in frames.items() if frame is not None}
    return known if len(known) == len(names) else None
