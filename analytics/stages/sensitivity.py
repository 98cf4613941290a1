"""Stage: how far choices and bias could move the headline. Every row names its analysis and its scenario."""

from collections.abc import Mapping
from itertools import chain

import numpy as np
import pandas as pd

from analytics.cohort.eligibility import partly_dated
from analytics.comparison import comparison
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.effect_row import headline_row
from analytics.comparison.marginal_effects import HAZARD_RATIO
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.protocol.agreement import SCORED
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import ratio_disputed
from analytics.sensitivity.bias_analysis import BiasParameters, bias_rows
from analytics.sensitivity.e_value import e_value_rows
from analytics.sensitivity.riluzole import delta_riluzole
from analytics.sensitivity.rosenbaum import rosenbaum_rows
from analytics.sensitivity.rows import Row, sensitivity_frame, sensitivity_row
from analytics.sensitivity.vital_status import LostFollowUp, tipping_point, vital_status_bounds
from analytics.stages.falsification import falsification_rows
from analytics.stages.part import Part
from analytics.stages.tie_orders import tie_order_row
from analytics.stages.time_zero import time_zero_rows
from analytics.stages.variant import (
    few_imputations,
    has_windows,
    headline,
    narrowed,
    no_variant,
    own_or_designed,
    primary_only,
    refollowed,
    rematched,
    rerun,
    with_settings,
)
from analytics.stages.variant_row import variant_row
from analytics.survival.followed import Followed

VARIED = (*comparison.NEEDS, "follow_up", "propensity_score", "adsl", "adtte")
MEASURED = (*VARIED, "adqs")
NEEDS = (*MEASURED, "effect_estimate")
MAKES = ("sensitivity",)
PARTIAL_INDEX = {
    "exclude": "time zero known to an interval: left out",
    "latest_day": "time zero known to an interval: its last possible day",
}


def run(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], parts: Mapping[str, list[Row]]
) -> dict[str, pd.DataFrame]:
    """Hidden bias, vital status, calipers, riluzole, endpoint, and the comparison in which no benefit should appear."""
    rows = [*_hidden_bias(protocol, tables), *chain.from_iterable(parts[part.name] for part in PARTS)]
    return {"sensitivity": sensitivity_frame(rows, MATCHED, protocol.primary.name)}


