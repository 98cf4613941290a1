"""How severe each adverse event was, and whether somebody died of it.

Here: severity words and grades of CTCAE as one scale, and the rule for a fatal event that the SQL of the marts has too
(`fatal_event`). Not here: what a delivered word means (the seeds of terms), and counting.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import flag, number, upper_text

SEVERITIES = ("MISSING", "MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "FATAL")
WORDS, GRADES = ("AESEV", "ASEV"), ("ATOXGR", "AETOXGR")
SEVERITY_COLUMNS = frozenset({*WORDS, *GRADES})
_RANK = {word: rank for rank, word in enumerate(SEVERITIES) if rank}


def severity(adae: pd.DataFrame) -> np.ndarray:
    """Place of each event in `SEVERITIES`, 0 where missing; the word wins where both are given."""
    rank = pd.Series(np.nan, index=adae.index)
    for column in WORDS:
        rank = rank.fillna(upper_text(adae, column).map(_RANK))
    for column in GRADES:
        grade = pd.Series(number(adae, column), index=adae.index)
        rank = rank.fillna(grade.where(grade.isin(_RANK.values())))
    return rank.fillna(0).to_numpy(dtype=np.int64)


def fatal(adae: pd.DataFrame, rank: np.ndarray) -> np.ndarray:
    """True of an event that somebody died of by its outcome, its criterion, its severity or its grade.

    Args:
        adae: n events.
        rank: (n,) as `severity` gives it; a grade in ATOXGR counts beside any word, as the SQL of the marts has it.
    """
    told = upper_text(adae, "AEOUT").eq("FATAL").to_numpy(dtype=bool)
    worst = SEVERITIES.index("FATAL")
    graded = (rank == worst) | (number(adae, "ATOXGR") == worst)
    return told | graded | flag(adae, "AEFATFL") | flag(adae, "AESDTH")
