"""How long patients would live without treatment: the model that outcomes with a known effect are drawn from.

Belongs here: the hazard of the controls of a cut, given covariates that bend, and times drawn from it. Does not belong here:
the effect of treatment beyond a multiple of that hazard, and how long patients are followed (`observation`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.cohort import category_levels, coded_covariates
from analytics.cohort.splines import spline_knots, with_splines
from analytics.protocol import Protocol
from analytics.survival.baseline import baseline_hazard
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records

BENDS = 4
"""Knots of each covariate; the score that the method fits has as many as the protocol says, by default none."""
PIECES = 10
"""The cumulative hazard is a Weibull's between deciles of the days with an event."""


@dataclass(frozen=True)
class NaturalCourse:
    """Hazards without treatment.

    Attributes:
        log_risk: (n,) log hazard ratio of each patient to the baseline.
        log_day, log_hazard: (k,) log days, and log cumulative baseline hazard there; straight lines join them, and the first
            and the last go on.
    """

    log_risk: np.ndarray
    log_day: np.ndarray
    log_hazard: np.ndarray

    def cumulative(self, day: np.ndarray) -> np.ndarray:
        """Cumulative baseline hazard by a day; 0 on day 0 and before."""
        with np.errstate(divide="ignore"):
            log_day = np.log(np.maximum(day, 0.0))
        return np.exp(_line(log_day, self.log_day, self.log_hazard))

    def days(
        self, rows: np.ndarray, entry: np.ndarray, hazard_ratio: np.ndarray, exponential: np.ndarray
    ) -> np.ndarray:
        """Whole days until the event, after entry.

        Args:
            rows: (m,) patients.
            entry: (m,) days from which they are at risk; nobody dies before.
            hazard_ratio: (m,) multiple of each patient's own hazard.
            exponential: (m,) draws of mean 1; larger ones give later days.
        """
        gone = exponential / (hazard_ratio * np.exp(self.log_risk[rows]))
        day = np.exp(_line(np.log(self.cumulative(entry) + gone), self.log_hazard, self.log_day))
        return np.maximum(np.ceil(day), entry + 1.0)


def natural_course(protocol: Protocol, completed: pd.DataFrame) -> NaturalCourse:
    """Fit a Cox model with restricted cubic splines to the controls, and smooth its baseline.

    Args:
        protocol: names the covariates of the score, which are those of this model.
        completed: usubjid, treated, covariates, entry_days, stop_days, event.
    """
    names = list(protocol.propensity.covariates)
    controls = completed["treated"].to_numpy() == 0
    given = completed[names]
    bent = with_splines(given, spline_knots(given[controls], names, BENDS))
    design = coded_covariates(bent, category_levels([given[controls]], names))
    seen = completed[controls]
    entry = seen["entry_days"] if (seen["entry_days"] > 0).any() else None
    records = Records(seen["stop_days"], seen["event"], entry=entry)
    theirs = design[controls]
    varies = [name for name in theirs if np.ptp(theirs[name].to_numpy(float)) > 0]
    fit = fit_cox(records, theirs[varies])
    baseline = baseline_hazard(fit, records, theirs[varies])
    coefficient = np.where(np.isfinite(fit.coefficient), fit.coefficient, 0.0)
    log_risk = (design[varies].to_numpy() - baseline.center) @ coefficient
    day = baseline.table["time_days"].to_numpy(float)
    hazard = baseline.table["cumulative_hazard"].to_numpy(float)
    kept = np.unique(np.linspace(0, len(day) - 1, PIECES + 1).round().astype(int))
    log_day, log_hazard = np.log(np.maximum(day[kept], 0.5)), np.log(hazard[kept])
    if len(kept) == 1:
        # One day with events says a rate and no shape.
        log_day, log_hazard = np.append(log_day, log_day + 1.0), np.append(log_hazard, log_hazard + 1.0)
    return NaturalCourse(log_risk, log_day, log_hazard)


def _line(x: np.ndarray, known: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Value of the broken line through known points, whose first and last pieces go on."""
    piece = np.clip(np.searchsorted(known, x, side="right") - 1, 0, len(known) - 2)
    slope = np.diff(value) / np.diff(known)
    return value[piece] + (x - known[piece]) * slope[piece]
