"""The result of a Cox (or Fine–Gray) regression.

Belongs here: the estimates, what follows from them by formula (intervals, tests), and the note on terms that have
none. Fitting is in ``cox`` and ``fine_gray``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from analytics.survival.arrays import Floats, Marks
from analytics.survival.design import Design

ONE_CLUSTER = "one cluster: a variance robust to clusters needs several"


class CoxArrays(NamedTuple):
    """Estimates of p columns. ``aliased`` and ``diverging`` (p,) mark columns that have no estimate."""

    coefficient: Floats
    covariance: Floats
    robust_covariance: Floats | None
    log_likelihood: float
    log_likelihood_null: float
    iterations: int
    converged: bool
    aliased: Marks
    diverging: Marks


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
        half = ndtri(0.5 + level / 2) * self.chosen_standard_error(robust)
        return self.coefficient - half, self.coefficient + half

    def z_statistic(self, robust: bool | None = None) -> Floats:
        """Coefficients over their standard errors (p,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.coefficient / self.chosen_standard_error(robust)

    @property
    def p_value(self) -> Floats:
        """Two-sided Wald p-values (p,), from the robust variance where there is one."""
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


def named_fit(
    arrays: CoxArrays,
    design: Design,
    *,
    n: int,
    n_event: int,
    n_missing: int,
    ties: str,
    n_cluster: int | None = None,
) -> CoxFit:
    """Attach names, blank out what has no estimate and say why."""
    absent = arrays.aliased | arrays.diverging if arrays.converged else np.ones(len(design.names), dtype=bool)
    robust, note = arrays.robust_covariance, _note(arrays, design.names)
    if robust is not None and n_cluster == 1:
        robust, note = np.full_like(robust, np.nan), "; ".join(filter(None, (note, ONE_CLUSTER)))
    return CoxFit(
        terms=design.names,
        coefficient=np.where(absent, np.nan, arrays.coefficient),
        covariance=_blank(arrays.covariance, absent),
        robust_covariance=None if robust is None else _blank(robust, absent),
        log_likelihood=arrays.log_likelihood if arrays.converged else np.nan,
        log_likelihood_null=arrays.log_likelihood_null,
        n=n,
        n_event=n_event,
        iterations=arrays.iterations,
        converged=arrays.converged and not bool(arrays.diverging.any()),
        note=note,
        n_missing=n_missing,
        n_cluster=n_cluster,
        ties=ties,
        term_names=design.term_names,
        term_of=design.term_of,
    )


def no_fit(design: Design, note: str, *, n: int, n_missing: int, robust: bool, ties: str) -> CoxFit:
    """A fit without any estimate, and why."""
    p = len(design.names)
    nothing = np.full((p, p), np.nan)
    return CoxFit(
        terms=design.names,
        coefficient=np.full(p, np.nan),
        covariance=nothing,
        robust_covariance=nothing if robust else None,
        log_likelihood=np.nan,
        log_likelihood_null=np.nan,
        n=n,
        n_event=0,
        iterations=0,
        converged=False,
        note=note,
        n_missing=n_missing,
        ties=ties,
        term_names=design.term_names,
        term_of=design.term_of,
    )


def _blank(matrix: Floats, absent: Marks) -> Floats:
    """Covariance with NaN in rows and columns of terms without estimate."""
    return np.where(absent[:, None] | absent[None, :], np.nan, matrix)


def _note(arrays: CoxArrays, names: tuple[str, ...]) -> str | None:
    parts = []
    if not arrays.converged and not arrays.diverging.any():
        parts.append(f"no convergence in {arrays.iterations} iterations")
    for flags, reason in (
        (arrays.aliased, "aliased (constant or collinear with earlier terms)"),
        (arrays.diverging, "separation, the coefficient is infinite"),
    ):
        if flags.any():
            parts.append(f"{reason}: {', '.join(n for n, flag in zip(names, flags, strict=True) if flag)}")
    return "; ".join(parts) or None
