"""From marts to the people compared: time zero, eligibility, covariates and follow-up, as the protocol picks them.

Belongs here: choosing among the candidate facts that the marts hold. Does not belong here: deriving those facts (SQL) and
estimating anything (`analytics.survival` and its neighbours).
"""

from analytics.cohort.covariates import analysis_set, category_levels, coded_covariates
from analytics.cohort.eligibility import EligibleCohort, eligible_cohort
from analytics.cohort.follow_up import follow_up
from analytics.cohort.time_zero import at_time_zero

__all__ = [
    "EligibleCohort",
    "analysis_set",
    "at_time_zero",
    "category_levels",
    "coded_covariates",
    "eligible_cohort",
    "follow_up",
]
