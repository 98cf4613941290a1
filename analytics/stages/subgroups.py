"""Stage: effects within subgroups of the matched set, each with its test of interaction."""

from collections.abc import Mapping

import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort.covariates import level_names
from analytics.comparison import comparison
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.data_sets import usual_imputations
from analytics.comparison.specification import CRUDE, MATCHED, specifications
from analytics.protocol import Protocol
from analytics.protocol.outcome import Subgroup
from analytics.second_opinion import withheld
from analytics.subgroups.interaction import subgroup_effects
from analytics.subgroups.pooled import pooled_subgroup_effects
from analytics.survival.followed import Followed

NEEDS = (*comparison.NEEDS, "follow_up")
MAKES = ("subgroup_effect",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Hazard ratio by level, pooled over imputations; sets broken by a subgroup keep their robust variance."""
    tables = usual_imputations(protocol, tables)
    specification = MATCHED if MATCHED in specifications(protocol) else CRUDE
    made = list(comparisons(protocol, tables, specification, covariates=True))
    if not made or not protocol.subgroup:
        return {"subgroup_effect": TABLES["subgroup_effect"].frame()}
    parts = []
    for endpoint in protocol.endpoint:
        each = followed(made, tables["follow_up"], endpoint.name)
        made_of_each = [_effects(protocol, part) for part in each]
        effects = pooled_subgroup_effects(made_of_each, protocol.outcome.level)
        parts.append(effects.assign(specification=specification, endpoint=endpoint.name))
    table = TABLES["subgroup_effect"].stacked(parts)
    return {"subgroup_effect": withheld.subgroups(table, tables.get(withheld.TABLE))}


def _effects(protocol: Protocol, part: Followed) -> pd.DataFrame:
    """Of one completed data set."""
    levels = {subgroup.name: _levels(subgroup, part.frame[subgroup.column]) for subgroup in protocol.subgroup}
    return subgroup_effects(
        part.records(),
        part.treated,
        pd.DataFrame(levels),
        subjects=part.frame["usubjid"],
        confidence=protocol.outcome.level,
    )


def _levels(subgroup: Subgroup, values: pd.Series) -> pd.Series:
    """Text levels: below and at or above the cut, or the values themselves; missing stays missing."""
    if subgroup.cut is not None:
        number = pd.to_numeric(values, errors="coerce").astype(float)
        text = number.ge(subgroup.cut).map({True: f"≥ {subgroup.cut:g}", False: f"< {subgroup.cut:g}"})
        return text.astype(object).mask(number.isna(), None)
    if pd.api.types.is_numeric_dtype(values):
        named = {1.0: "yes", 0.0: "no"} if set(values.dropna().unique()) <= {0.0, 1.0} else None
        return values.map(named).astype(object).mask(values.isna(), None) if named else level_names(values)
    return values
