"""Two releases side by side, as text: inputs, protocol, code, tables, headline estimates, and why they moved.

Reads two releases only. Which release follows on which is the manifest's to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.manifest import InputFile, Manifest, read_manifest
from orchestration.releases.released_protocol import protocol_of, settings_of
from orchestration.settings import DATABASE
from orchestration.warehouse import one_row

HEADLINE = """
select specification, endpoint, method, estimate, ci_lower, ci_upper from {effects}
where headline = 'Y' order by 2, 1
"""
CHANGES = "select kind, arm, n from release.change where n <> 0"
STEPS = """
select specification, endpoint, step, log_hazard_ratio_before, log_hazard_ratio_after, difference, note
from {schema}.attribution order by endpoint, specification, position
"""
COUNTS = """
select (select count(distinct usubjid) from release.corrected_record), (select count(*) from release.corrected_record),
    (select count(*) from release.tombstone)
"""


def comparison_text(before_folder: Path, after_folder: Path) -> str:
    """What differs between two releases, for `vigil releases diff A B`.

    Args:
        before_folder, after_folder: release folders.

    Raises:
        ValueError: a manifest is missing or damaged.
    """
    before, after = read_manifest(before_folder), read_manifest(after_folder)
    lines = [f"{before.release_id} → {after.release_id}", ""]
    if before.has_database and after.has_database:
        lines += _answers(before_folder, after_folder)
    else:
        lines += ["of one of them only the manifest is left: no estimates can be compared"]
    lines += ["", "what they rest on", *_facts(before, after)]
    lines += ["", "delivered files", *_inputs(before.inputs, after.inputs)]
    lines += ["", "tables", *_tables(before, after)]
    return "\n".join(lines)


def _answers(before: Path, after: Path) -> Iterator[str]:
    """What moved, the headline first, and why."""
    follows = read_manifest(after).parent_id
    with open_hardened(before / DATABASE) as old, open_hardened(after / DATABASE) as new:
        yield from ("hazard ratios (95 % interval)", *_estimates(old, new))
        if follows == before.name:
            yield from ("", "what changed", *_changes(new))
            yield from ("", "why the hazard ratios moved (log scale)", *attribution_lines(new))
        else:
            yield from (
                "",
                f"{after.name} follows on {follows or 'nothing'}: why it moved is told against that",
            )
        yield from ("", "protocol", *protocol_lines(protocol_of(old), protocol_of(new)))


def _facts(before: Manifest, after: Manifest) -> Iterator[str]:
    pairs = {
        "data cut": (before.data_cut, after.data_cut),
        "PRO-ACT release": (before.proact_release, after.proact_release),
        "protocol": tuple(f"{m.protocol['version']} {m.protocol['hash'][:12]}" for m in (before, after)),
        "code": (before.code_hash[:12], after.code_hash[:12]),
        "library lock": (before.lock_hash[:12], after.lock_hash[:12]),
        "pseudonym key": (before.pseudonym_key_id, after.pseudonym_key_id),
    }
    for name, (then, now) in pairs.items():
        yield f"  {name:<18}" + (f"{then} → {now}" if then != now else f"{then}, the same")
    moved = [
        f"{name} {then} → {after.libraries.get(name, 'gone')}"
        for name, then in before.libraries.items()
        if after.libraries.get(name) != then
    ]
    yield f"  {'libraries':<18}" + (", ".join(moved) or "the same")


def _inputs(before: tuple[InputFile, ...], after: tuple[InputFile, ...]) -> list[str]:
    old, new = ({(f.source, f.file_name): f for f in files} for files in (before, after))
    lines = []
    for key in sorted(old.keys() | new.keys()):
        then, now = old.get(key), new.get(key)
        name = f"  {key[0]:<9}{key[1]:<28}"
        if then is None or now is None:
            lines.append(f"{name}{'new' if then is None else 'gone'}")
        elif then.sha256 != now.sha256:
            lines.append(
                f"{name}{then.n_record} → {now.n_record} records, {then.sha256[:12]} → {now.sha256[:12]}"
            )
    return lines or ["  the same bytes"]


def _tables(before: Manifest, after: Manifest) -> list[str]:
    lines = []
    for name in sorted(before.tables.keys() | after.tables.keys()):
        then, now = before.tables.get(name), after.tables.get(name)
        if then is None or now is None:
            lines.append(f"  {name:<34}{'new' if then is None else 'gone'}")
        elif then.logical_hash != now.logical_hash:
            rows = (
                f"{then.n_row} → {now.n_row} rows"
                if then.n_row != now.n_row
                else f"{now.n_row} rows, other values"
            )
            lines.append(f"  {name:<34}{rows}")
    same = sum(before.tables.get(name) == digest for name, digest in after.tables.items())
    return [*lines, f"  {same} of {len(after.tables)} tables are the same"]


def protocol_lines(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Settings that differ between two protocols as they were written down, a line each."""
    before, after = settings_of(then), settings_of(now)
    changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    lines = [f"  {key}: {before.get(key, 'not set')} → {after.get(key, 'not set')}" for key in changed]
    return lines or ["  the same settings"]