def _hidden_bias(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """E-value, Rosenbaum's bounds and a probabilistic bias analysis of the matched hazard ratio."""
    estimate = headline_row(tables["effect_estimate"], MATCHED, protocol.primary.name)
    if estimate is None:
        return e_value_rows(None, None, None)
    settings = protocol.sensitivity
    parameters = BiasParameters(
        settings.confounder_prevalence_treated,
        settings.confounder_prevalence_control,
        settings.confounder_hazard_ratio,
    )
    rows = e_value_rows(estimate["estimate"], estimate["ci_lower"], estimate["ci_upper"])
    sets = _matched(protocol, tables)
    if sets:
        rows += rosenbaum_rows(sets[0], settings.gammas, benefit=bool(estimate["estimate"] <= 1))
    return rows + bias_rows(
        estimate["estimate"],
        estimate["standard_error"],
        parameters,
        protocol.seed,
        settings.bias_draws,
        protocol.outcome.level,
    )


def _matched(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Followed]:
    """The matched sets of the headline, unless its hazard ratio is in dispute."""
    if ratio_disputed(tables.get(SECOND_OPINION), MATCHED, protocol.primary.name):
        return []
    made = comparisons(protocol, tables, MATCHED)
    return followed(made, tables["follow_up"], protocol.primary.name)


def _vital_status(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Windows after the last visit, undated deaths, and the bounds of what is not recorded."""
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    if not has_windows(tables):
        reason = "not made: adtte has one follow-up for each subject (no VSRULE)"
        missing = sensitivity_row("vital_status_window", "as given", HAZARD_RATIO, np.nan, note=reason)
        return [missing, *_not_recorded(protocol, tables)]
    rows = []
    for undated, words in (("exclude", "left out"), ("last_visit", "at the last visit")):
        base = with_settings(protocol, vital_status={"undated_death": undated})
        tables_of_rule = own_or_designed(protocol, base, tables)
        for window in protocol.sensitivity.windows_days:
            varied = with_settings(base, vital_status={"window_days": window})
            followed = refollowed(varied, tables_of_rule)
            scenario, days = f"undated deaths: {words}", np.nan if window == "unlimited" else float(window)
            if window == "unlimited":
                scenario += "; late deaths count while survivors end at their last visit (biased reference)"
            for name in (CRUDE, MATCHED):
                variant = headline(varied, followed, name)
                rows.append(variant_row("vital_status_window", scenario, "window_days", days, variant))
    varied = with_settings(protocol, vital_status={"not_recorded": "exclude"})
    scenario = "subjects without recorded vital status left out"
    for variant in rerun(varied, tables, (CRUDE, MATCHED)):
        rows.append(variant_row("vital_status_not_recorded", scenario, "window_days", np.nan, variant))
    return [*rows, *_dates_in_doubt(protocol, tables), *_not_recorded(protocol, tables)]


def _dates_in_doubt(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """The other reading of deaths that may have come on several days, and of a time zero known to an interval only."""
    day = "latest" if protocol.vital_status.death_dates == "earliest" else "earliest"
    varied = with_settings(protocol, vital_status={"death_dates": day})
    followed = refollowed(varied, tables)
    deaths = [headline(varied, followed, name) for name in (CRUDE, MATCHED)]
    zero = {"exclude": "latest_day", "latest_day": "exclude"}[protocol.time_zero.partial_index]
    if partly_dated(protocol.time_zero.treated, tables["adsl"]).any():
        starts = rerun(with_settings(protocol, time_zero={"partial_index": zero}), tables, (CRUDE, MATCHED))
    else:
        reason = "as the headline: every time zero is known to the day"
        starts = [no_variant(name, reason) for name in (CRUDE, MATCHED)]
    words = f"deaths in doubt on their {day} day"
    return [variant_row("death_dates", words, None, None, variant) for variant in deaths] + [
        variant_row("partial_index", PARTIAL_INDEX[zero], None, None, variant) for variant in starts
    ]


def _not_recorded(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Whoever ended alive with no recorded status dies or lives on: in every combination, and by and by in either arm."""
    sets = _matched(protocol, tables)
    if not sets or "VITSTAT" not in tables["adsl"]:
        return []
    status = tables["adsl"].set_index("USUBJID")["VITSTAT"]
    follow_up = tables["follow_up"]
    ended = follow_up.loc[
        (follow_up["endpoint"] == protocol.primary.name)
        & (follow_up["event"] == 0)
        & (follow_up["competing"] == 0),
        "usubjid",
    ]
    lost = frozenset(ended[ended.map(status).eq("NOT RECORDED")])
    data = LostFollowUp(sets, lost, float(protocol.primary.horizon_days), protocol.outcome.level)
    tips = [row for arm in (1, 0) for row in tipping_point(data, arm, protocol.seed)]
    return [*vital_status_bounds(data), *tips]


def _calipers(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    protocol = primary_only(protocol)
    method = protocol.matching.method
    if method not in SCORED:
        reason = f'not made: matching.method = "{method}" takes no caliper'
        return [sensitivity_row("caliper", "as matched", HAZARD_RATIO, np.nan, note=reason)]
    rows = []
    # Made anew for each width, which no formal look may be.
    for caliper in protocol.sensitivity.calipers:
        anew = {"caliper": caliper, "refresh": "rematch"}
        varied = with_settings(protocol, matching=anew, monitoring={"method": "none"})
        scenario = f"caliper {caliper:g} SD" if caliper else "no caliper"
        again = tables if varied == protocol else rematched(varied, few_imputations(tables))
        variant = headline(varied, again)
        rows.append(variant_row("caliper", scenario, "caliper", float(caliper), variant))
    return rows


def _riluzole(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Unrecorded riluzole is not missing at random: its probability is varied, in matching and outcome alike."""
    protocol, tables = primary_only(protocol), narrowed(protocol, tables)
    if "RILUZOLE" not in protocol.propensity.covariates or "RILUZOLE" not in tables["adsl"]:
        return []
    frame = tables["analysis_set"].sort_values("usubjid", ignore_index=True)
    if not frame["RILUZOLE"].isna().any():
        return []
    given = tables["adsl"]["RILUZOLE"]
    if not pd.api.types.is_numeric_dtype(given) or not given.dropna().isin((0, 1)).all():
        reason = "not made: RILUZOLE is not coded 1 and 0"
        return [sensitivity_row("delta_riluzole", "unrecorded riluzole", HAZARD_RATIO, np.nan, note=reason)]

    def estimate(completed: np.ndarray) -> tuple[float, float]:
        values = pd.Series(completed, index=frame["usubjid"].to_numpy())
        adsl = tables["adsl"]
        filled = adsl.assign(RILUZOLE=adsl["RILUZOLE"].fillna(adsl["USUBJID"].map(values)))
        complete = with_settings(protocol, propensity={"missing": "complete_case"})
        pooled = rerun(complete, {**tables, "adsl": filled})[0].hazard_ratio
        return pooled.estimate, pooled.standard_error

    few = 3
    taken = pd.to_numeric(frame["RILUZOLE"]).to_numpy(float)
    seed, level = protocol.seed, protocol.outcome.level
    return delta_riluzole(taken, estimate, seed, n_imputation=few, level=level)


def _tie_orders(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    return [tie_order_row(primary_only(protocol), tables)]


def _falsification(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    return falsification_rows(primary_only(protocol), tables)


PARTS = tuple(
    Part(name, needs, function)
    for name, needs, function in (
        ("vital status", VARIED, _vital_status),
        ("calipers", VARIED, _calipers),
        ("orders of ties", VARIED, _tie_orders),
        ("riluzole", VARIED, _riluzole),
        ("falsification", VARIED, _falsification),
        ("time zero", MEASURED, time_zero_rows),
    )
)
