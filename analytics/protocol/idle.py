"""Settings that do nothing where they stand, because the chosen method ignores them.

Belongs here: which setting needs which other one. A setting that equals its default is nobody's choice and passes, so that a
protocol with every default written out is the protocol it was written from. Does not belong here: values that contradict
each other (`agreement`), and what the data lack (`data_needs`).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from analytics.protocol.agreement import SCORED
from analytics.protocol.model import Protocol
from analytics.weighting.scheme import SCHEMES

Why = Callable[[Protocol], str | None]


def _matched_by(*methods: str) -> Why:
    """Idle unless one of these methods makes the sets."""

    def why(protocol: Protocol) -> str | None:
        method = protocol.matching.method
        return None if method in methods else f'with matching.method = "{method}"'

    return why


def _order(protocol: Protocol) -> str | None:
    return "with matching.replace = true" if protocol.matching.replace else _matched_by("nearest")(protocol)


def _refresh(protocol: Protocol) -> str | None:
    """Other methods would keep the score and match anew, which is half of what the setting says."""
    reason = _matched_by("nearest")(protocol)
    return reason and f"on the pairs {reason}"


def _imputations(protocol: Protocol) -> str | None:
    missing = protocol.propensity.missing
    return None if missing == "impute" else f'with propensity.missing = "{missing}"'


def _imputation_noise(protocol: Protocol) -> str | None:
    if protocol.matching.refresh != "rematch":
        return f'with matching.refresh = "{protocol.matching.refresh}"'
    return _imputations(protocol) or _balance(protocol)


def _penalty(protocol: Protocol) -> str | None:
    return 'with propensity.model = "logistic"' if protocol.propensity.model == "logistic" else None


def _truncation(protocol: Protocol) -> str | None:
    truncated = [scheme.name for scheme in SCHEMES.values() if scheme.truncated]
    if set(truncated) & set(protocol.weighting.schemes):
        return None
    return f"where weighting.schemes names none of {', '.join(truncated)}"


def _bootstrap(protocol: Protocol) -> str | None:
    if protocol.propensity.model != "logistic":
        return f'with propensity.model = "{protocol.propensity.model}"'
    if any(SCHEMES[name].bootstrapped for name in protocol.weighting.schemes):
        return None
    return _matched_by("nearest")(protocol)


def _balance(protocol: Protocol) -> str | None:
    compared = protocol.matching.method != "none" or protocol.weighting.schemes
    return None if compared else 'with matching.method = "none" and no weighting.schemes'


def _transform(protocol: Protocol) -> str | None:
    return None if protocol.outcome.cox else "where outcome.cox names no model"


def _partial_index(protocol: Protocol) -> str | None:
    treated = protocol.time_zero.treated
    return f'with time_zero.treated = "{treated}"' if treated == "trial_baseline" else None


def _looks_by(*methods: str) -> Why:
    def why(protocol: Protocol) -> str | None:
        method = protocol.monitoring.method
        return None if method in methods else f'with monitoring.method = "{method}"'

    return why


def _suppressed(protocol: Protocol) -> str | None:
    return (
        None if protocol.disclosure.suppress_small_cells else "with disclosure.suppress_small_cells = false"
    )


MATCHED = _matched_by(*SCORED, "exact", "coarsened")
SPENDING = ("obrien_fleming", "pocock")
IDLE: dict[str, Why] = {
    "time_zero.partial_index": _partial_index,
    "propensity.penalty": _penalty,
    "propensity.imputations": _imputations,
    "propensity.imputation_noise": _imputation_noise,
    "matching.ratio": _matched_by("nearest", "optimal"),
    "matching.min_ratio": _matched_by("nearest"),
    "matching.max_ratio": _matched_by("nearest"),
    "matching.replace": _matched_by("nearest"),
    "matching.caliper": _matched_by(*SCORED),
    "matching.caliper_scale": _matched_by(*SCORED),
    "matching.distance": _matched_by(*SCORED),
    "matching.order": _order,
    "matching.tie_order": _matched_by(*SCORED),
    "matching.exact": _matched_by(*SCORED, "exact"),
    "matching.covariate_calipers": _matched_by(*SCORED),
    "matching.coarsening": _matched_by("coarsened"),
    "matching.refresh": _refresh,
    "weighting.truncate_quantile": _truncation,
    "weighting.bootstrap_replicates": _bootstrap,
    "balance.max_abs_smd": _balance,
    "balance.min_effective_sample": _balance,
    "outcome.transform": _transform,
    "sensitivity.calipers": _matched_by(*SCORED),
    "sensitivity.gammas": MATCHED,
    "sensitivity.bias_draws": MATCHED,
    "sensitivity.confounder_hazard_ratio": MATCHED,
    "sensitivity.confounder_prevalence_treated": MATCHED,
    "sensitivity.confounder_prevalence_control": MATCHED,
    "monitoring.alpha": _looks_by(*SPENDING, "e_process"),
    "monitoring.information_events": _looks_by(*SPENDING),
    "monitoring.alternative_hazard_ratio": _looks_by("e_process"),
    "disclosure.threshold": _suppressed,
    "disclosure.curve_min_at_risk": _suppressed,
}
"""Settings that something else can make idle, and when it does."""
OFF = {"propensity.imputation_noise": 0, "matching.caliper": 0, "weighting.bootstrap_replicates": 0}
"""Values that switch something off, which is true also where it is not there."""


def idle_settings(protocol: Protocol) -> Iterator[str]:
    """Settings other than their default that change nothing, each with what makes it idle."""
    for key, why in IDLE.items():
        value = chosen(protocol, key)
        reason = None if value in (None, OFF.get(key)) else why(protocol)
        if reason:
            yield f"{key} = {shown(value)} has no effect {reason}; leave it out"
    yield from _unmatched_models(protocol)


def _unmatched_models(protocol: Protocol) -> Iterator[str]:
    """Models of sets where there are none; the rows of the default models say so themselves."""
    if protocol.matching.method != "none" or chosen(protocol, "outcome.cox") is None:
        return
    for model in protocol.outcome.cox:
        if model.population == "matched":
            yield (
                f'outcome.cox "{model.name}" has no effect with matching.method = "none"; name a population other than '
                '"matched", or leave it out'
            )


def chosen(protocol: Protocol, key: str) -> Any:
    """The value of a setting by its dotted key, if somebody chose it: None where it is the default."""
    section, name = key.split(".")
    value = getattr(getattr(protocol, section), name)
    return None if value == getattr(getattr(Protocol(), section), name) else value


def shown(value: Any) -> str:
    """A value as a protocol file has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {number:g}' for name, number in value.items())} }}"
    return json.dumps(value)
