"""What the sections of a protocol demand of each other.

Belongs here: contradictions between keys of different sections, each in words that name the key and the way out. Does not
belong here: what a key may hold (its own section), or settings that are right and do nothing (`idle`).
"""

from collections.abc import Iterator

from analytics.protocol.outcome import CoxModel
from analytics.protocol.population import Treatment
from analytics.protocol.sections import Sections

SCORED = ("nearest", "optimal", "full")
"""Methods of matching that measure distances, and so take calipers."""


def contradictions(protocol: Sections) -> Iterator[str]:
    """Everything in which two sections disagree."""
    for model in protocol.outcome.cox:
        yield from (f'outcome.cox "{model.name}": {words}' for words in _of_model(protocol, model))
    names = [endpoint.name for endpoint in protocol.endpoint]
    if len(set(names)) < len(names):
        yield "endpoint names must differ"
    value = protocol.treatment.falsification_value
    if value != Treatment().falsification_value and value in protocol.treatment.compared_values:
        yield "treatment.falsification_value: is the value of a compared arm; name a third one, or leave it out"
    yield from _of_design(protocol)
    yield from _of_categories(protocol)
    yield from _of_looks(protocol)


def _of_model(protocol: Sections, model: CoxModel) -> Iterator[str]:
    populations = {"all", "matched", *protocol.weighting.schemes}
    if model.population not in populations:
        yield f"population {model.population!r} is none of {', '.join(sorted(populations))}"
    if model.spline_knots and model.covariates == ("TREATED",):
        yield "spline_knots bends covariates, and none is named beside TREATED; name some, or leave it out"
    if "PROPENSITY" in model.strata and not protocol.propensity.covariates:
        yield 'strata = ["PROPENSITY"] needs a score, and propensity.covariates names nothing to make it of'
    if "PROPENSITY" not in model.strata and model.propensity_classes != CoxModel().propensity_classes:
        yield 'propensity_classes cuts the score, which is no stratum here; write strata = ["PROPENSITY"], or leave it out'
    if {"SET", "PROPENSITY"} <= set(model.strata):
        yield "strata: within a set there are no classes of the score; name SET or PROPENSITY"
    if "SET" in model.strata and model.population != "matched":
        yield 'strata = ["SET"] needs population = "matched"'
    if "SET" in model.strata and model.cluster == "SUBJECT":
        yield (
            'within a set the members are not independent; write cluster = "SET" or "NONE" beside strata = ["SET"]'
        )


def _of_design(protocol: Sections) -> Iterator[str]:
    covariates, how = protocol.propensity.covariates, protocol.matching
    absent = [column for column in how.coarsening if column not in covariates]
    if absent:
        yield f"matching.coarsening: {', '.join(absent)} is not among propensity.covariates, which are coarsened"
    if (
        how.method == "coarsened"
        and covariates
        and all(how.coarsening.get(column) == 1 for column in covariates)
    ):
        yield "matching.coarsening: leaves every covariate out, so that all would be alike; give one of them more than 1 bin"
    needed = how.method in (*SCORED, "coarsened") or protocol.weighting.schemes
    if protocol.propensity.spline_knots and how.refresh != "rematch":
        yield (
            f'propensity.spline_knots: knots stand at quantiles of the day, and matching.refresh = "{how.refresh}" keeps an '
            'earlier score; write refresh = "rematch", or leave one of the two out'
        )
    if protocol.propensity.model == "gradient_boosting" and how.refresh != "rematch":
        yield (
            f'propensity.model = "gradient_boosting" leaves no coefficients, and matching.refresh = "{how.refresh}" keeps '
            'an earlier score; write refresh = "rematch", or another model'
        )
    if not covariates and needed:
        yield (
            "propensity.covariates: names nothing to make the arms alike by; name columns, or write "
            'method = "none" under [matching] and schemes = [] under [weighting]'
        )


def _of_categories(protocol: Sections) -> Iterator[str]:
    """A category has no order, and so no cut, no width and no bins."""
    codes = protocol.population.categorical
    unused = [column for column in codes if column not in protocol.covariates()]
    if unused:
        yield (
            f"population.categorical: {', '.join(unused)} is named by no other key as a covariate or subgroup; "
            "name it there, or leave it out here"
        )
    measured = {
        "subgroup.cut": [subgroup.column for subgroup in protocol.subgroup if subgroup.cut is not None],
        "matching.covariate_calipers": protocol.matching.covariate_calipers,
        "matching.coarsening": protocol.matching.coarsening,
    }
    for key, columns in measured.items():
        for column in (column for column in columns if column in codes):
            yield f"{key}: {column} is a category by population.categorical; leave it out of one of the two"


def _of_looks(protocol: Sections) -> Iterator[str]:
    looks = protocol.monitoring
    if looks.method == "none":
        return
    if protocol.matching.refresh != "frozen":
        yield 'monitoring.method needs matching.refresh = "frozen": a formal look is taken at pairs that no look can move'
    if looks.method != "e_process" and not looks.information_events:
        yield "monitoring.information_events must be declared before a formal look"
