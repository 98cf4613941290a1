"""How the arms are made comparable, blind to outcome: propensity score, matching, weighting and the balance gate."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from analytics.protocol.section import DISTINCT, Column, DistinctColumns, Section, SplineKnots
from analytics.weighting.scheme import known_scheme


class Propensity(Section):
    """The model of the probability of being in the treated arm."""

    covariates: DistinctColumns = ("AGE", "SEX", "BULBAR", "SYMPDURM", "ALSFRSR", "DFRS", "RILUZOLE")
    """Columns of `adsl`, measured at time zero."""
    model: Literal["logistic", "ridge", "lasso", "elastic_net", "gradient_boosting"] = "logistic"
    """Logistic by maximum likelihood, penalised, or trees, which find bends and interactions by themselves; by these each
    subject's score is learnt from the others."""
    spline_knots: SplineKnots = 0
    """Knots of a restricted cubic spline in each numeric covariate that has values enough; 0 leaves it straight."""
    penalty: float | None = Field(default=None, gt=0)
    """Strength of the penalty (glmnet's lambda); none chooses it by cross-validation."""
    mixing: float = Field(default=0.5, gt=0, lt=1)
    """Share of the lasso in the penalty of an elastic net (glmnet's alpha); the rest is a ridge."""
    missing: Literal["impute", "complete_case", "indicator"] = "impute"
    """Missing covariates: multiple imputation, subjects left out, or a missingness indicator with the median."""
    imputations: int = Field(default=10, ge=2, le=200)
    """Least number of imputed data sets when `missing = "impute"`."""
    imputation_noise: float = Field(default=0.1, ge=0, lt=1)
    """Imputations are added by tens, up to 100, until their noise is at most this share of the headline's standard error; on
    those beyond `imputations` rests nothing but the hazard ratio that leads. 0 adds none; sets that are kept keep theirs."""
    trimming: Literal["none", "common_support", "crump", "sturmer"] = "none"
    """Rule that drops subjects of extreme propensity before matching and weighting."""


def _wide(width: float) -> float:
    if width <= 0:
        raise ValueError("must be more than 0; a column to be matched exactly is named in matching.exact")
    return width


class Matching(Section):
    """The matched set."""

    method: Literal["nearest", "optimal", "full", "exact", "coarsened", "none"] = "nearest"
    """How treated subjects find controls."""
    ratio: int = Field(default=1, ge=1)
    """Controls sought for each treated subject."""
    min_ratio: Annotated[int, Field(ge=1)] | None = None
    """Fewest controls with a variable ratio; none for one."""
    max_ratio: int | None = None
    """Most controls with a variable ratio, of which `ratio` is the mean; none for a fixed one."""
    replace: bool = False
    """Whether a control may serve several treated subjects."""
    caliper: float = Field(default=0.2, ge=0)
    """Widest distance of a pair in standard deviations of `caliper_scale`; 0 for none."""
    caliper_scale: Literal["pooled_logit", "matchit"] = "pooled_logit"
    """Austin: SD of the logit pooled over arms; matchit: SD of the distance over everyone."""
    distance: Literal["logit", "probability", "mahalanobis"] = "logit"
    """What is near."""
    order: Literal["descending", "ascending", "closest", "random"] = "descending"
    """Order in which treated subjects choose."""
    tie_order: Literal["covariates", "reference"] = "covariates"
    """Equal scores: covariates of the score decide, by name, then the subject; or the order of rows, as in MatchIt."""
    exact: DistinctColumns = ()
    """Columns matched exactly."""
    covariate_calipers: dict[Column, Annotated[float, AfterValidator(_wide)]] = Field(default_factory=dict)
    """Widest difference by column, in the column's own unit."""
    coarsening: dict[Column, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Number of bins by column for `coarsened`: 0 matches it exactly, 1 leaves it out; Sturges' rule where not named."""
    refresh: Literal["rematch", "append", "frozen"] = "rematch"
    """What happens to last release's pairs: made anew, kept while new subjects are added, or kept as they are."""

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.method == "exact" and not self.exact:
            raise ValueError('method = "exact" matches on the columns of exact, and it names none; name them')
        if self.min_ratio is not None and self.max_ratio is None:
            raise ValueError("min_ratio is for a variable ratio; give max_ratio as well, or leave it out")
        if self.max_ratio is not None and not (self.min_ratio or 1) < self.ratio < self.max_ratio:
            raise ValueError(
                f"with max_ratio = {self.max_ratio} ratio is the mean: {self.ratio} must lie between min_ratio "
                f"({self.min_ratio or 1}) and max_ratio, and equal neither"
            )
        return self


class Weighting(Section):
    """Weighted comparisons beside the matched one."""

    schemes: Annotated[tuple[Annotated[str, AfterValidator(known_scheme)], ...], DISTINCT] = (
        "att",
        "overlap",
    )
    """Balancing weights that are computed; each becomes a specification of that name."""
    truncate_quantile: float = Field(default=0.99, gt=0.5, le=1)
    """Weights above this quantile of their arm are set to it; 1 leaves them. Overlap weights need none."""
    bootstrap_replicates: int = Field(default=1000, ge=0)
    """Replicates of the bootstrap that refits the score, for weighted intervals; 0 for the robust variance."""


class Balance(Section):
    """The gate that decides whether the headline is supported."""

    max_abs_smd: float = Field(default=0.1, gt=0)
    """Largest absolute standardised mean difference that still supports the headline."""
    min_effective_sample: float = Field(default=30, gt=0)
    """Least effective sample size of either arm."""
