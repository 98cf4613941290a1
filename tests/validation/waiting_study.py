"""Replicates of what a guaranteed month invents where treatment does nothing, and of what each answer leaves of it.

Through the study's own stages: what is validated is the clock, who is compared from when on, and how draws are pooled.
"""

from collections.abc import Callable

import numpy as np

from analytics.comparison.specification import MATCHED
from analytics.protocol import parse_protocol
from analytics.stages.index_dates import left_truncated, with_index_dates
from analytics.stages.variant import Variant, design, headline, with_settings
from tests.validation.waiting_cohorts import Marts

Generator = Callable[[np.random.Generator], Marts]
TEXT = """
[population]
criteria = []
[[endpoint]]
name = "OS"
[propensity]
imputation_noise = 0.0
covariates = ["AGE", "SYMPDURM", "ALSFRSR", "DFRS"]
spline_knots = 4
[matching]
caliper = 0.1
[weighting]
schemes = []
bootstrap_replicates = 0
[exposure]
covariates = []
[outcome]
cox = []
"""
INJECTED = {"name": "injected", "where": "TRTSDY is not null", "arm": "treated"}


def estimates(generator: Generator, seed: int, number: int) -> dict[str, tuple[float, float]]:
    """Log hazard ratio and standard error of each answer in one replicate; the truth is 0.

    Args:
        generator: of the marts.
        seed, number: of the replicate.
    """
    marts = generator(np.random.default_rng([seed, number]))
    protocol = parse_protocol(TEXT).model_copy(update={"subgroup": ()})
    harvest = with_settings(protocol, time_zero={"treated": "harvest"})
    injected = with_settings(harvest, population={"criteria": [INJECTED]})
    at_harvest = design(harvest, marts)
    found = {
        "from harvest, the injected alone: biased reference": headline(injected, design(injected, marts)),
        "first injection against trial baseline": headline(protocol, design(protocol, marts)),
        "harvest": headline(harvest, at_harvest),
        "left truncation": left_truncated(harvest, at_harvest, (MATCHED,))[0],
        "index-date imputation": with_index_dates(protocol, marts, (MATCHED,))[0],
    }
    return {name: _made(variant) for name, variant in found.items()}


def _made(variant: Variant) -> tuple[float, float]:
    return variant.hazard_ratio.estimate, variant.hazard_ratio.standard_error
