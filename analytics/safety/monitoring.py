"""Events of special interest: counts, rates and the sequential looks of every release.

Here: the table of special interest and the looks, appended and never rewritten. Not here: the test's own
    arithmetic.
"""

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.safety.by_term import add_percent
from analytics.safety.counting import count_cells
from analytics.safety.events import Events
from analytics.safety.maxsprt import critical_value, log_likelihood_ratio
from analytics.safety.population import Population
from analytics.safety.rates import FIRST, rates_of
from analytics.safety.settings import SafetySettings, SpecialInterest
from analytics.safety.terms import is_listed, unmatched

NO_EXPECTED = "no expected rate was pre-specified"
NO_RATE = f"refused: {NO_EXPECTED}"


def special_interest_table(events: Events, population: Population, settings: SafetySettings) -> pd.DataFrame:
    """Emergent events of each pre-specified list.

    Returns:
        Rows (special_interest, arm): n_subject, n_total, pct with its exact interval, n_event, and the rate
        of first occurrence (n_first_occurrence, person_years, rate_per_100py, ci_lower, ci_upper),
        expected_per_100py, expected (count), note: what of it cannot be made, what the rate leaves out, and
        whether any of the terms was delivered at all.
    """
    parts = [
        _of_interest(events, population, settings, interest).assign(special_interest_order=order)
        for order, interest in enumerate(settings.special_interest)
    ]
    if not parts:
        return pd.DataFrame([TABLES["ae_aesi"].row(note="no term list was pre-specified")])
    return pd.concat(parts, ignore_index=True)


def _of_interest(
    events: Events, population: Population, settings: SafetySettings, interest: SpecialInterest
) -> pd.DataFrame:
    frame = events.counted
    chosen = frame[frame["emergent"].to_numpy() & is_listed(frame["pt"], interest.terms)]
    arm, subject = chosen["arm_code"].to_numpy(), chosen["subject"].to_numpy()
    cells = count_cells(arm, subject, np.zeros(len(chosen), dtype=np.int64), population.n_arm, 1)
    table = pd.DataFrame({"special_interest": interest.name, "arm": np.array(population.arms, dtype=object)})
    table["arm_order"] = np.arange(len(table))
    table["n_subject"], table["n_event"] = cells.n_subject[:, 0], cells.n_event[:, 0]
    table["n_total"] = population.totals()
    add_percent(table, settings)
    rate = rates_of(chosen, population, settings)
    rate = rate[(rate["level"] == "overall") & (rate["kind"] == FIRST)].set_index("arm").reindex(table["arm"])
    table["n_first_occurrence"] = rate["n_event"].to_numpy()
    for column in ("person_years", "rate_per_100py", "ci_lower", "ci_upper"):
        table[column] = rate[column].to_numpy()
    expected = np.nan if interest.expected_per_100py is None else interest.expected_per_100py
    table["expected_per_100py"] = expected
    table["expected"] = table["person_years"] * expected / 100
    none_delivered = unmatched(interest.terms, frame["pt"].unique())
    no_rate = NO_EXPECTED if interest.expected_per_100py is None else None
    table["note"] = [
        "; ".join(filter(None, (none_delivered, note, no_rate))) or None for note in rate["note"]
    ]
    return table


def append_looks(
    special_interest: pd.DataFrame,
    settings: SafetySettings,
    previous: pd.DataFrame | None = None,
    data_cut: str | None = None,
) -> pd.DataFrame:
    """Earlier looks as they stand, then one look per list and arm for this release.

    Args:
        special_interest: table of `special_interest_table`.
        settings: rate of each list, alpha, expected maximum, minimum events.
        previous: `ae_monitoring_look` of the previous release; its rows are returned unchanged.
        data_cut: ISO date of this release; a cut no later than the last look of a list and arm adds none.

    Returns:
        `results.ae_monitoring_look`; signal 'Y'/'N', or null with the reason in note where the look is refused.
    """
    table = TABLES["ae_monitoring_look"]
    earlier = table.frame() if previous is None else previous.reset_index(drop=True)
    rows = []
    if settings.special_interest:
        for _, row in special_interest.iterrows():
            past = earlier[
                (earlier["special_interest"] == row["special_interest"]) & (earlier["arm"] == row["arm"])
            ]
            look = _look(row, past, settings, data_cut)
            if look is not None:
                rows.append(look)
    return table.stacked([earlier, table.frame(rows)])


