"""What is estimated: Cox models, dose contrasts, subgroups, sensitivity, monitoring."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from analytics.protocol.population import Window
from analytics.protocol.section import DISTINCT, Column, Days, DistinctColumns, Section, Share, SplineKnots

# What a Cox model may name besides columns of `adsl`.
NOT_COLUMNS = ("TREATED", "SET", "PROPENSITY", "SUBJECT", "NONE")
Distribution = Literal["weibull", "lognormal", "loglogistic"]
"""Of survival times, in accelerated failure time models."""


class CoxModel(Section):
    """A Cox model beside the crude and the matched one."""

    name: str = "adjusted"
    """Names the rows of `cox_coefficient`."""
    population: str = "matched"
    """all, matched, or one of `weighting.schemes`."""
    covariates: DistinctColumns = (
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
    spline_knots: SplineKnots = 0
    """Knots of a restricted cubic spline in each numeric covariate that has values enough; 0 leaves it straight."""
    strata: DistinctColumns = ()
    """What has a baseline hazard of its own: levels of columns, `PROPENSITY` for classes of the score, which adjust without
    a form for how covariates act, or `SET` for matched sets (then the estimate is conditional)."""
    propensity_classes: int = Field(default=10, ge=2)
    """How many classes of equally many subjects `PROPENSITY` is."""
    cluster: Column = "SET"
    """Robust variance by `SET`, `SUBJECT` or a column of `adsl`; `NONE` for the model's own."""

    @field_validator("covariates")
    @classmethod
    def _of_treatment(cls, covariates: tuple[str, ...]) -> tuple[str, ...]:
        if "TREATED" not in covariates:
            raise ValueError("must name TREATED, whose effect the model estimates")
        return _columns_or(covariates, "TREATED")

    @field_validator("strata")
    @classmethod
    def _of_columns_or_sets(cls, strata: tuple[str, ...]) -> tuple[str, ...]:
        return _columns_or(strata, "SET", "PROPENSITY")

    @field_validator("cluster")
    @classmethod
    def _of_rows(cls, cluster: str) -> str:
        return _columns_or((cluster,), "SET", "SUBJECT", "NONE")[0]

    @model_validator(mode="after")
    def _one_place_each(self) -> Self:
        both = [column for column in self.covariates if column in self.strata]
        if both:
            raise ValueError(f"{both[0]} is a stratum and so has no coefficient; name it in one of the two")
        return self


def _columns_or(named: tuple[str, ...], *also: str) -> tuple[str, ...]:
    """What is named, if it is columns of `adsl` or one of the further names."""
    strays = [name for name in named if name in NOT_COLUMNS and name not in also]
    if strays:
        raise ValueError(f"{strays[0]} is no column of adsl and cannot stand here")
    return named


FEWEST_REPLICATES = 100


class DoublyRobust(Section):
    """Survival at the milestones of the primary endpoint, and the restricted mean to its horizon, by models whose covariates
    are those of the score."""

    population: Literal["att", "ate", "overlap"] = "att"
    """Whom the average is over: the treated, everyone eligible, or those who could have been in either source."""
    method: Literal["doubly_robust", "targeted", "g_computation"] = "doubly_robust"
    """`doubly_robust` is right where the model of death is, or those of treatment and censoring; `targeted` is as
    well, and moves predictions instead of correcting them; `g_computation` rests on the model of death alone,
    but for the score that tells the overlap."""
    folds: int = Field(default=0, ge=0, le=20)
    """Folds of cross-fitting, each judged by models of the others; 0 fits the models to everyone. For `doubly_robust`."""
    score: Literal["logistic", "gradient_boosting"] = "logistic"
    """Model of treatment; `gradient_boosting` has to be cross-fitted."""
    bootstrap_replicates: int = Field(default=0, ge=0)
    """Replicates of a bootstrap that fits all models anew, for the interval; 0 takes influence functions."""

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.folds == 1:
            raise ValueError(
                "folds = 1 leaves nobody to fit models to; 0 fits them to everyone, 2 or more cross-fit"
            )
        if self.score != "logistic" and self.method != "doubly_robust":
            raise ValueError(
                f'score = "{self.score}" is for method = "doubly_robust" with folds; leave it out here'
            )
        if self.folds and self.method != "doubly_robust":
            raise ValueError(
                f'method = "{self.method}" is not cross-fitted; leave folds out, or take "doubly_robust"'
            )
        if self.score != "logistic" and not self.folds:
            raise ValueError(
                f'score = "{self.score}" knows whom it was learnt from too well; give folds, such as 5'
            )
        if 0 < self.bootstrap_replicates < FEWEST_REPLICATES:
            raise ValueError(
                f"bootstrap_replicates: fewer than {FEWEST_REPLICATES} say too little; give more, or 0"
            )
        if self.folds and self.bootstrap_replicates:
            raise ValueError(
                "a bootstrap puts the same subject in several folds; give folds or bootstrap_replicates"
            )
        return self


