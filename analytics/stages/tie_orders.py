"""How much hangs on ties: the headline matched anew while subjects of equal score stand in drawn orders.

Not a stage: one row of `sensitivity`. What else decides among equals is said in `analytics.matching.ties`; a pseudonym key
can move the headline by no more than such orders do.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.comparison.data_sets import DataSet
from analytics.comparison.specification import MATCHED
from analytics.protocol import Protocol
from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.stages.matching import matchable, matched, n_tied
from analytics.stages.variant import Variant, few_imputations, headline, with_settings

ORDERS = 20
LOG_RANGE = "log_hazard_ratio_range"


def tie_order_row(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Row:
    """Range of the log hazard ratio over drawn orders, on the first few imputations; 0 where no two scores are equal."""
    few = few_imputations(tables)
    # Made anew for each order, which no formal look may be.
    anew = with_settings(protocol, matching={"refresh": "rematch"}, monitoring={"method": "none"})
    sets = list(matchable(anew, few))
    tied = max((n_tied(anew, score) for _, score in sets), default=0)
    if not tied:
        return _row([headline(protocol, few)], "no two subjects have equal scores: no tie decides")
    return _row(_drawn(anew, few, sets), f"{tied} subjects share their score with another")


def _drawn(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], sets: list[tuple[DataSet, DataSet]]
) -> list[Variant]:
    """The headline under each order; under orders that make the same sets, once."""
    subjects = np.sort(tables["analysis_set"]["usubjid"].to_numpy(object))
    found: dict[tuple, Variant] = {}
    orders = []
    for order in range(ORDERS):
        drawn = np.random.default_rng([protocol.seed, order]).permutation(subjects.size)
        design = matched(protocol, tables, sets, pd.Series(drawn, index=subjects))
        members = design["matched_set"]
        key = (*members["imputation"], *members["usubjid"], *members["set_id"])
        found[key] = found.get(key) or headline(protocol, {**tables, **design})
        orders.append(found[key])
    return orders


def _row(found: list[Variant], note: str) -> Row:
    logs = np.array([variant.hazard_ratio.estimate for variant in found])
    first = found[int(np.argmax(np.isnan(logs)))]
    # Orders that make other pairs of the same subjects differ in the last bits.
    reach = float(np.round(np.ptp(logs), 12))
    if np.isnan(reach):
        note = str(first.hazard_ratio.note)
    elif len(found) > 1:
        low, high = np.exp(logs.min()), np.exp(logs.max())
        note += f"; hazard ratios {low:.4g} to {high:.4g}" if reach else "; no order changes the hazard ratio"
    return sensitivity_row(
        "tie_order",
        "subjects of equal score in random orders" if len(found) > 1 else "as matched",
        LOG_RANGE,
        None if np.isnan(reach) else reach,
        specification=MATCHED,
        parameter="random_orders",
        parameter_value=float(len(found)) if len(found) > 1 else 0.0,
        n=first.n_treated + first.n_control,
        n_event=first.n_event,
        n_imputation=first.n_imputation,
        note=note,
    )