def _look(
    row: "pd.Series", past: pd.DataFrame, settings: SafetySettings, data_cut: str | None
) -> dict[str, object] | None:
    formal = past[past["signal"].notna()]
    if len(past) and (data_cut is None or str(data_cut) <= past["data_cut"].astype(str).max()):
        return None
    value = critical_value(
        settings.sequential_expected_max, settings.sequential_alpha, settings.sequential_min_events
    )
    look: dict[str, object] = {
        "special_interest": row["special_interest"],
        "arm": row["arm"],
        "look": len(past) + 1,
        "data_cut": data_cut,
        "n_event": row["n_first_occurrence"],
        "person_years": row["person_years"],
        "expected": row["expected"],
        "log_likelihood_ratio": np.nan,
        "critical_value": np.nan if value is None else value,
        "signal": None,
        "expected_per_100py": row["expected_per_100py"],
        "alpha": settings.sequential_alpha,
        "expected_max": settings.sequential_expected_max,
        "min_events": settings.sequential_min_events,
        "note": _refusal(row, formal, settings, value),
    }
    if look["note"] is None:
        _decide(look, formal, settings)
    return look


def _refusal(
    row: "pd.Series", formal: pd.DataFrame, settings: SafetySettings, value: float | None
) -> str | None:
    if np.isnan(row["expected_per_100py"]):
        return NO_RATE
    if value is None:
        return "refused: so many events are rarer than alpha within the expected maximum; lower the minimum of events"
    if np.isnan(row["expected"]) or float(row["expected"]) <= 0:
        return (
            f"refused: no time at risk yet ({row['note']})" if row["note"] else "refused: no time at risk yet"
        )
    if formal.empty:
        return None
    return _broken_plan(row, formal.iloc[-1], settings)


def _broken_plan(row: "pd.Series", last: "pd.Series", settings: SafetySettings) -> str | None:
    """Why this look cannot follow the last one."""
    plan = (
        row["expected_per_100py"],
        settings.sequential_alpha,
        settings.sequential_expected_max,
        settings.sequential_min_events,
    )
    before = (last["expected_per_100py"], last["alpha"], last["expected_max"], last["min_events"])
    if any(abs(float(a) - float(b)) > 1e-12 for a, b in zip(plan, before, strict=True)):
        return (
            f"refused: the plan differs from that of look {last['look']}; a changed plan is a new monitoring"
        )
    if float(row["expected"]) < float(last["expected"]):
        return f"refused: less time at risk than at look {last['look']}"
    return None


def _decide(look: dict[str, object], formal: pd.DataFrame, settings: SafetySettings) -> None:
    """Fill the statistic and the signal; beyond the maximum the error is spent and nothing is tested."""
    n_event, expected = float(str(look["n_event"])), float(str(look["expected"]))
    statistic = log_likelihood_ratio(n_event, expected)
    look["log_likelihood_ratio"] = statistic
    if expected > settings.sequential_expected_max:
        look["note"] = "refused: the expected maximum was passed since the last look; monitoring has ended"
        return
    reached = n_event >= settings.sequential_min_events and statistic >= float(str(look["critical_value"]))
    look["signal"] = "Y" if reached else "N"
    if (formal["signal"] == "Y").any():
        first = formal.loc[formal["signal"] == "Y", "look"].iloc[0]
        look["note"] = f"signal stands since look {first}"
