"""The headline method on one study: missing values drawn, score fitted, match made, pair-robust Cox, pooled.

Belongs here: running the study's own stages up to one hazard ratio. Does not belong here: how the study was drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.comparison.specification import MATCHED
from analytics.matching.edges import MatchingError
from analytics.propensity.score_terms import PropensityError
from analytics.protocol import Protocol
from analytics.stages import imputation, matching, propensity
from analytics.stages.variant import headline


@dataclass(frozen=True)
class Found:
    """What the method says of one replicate; NaN with a note where it says nothing.

    Attributes:
        replicate: its number, from 1.
        estimate, standard_error: of the log hazard ratio.
        ci_lower, ci_upper: log scale, at the protocol's level.
        note: why there is none.
    """

    replicate: int
    estimate: float
    standard_error: float
    ci_lower: float
    ci_upper: float
    note: str | None = None

    @classmethod
    def nothing(cls, replicate: int, note: str) -> "Found":
        """No estimate, and why."""
        return cls(replicate, np.nan, np.nan, np.nan, np.nan, note)


def tried_on(protocol: Protocol, study: Mapping[str, pd.DataFrame], replicate: int) -> Found:
    """The headline method on a study.

    Args:
        protocol: whose method it is.
        study: analysis_set and follow_up; imputed_covariate where its draws are given.
        replicate: its number.
    """
    tables = dict(study)
    try:
        for stage in (imputation, propensity, matching):
            if not set(stage.MAKES) <= tables.keys():
                tables |= stage.run(protocol, tables)
    except (PropensityError, MatchingError) as error:
        return Found.nothing(replicate, str(error))
    found = headline(protocol, tables, MATCHED).hazard_ratio
    if np.isnan(found.estimate):
        return Found.nothing(replicate, str(found.note))
    return Found(replicate, found.estimate, found.standard_error, found.ci_lower, found.ci_upper)
