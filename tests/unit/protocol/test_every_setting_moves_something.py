"""A law a setting: change it and something moves in the results of a study that has what the setting needs.

The settings are read off the model, so that a new one without a law fails. Those of `[safety]` have laws of their own kind.
"""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, Literal, get_args, get_origin

import pandas as pd
import pytest
import tomli_w
from pydantic import BaseModel
from whole_marts import marts

from analytics import study
from analytics.protocol import (
    Protocol,
    ProtocolError,
    canonical_json,
    parse_canonical,
    parse_protocol,
    protocol_hash,
)
from analytics.report import Material, Provenance, headline, render_report, threats
from analytics.report import sections as report_sections
from analytics.report.sections import effects as effects_section
from analytics.report.sections import news as news_section
from analytics.report.sections import survival as survival_section
from analytics.stages.variant import with_settings

Settings = dict[str, Any]
MARTS = marts()
BASE: Settings = {
    "endpoint": [{"name": "OS", "horizon_days": 400, "milestones_days": [200]}],
    "population": {"criteria": [{"name": "short", "where": "SYMPDURM < 18"}]},
    "propensity": {"covariates": ["AGE", "SEX", "ALSFRSR", "RILUZOLE"], "imputations": 2, "imputation_noise": 0},
    "weighting": {"schemes": ["att"], "bootstrap_replicates": 0},
    "outcome": {
        "cox": [{"name": "adjusted", "covariates": ["TREATED", "AGE"]}], "accelerated": [],
        "doubly_robust": [{"population": "att"}],
    },
    "exposure": {"covariates": ["AGE"], "landmarks_days": [180]},
    "subgroup": [{"name": "Age", "column": "AGE", "cut": 58}],
    "sensitivity": {
        "specification_curve": False, "windows_days": [90], "calipers": [0.2], "gammas": [1.5], "bias_draws": 200,
    },
}  # fmt: skip
COMPLETE = {"propensity.covariates": ["AGE", "SEX", "ALSFRSR"]}
RIDGE = {"propensity.model": "ridge", "propensity.penalty": 0.05}
COARSENED = {"matching.method": "coarsened", "sensitivity": {"specification_curve": False}}
LOOKS = {"matching.refresh": "frozen", "monitoring.method": "e_process"}
SPENDING = {
    "matching.refresh": "frozen",
    "monitoring.method": "pocock",
    "monitoring.information_events": [10, 900],
}
CRUDE = {
    "matching.method": "none",
    "weighting.schemes": [],
    "outcome.cox": [],
    "sensitivity": {"specification_curve": False},
}

