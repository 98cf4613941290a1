"""Why an estimate moved: the way from the last release's estimate to this one's, one cause at a time.

Every step changes one thing and keeps what the steps before changed; the first estimate is the one published then, the last
the one published now, so that the steps sum exactly to the difference. The order is part of the method: another order
would share the difference out otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.change import TABLES
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.effect_row import headline_row
from analytics.comparison.hazard_ratio import cox_of_treatment
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import specifications
from analytics.protocol import Protocol
from analytics.stages import variant

Tables = Mapping[str, pd.DataFrame]
PROTOCOL, FOLLOW_UP, CORRECTIONS, REMATCHING, ENROLMENT = STEPS = (
    "protocol and code",
    "follow-up added",
    "corrections and withdrawals",
    "re-matching and re-weighting",
    "enrolment",
)


@dataclass(frozen=True)
class Designs:
    """The designs that lie on the way.

    Attributes:
        old: of the data of then under the protocol of now; None where that is the one of then.
        redesigned: the whole design anew on today's data of the subjects of then; None where it is today's own.
    """

    old: Tables | None
    redesigned: Tables | None


def designs(protocol: Protocol, before: Tables, after: Tables, *, same_protocol: bool) -> Designs:
    """Made once for every specification, with as many imputations as the study of now has.

    Args:
        protocol: the one in force now.
        before: marts adsl and adtte of then.
        after: marts adsl and adtte of now, and imputed_covariate.
        same_protocol: whether protocol and code are those of then.
    """
    drawn = after["imputed_covariate"]["imputation"].nunique() or None
    then = after["adsl"]["USUBJID"].isin(before["adsl"]["USUBJID"])
    own = then.all() and protocol.matching.refresh == "rematch"
    of_then = {"adsl": after["adsl"][then], "adtte": after["adtte"]}
    return Designs(
        None if same_protocol else _designed(protocol, before, drawn),
        None if own else _designed(protocol, of_then, drawn),
    )


def _designed(protocol: Protocol, marts: Tables, imputations: int | None) -> Tables:
    fresh = variant.with_settings(protocol, matching={"refresh": "rematch"})
    given = {name: marts[name] for name in ("adsl", "adtte")}
    made = variant.design(fresh, given, imputations=imputations)
    return {name: table for name, table in made.items() if name not in given}


def attribution(
    protocol: Protocol,
    before: Tables,
    after: Tables,
    published: tuple[pd.DataFrame, pd.DataFrame],
    same_protocol: bool,
    made: Designs | None = None,
) -> pd.DataFrame:
    """Attribute the change of every specification's hazard ratio of the primary endpoint.

    Args:
        protocol: the one in force now.
        before, after: marts adsl and adtte of the two releases; `before` also holds the design and follow-up tables
            published then (analysis_set, follow_up, matched_set, …), `after` those of now.
        published: `effect_estimate` then and now.
        same_protocol: whether protocol and code are those of then, so that the first step is nothing.
        made: the designs between the two, if they are made already.

    Returns:
        One row per specification and step; the differences of a specification sum to that of the published estimates. A
        step that cannot be made is null with a note, and its part goes to the next.
    """
    rows: list[tuple] = []
    way = _Way(protocol, before, after, same_protocol, made)
    for name in specifications(protocol):
        first, last = (_published(frame, name, protocol.primary.name) for frame in published)
        if first is None or last is None:
            rows.append(
                _row(name, protocol, 0, PROTOCOL, np.nan, np.nan, "no estimate in one of the two releases")
            )
            continue
        current = first
        for position, (step, value, note) in enumerate(
            [*way.steps(name, first), (ENROLMENT, last, None)], start=1
        ):
            arrived = current if value is None else value
            rows.append(_row(name, protocol, position, step, current, arrived, note))
            current = arrived
    return TABLES["attribution"].frame(rows)


@dataclass(frozen=True)
class _Way:
    """From the data of then to those of now."""

    protocol: Protocol
    before: Tables
    after: Tables
    same_protocol: bool
    made: Designs | None

    def steps(self, name: str, published: float) -> Iterator[tuple[str, float | None, str | None]]:
        """(step, log hazard ratio after it, note) of the steps between the two published estimates of a specification."""
        old, now = self.old, self.after["follow_up"]
        yield PROTOCOL, (published if self.same_protocol else self._estimate(old, name)), None
        yield FOLLOW_UP, self._estimate({**old, "follow_up": _extended(old["follow_up"], now)}, name), None
        known = now[now["usubjid"].isin(old["follow_up"]["usubjid"])]
        yield CORRECTIONS, self._estimate({**old, "follow_up": known}, name), None
        anew = self._estimate(self.redesigned, name)
        reason = None if self.redesigned is self.after else lacking(self.protocol, self.redesigned, name)
        yield REMATCHING, anew, reason if anew is None else None

    @cached_property
    def designs(self) -> Designs:
        return self.made or designs(self.protocol, self.before, self.after, same_protocol=self.same_protocol)

    @property
    def old(self) -> Tables:
        return self.designs.old or self.before

    @property
    def redesigned(self) -> Tables:
        return self.designs.redesigned or self.after

    def _estimate(self, tables: Tables, name: str) -> float | None:
        """Log hazard ratio averaged over data sets, as it is published, without pooling variances."""
        made = comparisons(self.protocol, tables, name)
        parts = followed(made, tables["follow_up"], self.protocol.primary.name)
        found = [cox_of_treatment(part)[0] for part in parts if len(part)]
        return float(np.mean(found)) if found and np.isfinite(found).all() else None


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
