"""Related or not, of each adverse event.

Here: which column says it, and that a blank is MISSING. Not here: what the words of an investigator mean (the seeds of
terms, by which a delivery and anyone's file are read alike), nor what the tables do with a missing causality.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.safety.columns import upper_text

RELATED, NOT_RELATED, MISSING = "RELATED", "NOT RELATED", "MISSING"


def derive_causality(adae: pd.DataFrame, causality_map: Mapping[str, str] | None) -> tuple[np.ndarray, int]:
    """Relatedness of each event.

    RELGR1 of the frame is taken, and AEREL where it says RELATED or NOT RELATED itself, unless the caller brings a map; a
    blank or unknown value is MISSING, never a silent "not related".

    Args:
        adae: events, n rows, with AEREL and/or RELGR1.
        causality_map: value of AEREL (upper case) to RELATED / NOT RELATED; None for the words themselves.

    Returns:
        Array of n values RELATED, NOT RELATED or MISSING, and how many events carry a value of AEREL that is none of the
        known ones.
    """
    raw = upper_text(adae, "AEREL")
    words = {group: group for group in (RELATED, NOT_RELATED)} if causality_map is None else causality_map
    mapped = raw.map(dict(words))
    if causality_map is None and "RELGR1" in adae.columns:
        given = upper_text(adae, "RELGR1")
        known = given.isin((RELATED, NOT_RELATED, MISSING))
        mapped = given.where(known, mapped)
    unknown = int((mapped.isna() & raw.notna()).sum())
    return mapped.astype(object).where(mapped.notna(), MISSING).to_numpy(dtype=object), unknown
