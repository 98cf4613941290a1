"""Stage: the headline under every defensible combination of choices, so that no single one is mistaken for the answer."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.stages.comparison import CRUDE, MATCHED
from analytics.stages.variant import Variant, rerun, with_settings

NEEDS = ("adsl", "adtte")
MAKES = ("specification_curve",)
COLUMNS = [
    "number", "specification", "endpoint", "time_zero", "vital_status_rule", "matching", "caliper", "missing", "is_protocol",
    "estimate", "ci_lower", "ci_upper", "p_value", "n_treated", "n_control", "n_event", "note",
]  # fmt: skip
DESIGNS = ({"method": "nearest"}, {"method": "optimal"}, {"method": "nearest", "replace": True})


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per specification, sorted by estimate; `number` is its place in the curve."""
    if not protocol.sensitivity.specification_curve:
        return {"specification_curve": pd.DataFrame(columns=COLUMNS)}
    rows = []
    for choice in _choices(protocol):
        rows += _rows(protocol, choice, tables)
    frame = (
        pd.DataFrame(rows)
        .drop_duplicates(COLUMNS[1:8])
        .sort_values(["estimate", *COLUMNS[1:8]], ignore_index=True)
    )
    return {"specification_curve": frame.assign(number=np.arange(1, len(frame) + 1))[COLUMNS]}


def _choices(protocol: Protocol) -> Iterator[Protocol]:
    """The protocol's own choice first, then the grid around it."""
    yield protocol
    time_zeros, windows = ("first_injection", "harvest"), (0, 90, "unlimited")
    missing = tuple(dict.fromkeys((protocol.propensity.missing, "complete_case")))
    for zero, window, how, calliper, rule in product(time_zeros, windows, DESIGNS, (0.1, 0.2), missing):
        yield with_settings(
            protocol,
            time_zero={"treated": zero},
            vital_status={"window_days": window},
            matching={**how, "caliper": calliper},
            propensity={"missing": rule},
        )


def _rows(protocol: Protocol, choice: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    weighted = choice.matching.method == "nearest" and not choice.matching.replace
    names = (CRUDE, MATCHED, *choice.weighting.schemes) if weighted else (MATCHED,)
    return [_row(protocol, choice, variant) for variant in rerun(choice, tables, names)]


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
