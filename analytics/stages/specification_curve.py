"""Stage: the headline under every defensible combination of choices, so that no single one is mistaken for the answer."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.stages.variant import (
    Variant,
    design,
    has_windows,
    headline,
    narrowed,
    primary_only,
    refollowed,
    rematched,
    time_zeros,
    with_settings,
)

NEEDS = ("adsl", "adtte")
MAKES = ("specification_curve",)
# What tells one choice from another.
CHOICE = ["specification", "endpoint", "time_zero", "vital_status_rule", "matching", "caliper", "missing"]
DESIGNS: tuple[dict[str, Any], ...] = (
    {"method": "nearest"},
    {"method": "optimal"},
    {"method": "nearest", "replace": True},
)
CALIPERS = (0.1, 0.2)
# A window of 0 counts no dated control death after the last visit: nothing can be estimated.
WINDOWS = (30, 90, "unlimited")


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per specification, sorted by estimate; `number` is its place in the curve."""
    if not protocol.sensitivity.specification_curve:
        return {"specification_curve": TABLES["specification_curve"].frame()}
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    missing = tuple(dict.fromkeys((protocol.propensity.missing, "complete_case")))
    rows: list[dict] = []
    for zero, rule in product(time_zeros(protocol, tables), missing):
        base = with_settings(protocol, time_zero={"treated": zero}, propensity={"missing": rule})
        rows += _rows_of_design(protocol, base, tables)
    frame = pd.DataFrame(rows).sort_values("is_protocol", ascending=False, kind="stable")
    frame = frame.drop_duplicates(CHOICE).sort_values(["estimate", *CHOICE], ignore_index=True)
    return {"specification_curve": frame.assign(number=np.arange(1, len(frame) + 1))}


def _rows_of_design(protocol: Protocol, base: Protocol, marts: Mapping[str, pd.DataFrame]) -> Iterator[dict]:
    """One score, then every window, matching and weighting on it."""
    tables = design(base, marts)
    varied = WINDOWS if has_windows(marts) else ()
    windows = tuple(dict.fromkeys((protocol.vital_status.window_days, *varied)))
    followed = {w: refollowed(with_settings(base, vital_status={"window_days": w}), tables) for w in windows}
    for window in windows:
        choice = with_settings(base, vital_status={"window_days": window})
        for name in (CRUDE, *base.weighting.schemes):
            yield _row(protocol, choice, headline(choice, followed[window], name))
    for how in (
        base.matching.model_dump(),
        *({**how, "caliper": c} for how, c in product(DESIGNS, CALIPERS)),
    ):
        matched = rematched(with_settings(base, matching=how), tables)
        for window in windows:
            choice = with_settings(base, matching=how, vital_status={"window_days": window})
            yield _row(
                protocol, choice, headline(choice, {**matched, "follow_up": followed[window]["follow_up"]})
            )


def _row(protocol: Protocol, choice: Protocol, variant: Variant) -> dict:
    matched = variant.specification == MATCHED
    how = choice.matching.method + (" with replacement" if choice.matching.replace else "")
    pooled = variant.hazard_ratio
    return {
        "specification": variant.specification,
        "endpoint": choice.primary.name,
        "time_zero": choice.time_zero.treated,
        "vital_status_rule": choice.vital_status.rule,
        "matching": how if matched else "",
        "caliper": choice.matching.caliper if matched else np.nan,
        "missing": "" if variant.specification == CRUDE else choice.propensity.missing,
        "is_protocol": "Y" if choice == protocol else "N",
        "estimate": float(np.exp(pooled.estimate)),
        "ci_lower": float(np.exp(pooled.ci_lower)),
        "ci_upper": float(np.exp(pooled.ci_upper)),
        "p_value": pooled.p_value,
        "n_treated": variant.n_treated,
        "n_control": variant.n_control,
        "n_event": variant.n_event,
        "note": pooled.note,
    }