def told_headlines(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The headline of each endpoint and specification, with its interval."""
    return {f"{endpoint}, {name}": _interval(row) for name, endpoint, _, *row in _headlines(connection)}


def _estimates(old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection) -> list[str]:
    then, now = ({row[:3]: row[3:] for row in _headlines(connection)} for connection in (old, new))
    return [
        f"  {endpoint:<6}{specification:<12}{_interval(then.get(key)):<24} → {_interval(now.get(key))}"
        for key in sorted(then.keys() | now.keys(), key=lambda k: (k[1], k[0]))
        for specification, endpoint, _ in [key]
    ]


def _headlines(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    effects = in_todays_columns(connection, "results.effect_estimate")
    return connection.sql(HEADLINE.format(effects=effects)).fetchall()


def _interval(row: Sequence[Any] | None) -> str:
    if row is None or row[0] is None:
        return "no estimate"
    bounds = " (no interval)" if row[1] is None else f" ({row[1]:.3f} to {row[2]:.3f})"
    return f"{row[0]:.3f}{bounds}"


def _changes(new: duckdb.DuckDBPyConnection) -> list[str]:
    lines = [f"  {n:>7}  {kind}{f' ({arm})' if arm else ''}" for kind, arm, n in new.sql(CHANGES).fetchall()]
    subjects, values, tombstones = one_row(new, COUNTS)
    lines.append(
        f"  {values:>7}  values corrected, of {subjects} subjects: release.corrected_record has both versions"
    )
    if tombstones:
        lines.append(f"  {tombstones:>7}  subjects no longer delivered: release.tombstone")
    return lines


def attribution_lines(connection: duckdb.DuckDBPyConnection, schema: str = "release") -> list[str]:
    """The steps from the estimates before to these, a line each; a build that is none yet has them in schema `change`."""
    rows = connection.sql(STEPS.format(schema=schema)).fetchall()
    lines: list[str] = []
    for specification, endpoint in dict.fromkeys(row[:2] for row in rows):
        mine = [row for row in rows if row[:2] == (specification, endpoint)]
        lines.append(f"  {endpoint}, {specification}")
        for _, _, step, _, after, difference, note in mine:
            moved = "not known" if difference is None else f"{difference:+.4f} → {after:.4f}"
            lines.append(f"    {step:<32}{moved}{f'  ({note})' if note else ''}")
        if mine[0][3] is not None and mine[-1][4] is not None:
            lines.append(f"    {'in all':<32}{mine[-1][4] - mine[0][3]:+.4f}, from {mine[0][3]:.4f}")
    return lines or ["  nothing to attribute: there was no release before"]
