"""Whom an average is over, as weights that hang on the propensity score alone, with their derivative by its logit.

Does not belong here: the score's model (`treatment_model`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.survival.arrays import Floats

Weights = tuple[Floats, Floats]
"""Weights (n,) and their derivative by each subject's logit (n,)."""


@dataclass(frozen=True)
class Target:
    """A population.

    Attributes:
        label: as `effect_estimate.estimand` has it.
        base: (treated, score) → weight of each subject in the average of a model's predictions.
        own: (treated, score, arm) → weight of what was seen of the subjects of an arm; 0 for the others.
    """

    label: str
    base: Callable[[Floats, Floats], Weights]
    own: Callable[[Floats, Floats, int], Weights]


def _everyone(treated: Floats, score: Floats, arm: int) -> Weights:
    """Horvitz and Thompson's."""
    if arm:
        return treated / score, -treated * (1 - score) / score
    return (1 - treated) / (1 - score), (1 - treated) * score / (1 - score)


def _treated(treated: Floats, score: Floats, arm: int) -> Weights:
    if arm:
        return treated, np.zeros_like(score)
    odds = (1 - treated) * score / (1 - score)
    return odds, odds


def _overlap(treated: Floats, score: Floats, arm: int) -> Weights:
    """Li, Morgan and Zaslavsky 2018."""
    spread = score * (1 - score)
    return (
        (treated * (1 - score), -treated * spread) if arm else ((1 - treated) * score, (1 - treated) * spread)
    )


TARGETS = {
    "ate": Target("ATE", lambda a, e: (np.ones_like(e), np.zeros_like(e)), _everyone),
    "att": Target("ATT", lambda a, e: (a, np.zeros_like(e)), _treated),
    "overlap": Target("ATO", lambda a, e: (e * (1 - e), e * (1 - e) * (1 - 2 * e)), _overlap),
}
"""Every population by name."""


def target(name: str) -> Target:
    """The population of a name: `ate` (everyone), `att` (the treated) or `overlap`.

    Raises:
        ValueError: no population has this name.
    """
    if name not in TARGETS:
        raise ValueError(f"population {name!r} is none of {', '.join(TARGETS)}")
    return TARGETS[name]
