"""What lifelines makes of the hazards of two arms: the Cox model of treatment alone, and the log-rank test.

Belongs here: how the library is asked so that it answers the same question, and where it has no answer. Does not belong
here: who is compared (`members`), how far both may differ (`quantities`).
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.second_opinion.asking import NoOpinionError, ask, attempted
from analytics.second_opinion.judgement import Answer, NoAnswer
from analytics.second_opinion.quantities import (
    CLUSTERED_ERROR,
    LIFELINES,
    LOG_HAZARD_RATIO,
    STANDARD_ERROR,
    Quantity,
)

if TYPE_CHECKING:
    from lifelines import CoxPHFitter

RATIO = (LOG_HAZARD_RATIO, STANDARD_ERROR, CLUSTERED_ERROR)
TIGHT = {"precision": 1e-12, "r_precision": 1e-15}
MOST_ROWS = 20_000
"""Beyond, the square of rows that lifelines' clustered variance takes is not worth a night."""


def ratio(frame: pd.DataFrame, *, clustered: bool) -> dict[Quantity, Answer | NoAnswer]:
    """Log hazard ratio of treatment, with its standard error by the information and, where asked, by clusters.

    Args:
        frame: as `members.members` returns it.
        clustered: whether to ask for the clustered error.
    """
    late = bool((frame["entry_days"] > 0).any())
    plain = attempted(partial(_fit, frame, late=late))
    if isinstance(plain, NoAnswer):
        return dict.fromkeys(RATIO, plain)
    made: dict[Quantity, Answer | NoAnswer] = {
        LOG_HAZARD_RATIO: Answer(float(plain.params_["treated"])),
        STANDARD_ERROR: Answer(float(plain.standard_errors_["treated"])),
    }
    if clustered:
        made[CLUSTERED_ERROR] = attempted(partial(_clustered_error, frame, late=late))
    return made


def _fit(frame: pd.DataFrame, *, late: bool, cluster: pd.Series | None = None) -> "CoxPHFitter":
    data = pd.DataFrame(
        {"stop": frame["stop_days"], "event": frame["event"], "treated": frame["treated"].astype(float)}
    )
    names: dict[str, str] = {}
    for name, values, needed in (
        ("entry", frame["entry_days"], late),
        ("weights", frame["weight"], bool((frame["weight"] != 1).any())),
        ("cluster", cluster, cluster is not None),
    ):
        if needed:
            data[name], names[f"{name}_col"] = values, name

    def fit() -> "CoxPHFitter":
        from lifelines import CoxPHFitter

        return CoxPHFitter().fit(data, "stop", "event", fit_options=TIGHT, **names)

    return ask(LIFELINES, fit)


def _clustered_error(frame: pd.DataFrame, *, late: bool) -> Answer:
    """Robust to matched sets; where somebody stands in several, to sets and subjects (Cameron, Gelbach and Miller 2011).

    The library's residuals take rows of one day one after the other, and who is censored before who has the event: censored
    times are moved behind the events of their day, which no risk set sees.
    """
    if late:
        raise NoOpinionError("lifelines' clustered variance does not know delayed entry")
    if len(frame) > MOST_ROWS:
        raise NoOpinionError(f"lifelines' clustered variance of more than {MOST_ROWS:,} rows takes too long")
    repeated = bool(frame["usubjid"].duplicated().any())
    gaps = np.diff(np.unique(frame["stop_days"]))
    behind = gaps.min() / 2 if len(gaps) else 0.5
    moved = frame.assign(stop_days=frame["stop_days"] + behind * (frame["event"] == 0))
    variance = _clustered_variance(moved, frame["set_id"])
    if repeated:
        by_subject, by_row = (_clustered_variance(moved, label) for label in (frame["usubjid"], frame.index))
        variance += by_subject - by_row
    if variance <= 0:
        raise NoOpinionError("the two-way variance of so few sets is not positive")
    error = float(np.sqrt(variance))
    tied = round(3 * _ties(frame) * error, 4)
    if tied <= CLUSTERED_ERROR.tolerance:
        return Answer(error)
    return Answer(error, tied, f"{CLUSTERED_ERROR.why}, and many fall on one day")


def _clustered_variance(frame: pd.DataFrame, label: pd.Series | pd.Index) -> float:
    fitted = _fit(frame, late=False, cluster=pd.Series(pd.factorize(label)[0], frame.index))
    return float(fitted.standard_errors_["treated"]) ** 2


def _ties(frame: pd.DataFrame) -> float:
    """Mean over events of how many share their day, themselves apart, over how many are at risk then.

    In simulations with eight sets or more, taking tied events one after the other moved the standard error by at most 1.5
    times this share of it.
    """
    day, count = np.unique(frame.loc[frame["event"] == 1, "stop_days"], return_counts=True)
    at_risk = len(frame) - np.searchsorted(np.sort(frame["stop_days"].to_numpy()), day)
    return float((count * (count - 1) / at_risk).sum() / count.sum())


def log_rank(frame: pd.DataFrame) -> Answer:
    """Statistic of the unstratified test.

    Raises:
        NoOpinionError: rows that the library's test does not know.
    """
    if (frame["entry_days"] > 0).any():
        raise NoOpinionError("lifelines' log-rank test does not know delayed entry")
    if frame["usubjid"].duplicated().any():
        raise NoOpinionError("lifelines' log-rank test takes a subject in several sets for several subjects")
    if (frame["weight"] != 1).any():
        raise NoOpinionError("lifelines' log-rank test takes weights for numbers of subjects")
    treated, control = (frame[frame["treated"] == arm] for arm in (1, 0))

    def test() -> float:
        from lifelines.statistics import logrank_test

        times, events = (treated["stop_days"], control["stop_days"]), (treated["event"], control["event"])
        return float(logrank_test(*times, *events).test_statistic)

    return Answer(ask(LIFELINES, test))
