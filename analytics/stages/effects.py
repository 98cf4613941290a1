"""Stage: what treatment did, as every estimate the protocol names, with the Cox models and their diagnostics behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison, cox_models, marginal_effects
from analytics.comparison.bootstrap_variance import matched_by_score
from analytics.comparison.comparison import Comparison, comparisons, everyone, followed
from analytics.comparison.data_sets import usual_imputations
from analytics.comparison.functional_effects import FunctionalEffects
from analytics.comparison.modelled_survival import modelled_survival
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import MATCHED, SPECIFICATIONS, leading, specifications
from analytics.comparison.time_ratios import TimeRatios, time_ratios
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.second_opinion import withheld
from analytics.stages.functional import effects_on_function
from analytics.stages.part import Part

ON_SURVIVAL = (*comparison.NEEDS, "propensity_score", "follow_up", "balance_gate")
NEEDS = (*ON_SURVIVAL, "adsl", "adqs")
TIME_RATIOS, BOOTSTRAP, MODELS = "time ratios", "bootstrap of the match", "models of survival"
FUNCTION = "function"
MAKES = ("effect_estimate", "cox_coefficient", "proportional_hazards", "parametric_model", "function_course")


def run(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], parts: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Marginal effects of every specification, then the outcome models of the protocol, time ratios and function."""
    rows: list[dict] = []
    coefficients, tests = [], []
    usual = usual_imputations(protocol, tables)
    made = {name: _compared(protocol, tables, usual, name) for name in specifications(protocol)}
    for endpoint in protocol.endpoint:
        for specification, compared in made.items():
            rows += _marginal(protocol, tables, specification, endpoint, compared)
            if specification == leading(protocol):
                tests.append(_hazards(protocol, tables, specification, endpoint, compared))
            if specification == MATCHED and endpoint == protocol.primary:
                rows += parts[BOOTSTRAP]
        for model in protocol.outcome.cox:
            fitted = cox_models.fit_model(protocol, usual, model, endpoint)
            rows.append(fitted.effect)
            coefficients.append(fitted.coefficients)
            tests.append(fitted.proportional_hazards)
    ratios: TimeRatios = parts[TIME_RATIOS]
    function: FunctionalEffects = parts[FUNCTION]
    opinions = tables.get(withheld.TABLE)
    effects = withheld.effects(
        pd.DataFrame([*rows, *parts[MODELS], *ratios.effects, *function.effects]), opinions
    )
    gate = tables["balance_gate"].set_index("specification")["supported"]
    effects["supported"] = effects["specification"].map(gate)
    one_sided = [endpoint.name for endpoint in protocol.endpoint if endpoint.one_sided]
    effects["one_sided"] = effects["endpoint"].isin(one_sided).map({True: "Y", False: "N"})
    return {
        "effect_estimate": effects,
        "cox_coefficient": withheld.coefficients(
            TABLES["cox_coefficient"].stacked(coefficients), opinions, cox_models.SPECIFICATION_OF
        ),
        "proportional_hazards": TABLES["proportional_hazards"].stacked(tests),
        "parametric_model": ratios.models,
        "function_course": function.course,
    }


def _compared(
    protocol: Protocol,
    tables: Mapping[str, pd.DataFrame],
    usual: Mapping[str, pd.DataFrame],
    specification: str,
) -> list[Comparison]:
    """On every imputation where the comparison leads, else on the usual ones; with covariates if the score is refitted."""
    drawn = tables if specification == leading(protocol) else usual
    known = SPECIFICATIONS[specification].bootstrapped
    return list(comparisons(protocol, drawn, specification, covariates=known))


def _marginal(
    protocol: Protocol,
    tables: Mapping[str, pd.DataFrame],
    specification: str,
    endpoint: Endpoint,
    made: Sequence[Comparison],
) -> list[dict]:
    parts = followed(made, tables["follow_up"], endpoint.name)
    estimand = made[0].estimand if made else SPECIFICATIONS[specification].estimand.label
    reason = lacking(protocol, tables, specification)
    return marginal_effects.rows(protocol, specification, estimand, endpoint, parts, reason)


def _hazards(
    protocol: Protocol,
    tables: Mapping[str, pd.DataFrame],
    specification: str,
    endpoint: Endpoint,
    made: Sequence[Comparison],
) -> pd.DataFrame:
    parts = followed(made[:1], tables["follow_up"], endpoint.name)
    return marginal_effects.hazards_test(protocol, endpoint, parts, lacking(protocol, tables, specification))


def _bootstrap(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """The matched headline with the variance of a bootstrap that matches again, where that can be done."""
    if MATCHED not in specifications(protocol) or not matched_by_score(protocol):
        return []
    made = _compared(protocol, tables, usual_imputations(protocol, tables), MATCHED)
    if not made:
        return []
    parts, people = (
        followed(each, tables["follow_up"], protocol.primary.name)
        for each in (made, everyone(protocol, tables))
    )
    reason = lacking(protocol, tables, MATCHED)
    return [
        marginal_effects.bootstrap_row(protocol, made[0].estimand, protocol.primary, parts, people, reason)
    ]


def _time_ratios(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> TimeRatios:
    return time_ratios(protocol, usual_imputations(protocol, tables))


def _models(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    return modelled_survival(protocol, usual_imputations(protocol, tables))


def _function(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> FunctionalEffects:
    return effects_on_function(protocol, usual_imputations(protocol, tables))


PARTS = (
    Part(TIME_RATIOS, ON_SURVIVAL, _time_ratios),
    Part(BOOTSTRAP, ON_SURVIVAL, _bootstrap),
    Part(MODELS, ON_SURVIVAL, _models),
    Part(FUNCTION, NEEDS, _function),
)
