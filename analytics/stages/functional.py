"""ALSFRS-R of the compared along their follow-up: which visits count, on the clock of the protocol; a part of the effects.

Does not belong here: what is made of them (`analytics.comparison.functional_effects`).
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analytics.cohort.time_zero import at_time_zero
from analytics.comparison.functional_effects import SCALE, FunctionalEffects, functional_effects
from analytics.function.scores import Scores, scores
from analytics.protocol import Protocol
from analytics.stages.dose import clock_shift, day_from_index

NO_VISITS = "no scores along follow-up were given (adqs)"


def effects_on_function(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> FunctionalEffects:
    """Slopes, joint ranks and mean scores.

    Args:
        protocol: what is asked for.
        tables: the design, `follow_up`, adsl, and adqs where there is one.
    """
    asked = bool(protocol.outcome.function)
    return functional_effects(protocol, tables, scores_along(protocol, tables) if asked else NO_VISITS)


def scores_along(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Scores | str:
    """Scores of the followed while they are followed for the primary endpoint, or why there are none.

    A visit of which only the month is known has no day. The score of `adsl` has none either, and may be months old: it only
    tells who has one.
    """
    adqs, adsl = tables.get("adqs"), at_time_zero(tables["adsl"], protocol.time_zero.treated)
    if adqs is None or not (adqs["PARAMCD"] == SCALE).any():
        return NO_VISITS
    follow_up = tables["follow_up"]
    follow_up = follow_up[follow_up["endpoint"] == protocol.primary.name]
    shift = clock_shift(protocol, tables["adsl"], follow_up)
    rows = adqs[(adqs["PARAMCD"] == SCALE) & adqs["USUBJID"].isin(shift.index) & adqs["AVAL"].notna()]
    rows = rows[rows["ADTF"].isna()] if "ADTF" in rows else rows
    usubjid = rows["USUBJID"].astype(str)
    day = day_from_index(rows, "INDEXDY", "ADY") + usubjid.map(shift)
    visits = pd.DataFrame({"usubjid": usubjid, "day": day, "value": rows["AVAL"].astype(float)})
    found = scores(visits, follow_up.set_index("usubjid")["stop_days"].astype(float))
    told = adsl.loc[adsl[SCALE].notna(), "USUBJID"].astype(str) if SCALE in adsl else adsl["USUBJID"].iloc[:0]
    return replace(found, undated=pd.Index(told[found.place(told) < 0].unique()))
