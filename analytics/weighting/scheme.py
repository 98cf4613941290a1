"""The weighting schemes: what each is called, whom it is about and how it weighs. One entry of the table is one scheme.

Belongs here: what protocol, weights, balance, bootstrap and report know of a scheme. Does not belong here: computing weights
(`balancing`, `entropy`), or comparisons that do not weight (`analytics.comparison.specification`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Tilt = Callable[[np.ndarray], np.ndarray]
"""h(e), (n,) propensities → (n,): which part of the population a weighting is about (Li, Morgan and Zaslavsky 2018)."""


@dataclass(frozen=True)
class Estimand:
    """Whose average an estimate is.

    Attributes:
        label: as result tables and reports name it.
        whom: in plain words; `{treated}` stands for the label of the treated arm.
    """

    label: str
    whom: str


@dataclass(frozen=True)
class Scheme:
    """One way of weighting the arms alike.

    Attributes:
        name: as protocols and result tables name it.
        words: as reports name it.
        estimand: whose average the weighted comparison is.
        denominator: standard deviation that divides differences of means: that of the treated, or pooled over the arms.
        truncated: whether weights beyond the protocol's quantile are set to it.
        tilt: h(e) of weights from the propensity score; None for entropy balancing, which uses no score.
    """

    name: str
    words: str
    estimand: Estimand
    denominator: str
    truncated: bool
    tilt: Tilt | None

    @property
    def bootstrapped(self) -> bool:
        """Whether a bootstrap that refits the score can make the weights again."""
        return self.tilt is not None


ATT = Estimand("ATT", "all eligible {treated} patients (ATT)")
ATE = Estimand("ATE", "everyone eligible in both sources (ATE)")
ATO = Estimand("ATO", "patients who could have been in either source (ATO)")
ATM = Estimand("ATM", "patients who could have been in either source (ATM)")

SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("ate", "Weighted to everyone (ATE)", ATE, "pooled", True, np.ones_like),
        Scheme("att", "Weighted to the treated (ATT)", ATT, "treated", True, lambda e: e),
        Scheme("overlap", "Overlap-weighted (ATO)", ATO, "pooled", False, lambda e: e * (1.0 - e)),
        # Li and Greene 2013.
        Scheme("matching", "Matching-weighted (ATM)", ATM, "pooled", False, lambda e: np.minimum(e, 1.0 - e)),
        Scheme("entropy", "Entropy-balanced (ATT)", ATT, "treated", False, None),
    )
}
"""Every scheme by name, in the order in which reports list them."""


def known_scheme(name: str) -> str:
    """The name of a scheme, as it is.

    Raises:
        ValueError: no scheme has this name.
    """
    if name not in SCHEMES:
        raise ValueError(f"weighting scheme {name!r} is none of {', '.join(SCHEMES)}")
    return name
