"""The simulation studies behind `docs/validation.md`: what each replicate makes, and the truths it is held against.

Belongs here: the list. Does not belong here: generators, estimators, how replicates are run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.validation import (
    dosing_study,
    imputed_cohorts,
    imputed_study,
    modelled_study,
    published_tests,
    treatment_study,
    waiting_cohorts,
    waiting_study,
)

Estimates = dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Study:
    """One table of the page.

    Attributes:
        title: its heading.
        estimates: of a seed and the number of a replicate: log ratio and standard error by estimator, of some with
            degrees of freedom; for tests the p-value and NaN by test.
        truths: of a seed: log ratio by estimator; None where every truth is 0.
        tests: whether it counts rejections.
        differences: whether estimates and truths are differences instead of log ratios.
    """

    title: str
    estimates: Callable[[int, int], Estimates]
    truths: Callable[[int], dict[str, float]] | None = None
    tests: bool = False
    differences: bool = False


def _treatment(title: str, hazard_ratio: float) -> Study:
    return Study(
        title,
        partial(treatment_study.estimates, hazard_ratio),
        partial(treatment_study.truths, hazard_ratio),
    )


def _imputed(title: str, generator: imputed_study.Generator, *, bent: bool) -> Study:
    return Study(title, partial(imputed_study.estimates, generator, bent=bent))


def _modelled(title: str, estimates: Callable[[int, int], Estimates]) -> Study:
    return Study(title, estimates, modelled_study.truths, differences=True)


def _waiting(title: str, generator: waiting_study.Generator) -> Study:
    return Study(title, partial(waiting_study.estimates, generator))


all_right, one_wrong = modelled_study.estimates, modelled_study.misspecified
STUDIES: tuple[Study, ...] = (
    _treatment("No effect planted (conditional hazard ratio 1)", 1.0),
    _treatment("Conditional hazard ratio 0.6", 0.6),
    _imputed("No effect, covariates missing for the fast, whole studies", imputed_cohorts.gaps_by_speed, bent=False),
    _imputed("No effect, covariates missing by site, another survival", imputed_cohorts.gaps_by_site, bent=True),
    *(
        Study(title, partial(dosing_study.estimates, draw))
        for title, draw in dosing_study.COHORTS.items()
    ),
    _modelled("Survival by models, all right, 1,775 subjects", partial(all_right, 1_775, modelled_study.SHOWN)),
    _modelled("Survival by models, all right, 7,100 subjects", partial(all_right, 7_100, modelled_study.OF_MANY)),
    _modelled("Survival by models, one wrong, 1,775 subjects", partial(one_wrong, 1_775)),
    _waiting("No effect, a guaranteed month, waits of chance", waiting_cohorts.waits_of_chance),
    _waiting("No effect, a guaranteed month, the sick wait longer", waiting_cohorts.waits_of_the_sick),
    _waiting("No effect, a guaranteed month, the treated seen on its last day", waiting_cohorts.seen_on_the_day),
    Study("Published tests where nothing has an effect", published_tests.p_values, tests=True),
)  # fmt: skip
