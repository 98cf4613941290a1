"""What is estimated: Cox models, dose contrasts, subgroups, sensitivity, monitoring."""

from typing import Annotated, Literal

from pydantic import Field

from analytics.protocol.section import DISTINCT, Column, Days, Fraction, Section

Distribution = Literal["weibull", "lognormal", "loglogistic"]
"""Of survival times, in accelerated failure time models."""


class CoxModel(Section):
    """A Cox model beside the crude and the matched one."""

    name: str = "adjusted"
    """Names the rows of `cox_coefficient`."""
    population: str = "matched"
    """all, matched, or one of `weighting.schemes`."""
    covariates: tuple[Column, ...] = (
        "TREATED",
        "AGE",
        "SEX",
        "BULBAR",
        "SYMPDURM",
        "ALSFRSR",
        "DFRS",
        "RILUZOLE",
    )
    """`TREATED` and columns of `adsl`."""
    strata: tuple[Column, ...] = ()
    """Columns of separate baseline hazards, or `SET` for the matched set (then the estimate is conditional)."""
    cluster: Column = "SET"
    """Robust variance by `SET`, `SUBJECT` or a column of `adsl`; `NONE` for the model's own."""


class Outcome(Section):
    """Outcome models."""

    cox: tuple[CoxModel, ...] = (
        CoxModel(),
        CoxModel(name="adjusted, everyone eligible", population="all", cluster="SUBJECT"),
        CoxModel(name="within pairs", covariates=("TREATED",), strata=("SET",), cluster="NONE"),
    )
    """Models fitted besides the crude and the pair-robust marginal one."""
    accelerated: Annotated[tuple[Distribution, ...], DISTINCT] = ("weibull", "lognormal", "loglogistic")
    """Accelerated failure time models of the primary endpoint: time ratios beside the hazard ratios; empty for none."""
    transform: Literal["km", "identity", "rank", "log"] = "km"
    """Time transform of the proportional-hazards test."""
    min_at_risk: int = Field(default=10, ge=1)
    """Fewest subjects at risk in either arm at the horizon."""
    min_arm: int = Field(default=8, ge=1)
    """Fewest subjects in either arm for any estimate."""
    level: Fraction = 0.95
    """Level of every confidence interval."""


class Exposure(Section):
    """Dose contrasts."""

    dose_threshold: int = Field(default=3, ge=2)
    """k of "k or more injections"."""
    landmarks_days: tuple[Days, ...] = (180, 270, 365)
    """Landmark times after time zero."""
    grace_days: Days = 365
    """Clone–censor–weight: the k-th dose is due within this many days."""
    covariates: tuple[Column, ...] = ("AGE", "BULBAR", "ALSFRSR", "DFRS")
    """Baseline covariates of the dose models and their weights."""


class Subgroup(Section):
    """A subgroup analysis."""

    name: str
    """In words."""
    column: Column
    """Column of `adsl`."""
    cut: float | None = None
    """Numbers are split below and at or above this; none for a categorical column."""


class Sensitivity(Section):
    """How far choices and bias could move the result."""

    windows_days: tuple[Days | Literal["unlimited"], ...] = (0, 30, 90, 180, "unlimited")
    """Vital-status windows tried."""
    calipers: tuple[float, ...] = (0, 0.05, 0.1, 0.2, 0.5)
    """Calipers tried."""
    gammas: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0)
    """Hidden-bias strengths of Rosenbaum's bounds."""
    bias_draws: int = Field(default=5000, ge=100)
    """Draws of the probabilistic bias analysis."""
    confounder_hazard_ratio: tuple[float, float, float, float] = (0.4, 0.5, 0.7, 0.9)
    """Hazard ratio of an unmeasured protective confounder: lowest, lower mode, upper mode, highest (trapezoidal)."""
    confounder_prevalence_treated: tuple[float, float, float, float] = (0.3, 0.4, 0.6, 0.7)
    """Share of the treated that carry it, likewise."""
    confounder_prevalence_control: tuple[float, float, float, float] = (0.1, 0.2, 0.4, 0.5)
    """Share of controls that carry it, likewise."""
    specification_curve: bool = True
    """Whether the grid of defensible specifications is run."""


class Monitoring(Section):
    """Formal looks at accumulating data; nightly estimates carry intervals, not tests."""

    method: Literal["none", "obrien_fleming", "pocock", "e_process"] = "none"
    """None makes no formal look; the others need `matching.refresh = "frozen"` and declared information times."""
    alpha: Fraction = 0.05
    """Two-sided error over all looks."""
    information_events: tuple[int, ...] = ()
    """Numbers of events at which a formal look is taken, declared beforehand."""
    alternative_hazard_ratio: float = Field(default=0.7, gt=0)
    """Alternative of the e-process."""