# Setting → another value of it, the table in which something moves, and what it needs beside it.
LAWS: dict[str, tuple[Any, str, Settings]] = {
    "study.id": ("MINE", "page", {}),
    "study.title": ("Mine", "page", {}),
    "study.version": ("9.9", "page", {}),
    "study.background": ("none", "threats", {}),
    "study.seed": (7, "imputed_covariate", {}),
    "treatment.column": ("SWITCHPN", "analysis_set", {}),
    "treatment.treated_value": (3, "analysis_set", {}),
    "treatment.control_value": (3, "analysis_set", {}),
    "treatment.treated_label": ("Mine", "cohort_flow", {}),
    "treatment.control_label": ("Theirs", "cohort_flow", {}),
    "treatment.falsification_value": (3, "sensitivity", COMPLETE),
    "treatment.simulated_label": ("SYNTHETIC, of tests", "page", {}),
    "population.criteria.name": ("long", "cohort_flow", {}),
    "population.criteria.where": ("SYMPDURM < 12", "analysis_set", {}),
    "population.criteria.arm": ("treated", "analysis_set", {}),
    "population.categorical": (["GRADE"], "propensity_model", {"propensity.covariates": ["AGE", "GRADE"]}),
    "time_zero.treated": ("harvest", "follow_up", {}),
    "time_zero.origin": ("diagnosis", "follow_up", {}),
    "time_zero.partial_index": ("latest_day", "analysis_set", {}),
    "vital_status.window_days": (30, "follow_up", {}),
    "vital_status.undated_death": ("last_visit", "analysis_set", {}),
    "vital_status.death_dates": ("latest", "follow_up", {}),
    "vital_status.not_recorded": ("exclude", "analysis_set", {}),
    "vital_status.reporting_lag_days": (60, "follow_up", {}),
    "endpoint.name": ("TFS", "follow_up", {}),
    "endpoint.label": ("Life", "effects", COMPLETE),
    "endpoint.events": (["death", "tracheostomy"], "first screen", COMPLETE),
    "endpoint.competing": (["TFS"], "follow_up", {}),
    "endpoint.horizon_days": (300, "effect_estimate", {}),
    "endpoint.milestones_days": ([100], "effect_estimate", {}),
    "endpoint.one_sided": (True, "effect_estimate", {}),
    "propensity.covariates": (["AGE"], "propensity_model", {}),
    "propensity.model": ("lasso", "propensity_score", RIDGE),
    "propensity.spline_knots": (3, "propensity_model", {}),
    "propensity.penalty": (0.2, "propensity_score", RIDGE),
    "propensity.mixing": (0.9, "propensity_score", RIDGE | {"propensity.model": "elastic_net"}),
    "propensity.missing": ("complete_case", "propensity_score", {"propensity.imputations": 10}),
    "propensity.imputations": (3, "imputed_covariate", {}),
    "propensity.imputation_noise": (0.05, "imputed_covariate", {}),
    "propensity.trimming": ("common_support", "propensity_score", {}),
    "matching.method": ("optimal", "matched_set", {}),
    "matching.ratio": (2, "matched_set", {}),
    "matching.min_ratio": (2, "matched_set", {"matching.ratio": 3, "matching.max_ratio": 5}),
    "matching.max_ratio": (3, "matched_set", {"matching.ratio": 2}),
    "matching.replace": (True, "matched_set", {}),
    "matching.caliper": (0.02, "matched_set", {}),
    "matching.caliper_scale": ("matchit", "matched_set", {"matching.caliper": 0.05}),
    "matching.distance": ("mahalanobis", "matched_set", {}),
    "matching.order": ("ascending", "matched_set", {}),
    "matching.tie_order": ("reference", "matched_set", {"propensity.covariates": ["SEX", "SITE"]}),
    "matching.exact": (["SITE"], "matched_set", {}),
    "matching.covariate_calipers": ({"AGE": 2}, "matched_set", {}),
    "matching.coarsening": ({"AGE": 3}, "matched_set", COARSENED),
    "matching.refresh": ("frozen", "later set", COMPLETE),
    "weighting.schemes": (["att", "overlap"], "balancing_weight", {}),
    "weighting.truncate_quantile": (0.8, "balancing_weight", {}),
    "weighting.bootstrap_replicates": (100, "effect_estimate", COMPLETE),
    "balance.max_abs_smd": (0.05, "balance_gate", {"balance.min_effective_sample": 1}),
    "balance.min_effective_sample": (500, "balance_gate", {"balance.max_abs_smd": 0.9}),
    "outcome.cox.name": ("mine", "cox_coefficient", {}),
    "outcome.cox.population": ("all", "cox_coefficient", {}),
    "outcome.cox.covariates": (["TREATED", "SEX"], "cox_coefficient", {}),
    "outcome.cox.spline_knots": (3, "cox_coefficient", {}),
    "outcome.cox.strata": (["SITE"], "cox_coefficient", {}),
    "outcome.cox.propensity_classes": (5, "cox_coefficient", {"outcome.cox.strata": ["PROPENSITY"]}),
    "outcome.cox.cluster": ("NONE", "cox_coefficient", {}),
    "outcome.doubly_robust.population": ("ate", "effect_estimate", {}),
    "outcome.doubly_robust.method": ("g_computation", "effect_estimate", {}),
    "outcome.doubly_robust.folds": (2, "effect_estimate", {}),
    "outcome.doubly_robust.score": (
        "gradient_boosting",
        "effect_estimate",
        {"outcome.doubly_robust.folds": 2},
    ),
    "outcome.doubly_robust.bootstrap_replicates": (100, "effect_estimate", {}),
    "outcome.accelerated": (["weibull"], "effect_estimate", COMPLETE),
    "outcome.function": (["slope"], "effect_estimate", {}),
    "outcome.function_days": ([150], "effect_estimate", {}),
    "outcome.transform": ("rank", "proportional_hazards", {}),
    "outcome.min_at_risk": (60, "effect_estimate", {}),
    "outcome.min_expected_events": (1000, "effect_estimate", {}),
    "outcome.min_arm": (200, "effect_estimate", {}),
    "outcome.level": (0.8, "effect_estimate", {}),
    "exposure.dose_threshold": (4, "dose_response", {}),
    "exposure.landmarks_days": ([220], "dose_response", {}),
    "exposure.grace_days": (150, "dose_response", {}),
    "exposure.covariates": (["AGE", "ALSFRSR"], "dose_response", {}),
    "subgroup.name": ("Years", "subgroup_effect", {}),
    "subgroup.column": ("ALSFRSR", "subgroup_effect", {}),
    "subgroup.cut": (62, "subgroup_effect", {}),
    "sensitivity.windows_days": ([30], "sensitivity", COMPLETE),
    "sensitivity.calipers": ([0.1], "sensitivity", COMPLETE),
    "sensitivity.gammas": ([2.0], "sensitivity", COMPLETE),
    "sensitivity.bias_draws": (300, "sensitivity", COMPLETE),
    "sensitivity.confounder_hazard_ratio": ([0.3, 0.4, 0.5, 0.6], "sensitivity", COMPLETE),
    "sensitivity.confounder_prevalence_treated": ([0.6, 0.7, 0.8, 0.9], "sensitivity", COMPLETE),
    "sensitivity.confounder_prevalence_control": ([0.0, 0.1, 0.1, 0.2], "sensitivity", COMPLETE),
    "sensitivity.specification_curve": (True, "specification_curve", COMPLETE),
    "monitoring.method": ("obrien_fleming", "monitoring_look", SPENDING),
    "monitoring.alpha": (0.2, "monitoring_look", LOOKS),
    "monitoring.information_events": ([500], "monitoring_look", SPENDING),
    "monitoring.alternative_hazard_ratio": (0.5, "monitoring_look", LOOKS),
    "disclosure.suppress_small_cells": (False, "page", {}),
    "disclosure.threshold": (12, "page", {}),
    "disclosure.curve_min_at_risk": (30, "survival", CRUDE),
    "report.languages": (["ko"], "first page", {}),
    "report.old_after_days": (7, "page", {}),
}
ONE_VALUE = ["time_zero.control"]