class Outcome(Section):
    """Outcome models."""

    cox: tuple[CoxModel, ...] = (
        CoxModel(),
        CoxModel(name="adjusted, everyone eligible", population="all", cluster="SUBJECT"),
        CoxModel(name="within pairs", covariates=("TREATED",), strata=("SET",), cluster="NONE"),
    )
    """Models fitted besides the crude and the pair-robust marginal one."""
    doubly_robust: Annotated[tuple[DoublyRobust, ...], DISTINCT] = (DoublyRobust(),)
    """Differences in survival by models, beside those of matching and weighting; empty for none."""
    accelerated: Annotated[tuple[Distribution, ...], DISTINCT] = ("weibull", "lognormal", "loglogistic")
    """Accelerated failure time models of the primary endpoint: time ratios beside the hazard ratios; empty for none."""
    function: Annotated[tuple[Literal["slope", "joint_rank"], ...], DISTINCT] = ("slope", "joint_rank")
    """ALSFRS-R of the comparison that leads: `slope`, the difference of slopes by a mixed model, and `joint_rank`, each
    treated with each control on survival first, else on change of ALSFRS-R; empty for none."""
    function_days: Annotated[tuple[Annotated[int, Field(gt=0)], ...], DISTINCT, Field(min_length=1)] = (
        183,
        365,
    )
    """Days from time zero up to which function is compared."""
    transform: Literal["km", "identity", "rank", "log"] = "km"
    """Time transform of the proportional-hazards test."""
    min_at_risk: int = Field(default=10, ge=1)
    """Fewest subjects at risk in either arm at the horizon."""
    min_expected_events: int = Field(default=12, ge=0)
    """Fewest events by the day of a restricted mean or a milestone that either arm would have, were the arms alike."""
    min_arm: int = Field(default=8, ge=1)
    """Fewest subjects in either arm for any estimate."""
    level: Share = 0.95
    """Level of every confidence interval."""


class Exposure(Section):
    """Dose contrasts."""

    dose_threshold: int = Field(default=3, ge=2)
    """k of "k or more injections"."""
    landmarks_days: Annotated[tuple[Days, ...], DISTINCT] = (180, 270, 365)
    """Landmark times after time zero."""
    grace_days: Days = 365
    """Clone–censor–weight: the k-th dose is due within this many days."""
    covariates: DistinctColumns = ("AGE", "BULBAR", "ALSFRSR", "DFRS")
    """Baseline covariates of the dose models and their weights."""


class Subgroup(Section):
    """A subgroup analysis."""

    name: str
    """In words."""
    column: Column
    """Column of `adsl`."""
    cut: float | None = None
    """Numbers are split below and at or above this; none for a categorical column."""


def _rising(range_: tuple[float, ...]) -> tuple[float, ...]:
    if list(range_) != sorted(range_):
        raise ValueError("must rise from lowest to highest")
    return range_


Positive = Annotated[float, Field(gt=0)]
Prevalence = Annotated[float, Field(ge=0, le=1)]
Trapezoid = Annotated[tuple[Positive, Positive, Positive, Positive], AfterValidator(_rising)]
Prevalences = Annotated[tuple[Prevalence, Prevalence, Prevalence, Prevalence], AfterValidator(_rising)]


class Sensitivity(Section):
    """How far choices and bias could move the result."""

    windows_days: Annotated[tuple[Window, ...], DISTINCT] = (0, 30, 90, 180, "unlimited")
    """Vital-status windows tried."""
    calipers: Annotated[tuple[Annotated[float, Field(ge=0)], ...], DISTINCT] = (0, 0.05, 0.1, 0.2, 0.5)
    """Calipers tried."""
    gammas: Annotated[tuple[Annotated[float, Field(ge=1)], ...], DISTINCT] = (1.0, 1.25, 1.5, 2.0, 3.0)
    """Hidden-bias strengths of Rosenbaum's bounds."""
    bias_draws: int = Field(default=5000, ge=100)
    """Draws of the probabilistic bias analysis."""
    confounder_hazard_ratio: Trapezoid = (0.4, 0.5, 0.7, 0.9)
    """Hazard ratio of an unmeasured protective confounder: lowest, lower mode, upper mode, highest (trapezoidal)."""
    confounder_prevalence_treated: Prevalences = (0.3, 0.4, 0.6, 0.7)
    """Share of the treated that carry it, likewise."""
    confounder_prevalence_control: Prevalences = (0.1, 0.2, 0.4, 0.5)
    """Share of controls that carry it, likewise."""
    specification_curve: bool = True
    """Whether the grid of defensible specifications is run."""


class Monitoring(Section):
    """Formal looks at accumulating data; nightly estimates carry intervals, not tests."""

    method: Literal["none", "obrien_fleming", "pocock", "e_process"] = "none"
    """None makes no formal look; the others need `matching.refresh = "frozen"`, the spending ones `information_events`."""
    alpha: Share = 0.05
    """Two-sided error over all looks."""
    information_events: tuple[Annotated[int, Field(gt=0)], ...] = ()
    """Numbers of events at which a formal look is taken, declared beforehand; the e-process may look at any."""
    alternative_hazard_ratio: float = Field(default=0.7, gt=0)
    """Alternative of the e-process."""

    @field_validator("information_events")
    @classmethod
    def _strictly_rising(cls, events: tuple[int, ...]) -> tuple[int, ...]:
        if list(events) != sorted(set(events)):
            raise ValueError("must rise from look to look")
        return events
