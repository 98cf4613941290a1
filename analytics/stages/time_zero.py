"""What the guaranteed time between harvest and first injection does to the headline, by each answer to it.

Not a stage: rows of `sensitivity`. Which answer leaves what is in `docs/validation.md`.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.sensitivity.rows import Row
from analytics.stages.index_dates import (
    NO_HARVEST,
    NO_INJECTION,
    left_truncated,
    no_wait,
    with_index_dates,
)
from analytics.stages.variant import (
    Variant,
    headline,
    narrowed,
    no_variant,
    own_or_designed,
    primary_only,
    time_zeros,
    with_settings,
)
from analytics.stages.variant_row import variant_row

ANALYSIS = "time_zero"
INJECTION = "first injection against trial baseline: leaves bias, for the treated outlived a wait that controls did not have"
HARVEST = "harvest against trial baseline: deaths before the injection count"
TRUNCATION = "left truncation: from harvest against trial baseline, at risk from the first injection on"
IMPUTATION = "index-date imputation: first injection against trial baseline and a drawn wait"
NAMES = (CRUDE, MATCHED)
Named = tuple[str, list[Variant]]


def time_zero_rows(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Crude and matched hazard ratio under each answer; the protocol's own is the headline."""
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    return [
        variant_row(ANALYSIS, words, None, None, variant)
        for words, variants in _answers(protocol, tables)
        for variant in variants
    ]


def _answers(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[Named]:
    """Words and variants of each answer."""
    there, none = time_zeros(protocol, tables), no_wait(protocol, tables)
    if "first_injection" in there:
        base, design = _designed(protocol, tables, "first_injection")
        yield INJECTION, [headline(base, design, name) for name in NAMES]
    else:
        yield INJECTION, _nothing(none or NO_INJECTION)
    if "harvest" in there and not none:
        base, design = _designed(protocol, tables, "harvest")
        yield HARVEST, [headline(base, design, name) for name in NAMES]
        yield TRUNCATION, left_truncated(base, design, NAMES)
    else:
        yield HARVEST, _nothing(none or NO_HARVEST)
        yield TRUNCATION, _nothing(none or NO_HARVEST)
    yield IMPUTATION, with_index_dates(protocol, tables, NAMES)


def _designed(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], zero: str
) -> tuple[Protocol, dict[str, pd.DataFrame]]:
    base = with_settings(protocol, time_zero={"treated": zero})
    return base, own_or_designed(protocol, base, tables)


def _nothing(reason: str) -> list[Variant]:
    return [no_variant(name, reason) for name in NAMES]
