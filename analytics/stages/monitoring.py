"""Stage: formal looks at accumulating data, every look kept; nightly estimates carry intervals, not tests."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.hazard_ratio import cox_of_treatment
from analytics.comparison.specification import MATCHED
from analytics.gaps import whole_stage
from analytics.monitoring.look import MonitoringPlan, anytime_look, formal_look, refused_look
from analytics.monitoring.safe_log_rank import safe_log_rank
from analytics.protocol import Protocol
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import ratio_disputed
from analytics.survival.followed import Followed

NEEDS = (*comparison.NEEDS, "follow_up", "parent:monitoring_look")
MAKES = ("monitoring_look",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Earlier looks as they were, then this one; nothing where the protocol asks for no formal look."""
    earlier = tables.get("parent:monitoring_look", TABLES["monitoring_look"].frame())
    # A night whose look could not be made took none.
    taken = earlier[~whole_stage(earlier["note"])].reset_index(drop=True)
    if protocol.monitoring.method == "none":
        return {"monitoring_look": taken}
    made = next(iter(comparisons(protocol, tables, MATCHED)), None)
    if made is None:
        return {"monitoring_look": taken}
    (part,) = followed([made], tables["follow_up"], protocol.primary.name)
    anytime = protocol.monitoring.method == "e_process"
    dispute = ratio_disputed(tables.get(SECOND_OPINION), MATCHED, protocol.primary.name)
    if dispute:
        look = refused_look(protocol.monitoring.method, dispute, MATCHED, protocol.primary.name)
    else:
        look = _anytime(protocol, part) if anytime else _formal(protocol, part, taken)
    look["n_imputation"] = 1
    return {"monitoring_look": TABLES["monitoring_look"].stacked([taken, look])}


def _anytime(protocol: Protocol, part: Followed) -> pd.DataFrame:
    """A bet is on whole subjects, each once."""
    if part.repeated or part.weighted:
        reason = "an e-process bets on whole subjects: these sets repeat or weigh them"
        return refused_look("safe log-rank e-process", reason, MATCHED, protocol.primary.name)
    found = safe_log_rank(
        part.clustered(None),
        part.treated,
        alternative=protocol.monitoring.alternative_hazard_ratio,
        level=1 - protocol.monitoring.alpha,
    )
    frozen = protocol.matching.refresh == "frozen"
    return anytime_look(found, MATCHED, protocol.primary.name, matched_set_frozen=frozen)


def _formal(protocol: Protocol, part: Followed, taken: pd.DataFrame) -> pd.DataFrame:
    events = protocol.monitoring.information_events
    plan = MonitoringPlan(
        planned_events=events[-1],
        information=tuple(number / events[-1] for number in events),
        alpha=protocol.monitoring.alpha,
        spending="pocock" if protocol.monitoring.method == "pocock" else "obrien_fleming",
    )
    log_ratio, error, _ = cox_of_treatment(part)
    looked: Any = taken.loc[taken["decision"] != "refused", "information"] if len(taken) else []
    return formal_look(
        plan,
        matched_set_frozen=protocol.matching.refresh == "frozen",
        n_event=int(part.subjects().event.sum()),
        log_hazard_ratio=None if np.isnan(log_ratio) else log_ratio,
        standard_error=None if np.isnan(error) else error,
        looks_taken=[float(value) for value in looked],
        specification=MATCHED,
        endpoint=protocol.primary.name,
    )
