"""Why an estimate moved: the way from the last release's estimate to this one's, one cause at a time.

Every step changes one thing and keeps what the steps before changed; the first estimate is the one published then, the last
the one published now, so that the steps sum exactly to the difference. The order is part of the method: another order
would share the difference out otherwise.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analytics.change import TABLES
from analytics.comparison.data_sets import COMPLETE_CASE
from analytics.comparison.effect_row import headline_row
from analytics.comparison.hazard_ratio import cox_of_treatment
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import CRUDE, MATCHED, specifications
from analytics.protocol import Protocol
from analytics.stages import variant
from analytics.survival.followed import Followed

Tables = Mapping[str, pd.DataFrame]
PROTOCOL, FOLLOW_UP, CORRECTIONS, REMATCHING, ENROLMENT = STEPS = (
    "protocol and code",
    "follow-up added",
    "corrections and withdrawals",
    "re-matching and re-weighting",
    "enrolment",
)


def attribution(
    protocol: Protocol,
    before: Tables,
    after: Tables,
    published: tuple[pd.DataFrame, pd.DataFrame],
    same_protocol: bool,
) -> pd.DataFrame:
    """Attribute the change of every specification's hazard ratio of the primary endpoint.

    Args:
        protocol: the one in force now.
        before, after: marts adsl and adtte of the two releases; `before` also holds the design and follow-up tables
            published then (analysis_set, follow_up, matched_set, …), `after` those of now.
        published: `effect_estimate` then and now.
        same_protocol: whether protocol and code are those of then, so that the first step is nothing.

    Returns:
        One row per specification and step; the differences of a specification sum to that of the published estimates. A
        step that cannot be made is null with a note, and its part goes to the next.
    """
    rows: list[tuple] = []
    for name in specifications(protocol):
        first, last = (_published(frame, name, protocol.primary.name) for frame in published)
        if first is None or last is None:
            rows.append(
                _row(name, protocol, 0, PROTOCOL, np.nan, np.nan, "no estimate in one of the two releases")
            )
            continue
        path = _path(protocol, before, after, name, first if same_protocol else None)
        current = first
        for position, (step, value, note) in enumerate([*path, (ENROLMENT, last, None)], start=1):
            arrived = current if value is None else value
            rows.append(_row(name, protocol, position, step, current, arrived, note))
            current = arrived
    return TABLES["attribution"].frame(rows)


def _path(
    protocol: Protocol, before: Tables, after: Tables, name: str, unchanged: float | None
) -> Iterator[tuple[str, float | None, str | None]]:
    """(step, log hazard ratio after it, note) of the steps between the two published estimates."""
    old = before if unchanged is not None else _designed(protocol, before)
    if old is None:
        note = "the protocol of now cannot be applied to the data of then"
        yield from ((step, None, note) for step in STEPS[:4])
        return
    yield PROTOCOL, (unchanged if unchanged is not None else _estimate(protocol, old, name)), None
    extended = _extended(old["follow_up"], after["follow_up"])
    yield FOLLOW_UP, _estimate(protocol, {**old, "follow_up": extended}, name), None
    kept = old["follow_up"]["usubjid"].unique()
    known = after["follow_up"][after["follow_up"]["usubjid"].isin(kept)]
    yield CORRECTIONS, _estimate(protocol, {**old, "follow_up": known}, name), None
    yield REMATCHING, *_redesigned(protocol, old, after, name)


def _redesigned(protocol: Protocol, old: Tables, after: Tables, name: str) -> tuple[float | None, str | None]:
    """The whole design anew on today's data of the subjects of then."""
    then = after["adsl"]["USUBJID"].isin(old["adsl"]["USUBJID"])
    tables = _designed(protocol, {"adsl": after["adsl"][then], "adtte": after["adtte"]})
    estimate = _estimate(protocol, tables, name)
    return estimate, lacking(protocol, tables, name) if estimate is None else None


def _designed(protocol: Protocol, marts: Tables) -> Tables:
    fresh = variant.with_settings(protocol, matching={"refresh": "rematch"})
    return variant.design(fresh, {name: marts[name] for name in ("adsl", "adtte")}, few_imputations=False)


def _estimate(protocol: Protocol, tables: Tables, name: str) -> float | None:
    """Log hazard ratio averaged over data sets, as it is published, without pooling variances."""
    found = [cox_of_treatment(part)[0] for part in _parts(protocol, tables, name) if len(part)]
    return float(np.mean(found)) if found and np.isfinite(found).all() else None


def _parts(protocol: Protocol, tables: Tables, name: str) -> list[Followed]:
    follow_up = tables["follow_up"]
    mine = follow_up.loc[follow_up["endpoint"] == protocol.primary.name].drop(columns="endpoint")
    if name == CRUDE:
        members = tables["analysis_set"][["usubjid", "treated"]].assign(set_id=0, weight=1.0)
        return [Followed(name, COMPLETE_CASE, "", members.merge(mine, on="usubjid"))]
    table = tables["matched_set" if name == MATCHED else "balancing_weight"]
    rows = table[table["specification"] == name]
    if "set_id" not in rows:
        rows = rows[rows["weight"] > 0].assign(set_id=0)
    columns = ["usubjid", "treated", "set_id", "weight"]
    return [
        Followed(name, int(part["imputation"].iloc[0]), "", part[columns].merge(mine, on="usubjid"))
        for _, part in rows.groupby("imputation")
    ]


def _extended(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Follow-up of then, prolonged where today's agrees with it: censored then, and followed at least as long now."""
    both = before.merge(after, on=["usubjid", "endpoint"], suffixes=("", "_now"), how="left")
    grows = (both["event"] == 0) & (both["stop_days_now"] >= both["stop_days"])
    grows &= both["entry_days_now"] == both["entry_days"]
    stop = both["stop_days"].mask(grows, both["stop_days_now"])
    event = np.where(grows, both["event_now"], both["event"]).astype("int64")
    return both[["usubjid", "endpoint", "entry_days"]].assign(stop_days=stop, event=event)


def _published(effects: pd.DataFrame, name: str, endpoint: str) -> float | None:
    row = headline_row(effects, name, endpoint)
    return None if row is None else float(np.log(row["estimate"]))


def _row(
    name: str, protocol: Protocol, position: int, step: str, start: float, end: float, note: str | None
) -> tuple:
    return name, protocol.primary.name, position, step, start, end, end - start, note
