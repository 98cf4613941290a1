"""When events happen: by cycle, by time since the last injection, from harvest and from first injection.

Here: counts and person-time per period. Not here: the events of the whole follow-up.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.counting import count_cells
from analytics.safety.events import Events
from analytics.safety.intervals import poisson_interval
from analytics.safety.population import OTHER_SOURCE, SCREEN_FAILURE, Population
from analytics.safety.settings import DAYS_PER_YEAR, SafetySettings

# Last day of each period since the last injection (day 0 is its own day).
SINCE_DOSE = ((0, 1), (2, 7), (8, 30), (31, 90), (91, np.inf))

NO_ADEX = "no adex: administrations are unknown"


def timing_table(
    events: Events, population: Population, administrations: pd.DataFrame | None, settings: SafetySettings
) -> pd.DataFrame:
    """Counts by period, each for all, serious, related and serious related events.

    Returns:
        Rows (origin, period, arm, subset): n_subject, n_total (subjects who entered the period), pct,
        n_event, person_years, rate_per_100py with its exact interval, note. Origins: CYCLE and LAST_INJECTION
        count emergent events of the safety population by actual arm; FIRST_INJECTION counts its events after
        first administration; HARVEST counts every harvested subject, injected or not, by planned arm.
    """
    parts = [_harvest(events, population, settings), _first_injection(events, population, settings)]
    if administrations is None:
        refused = pd.DataFrame({"origin": ["CYCLE", "LAST_INJECTION"], "period": None, "note": NO_ADEX})
        parts.append(refused)
    else:
        parts += _by_dose(events, population, administrations, settings)
    table = pd.concat([part.astype({"period": object, "note": object}) for part in parts], ignore_index=True)
    return table


def _periods(
    events: pd.DataFrame, cell: np.ndarray, labels: list[str], n_total: np.ndarray, days: np.ndarray,
    *, arms: tuple[str, ...], settings: SafetySettings,
) -> pd.DataFrame:  # fmt: skip
    """Count events by period (cell -1: none); n_total and days have shape (n_arm, n_period)."""
    made = []
    masks = {
        "all": np.ones(len(events), dtype=bool),
        "serious": events["serious"].to_numpy(),
        "related": events["related"].to_numpy(),
        "serious_related": (events["serious"] & events["related"]).to_numpy(),
    }
    arm, subject = events["arm_code"].to_numpy(), events["subject"].to_numpy()
    for order, (name, mask) in enumerate(masks.items()):
        use = mask & (cell >= 0) & (arm >= 0)
        cells = count_cells(arm[use], subject[use], cell[use], len(arms), len(labels))
        part = pd.DataFrame(
            {
                "arm": np.repeat(np.array(arms, dtype=object), len(labels)),
                "arm_order": np.repeat(np.arange(len(arms)), len(labels)),
                "period": np.tile(np.array(labels, dtype=object), len(arms)),
                "period_order": np.tile(np.arange(len(labels)), len(arms)),
                "subset": name,
                "subset_order": order,
                "n_subject": cells.n_subject.ravel(),
                "n_total": n_total.ravel(),
                "n_event": cells.n_event.ravel(),
                "person_years": days.ravel() / DAYS_PER_YEAR,
            }
        )
        made.append(part)
    table = pd.concat(made, ignore_index=True)
    _add_rates(table, settings)
    return table.sort_values(["period_order", "subset_order", "arm_order"], kind="stable", ignore_index=True)


def _add_rates(table: pd.DataFrame, settings: SafetySettings) -> None:
    total, years = (
        table["n_total"].where(table["n_total"] > 0),
        table["person_years"].where(table["person_years"] > 0),
    )
    lower, upper = poisson_interval(table["n_event"].to_numpy(), settings.level)
    table["pct"] = 100 * table["n_subject"] / total
    table["rate_per_100py"] = 100 * table["n_event"] / years
    table["ci_lower"], table["ci_upper"] = 100 * lower / years, 100 * upper / years
    table["note"] = noted(total.isna(), "no subject in this period")


def _split_at(end: np.ndarray, cuts: list[float]) -> np.ndarray:
    """Days in each period [cut, next cut) of time running from 0 through day `end`, shape (n, periods)."""
    edges = np.array([*cuts, np.inf])
    length = np.nan_to_num(end + 1, nan=0.0)[:, None]
    return np.clip(length - edges[:-1], 0, edges[1:] - edges[:-1])


def _sum_by_arm(arm: np.ndarray, values: np.ndarray, n_arm: int) -> np.ndarray:
    return np.stack([np.bincount(arm, column, n_arm) for column in values.T], axis=1)


def _first_injection(events: Events, population: Population, settings: SafetySettings) -> pd.DataFrame:
    members, window = population.members(), settings.window_days
    frame = events.counted[events.counted["after_start"]]
    start = frame["start_day"].to_numpy()
    cell = np.where(np.isnan(start), 2, np.where(start <= window, 0, 1))
    days = _split_at(members["end_day"].to_numpy(), [0, window + 1])
    days = np.hstack([days, np.zeros((len(days), 1))])
    arm = members["arm_code"].to_numpy()
    entered = days > 0
    entered[:, 0] = entered[:, 2] = True
    n_total = _sum_by_arm(arm, entered.astype(float), population.n_arm).astype(np.int64)
    labels = [f"day 0 to {window}", f"after day {window}", "no start date"]
    table = _periods(
        frame,
        cell,
        labels,
        n_total,
        _sum_by_arm(arm, days, population.n_arm),
        arms=population.arms,
        settings=settings,
    )
    return table.assign(origin="FIRST_INJECTION")


def _harvest(events: Events, population: Population, settings: SafetySettings) -> pd.DataFrame:
    """Days from harvest; a subject never injected is followed without a day of first injection, by dates of
    events.
    """
    subjects = population.subjects
    arms = population.arms
    eligible = ~subjects["excluded"].isin((SCREEN_FAILURE, OTHER_SOURCE))
    planned = subjects["planned_arm"].fillna(subjects["arm"]).map({arm: i for i, arm in enumerate(arms)})
    harvested = (eligible & subjects["harvested"] & planned.notna()).to_numpy()
    if not harvested.any():
        return pd.DataFrame({"origin": ["HARVEST"], "period": None, "note": "adsl records no harvest"})
    code = np.where(harvested, planned.fillna(-1), -1).astype(np.int64)
    frame = events.all[events.all["subject"] >= 0]
    rows = frame["subject"].to_numpy()
    frame = frame.assign(arm_code=code[rows])
    injected_after = -subjects[
        "harvest_day"
    ].to_numpy()  # days from harvest to first injection, null when never
    day = frame["harvest_start_day"].to_numpy()
    since_injection = day - injected_after[rows]
    cell = np.select(
        [np.isnan(day), day < 0, np.isnan(injected_after[rows]), since_injection < 0, day <=
        settings.window_days], [3, -1, 0, 0, 1], 2,
    )  # fmt: skip
    frame, cell = frame[frame["arm_code"] >= 0], cell[frame["arm_code"].to_numpy() >= 0]
    days, entered = _harvest_days(subjects, injected_after, settings.window_days)
    inside = code >= 0
    n_total = _sum_by_arm(code[inside], entered[inside].astype(float), len(arms)).astype(np.int64)
    labels = [
        "harvest to first injection", f"first injection to day {settings.window_days} of harvest",
        f"after day {settings.window_days} of harvest", "no start date",
    ]  # fmt: skip
    table = _periods(
        frame,
        cell,
        labels,
        n_total,
        _sum_by_arm(code[inside], days[inside], len(arms)),
        arms=arms,
        settings=settings,
    )
    return table.assign(origin="HARVEST")


def _harvest_days(
    subjects: pd.DataFrame, injected_after: np.ndarray, window: int
) -> tuple[np.ndarray, np.ndarray]:
    """Days at risk and whether entered, per subject and period of the harvest table."""
    end = subjects["harvest_end_day"].to_numpy()
    length = np.nan_to_num(end + 1, nan=0.0)
    wait = np.where(np.isnan(injected_after), length, np.minimum(np.maximum(injected_after, 0), length))
    in_window = np.maximum(np.minimum(length, window + 1) - wait, 0)
    after = np.maximum(length - np.maximum(wait, window + 1), 0)
    days = np.stack([wait, in_window, after, np.zeros(len(wait))], axis=1)
    entered = days > 0
    entered[:, 0] = entered[:, 3] = True
    return days, entered


def _by_dose(
    events: Events, population: Population, administrations: pd.DataFrame, settings: SafetySettings
) -> list[pd.DataFrame]:
    """Emergent events by the cycle of the last injection before them and by the days since it."""
    frame = events.counted[events.counted["emergent"]].reset_index(drop=True)
    doses = administrations.dropna(subset=["day"]).copy()
    doses["end"] = _until_next(doses, population)
    last = _last_dose(frame, doses)
    args = (frame, last, doses, population, settings)
    return [_by_cycle(*args), _by_days_since(*args)]


def _until_next(doses: pd.DataFrame, population: Population) -> np.ndarray:
    """Days at risk between a dose and the next one (or the end of time at risk); 0 for a second dose that
    day.
    """
    following = doses.groupby("subject")["day"].shift(-1)
    end = pd.Series(population.subjects["end_day"].to_numpy()[doses["subject"]] + 1, index=doses.index)
    until = following.fillna(end).fillna(doses["day"] + 1)
    return np.maximum(np.fmin(until, end.fillna(np.inf)) - doses["day"], 0).to_numpy()


def _last_dose(frame: pd.DataFrame, doses: pd.DataFrame) -> np.ndarray:
    """Row of `doses` of the last dose on or before the start of each event, -1 where there is none."""
    if doses.empty:
        return np.full(len(frame), -1)
    day, start = doses["day"].to_numpy(), frame["start_day"].to_numpy()
    low = np.nanmin(np.append(day, start[~np.isnan(start)] if len(start) else day)) - 1
    span = np.nanmax(np.append(day, start)) - low + 2
    # One sorted axis: subjects one after another, days within them.
    dose_key = doses["subject"].to_numpy() * span + (day - low)
    event_key = frame["subject"].to_numpy() * span + (start - low)
    found = np.searchsorted(dose_key, np.nan_to_num(event_key, nan=-1.0), side="right") - 1
    same = (found >= 0) & (doses["subject"].to_numpy()[np.maximum(found, 0)] == frame["subject"].to_numpy())
    return np.where(same & ~np.isnan(start), found, -1)


def _by_cycle(
    frame: pd.DataFrame,
    last: np.ndarray,
    doses: pd.DataFrame,
    population: Population,
    settings: SafetySettings,
) -> pd.DataFrame:
    cycles = np.sort(doses["cycle"].dropna().unique())
    if not len(cycles):
        return pd.DataFrame({"origin": ["CYCLE"], "period": None, "note": ["adex has no cycle"]})
    code = doses["cycle"].map({c: i for i, c in enumerate(cycles)}).fillna(-1).to_numpy(dtype=np.int64)
    cell = np.where(last >= 0, code[np.maximum(last, 0)], len(cycles))
    cell = np.where(cell < 0, len(cycles), cell)
    known = code >= 0
    n_cell = len(cycles) + 1
    received = count_cells(
        doses["arm_code"].to_numpy()[known],
        doses["subject"].to_numpy()[known],
        code[known],
        population.n_arm,
        n_cell,
    ).n_subject
    received[:, -1] = population.totals()
    position = doses["arm_code"].to_numpy()[known] * n_cell + code[known]
    days = np.bincount(position, doses["end"].to_numpy()[known], population.n_arm * n_cell).reshape(
        -1, n_cell
    )
    labels = [f"cycle {c:g}" for c in cycles] + ["no dated injection before"]
    return _periods(frame, cell, labels, received, days, arms=population.arms, settings=settings).assign(
        origin="CYCLE"
    )


def _by_days_since(
    frame: pd.DataFrame,
    last: np.ndarray,
    doses: pd.DataFrame,
    population: Population,
    settings: SafetySettings,
) -> pd.DataFrame:
    starts = [float(first) for first, _ in SINCE_DOSE]
    since = (
        frame["start_day"].to_numpy() - doses["day"].to_numpy()[np.maximum(last, 0)]
        if len(doses)
        else np.zeros(len(frame))
    )
    cell = np.where(last >= 0, np.searchsorted(starts, np.nan_to_num(since), side="right") - 1, len(starts))
    days = _split_at(doses["end"].to_numpy() - 1, starts)
    days = np.hstack([days, np.zeros((len(days), 1))])
    arm, subject = doses["arm_code"].to_numpy(), doses["subject"].to_numpy()
    row, column = np.nonzero(days > 0)
    n_total = count_cells(arm[row], subject[row], column, population.n_arm, len(starts) + 1).n_subject
    n_total[:, -1] = population.totals()
    labels = [f"{a:g} to {b:g} days" if np.isfinite(b) else f"over {a - 1:g} days" for a, b in SINCE_DOSE]
    person_days = _sum_by_arm(arm, days, population.n_arm)
    table = _periods(
        frame,
        cell,
        [*labels, "no dated injection before"],
        n_total,
        person_days,
        arms=population.arms,
        settings=settings,
    )
    return table.assign(origin="LAST_INJECTION")
