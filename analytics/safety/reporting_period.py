"""Adverse events of a reporting period and cumulative to its end, as periodic safety reports ask for them.

Belongs here: which events began in the period, and who was at risk in it. Does not belong here: what counts as emergent,
serious or related (`subsets`), how a term is counted (`counting`), and what the public sees.

A period goes from the day after one data cut to the day of another, so that the periods of successive reports add up: each
event with a day is of one of them. A day of which part is not known is the one that the mart has in its place, as in every
other table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.by_term import long_table
from analytics.safety.columns import SAS_EPOCH, first_present
from analytics.safety.counting import cells_of, terms_of
from analytics.safety.events import Events, prepare_events
from analytics.safety.intervals import poisson_interval
from analytics.safety.population import Population, prepare_population
from analytics.safety.settings import DAYS_PER_YEAR, SafetySettings
from analytics.safety.subsets import Subset, event_subsets

PERIOD, CUMULATIVE = "period", "cumulative"
SPANS = (PERIOD, CUMULATIVE)
COUNTED = ("emergent", "serious", "related", "sadr_overall", "fatal")
"""Subsets that are told by period."""
KEYS = ["level", "soc", "pt"]


@dataclass(frozen=True)
class ReportingPeriod:
    """The days after one data cut up to another.

    Attributes:
        after: ISO date; what began on it was of the period before.
        to: ISO date, the last day.
        at_cut: `to` is the data cut of the data itself, so that whatever is told had begun by then, if on no known day.
    """

    after: str
    to: str
    at_cut: bool

    @property
    def days(self) -> tuple[float, float]:
        """Both as days since 1960-01-01."""
        after, to = ((pd.Timestamp(each) - SAS_EPOCH).days for each in (self.after, self.to))
        return float(after), float(to)


@dataclass(frozen=True)
class PeriodTables:
    """What began in a period and up to its end.

    Attributes:
        by_term: rows (subset, span, arm, level, soc, pt): n_subject, n_event, soc_order, pt_order, arm_order, and of the
            cumulative span n_total (treated by its end) and pct; every term up to the end is in both spans. A subset that
            cannot be made has null counts and a note.
        exposure: rows (span, arm, subset): n_total (subjects with time at risk in the span), person_years, and of events
            within the time at risk n_event, rate_per_100py, ci_lower, ci_upper.
        notes: what is left out and why.
    """

    by_term: pd.DataFrame
    exposure: pd.DataFrame
    notes: tuple[str, ...]


def period_tables(
    settings: SafetySettings, adsl: pd.DataFrame, adae: pd.DataFrame, period: ReportingPeriod
) -> PeriodTables:
    """Count a period, and everything up to its end.

    Args:
        settings: choices of the protocol.
        adsl: one row per subject.
        adae: one row per adverse event, with its first day (ASTDT) where it is known.
        period: which days.

    Raises:
        ValueError: the period ends before it begins, or a key column is absent.
    """
    if period.after >= period.to:
        raise ValueError(f"a period from {period.after} to {period.to} has no day: give an earlier --from")
    population = prepare_population(adsl, settings)
    events = prepare_events(adae, population, settings)
    began = _first_days(events, population)
    chosen = {PERIOD: _within(began, *period.days), CUMULATIVE: _until(began, period)}
    subsets = event_subsets(events, settings)
    shown = _arms_with_days(population)
    days = {span: _days_at_risk(population, span, period) for span in SPANS}
    by_term = [
        _by_term(subsets[name], events, population, settings, chosen, _treated(population, period))
        for name in COUNTED
    ]
    exposure = [
        _exposure(span, subsets[name], events, population, settings, chosen[span], days[span])
        for span in SPANS
        for name in COUNTED
    ]
    return PeriodTables(
        _of_arms(by_term, shown),
        _of_arms(exposure, shown),
        tuple(_notes(events, population, began, chosen, period, shown)),
    )


def _first_days(events: Events, population: Population) -> np.ndarray:
    """The first day of each counted event, since 1960-01-01; null where it is not known."""
    every = events.all.loc[events.counted.index]
    started = population.subjects["start_date"].to_numpy(float)[every["subject"].to_numpy()]
    return first_present(every["start_date"].to_numpy(float), started + every["start_day"].to_numpy(float))


def _within(days: np.ndarray, after: float, to: float) -> np.ndarray:
    return (days > after) & (days <= to)


def _until(began: np.ndarray, period: ReportingPeriod) -> np.ndarray:
    """What had begun by the end of the period."""
    return (began <= period.days[1]) | (np.isnan(began) & period.at_cut)


def _treated(population: Population, period: ReportingPeriod) -> np.ndarray:
    """Of the members, who had begun by the end of the period."""
    return _until(population.members()["start_date"].to_numpy(float), period)


def _arms_with_days(population: Population) -> np.ndarray:
    """Arms that have a calendar: subjects of PRO-ACT have days of their own alone."""
    return population.count(population.members()["start_date"].notna().to_numpy()) > 0


def _days_at_risk(population: Population, span: str, period: ReportingPeriod) -> np.ndarray:
    """Days of each subject at risk in a span; zero where the beginning or the end of their time is not known."""
    start = population.subjects["start_date"].to_numpy(float)
    after, to = period.days
    end = np.minimum(start + population.subjects["at_risk_days"].to_numpy(float), to + 1)
    begin = np.maximum(start, after + 1) if span == PERIOD else start
    return np.nan_to_num(np.maximum(end - begin, 0.0))


def _by_term(
    subset: Subset,
    events: Events,
    population: Population,
    settings: SafetySettings,
    chosen: dict[str, np.ndarray],
    begun: np.ndarray,
) -> pd.DataFrame:
    mask = np.zeros(len(events.counted), dtype=bool) if subset.mask is None else subset.mask
    terms = terms_of(events.counted[mask & chosen[CUMULATIVE]])
    whole = cells_of(events.counted[mask & chosen[CUMULATIVE]], terms, population.n_arm)
    # The order is that of the cumulative counts in both spans.
    table = long_table(terms, whole, population, settings)
    n_total = population.count(begun)
    cumulative = table.assign(span=CUMULATIVE, n_total=n_total[table["arm_order"]])
    total = cumulative["n_total"].where(cumulative["n_total"] > 0)
    cumulative["pct"] = 100 * cumulative["n_subject"] / total
    inside = chosen[PERIOD][mask & chosen[CUMULATIVE]]
    part = cells_of(events.counted[mask & chosen[PERIOD]], terms.of(inside), population.n_arm)
    counts = pd.DataFrame(
        {
            "arm_order": np.repeat(np.arange(population.n_arm), len(terms.frame)),
            **{name: np.tile(terms.frame[name].to_numpy(object), population.n_arm) for name in KEYS},
            "n_subject": part.n_subject.ravel(),
            "n_event": part.n_event.ravel(),
        }
    )
    places = table.drop(columns=["n_subject", "n_event", "n_total", "pct"])
    period = places.merge(counts, on=["arm_order", *KEYS], how="left", validate="one_to_one")
    made = pd.concat([period.assign(span=PERIOD), cumulative], ignore_index=True)
    made = made.drop(columns=["pct_ci_lower", "pct_ci_upper"]).assign(subset=subset.name, note=subset.note)
    return made if subset.mask is not None else made.assign(n_subject=np.nan, n_event=np.nan, pct=np.nan)


def _exposure(
    span: str,
    subset: Subset,
    events: Events,
    population: Population,
    settings: SafetySettings,
    chosen: np.ndarray,
    days: np.ndarray,
) -> pd.DataFrame:
    members, n_arm = population.members(), population.n_arm
    code, own = members["arm_code"].to_numpy(), days[members.index.to_numpy()]
    years = np.bincount(code, own, minlength=n_arm) / DAYS_PER_YEAR
    mask = np.zeros(len(chosen), dtype=bool) if subset.mask is None else subset.mask
    counted = events.counted[mask & chosen & events.counted["at_risk"].to_numpy(dtype=bool)]
    n_event = np.bincount(counted["arm_code"], minlength=n_arm).astype(float)
    n_event = n_event if subset.mask is not None else np.full(n_arm, np.nan)
    lower, upper = poisson_interval(np.nan_to_num(n_event), settings.level)
    known = np.where((years > 0) & ~np.isnan(n_event), years, np.nan)
    return pd.DataFrame(
        {
            "span": span,
            "subset": subset.name,
            "arm": np.array(population.arms, dtype=object),
            "arm_order": np.arange(n_arm),
            "n_total": np.bincount(code[own > 0], minlength=n_arm),
            "person_years": years,
            "n_event": n_event,
            "rate_per_100py": 100 * n_event / known,
            "ci_lower": 100 * lower / known,
            "ci_upper": 100 * upper / known,
            "note": subset.note,
        }
    )


def _of_arms(parts: list[pd.DataFrame], shown: np.ndarray) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True)
    return table[shown[table["arm_order"].to_numpy(dtype=int)]].reset_index(drop=True)


def _notes(
    events: Events,
    population: Population,
    began: np.ndarray,
    chosen: dict[str, np.ndarray],
    period: ReportingPeriod,
    shown: np.ndarray,
) -> Iterator[str]:
    of_shown = shown[events.counted["arm_code"].to_numpy(dtype=int)]
    undated = int((np.isnan(began) & of_shown).sum())
    if undated:
        where = (
            "in no period, cumulative as in the report" if period.at_cut else "left out: they may be later"
        )
        yield f"Events without a first day: {undated}, {where}"
    partial = events.all.loc[events.counted.index, "partial_start"].notna().to_numpy()
    moved = int((partial & chosen[PERIOD] & of_shown).sum())
    if moved:
        yield f"Events in the period by a first day of which a part is not known: {moved}"
    members = population.members()
    timeless = members["start_date"].isna() | members["at_risk_days"].isna()
    unknown = int((timeless.to_numpy() & shown[members["arm_code"].to_numpy(dtype=int)]).sum())
    if unknown:
        yield f"Subjects whose time at risk is not known, in no person-years: {unknown}"
    for arm, has_days in zip(population.arms, shown, strict=True):
        if not has_days:
            yield f"{arm}: no calendar days, in no reporting period"
