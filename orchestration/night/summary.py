"""The short table a refresh ends with."""

from math import isnan
from pathlib import Path

from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.warehouse import one_row

_COUNTS = """
select arm, n, n_event, median_days from results.survival_summary
where specification = 'matched' and endpoint = (select endpoint from results.effect_estimate limit 1)
"""
_EFFECTS = """
select case specification when 'crude' then 'crude' else 'matched' end || case headline when 'Y' then ''
       else ', ' || replace(method, 'Cox, ', '') end as label,
       estimate, ci_lower, ci_upper, note
from {effects}
where measure = 'hazard_ratio' and endpoint = (select endpoint from results.effect_estimate limit 1)
  and (specification in ('crude', 'matched'))
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
from release.attribution where specification = 'matched' and difference is not null
    and endpoint = (select endpoint from results.effect_estimate limit 1)
"""
_EVENTS = "select arm, category, n_subject, n_total from results.ae_overview where category in ('any', 'serious') limit 4"


def summary_text(database: Path) -> str:
    """What is new, counts, median survival and hazard ratios of a release, as aligned text."""
    with open_hardened(database) as connection:
        info = one_row(connection, "select release_id, data_cut, mark, parent_id from release.info")
        (new,) = one_row(connection, _NEW)
        moved = one_row(connection, _MOVED)
        counts = connection.sql(_COUNTS).fetchall()
        table = in_todays_columns(connection, "results.effect_estimate")
        effects = connection.sql(_EFFECTS.format(effects=table)).fetchall()
        events = connection.sql(_EVENTS).fetchall()
    lines = [f"release {info[0]}, data cut {info[1]}{', ' + info[2] if info[2] else ''}"]
    if info[3]:
        lines += [f"new since {info[3]}: {new or 'nothing that is counted'}", _moved_line(*moved)]
    lines += [""]
    lines += [f"{'arm (matched)':<22}{'n':>6}{'deaths':>8}{'median, days':>14}"]
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


def _moved_line(before: float | None, cause: str | None, moved: float | None) -> str:
    if before is None or not moved:
        return "matched hazard ratio: as before, or not to be compared"
    return f"matched hazard ratio: {before:.2f} before; moved most by: {cause}"


def _effect_line(
    label: str, estimate: float | None, lower: float | None, upper: float | None, note: str | None
) -> str:
    if estimate is None or isnan(estimate):
        return f"{label:<50}{'–':>9}   {note or ''}"
    return f"{label:<50}{estimate:>9.2f}   {lower:.2f} to {upper:.2f}"


def _number(value: float | None, form: str, otherwise: str) -> str:
    return otherwise if value is None or isnan(value) else format(value, form)
