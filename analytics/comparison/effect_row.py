"""Rows of `effect_estimate`: one shape for every estimate, made or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.comparison.pooling import Pooled, nothing
from analytics.comparison.refusal import too_few
from analytics.protocol import Protocol
from analytics.survival.followed import Followed

NOT_FINITE = "no finite number comes out"
"""Of an estimate that nothing else has a reason for; a row without a value never stands without one."""


@dataclass(frozen=True)
class Compared:
    """What a row is about: the comparison, and who stands behind it."""

    specification: str
    endpoint: str
    contrast: str
    estimand: str
    n_treated: int
    n_control: int
    n_event_treated: int
    n_event_control: int
    n_imputation: int
    n_unfollowed: int

    def refusal(self, protocol: Protocol, lacking: str | None) -> str | None:
        """Why no estimate is made at all, or nothing; `lacking` says it where there was no larger comparison to be had."""
        if min(self.n_treated, self.n_control) < protocol.outcome.min_arm:
            return lacking or too_few(protocol)
        if self.n_event_treated + self.n_event_control == 0:
            return "no events"
        return None


def compared(
    protocol: Protocol, specification: str, endpoint: str, estimand: str, parts: Sequence[Followed]
) -> Compared:
    """Counts of distinct subjects and of those with the event; the median over imputations."""
    counts = [_counts(part) for part in parts if len(part)] or [[0, 0, 0, 0]]
    middle = np.median(np.array(counts), axis=0).astype(int)
    contrast = f"{protocol.treatment.treated_label} versus {protocol.treatment.control_label}"
    n1, n0, events1, events0 = map(int, middle)
    unfollowed = max((part.n_unfollowed for part in parts), default=0)
    return Compared(
        specification, endpoint, contrast, estimand, n1, n0, events1, events0, len(parts), unfollowed
    )


def _counts(part: Followed) -> list[int]:
    """Treated, controls, and those of either with the event; a subject's rows are alike in both."""
    treated = part.treated[part.first_rows] == 1
    event = part.frame["event"].to_numpy()[part.first_rows] == 1
    return [int(mask.sum()) for mask in (treated, ~treated, treated & event, ~treated & event)]


def effect_row(
    about: Compared,
    method: str,
    measure: str,
    pooled: Pooled,
    *,
    horizon_days: float | None = None,
    log: bool = False,
    headline: bool = False,
) -> dict:
    """One row. A `log` estimate (a log ratio) is written as the ratio; its standard error stays that of the log."""
    scale = np.exp if log else (lambda value: value)
    return {
        **vars(about),
        "method": method,
        "measure": measure,
        "headline": "Y" if headline else "N",
        "estimate": float(scale(pooled.estimate)),
        "standard_error": pooled.standard_error,
        "ci_lower": float(scale(pooled.ci_lower)),
        "ci_upper": float(scale(pooled.ci_upper)),
        "p_value": pooled.p_value,
        "horizon_days": horizon_days,
        "imputation_noise": pooled.imputation_noise,
        "note": pooled.note or (None if np.isfinite(pooled.estimate) else NOT_FINITE),
    }


def no_estimate(
    about: Compared,
    method: str,
    measure: str,
    note: str,
    *,
    horizon_days: float | None = None,
    headline: bool = False,
) -> dict:
    """A row that says why there is no estimate."""
    return effect_row(about, method, measure, nothing(note), horizon_days=horizon_days, headline=headline)


def headline_row(effects: pd.DataFrame, specification: str, endpoint: str) -> pd.Series | None:
    """The headline of a specification and endpoint; None where there is no row, or no estimate in it."""
    row = published_headline(effects, specification, endpoint)
    return row if row is not None and np.isfinite(row["estimate"]) else None


def published_headline(effects: pd.DataFrame, specification: str, endpoint: str) -> pd.Series | None:
    """The same, also where its estimate is null."""
    mine = (effects["specification"] == specification) & (effects["endpoint"] == endpoint)
    rows = effects[mine & (effects["headline"] == "Y")]
    return rows.iloc[0] if len(rows) else None