INTERVALS = [
    "survival_curve", "effect_estimate", "cox_coefficient", "dose_response", "subgroup_effect", "sensitivity",
    "specification_curve", "function_course",
]  # fmt: skip
KEYS = [
    "specification", "endpoint", "arm", "time_days", "time_months",
    "method", "measure", "horizon_days", "model", "term", "landmark_days",
    "subgroup", "level", "analysis", "scenario", "parameter_value", "time_zero", "vital_status_rule", "matching", "caliper",
    "missing",
]  # fmt: skip


def settings(model: type[BaseModel] = Protocol, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted key, with its type; lists of tables are walked into."""
    for name, field in model.model_fields.items():
        inner = _section_of(field.annotation)
        if inner is not None:
            yield from settings(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.annotation


def _section_of(kind: Any) -> type[BaseModel] | None:
    """The section that a field holds, alone or in a list."""
    for part in (kind, *get_args(kind)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def protocol_with(changes: Settings) -> Protocol:
    """The base protocol with some settings other, read from its text."""
    content = deepcopy(BASE)
    for key, value in changes.items():
        *path, last = key.split(".")
        place: Any = content
        for part in path:
            place = place.setdefault(part, {})
            place = place[0] if isinstance(place, list) else place
        place[last] = value
    return parse_protocol(tomli_w.dumps(content))


def test_every_setting_has_a_law() -> None:
    named = {key for key, _ in settings() if not key.startswith("safety.")}
    assert named - set(ONE_VALUE) == set(LAWS)


@pytest.mark.parametrize("key", ONE_VALUE)
def test_a_setting_without_a_law_has_one_value(key: str) -> None:
    kind = dict(settings())[key]
    assert get_origin(kind) is Literal
    assert len(get_args(kind)) == 1


@pytest.mark.parametrize("key", LAWS)
def test_a_setting_that_is_changed_moves_something(key: str) -> None:
    value, what, beside = LAWS[key]
    before, after = (canonical_json(protocol_with(beside | more)) for more in ({}, {key: value}))
    assert before != after
    assert shown(before, what) != shown(after, what)


@pytest.mark.parametrize(
    "key", [key for key in LAWS if key.startswith("matching.") and key != "matching.method"]
)
@pytest.mark.parametrize("method", ["nearest", "optimal", "full", "exact", "coarsened"])
def test_a_setting_of_matching_moves_the_sets_or_is_refused(method: str, key: str) -> None:
    """Whatever is refused as having no effect has none, and whatever is read has one."""
    value, what, beside = LAWS[key]
    name = key.partition(".")[2]
    fixed = {"matching.exact": ["SEX"]} if method == "exact" else {}
    whole = COMPLETE | {"sensitivity.calipers": [0, 0.05, 0.1, 0.2, 0.5]}
    around = whole | fixed | {"matching.method": method}
    reason = refusal(around | beside | {key: value})
    if reason is None:
        before, after = (canonical_json(protocol_with(around | beside | more)) for more in ({}, {key: value}))
        assert shown(after, what) != shown(before, what)
        return
    assert "has no effect" in reason
    needed = {name.partition(".")[2]: given for name, given in beside.items() if name.startswith("matching.")}
    before = with_settings(protocol_with(around), matching=needed | {"method": method})
    after = with_settings(before, matching={name: value})
    # A frozen score without frozen pairs is half of what is promised, and so refused as well.
    half = name == "refresh"
    assert half or shown(canonical_json(after), what) == shown(canonical_json(before), what)


def refusal(changes: Settings) -> str | None:
    """Why a protocol is not read, if it is not."""
    try:
        protocol_with(changes)
    except ProtocolError as error:
        return str(error)
    return None


@pytest.mark.parametrize("imputed", [True, False])
@pytest.mark.parametrize("table", INTERVALS)
def test_every_interval_is_at_the_level_of_the_protocol(table: str, imputed: bool) -> None:
    beside = ({} if imputed else COMPLETE) | {"outcome.accelerated": ["weibull"]}
    beside |= {"sensitivity.specification_curve": table == "specification_curve"}
    wide, narrow = (
        made(protocol_with(beside | {"outcome.level": level}), table)[table] for level in (0.95, 0.8)
    )
    key = [name for name in wide if name in KEYS]
    pd.testing.assert_frame_equal(wide[key], narrow[key])
    given = (wide["ci_upper"] > wide["ci_lower"]).fillna(False).astype(bool)
    width, narrower = ((frame["ci_upper"] - frame["ci_lower"])[given] for frame in (wide, narrow))
    assert given.any()
    assert wide.loc[width.index[~(narrower < width)], key].to_dict("records") == []


@cache
def shown(canonical: str, what: str) -> str:
    """A part of the results of a protocol as text."""
    protocol = parse_canonical(canonical)
    if what in SHOWN:
        return SHOWN[what](protocol)
    return as_text(made(protocol, what)[what])


def as_text(table: pd.DataFrame) -> str:
    """Rows without their order."""
    return "\n".join(sorted(table.to_csv(index=False).splitlines()))


def sets(matched: pd.DataFrame) -> str:
    """Who is in a set with whom and with which weight, whatever the sets are called."""
    members = matched.assign(member=matched["usubjid"] + " " + matched["weight"].round(9).astype(str))
    together = members.groupby(["imputation", "set_id"])["member"].agg(lambda names: ", ".join(sorted(names)))
    return "\n".join(sorted(f"{imputation}: {names}" for (imputation, _), names in together.items()))


def made(
    protocol: Protocol, *names: str, parent: dict[str, pd.DataFrame] | None = None
) -> dict[str, pd.DataFrame]:
    """Tables of the study, made by the stages that they need and no other."""
    needed, wanted = [], set(names)
    for stage in reversed(study.STAGES):
        if wanted & set(stage.makes):
            needed.append(stage)
            wanted |= set(stage.needs)
    tables = MARTS | {f"parent:{name}": frame for name, frame in (parent or {}).items()}
    for stage in reversed(needed):
        tables |= study.run_stage(stage, protocol, tables)
    return {name: tables[name] for name in names}


def later_set(protocol: Protocol) -> str:
    """The matched set after one of fewer subjects."""
    few = MARTS | {"adsl": MARTS["adsl"].iloc[::2]}
    tables = few.copy()
    for stage in study.STAGES[:5]:
        tables |= study.run_stage(stage, protocol, tables)
    parent = {name: tables[name] for name in ("matched_set", "propensity_model")}
    return sets(made(protocol, "matched_set", parent=parent)["matched_set"])


def page(protocol: Protocol) -> str:
    """What stands around the sections, without the hash of the protocol."""
    kept = report_sections.SECTIONS
    report_sections.SECTIONS = ()
    try:
        provenance = Provenance({"Data cut": "2026-03-31"})
        material = Material(protocol, {}, simulated=True, provenance=provenance)
        return render_report(material).replace(protocol_hash(protocol)[:16], "")
    finally:
        report_sections.SECTIONS = kept


def of_effects(protocol: Protocol) -> Material:
    return Material(protocol, made(protocol, "effect_estimate"), simulated=False)


def curves(protocol: Protocol) -> str:
    return survival_section.body(Material(protocol, made(protocol, "survival_curve"), simulated=False))


SHOWN = {
    "page": page,
    "matched_set": lambda protocol: sets(made(protocol, "matched_set")["matched_set"]),
    "later set": later_set,
    "effects": lambda protocol: effects_section.body(of_effects(protocol)),
    "first page": lambda protocol: news_section.body(Material(protocol, {}, simulated=False)),
    "first screen": lambda protocol: headline.answer(of_effects(protocol)),
    "threats": lambda protocol: str(threats.threats(Material(protocol, {}, simulated=False))),
    "survival": curves,
}
