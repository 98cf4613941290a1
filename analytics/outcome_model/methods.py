"""Every estimator on models fitted to everyone, by the name a protocol has for it."""

from analytics.outcome_model.arm_survival import doubly_robust, g_computation, weighted
from analytics.outcome_model.targeted import targeted

METHODS = {
    "g_computation": g_computation,
    "weighted": weighted,
    "doubly_robust": doubly_robust,
    "targeted": targeted,
}
