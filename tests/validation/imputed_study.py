"""Replicates of whole studies with imputed covariates and with controls used again, through the study's own stages.

What is validated is the glue: which variance, which weights, how many imputations, how they are pooled.
"""

from collections.abc import Callable

import numpy as np

from analytics.comparison.cox_models import fit_model
from analytics.protocol import Protocol, parse_protocol
from analytics.stages.variant import design, headline, with_settings
from tests.validation.imputed_cohorts import Marts

Generator = Callable[[np.random.Generator], Marts]
TEXT = """
[population]
criteria = []
[[endpoint]]
name = "OS"
[propensity]
imputation_noise = 0.0
covariates = [{covariates}]
spline_knots = {knots}
[matching]
caliper = {caliper}
[weighting]
schemes = []
bootstrap_replicates = 0
[exposure]
covariates = []
[[outcome.cox]]
name = "adjusted"
population = "all"
cluster = "SUBJECT"
spline_knots = {knots}
covariates = ["TREATED", {covariates}]
{within}
[[outcome.cox]]
name = "adjusted matched"
spline_knots = {knots}
covariates = ["TREATED", {covariates}]
"""
STRAIGHT: dict[str, object] = {"knots": 0, "caliper": 0.2, "within": ""}
BENT = {"knots": 4, "caliper": 0.1, "within": 'strata = ["PROPENSITY"]\npropensity_classes = 20'}
"""How covariates enter score and model, how wide the caliper is, and within what the model compares: the defaults; and for
skewed covariates whose hazards are not proportional."""
REFERENCE = ", straight terms, caliper 0.2: biased reference"


def estimates(
    generator: Generator, seed: int, number: int, *, bent: bool = False
) -> dict[str, tuple[float, float]]:
    """Log hazard ratio and standard error of each estimator in one replicate; the truth is 0.

    Args:
        generator: of the marts.
        seed, number: of the replicate.
        bent: whether covariates bend, with a narrower caliper and a model within classes of the score; the defaults then
            stand beside it as biased references.
    """
    marts = generator(np.random.default_rng([seed, number]))
    if not bent:
        return _estimates(marts, STRAIGHT)
    beside = _estimates(marts, STRAIGHT).items()
    return _estimates(marts, BENT) | {name + REFERENCE: found for name, found in beside}


def _estimates(marts: Marts, how: dict[str, object]) -> dict[str, tuple[float, float]]:
    covariates = [name for name in marts["adsl"] if name not in ("USUBJID", "TRT01PN")]
    protocol = parse_protocol(TEXT.format(covariates=", ".join(f'"{name}"' for name in covariates), **how))
    protocol = protocol.model_copy(update={"subgroup": ()})
    tables = design(protocol, marts, imputations=None)
    found = {"matched 1:1, covariates imputed": _headline(protocol, tables)}
    for model in protocol.outcome.cox:
        adjusted = fit_model(protocol, tables, model, protocol.primary).effect
        found[f"{model.name} Cox, covariates imputed"] = (
            float(np.log(adjusted["estimate"])),
            adjusted["standard_error"],
        )
    again = with_settings(protocol, matching={"replace": True}, propensity={"missing": "complete_case"})
    found["matched with replacement, complete cases"] = _headline(again, design(again, marts))
    return found


def _headline(protocol: Protocol, tables: Marts) -> tuple[float, float]:
    made = headline(protocol, tables).hazard_ratio
    return made.estimate, made.standard_error
