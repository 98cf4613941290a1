"""The release before: what changed since, why estimates moved, and subjects that vanished. With `Build.parent_table`, all
that reads a parent release."""

from datetime import date

import numpy as np
import pandas as pd

from analytics.change import TABLES
from analytics.change.attribution import attribution
from analytics.change.changes import change_table
from analytics.change.corrections import RECORD_KEYS, columns_read, corrected_records
from orchestration.erasure.requests import requested
from orchestration.night.build import Build
from orchestration.night.drop_guard import is_accepted
from orchestration.night.losses import subjects
from orchestration.warehouse import Warehouse

COMPARED = ("adsl", "adae", "adtte")
RESULTS = (
    "analysis_set",
    "imputed_covariate",
    "follow_up",
    "matched_set",
    "matching_loss",
    "balancing_weight",
    "effect_estimate",
)


def change_tables(build: Build) -> dict[str, pd.DataFrame]:
    """`change`, `attribution`, `corrected_record` and `tombstone`; empty in the first release."""
    before = _parent_tables(build)
    if before is None:
        return {name: declared.frame() for name, declared in TABLES.items()}
    after = {name: build.warehouse.table(f"marts.{name}") for name in COMPARED}
    after |= {name: build.warehouse.table(f"results.{name}") for name in RESULTS}
    anew = after["adsl"]["SOURCE"].isin(_delivered_anew(build))
    corrected = _corrected(build, after["adsl"].loc[anew, "USUBJID"])
    parent = build.parent
    assert parent is not None
    same = parent.protocol["hash"] == build.run.protocol_hash and parent.code_hash == build.run.code_hash
    labels = {1: build.protocol.treatment.treated_label, 0: build.protocol.treatment.control_label}
    return {
        "change": change_table(before, after, corrected, labels),
        "attribution": attribution(
            build.protocol, before, after, (before["effect_estimate"], after["effect_estimate"]), same
        ),
        "corrected_record": corrected,
        "tombstone": _tombstones(build, before["adsl"], after["adsl"]),
    }


def _corrected(build: Build, subjects: pd.Series) -> pd.DataFrame:
    """Corrections in every mart with collected records, of these subjects."""
    released, parent = build.parent_warehouse, build.parent
    assert released is not None
    assert parent is not None
    until = date.fromisoformat(parent.data_cut)
    with released.held_open(), build.warehouse.held_open():
        tables = [table for table in RECORD_KEYS if released.has(f"marts.{table}")]
        before = [_compared(released, table, subjects) for table in tables]
        after = [_compared(build.warehouse, table, subjects) for table in tables]
    parts = [
        corrected_records(old, new, subjects, table, until)
        for table, old, new in zip(tables, before, after, strict=True)
    ]
    return TABLES["corrected_record"].stacked(parts)


def _delivered_anew(build: Build) -> set[str]:
    """Sources whose files are not the parent's: what differs in another is read otherwise, not corrected."""
    assert build.parent is not None
    with build.warehouse.read() as connection:
        now = set(connection.sql("select source, file_name, sha256 from raw.delivered_file").fetchall())
    then = {(file.source, file.file_name, file.sha256) for file in build.parent.inputs}
    return {source for source, *_ in now ^ then}


def _compared(warehouse: Warehouse, table: str, subjects: pd.Series) -> pd.DataFrame:
    """Of a mart what is compared: collected columns (an older release may lack some) of the subjects' keyed records."""
    name = f"marts.{table}"
    there = warehouse.column_names(name)
    conditions = [f'"{column}" is not null' for column in RECORD_KEYS[table]]
    if "DTYPE" in there:
        conditions.append("DTYPE is distinct from 'DERIVED'")
    columns = tuple(column for column in columns_read(table) if column in there)
    frame = warehouse.columns(name, columns, " and ".join(conditions))
    return frame[frame["USUBJID"].isin(subjects)]


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
    gone = np.setdiff1d(before["USUBJID"].astype(str), after["USUBJID"].astype(str))
    return TABLES["tombstone"].frame([(subject, release_id, note) for subject in gone])


def _parent_tables(build: Build) -> dict[str, pd.DataFrame] | None:
    names = {**{name: f"marts.{name}" for name in COMPARED}, **{name: f"results.{name}" for name in RESULTS}}
    frames = {name: build.parent_table(table) for name, table in names.items()}
    known = {name: frame for name, frame in frames.items() if frame is not None}
    return known if len(known) == len(names) else None
