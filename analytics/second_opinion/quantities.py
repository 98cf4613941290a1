"""What is made again, who makes it, how far it may differ, and why so far.

Belongs here: that table, and nothing else; `docs/second-opinion.md` shows it.
"""

from dataclasses import dataclass

LIFELINES, SKLEARN, NUMPY, PANDAS = "lifelines", "scikit-learn", "numpy", "pandas"
DRAWS = 3
"""Of several imputed data sets the first so many are made again, each by itself."""


@dataclass(frozen=True)
class Quantity:
    """A number that has a second opinion.

    Attributes:
        name: as `results.second_opinion` has it.
        words: as sentences have it.
        library: who makes it again.
        tolerance: largest difference that is none, in the unit of the number; of a restricted mean, for each day of it.
        why: why it is not smaller.
        counted: what a count counts; empty where the number is none.
    """

    name: str
    words: str
    library: str
    tolerance: float
    why: str
    counted: str = ""


SCORE = Quantity("propensity_score", "propensity score", SKLEARN, 1e-6, "two searches for one maximum")
OPTIMUM = Quantity(
    "optimality", "condition of the penalised optimum", NUMPY, 1e-6, "coefficients are kept to ten digits"
)
AUC = Quantity("auc", "area under the curve", SKLEARN, 1e-6, "less than one pair of subjects")
LOG_HAZARD_RATIO = Quantity(
    "log_hazard_ratio", "log hazard ratio", LIFELINES, 1e-5, "lifelines stops once a step gains little"
)
STANDARD_ERROR = Quantity(
    "standard_error", "standard error", LIFELINES, 1e-5, "as the log hazard ratio at which it is taken"
)
CLUSTERED_ERROR = Quantity(
    "clustered_standard_error", "clustered standard error", LIFELINES, 1e-3,
    "lifelines takes events of one day one after the other",
)  # fmt: skip
LOG_RANK = Quantity("log_rank_chi2", "log-rank χ²", LIFELINES, 1e-6, "the same sums in another order")
CURVE = Quantity("survival_curve", "survival", LIFELINES, 1e-6, "the same products in another order")
MEDIAN = Quantity(
    "median_days", "median survival in days", LIFELINES, 1e-6,
    "the same day, or the middle of the days on which the curve stands at exactly one half",
)  # fmt: skip
RESTRICTED_MEAN = Quantity(
    "rmst_days",
    "restricted mean in days",
    LIFELINES,
    1e-6,
    "that of the curve, for each day up to the horizon",
)
COUNTED = "counts are whole"
SAFETY_POPULATION = Quantity("safety_population", "safety population", PANDAS, 0, COUNTED, "subjects")
SUBJECTS = Quantity("subjects_with_event", "subjects with an event", PANDAS, 0, COUNTED, "subjects")
EVENTS = Quantity("events", "adverse events", PANDAS, 0, COUNTED, "events")
ADMINISTRATIONS = Quantity("administrations", "administrations", PANDAS, 0, COUNTED, "administrations")
PERSON_YEARS = Quantity(
    "person_years", "person-years at risk", PANDAS, 1e-6, "whole days, summed in another order"
)

QUANTITIES = {
    each.name: each
    for each in (
        SCORE, OPTIMUM, AUC, LOG_HAZARD_RATIO, STANDARD_ERROR, CLUSTERED_ERROR, LOG_RANK, CURVE, MEDIAN, RESTRICTED_MEAN,
        SAFETY_POPULATION, SUBJECTS, EVENTS, ADMINISTRATIONS, PERSON_YEARS,
    )
}  # fmt: skip
"""Every quantity by name."""
