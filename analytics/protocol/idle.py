"""Settings that do nothing where they stand, because the chosen method ignores them.

Belongs here: which setting needs which other one. A setting that equals its default is nobody's choice and passes, so that a
protocol with every default written out is the protocol it was written from. Does not belong here: values that contradict
each other (`agreement`), and what the data lack (`data_needs`).
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from analytics.protocol.agreement import SCORED
from analytics.protocol.model import Protocol
from analytics.weighting.scheme import SCHEMES

Why = Callable[[Protocol], str | None]


def _unless(key: str, *values: Any) -> Why:
    """Idle unless another setting, by its dotted key, has one of these values."""

    def why(protocol: Protocol) -> str | None:
        value = _value(protocol, key)
        return None if value in values else f"with {key} = {shown(value)}"

    return why


_matched_by = partial(_unless, "matching.method")
_looks_by = partial(_unless, "monitoring.method")
_rematched = _unless("matching.refresh", "rematch")
_imputed = _unless("propensity.missing", "impute")
_plain_score = _unless("propensity.model", "logistic")
_suppressed = _unless("disclosure.suppress_small_cells", True)


def _order(protocol: Protocol) -> str | None:
    return "with matching.replace = true" if protocol.matching.replace else _matched_by("nearest")(protocol)


def _refresh(protocol: Protocol) -> str | None:
    """Other methods would keep the score and match anew, which is half of what the setting says."""
    reason = _matched_by("nearest")(protocol)
    return reason and f"on the pairs {reason}"


def _imputation_noise(protocol: Protocol) -> str | None:
    return _rematched(protocol) or _imputed(protocol) or _balance(protocol)


def _truncation(protocol: Protocol) -> str | None:
    truncated = [scheme.name for scheme in SCHEMES.values() if scheme.truncated]
    if set(truncated) & set(protocol.weighting.schemes):
        return None
    return f"where weighting.schemes names none of {', '.join(truncated)}"


def _bootstrap(protocol: Protocol) -> str | None:
    weighted = any(SCHEMES[name].bootstrapped for name in protocol.weighting.schemes)
    return _plain_score(protocol) or (None if weighted else _matched_by("nearest")(protocol))


def _balance(protocol: Protocol) -> str | None:
    compared = protocol.matching.method != "none" or protocol.weighting.schemes
    return None if compared else 'with matching.method = "none" and no weighting.schemes'


def _function_days(protocol: Protocol) -> str | None:
    return None if protocol.outcome.function else "where outcome.function names nothing"


def _transform(protocol: Protocol) -> str | None:
    return None if protocol.outcome.cox else "where outcome.cox names no model"


MATCHED = _matched_by(*SCORED, "exact", "coarsened")
PENALISED = ("ridge", "lasso", "elastic_net")
SPENDING = ("obrien_fleming", "pocock")
IDLE: dict[str, Why] = {
    "time_zero.partial_index": _unless("time_zero.treated", "first_injection", "harvest"),
    "propensity.penalty": _unless("propensity.model", *PENALISED),
    "propensity.mixing": _unless("propensity.model", "elastic_net"),
    "propensity.imputations": _imputed,
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
    "outcome.function_days": _function_days,
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
    value = _value(protocol, key)
    return None if value == _value(Protocol(), key) else value


def _value(protocol: Protocol, key: str) -> Any:
    section, name = key.split(".")
    return getattr(getattr(protocol, section), name)


def shown(value: Any) -> str:
    """A value as a protocol file has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {number:g}' for name, number in value.items())} }}"
    return json.dumps(value)
