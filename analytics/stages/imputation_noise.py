"""How many imputations: enough that another set of draws would not move the headline by more than a share of its error.

Not a stage: what the imputation stage asks. It sees the headline's estimates, as the imputation stage sees follow-up, and
gives back nothing but a number of draws.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.comparison.specification import CRUDE, MATCHED, leading
from analytics.protocol import Protocol
from analytics.stages import matching, propensity, weighting
from analytics.survival.followed import Followed

MOST, STEP = 100, 10


def headline_parts(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Followed]:
    """The comparison that leads, on each of some draws; none where the number of draws is not to be added to.

    Args:
        protocol: `propensity.imputation_noise`; 0 allows any noise, and sets that are kept (`matching.refresh`) keep their
            draws.
        tables: analysis_set, follow_up and imputed_covariate of these draws alone.
    """
    name = leading(protocol)
    kept = protocol.matching.refresh != "rematch"
    if not protocol.propensity.imputation_noise or name == CRUDE or kept:
        return []
    known = dict(tables)
    for stage in (propensity, matching) if name == MATCHED else (propensity, matching, weighting):
        known |= stage.run(protocol, known)
    made = comparisons(protocol, known, name)
    parts = followed(made, known["follow_up"], protocol.primary.name)
    small = any(len(part.arm(value)) < protocol.outcome.min_arm for part in parts for value in (0, 1))
    return [] if small else parts


def too_noisy(protocol: Protocol, parts: Sequence[Followed]) -> bool:
    """Whether the noise of finitely many draws is more than the protocol allows; False where there is no headline."""
    if not parts:
        return False
    noise = hazard_ratio(parts, protocol.outcome.level).imputation_noise
    return noise > protocol.propensity.imputation_noise
