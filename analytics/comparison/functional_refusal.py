"""Why function is not compared: no scores, too few of them, nobody to compare, or entry after time zero."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.comparison.effect_row import Compared
from analytics.comparison.refusal import ARMS, lacking, too_few
from analytics.function.scores import Scores
from analytics.protocol import Protocol
from analytics.survival.followed import Followed

ENTERS_LATE = "change since time zero needs everyone to be followed from time zero on"
LATER = {2: "a later visit", 3: "two later visits"}


def functional_refusal(
    protocol: Protocol,
    tables: Mapping[str, pd.DataFrame],
    about: Compared,
    parts: Sequence[Followed],
    scores: Scores | str,
) -> str | None:
    """Why nothing is made; that nobody dies is no reason."""
    if min(about.n_treated, about.n_control) < protocol.outcome.min_arm:
        return lacking(protocol, tables, about.specification) or too_few(protocol)
    if any((part.frame["entry_days"] > 0).any() for part in parts):
        return ENTERS_LATE
    return scores if isinstance(scores, str) else None


def too_few_scores(
    protocol: Protocol, parts: Sequence[Followed], scores: Scores | None, least: int, day: float
) -> str | None:
    """Why nothing is said up to a day: in some data set too few of an arm have scores enough by then.

    Args:
        protocol: `outcome.min_arm`.
        parts: the comparison on each data set.
        scores: of everybody; None where another reason is known.
        least: scores that somebody needs to count, that of time zero included.
        day: the last on which they count.
    """
    if scores is None:
        return None
    enough = scores.number_until(day) >= least
    for arm, name in ARMS.items():
        have, of = min(_counts(part.arm(arm), scores, enough) for part in parts)
        if have < protocol.outcome.min_arm:
            return (
                f"a visit with ALSFRS-R by time zero and {LATER[least]} by day {day:.0f} are recorded for {have or 'none'} "
                f"of the {of} {name}; the older ALSFRS is another scale"
            )
    return None


def _counts(part: Followed, scores: Scores, enough: np.ndarray) -> tuple[int, int]:
    """How many subjects of an arm have scores enough, and how many there are."""
    place = scores.place(part.frame["usubjid"][part.first_rows])
    known = place[place >= 0]
    return int(enough[known].sum()), len(place)
