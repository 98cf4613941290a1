"""Stage: the headline under every defensible combination of choices, so that no single one is mistaken for the answer."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, product
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison
from analytics.comparison.effect_row import published_headline
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.stages.index_dates import (
    INDEX_DATES,
    LEFT_TRUNCATION,
    left_truncated,
    no_wait,
    with_index_dates,
)
from analytics.stages.part import Part
from analytics.stages.variant import (
    TIME_ZEROS,
    Variant,
    few_imputations,
    has_windows,
    headline,
    narrowed,
    own_or_designed,
    primary_only,
    refollowed,
    rematched,
    time_zeros,
    with_settings,
)

VARIED = (*comparison.NEEDS, "propensity_score", "follow_up", "adsl", "adtte")
MEASURED = (*VARIED, "adqs")
NEEDS = (*MEASURED, "effect_estimate")
MAKES = ("specification_curve",)
# What tells one choice from another.
CHOICE = ["specification", "endpoint", "time_zero", "vital_status_rule", "matching", "caliper", "missing"]
DESIGNS: tuple[dict[str, Any], ...] = (
    {"method": "nearest", "replace": False},
    {"method": "optimal", "replace": False},
    {"method": "nearest", "replace": True},
)
CALIPERS = (0.1, 0.2)
# A window of 0 counts no dated control death after the last visit: nothing can be estimated.
WINDOWS = (30, 90, "unlimited")
RESULT = ["estimate", "ci_lower", "ci_upper", "n_treated", "n_control", "n_event"]


def run(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], parts: Mapping[str, list[dict]]
) -> dict[str, pd.DataFrame]:
    """One row per specification, sorted by estimate; `number` is its place in the curve.

    The protocol's own rows are the headlines as published, with all imputations; the others may rest on fewer.
    """
    if not protocol.sensitivity.specification_curve:
        return {"specification_curve": TABLES["specification_curve"].frame()}
    rows = list(chain.from_iterable(parts[part.name] for part in PARTS))
    frame = pd.DataFrame(rows).sort_values("is_protocol", ascending=False, kind="stable")
    frame = frame.drop_duplicates(CHOICE).sort_values(["estimate", *CHOICE], ignore_index=True)
    frame = _as_published(frame, tables["effect_estimate"], protocol.primary.name)
    frame = frame.sort_values(["estimate", *CHOICE], ignore_index=True)
    frame["number"] = np.arange(1, len(frame) + 1)
    return {"specification_curve": frame.assign(same_as=_same_as(frame))}


def _as_published(frame: pd.DataFrame, effects: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """The protocol's own rows with the numbers of their headlines: a weighted one's interval comes from a bootstrap."""
    frame = frame.copy()
    for place in frame.index[frame["is_protocol"] == "Y"]:
        row = published_headline(effects, str(frame.loc[place, "specification"]), endpoint)
        if row is not None:
            columns = ["estimate", "ci_lower", "ci_upper", "p_value", "note", "n_imputation"]
            frame.loc[place, columns] = row[columns].to_numpy()
    return frame


def _same_as(frame: pd.DataFrame) -> pd.Series:
    """Number of the first row with the same result; null in that row, and where there is no estimate."""
    first = frame.groupby(RESULT, dropna=False, sort=False)["number"].transform("min")
    again = (first != frame["number"]) & frame["estimate"].notna()
    return first.where(again).astype("Int64")


def _rows_from(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], *, zero: str, complete_cases: bool
) -> list[dict]:
    """From a time zero that the data have, with missing covariates as the protocol treats them or without who has any."""
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    asked = protocol.propensity.missing
    is_other = not complete_cases or asked != "complete_case"
    if not (protocol.sensitivity.specification_curve and is_other and zero in time_zeros(protocol, tables)):
        return []
    missing = "complete_case" if complete_cases else asked
    base = with_settings(protocol, time_zero={"treated": zero}, propensity={"missing": missing})
    return list(_rows_of_design(protocol, base, tables))


def _rows_of_design(protocol: Protocol, base: Protocol, marts: Mapping[str, pd.DataFrame]) -> Iterator[dict]:
    """One score, then every window, matching and weighting on it."""
    tables = own_or_designed(protocol, base, marts)
    fewer = few_imputations(tables)
    varied = WINDOWS if has_windows(marts) else ()
    windows = tuple(dict.fromkeys((protocol.vital_status.window_days, *varied)))
    followed = {w: refollowed(with_settings(base, vital_status={"window_days": w}), tables) for w in windows}
    for window in windows:
        choice = with_settings(base, vital_status={"window_days": window})
        weighted = followed[window] if choice == protocol else few_imputations(followed[window])
        for name in (CRUDE, *base.weighting.schemes):
            yield _row(protocol, choice, headline(choice, weighted, name))
    for how in (
        base.matching.model_dump(),
        *({**how, "caliper": c} for how, c in product(DESIGNS, CALIPERS)),
    ):
        own = base == protocol and how == base.matching.model_dump()
        matched = tables if own else rematched(with_settings(base, matching=how), fewer)
        for window in windows:
            choice = with_settings(base, matching=how, vital_status={"window_days": window})
            yield _row(
                protocol, choice, headline(choice, {**matched, "follow_up": followed[window]["follow_up"]})
            )
    if base.time_zero.treated == "harvest" and no_wait(base, marts) is None:
        for variant in left_truncated(base, fewer, _named(base)):
            yield _row(protocol, base, variant) | {"time_zero": LEFT_TRUNCATION, "is_protocol": "N"}


def _with_index_dates(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """Controls from a drawn wait on, matched and weighted as the protocol says; nothing where the data cannot give it."""
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    if not protocol.sensitivity.specification_curve or no_wait(protocol, tables):
        return []
    variants = with_index_dates(protocol, tables, _named(protocol))
    return [
        _row(protocol, protocol, variant) | {"time_zero": INDEX_DATES, "is_protocol": "N"}
        for variant in variants
    ]


def _named(protocol: Protocol) -> tuple[str, ...]:
    return (CRUDE, MATCHED, *protocol.weighting.schemes)


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
        "n_imputation": variant.n_imputation,
        "note": pooled.note,
    }


PARTS = (
    *(
        Part(
            f"{zero}, {'complete cases' if complete_cases else 'everyone'}",
            VARIED,
            partial(_rows_from, zero=zero, complete_cases=complete_cases),
        )
        for zero, complete_cases in product(TIME_ZEROS, (False, True))
    ),
    Part("index dates of controls", MEASURED, _with_index_dates),
)
