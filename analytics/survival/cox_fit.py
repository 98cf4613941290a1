"""The result of a Cox regression.

Belongs here: the estimates and what follows from them by formula (intervals, tests). Fitting is in ``cox``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.times import Floats


@dataclass(frozen=True)
class CoxFit:
    """Estimates of p terms; log hazard ratios, NaN where no estimate can be made (``note`` says why).

    ``covariance`` (p, p) is model-based, ``robust_covariance`` (p, p) the sandwich, or None when not asked for.
    ``n`` counts records used, ``n_missing`` records left out because a value was missing or the weight zero.
    """

    terms: tuple[str, ...]
    coefficient: Floats
    covariance: Floats
    robust_covariance: Floats | None
    log_likelihood: float
    log_likelihood_null: float
    n: int
    n_event: int
    iterations: int
    converged: bool
    note: str | None
    n_missing: int = 0
    n_cluster: int | None = None
    ties: str = "efron"
    term_names: tuple[str, ...] = ()
    term_of: tuple[int, ...] = ()

    @property
    def standard_error(self) -> Floats:
        """Model-based standard errors (p,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def robust_standard_error(self) -> Floats | None:
        """Sandwich standard errors (p,), or None when not asked for."""
        return None if self.robust_covariance is None else np.sqrt(np.diag(self.robust_covariance))

    def chosen_standard_error(self, robust: bool | None = None) -> Floats:
        """Robust standard errors where there are any, unless ``robust`` says otherwise.

        Raises:
            ValueError: robust errors are asked of a fit made without them.
        """
        if robust and self.robust_covariance is None:
            raise ValueError("this fit has no robust variance: fit with robust=True or a cluster")
        if robust is False or self.robust_standard_error is None:
            return self.standard_error
        return self.robust_standard_error

    def interval(self, level: float = 0.95, robust: bool | None = None) -> tuple[Floats, Floats]:
        """Wald interval of the log hazard ratios: lower (p,) and upper (p,)."""
        from scipy.special import ndtri

        half = ndtri(0.5 + level / 2) * self.chosen_standard_error(robust)
        return self.coefficient - half, self.coefficient + half

    def z_statistic(self, robust: bool | None = None) -> Floats:
        """Coefficients over their standard errors (p,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.coefficient / self.chosen_standard_error(robust)

    @property
    def p_value(self) -> Floats:
        """Two-sided Wald p-values (p,), from the robust variance where there is one."""
        from scipy.special import ndtr

        return 2 * ndtr(-np.abs(self.z_statistic()))

    @property
    def hazard_ratio(self) -> Floats:
        """Hazard ratios (p,)."""
        return np.exp(self.coefficient)

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """One row per term, columns as in the release table ``cox_coefficient``."""
        lower, upper = self.interval(level)
        robust = self.robust_standard_error
        return pd.DataFrame(
            {
                "term": self.terms,
                "coefficient": self.coefficient,
                "standard_error": self.standard_error,
                "robust_standard_error": np.full(len(self.terms), np.nan) if robust is None else robust,
                "hazard_ratio": self.hazard_ratio,
                "ci_lower": np.exp(lower),
                "ci_upper": np.exp(upper),
                "p_value": self.p_value,
                "n": self.n,
                "n_event": self.n_event,
                "log_likelihood": self.log_likelihood,
            }
        )
