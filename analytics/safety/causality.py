"""From the investigator's causality to related or not: a versioned map of the WHO-UMC categories.

Here: the map and its application. Not here: what the tables do with a missing causality.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.safety.columns import upper_text

CAUSALITY_MAP_VERSION = "WHO-UMC-1"

RELATED, NOT_RELATED, MISSING = "RELATED", "NOT RELATED", "MISSING"

# Causality "not excluded" is an adverse reaction in post-marketing reporting, so the conditional and the
# unassessable categories are related; "unlikely" (REMOTE, DOUBTFUL in older scales) is not.
WHO_UMC: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "CERTAIN", "DEFINITE", "DEFINITELY RELATED", "PROBABLE", "PROBABLY RELATED", "LIKELY",
            "PROBABLE/LIKELY", "PROBABLE / LIKELY", "POSSIBLE", "POSSIBLY RELATED", "RELATED", "Y", "YES",
            "CONDITIONAL", "UNCLASSIFIED", "CONDITIONAL/UNCLASSIFIED", "CONDITIONAL / UNCLASSIFIED",
            "UNASSESSABLE", "UNCLASSIFIABLE", "UNASSESSABLE/UNCLASSIFIABLE", "UNASSESSABLE / UNCLASSIFIABLE",
        ),
        RELATED,
    ),
    **dict.fromkeys(
        (
            "UNLIKELY", "UNLIKELY RELATED", "REMOTE", "DOUBTFUL", "NONE", "NOT RELATED", "UNRELATED",
            "DEFINITELY NOT RELATED", "NOT LIKELY RELATED", "N", "NO",
        ),
        NOT_RELATED,
    ),
}  # fmt: skip


def derive_causality(adae: pd.DataFrame, causality_map: Mapping[str, str] | None) -> tuple[np.ndarray, int]:
    """Relatedness of each event.

    RELGR1 of the frame is taken unless the protocol names its own map; a blank or unknown value is MISSING,
    never a silent "not related".

    Args:
        adae: events, n rows, with AEREL and/or RELGR1.
        causality_map: raw value (upper case) to RELATED / NOT RELATED; None for `WHO_UMC`.

    Returns:
        Array of n values RELATED, NOT RELATED or MISSING, and how many events carry a value the map does not
        know.
    """
    raw = upper_text(adae, "AEREL")
    mapped = raw.map(dict(WHO_UMC if causality_map is None else causality_map))
    if causality_map is None and "RELGR1" in adae.columns:
        given = upper_text(adae, "RELGR1")
        known = given.isin((RELATED, NOT_RELATED, MISSING))
        mapped = given.where(known, mapped)
    unknown = int((mapped.isna() & raw.notna()).sum())
    return mapped.astype(object).where(mapped.notna(), MISSING).to_numpy(dtype=object), unknown
