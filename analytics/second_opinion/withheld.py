"""What a disagreement takes back: rows that rest on a number that two implementations make differently.

Belongs here: which rows those are, and how they become null. Does not belong here: the judgement itself. A stage after the
second opinion calls this before its tables are anybody's, so that a table has one maker and no row is ever rewritten.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pandas as pd

from analytics.second_opinion.judgement import DISAGREE
from analytics.second_opinion.quantities import (
    AUC,
    CLUSTERED_ERROR,
    CURVE,
    LOG_HAZARD_RATIO,
    LOG_RANK,
    MEDIAN,
    OPTIMUM,
    RESTRICTED_MEAN,
    SCORE,
    STANDARD_ERROR,
    Quantity,
)

TABLE = "second_opinion"
RATIO = (LOG_HAZARD_RATIO, STANDARD_ERROR, CLUSTERED_ERROR)
RESTS_ON: Mapping[str, tuple[Quantity, ...]] = {
    "hazard_ratio": RATIO,
    "hazard_ratio_to_horizon": RATIO,
    "log_rank_chi2": (LOG_RANK,),
    "rmst_difference": (CURVE, RESTRICTED_MEAN),
    "rmst_ratio": (CURVE, RESTRICTED_MEAN),
    "survival_difference": (CURVE,),
}
"""Measure of `effect_estimate` → the numbers it rests on."""
ESTIMATE = ["estimate", "standard_error", "ci_lower", "ci_upper", "p_value", "imputation_noise"]
MEDIANS = ["median_days", "median_ci_lower", "median_ci_upper"]
MEANS = ["rmst_days", "rmst_standard_error"]
SUBGROUP = [
    "estimate", "ci_lower", "ci_upper", "p_value", "interaction_chi2", "interaction_df", "interaction_p_value",
]  # fmt: skip
COEFFICIENT = [
    "coefficient", "standard_error", "robust_standard_error", "hazard_ratio", "ci_lower", "ci_upper", "p_value",
]  # fmt: skip


def disputed(
    opinions: pd.DataFrame | None,
    quantities: Collection[Quantity],
    where: Mapping[str, str] = MappingProxyType({}),
    *,
    horizon: bool = False,
) -> str | None:
    """Both numbers of the first disagreement, in words; None where there is none, or no second opinion was asked for.

    Args:
        opinions: `second_opinion`, or None.
        quantities: the numbers in question.
        where: columns of the table and their values.
        horizon: of ratios, those up to the horizon instead of those over the whole follow-up.
    """
    if opinions is None:
        return None
    mine = (opinions["agrees"] == "N") & opinions["quantity"].isin([each.name for each in quantities])
    for column, value in where.items():
        mine &= opinions[column] == value
    if set(quantities) & set(RATIO):
        mine &= opinions["day"].notna() == horizon
    notes = opinions.loc[mine, "note"]
    return str(notes.iloc[0]) if len(notes) else None


def score_disputed(opinions: pd.DataFrame | None) -> str | None:
    """Why nothing can rest on the propensity score; see `disputed`."""
    return disputed(opinions, (SCORE, OPTIMUM))


def ratio_disputed(opinions: pd.DataFrame | None, specification: str, endpoint: str) -> str | None:
    """Why a comparison has no hazard ratio, neither its own nor a variant of it; see `disputed`."""
    return disputed(opinions, RATIO, {"specification": specification, "endpoint": endpoint})


def effects(table: pd.DataFrame, opinions: pd.DataFrame | None) -> pd.DataFrame:
    """`effect_estimate` without the rows whose measure rests on a number in dispute, each null with both numbers.

    A dispute concerns every row of its measure in its comparison: models with covariates are fitted by the same code.
    """
    keys = ["specification", "endpoint", "measure"]
    reasons = {
        (name, endpoint, measure): disputed(
            opinions,
            RESTS_ON.get(measure, ()),
            {"specification": name, "endpoint": endpoint},
            horizon=measure == "hazard_ratio_to_horizon",
        )
        for name, endpoint, measure in table[keys].drop_duplicates().itertuples(index=False)
    }  # fmt: skip
    return nulled(table, [reasons[key] for key in table[keys].itertuples(index=False, name=None)], ESTIMATE)


def subgroups(table: pd.DataFrame, opinions: pd.DataFrame | None) -> pd.DataFrame:
    """`subgroup_effect` without the levels of a comparison whose hazard ratio is in dispute."""
    keys = table[["specification", "endpoint"]].itertuples(index=False, name=None)
    return nulled(table, [ratio_disputed(opinions, *key) for key in keys], SUBGROUP)


def coefficients(
    table: pd.DataFrame, opinions: pd.DataFrame | None, comparison_of: Mapping[str, str]
) -> pd.DataFrame:
    """`cox_coefficient` without the models of a comparison whose hazard ratio is in dispute.

    Args:
        table: the rows.
        opinions: `second_opinion`, or None.
        comparison_of: population of a model → the specification that its effect stands under, where they differ.
    """
    reasons = [
        ratio_disputed(opinions, comparison_of.get(population, population), endpoint)
        for population, endpoint in table[["population", "endpoint"]].itertuples(index=False)
    ]
    return nulled(table, reasons, COEFFICIENT)


def survival(
    curves: pd.DataFrame, summaries: pd.DataFrame, opinions: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`survival_curve` without curves in dispute, `survival_summary` without what rests on them or is itself in dispute.

    A curve has no row, as where it cannot be made; the note of its summary says why.
    """
    keys = ["specification", "endpoint", "arm"]
    for values in summaries[keys].itertuples(index=False, name=None):
        key = dict(zip(keys, map(str, values), strict=True))
        mine = (summaries[keys] == list(values)).all(axis=1)
        whole = disputed(opinions, (CURVE,), key)
        for what, columns, quantity in (
            ("median", MEDIANS, MEDIAN),
            ("restricted mean", MEANS, RESTRICTED_MEAN),
        ):
            reason = whole or disputed(opinions, (quantity,), key)
            if reason:
                said = [
                    "; ".join([*([note] if isinstance(note, str) else []), f"{what}: {reason}"])
                    if taken
                    else note
                    for note, taken in zip(summaries["note"], mine, strict=True)
                ]
                numbers = {column: summaries[column].mask(mine) for column in columns}
                summaries = summaries.assign(note=said, **numbers)
        if whole:
            curves = curves[~(curves[keys] == list(values)).all(axis=1)]
    return curves, summaries


def diagnostics(table: pd.DataFrame, opinions: pd.DataFrame | None) -> pd.DataFrame:
    """`propensity_diagnostic` without what rests on a score in dispute, or an area under the curve in dispute."""
    whole, area = score_disputed(opinions), disputed(opinions, (AUC,))
    reasons = [whole or (area if statistic == "auc" else None) for statistic in table["statistic"]]
    return nulled(table, reasons, ["value"])


def nulled(table: pd.DataFrame, reasons: list[str | None], columns: list[str]) -> pd.DataFrame:
    """The rows with a reason lose these columns and have it as their note; what is null already keeps its own."""
    reason = pd.Series(reasons, table.index, dtype=object)
    taken = reason.notna() & table[columns].notna().any(axis=1)
    if not taken.any():
        return table
    return table.assign(
        note=table["note"].mask(taken, reason), **{name: table[name].mask(taken) for name in columns}
    )


def says_so(note: object) -> bool:
    """Whether a note tells of a disagreement."""
    return isinstance(note, str) and DISAGREE in note
