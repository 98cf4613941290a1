"""The protocol as a target trial beside its emulation: a row a component of the TARGET statement.

Does not belong here: how the rows are shown (`sections.protocol`, `analysis_plan`).
"""

from collections.abc import Iterator

from analytics.protocol import Protocol
from analytics.report import names
from analytics.report.numbers import milestone
from analytics.weighting.scheme import SCHEMES


def components(protocol: Protocol) -> Iterator[tuple[str, str, str, str]]:
    """What is specified: its name, the target trial's, the emulation's, and what is lost between them."""
    treated, control = protocol.treatment.treated_label, protocol.treatment.control_label
    yield ("Eligibility", "the same criteria, assessed before assignment", _criteria(protocol),
           "criteria known in both sources only; trial entry criteria of the controls cannot be seen")  # fmt: skip
    yield ("Treatment strategies", f"start {treated} and continue as indicated; or placebo",
           f"{treated} as given in routine care; {control} as given in trials",
           "background care differs in time and place")  # fmt: skip
    yield ("Assignment", "at random, masked", _assignment(protocol),
           "exchangeability rests on the measured covariates; nobody was masked")  # fmt: skip
    yield ("Time zero", "randomisation: eligibility, assignment and follow-up start together",
           f"treated: {protocol.time_zero.treated.replace('_', ' ')}; control: "
           f"{protocol.time_zero.control.replace('_', ' ')}; known to an interval only: "
           f"{'left out' if protocol.time_zero.partial_index == 'exclude' else 'its last possible day'}",
           "the treated had to live until it; see the choice of time zero in the specification curve")  # fmt: skip
    yield ("Follow-up", f"until the event, or the end of study; horizon {milestone(protocol.primary.horizon_days)}",
           _follow_up(protocol),
           "vital status is not recorded for many controls; their follow-up is short")  # fmt: skip
    yield ("Outcome", "death from any cause, adjudicated alike in both arms", _endpoints(protocol),
           "events other than death are recorded in one source only")  # fmt: skip
    yield ("Causal contrast", "intention to treat: effect of assignment",
           f"{_estimands(protocol)}; analysed from first treatment",
           "those assigned but never treated are not identified among controls")  # fmt: skip
    yield ("Analysis plan", "Cox model and survival difference by arm", _analysis(protocol),
           "unmeasured confounding; bounded, not removed, by the sensitivity analyses")  # fmt: skip


def _criteria(protocol: Protocol) -> str:
    criteria = protocol.population.criteria
    return "; ".join(c.name + ("" if c.arm == "both" else f" ({c.arm} only)") for c in criteria)


def _assignment(protocol: Protocol) -> str:
    matching, propensity = protocol.matching, protocol.propensity
    score = ", ".join(names.covariate(code).partition(",")[0] for code in propensity.covariates)
    caliper = f"caliper {matching.caliper:g} SD" if matching.caliper else "no caliper"
    how = (
        f"{matching.method} matching {matching.ratio}:1, {caliper}"
        if matching.method != "none"
        else "no matching"
    )
    weights = ", ".join(protocol.weighting.schemes)
    return (
        f"not assigned; {how} and weighting ({weights}) on a {propensity.model} propensity score of {score}"
    )


def _follow_up(protocol: Protocol) -> str:
    status = protocol.vital_status
    return (
        f"clock starts at {protocol.time_zero.origin.replace('_', ' ')}; deaths count by the rule: "
        f"{names.vital_status(status.rule)}; of several days of death the {status.death_dates}; "
        f"not recorded: {status.not_recorded.replace('_', ' ')}"
    )


def _endpoints(protocol: Protocol) -> str:
    return "; ".join(
        f"{endpoint.title} ({', '.join(event.replace('_', ' ') for event in endpoint.events)}"
        f"{'; one-sided' if endpoint.one_sided else ''})"
        if not endpoint.competing
        else f"{endpoint.title} ({names.listed(endpoint.competing)} competes with it)"
        for endpoint in protocol.endpoint
    )


def _estimands(protocol: Protocol) -> str:
    parts = [] if protocol.matching.method == "none" else ["effect in the matched treated"]
    weighted = (SCHEMES[name].estimand.label for name in protocol.weighting.schemes)
    return "; ".join([*parts, *dict.fromkeys(weighted)])


def _analysis(protocol: Protocol) -> str:
    models = ", ".join(model.name for model in protocol.outcome.cox)
    missing = {"impute": _imputations(protocol), "complete_case": "complete cases",
               "indicator": "missingness indicators"}[protocol.propensity.missing]  # fmt: skip
    return f"marginal Cox with robust variance as the headline; {models}; missing covariates: {missing}"


def _imputations(protocol: Protocol) -> str:
    words = f"{protocol.propensity.imputations} imputations"
    return f"{words}, more where the headline needs them" if protocol.propensity.imputation_noise else words
