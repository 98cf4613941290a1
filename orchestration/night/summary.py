"""The short table a refresh ends with."""

from math import isnan
from pathlib import Path

from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.released_protocol import headline_of, protocol_of
from orchestration.warehouse import literal, one_row

_COUNTS = """
select arm, n, n_event, median_days from results.survival_summary
where endpoint = {endpoint} and specification = {specification}
"""
_EFFECTS = """
select specification || case headline when 'Y' then '' else ', ' || replace(method, 'Cox, ', '') end as label,
       estimate, ci_lower, ci_upper, note
from {effects}
where measure = 'hazard_ratio' and endpoint = {endpoint} and specification in ('crude', {specification})
order by headline = 'N', specification
"""
_NEW = """
select string_agg(concat(n, ' ', kind, ' (' || arm || ')'), '; ' order by kind, arm desc) from release.change
where n <> 0 and split_part(kind, ':', 1) in ('subjects in', 'subjects out', 'events added', 'subjects corrected',
    'adverse events added') and kind not like '%in the sources'
"""
# The cause that moved the estimate most, with what it was before any.
_MOVED = """
select exp(max_by(log_hazard_ratio_before, -position)), max_by(step, abs(difference)), max(abs(difference))
from release.attribution where endpoint = {endpoint} and specification = {specification} and difference is not null
"""
_NOTHING = 1e-9
_EVENTS = "select arm, category, n_subject, n_total from results.ae_overview where category in ('any', 'serious') limit 4"


def summary_text(database: Path) -> str:
    """What is new, counts, median survival and hazard ratios of a release, as aligned text."""
    with open_hardened(database) as connection:
        info = one_row(connection, "select release_id, data_cut, mark, parent_id from release.info")
        endpoint, specification = headline_of(protocol_of(connection))
        # Written into the text: a bound value would import pandas.
        asked = {"endpoint": literal(endpoint), "specification": literal(specification)}
        (new,) = one_row(connection, _NEW)
        moved = one_row(connection, _MOVED.format(**asked))
        counts = connection.sql(_COUNTS.format(**asked)).fetchall()
        table = in_todays_columns(connection, "results.effect_estimate")
        effects = connection.sql(_EFFECTS.format(effects=table, **asked)).fetchall()
        events = connection.sql(_EVENTS).fetchall()
    lines = [f"release {info[0]}, data cut {info[1]}{', ' + info[2] if info[2] else ''}"]
    if info[3]:
        lines += [
            f"new since {info[3]}: {new or 'nothing that is counted'}",
            _moved_line(specification, *moved),
        ]
    lines += [""]
    lines += [f"{f'arm ({specification})':<22}{'n':>6}{'deaths':>8}{'median, days':>14}"]
    lines += [
        f"{arm:<22}{n:>6}{died:>8}{_number(median, '.0f', 'not reached'):>14}"
        for arm, n, died, median in counts
    ]
    lines += ["", f"{'hazard ratio':<50}{'estimate':>9}   95 % interval"]
    lines += [_effect_line(*row) for row in effects]
    lines += [
        "",
        *(f"adverse events, {category}: {n} of {total} ({arm})" for arm, category, n, total in events),
        "",
    ]
    return "\n".join(lines)


def _moved_line(specification: str, before: float | None, cause: str | None, moved: float | None) -> str:
    if before is None or moved is None:
        return f"{specification} hazard ratio: not to be compared with the one before"
    # What nothing moved differs by rounding alone.
    why = f"moved most by: {cause}" if moved > _NOTHING else "nothing moved it"
    return f"{specification} hazard ratio: {before:.2f} before; {why}"


def _effect_line(
    label: str, estimate: float | None, lower: float | None, upper: float | None, note: str | None
) -> str:
    if estimate is None or isnan(estimate):
        return f"{label:<50}{'–':>9}   {note or ''}"
    return f"{label:<50}{estimate:>9.2f}   {lower:.2f} to {upper:.2f}"


def _number(value: float | None, form: str, otherwise: str) -> str:
    return otherwise if value is None or isnan(value) else format(value, form)
