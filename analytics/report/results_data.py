"""Result tables as results data tells them, value by value: to the house as they are, to the public as its edition has them.

A value in a file is read to its last digit, which on a page nobody sees. So the public gets the tables that the page shows
the values of, no rows of subjects, no numbers beside them from which a count would follow, and estimates in a few digits.
Does not belong here: any file format, nor what a count is shown as (`disclosure`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.specification import CRUDE
from analytics.report.disclosure import Disclosure
from analytics.report.numbers import words
from analytics.report.public import COUNT, shown_table
from analytics.report.sections.baseline import decimals, kinds
from analytics.safety.rare_names import is_rare

DIGITS, DIGITS_OF_SHARE = 4, 2
"""Of an estimate in public, and of a share of subjects."""
OF_ESTIMATES = (
    "effect_estimate", "survival_summary", "cox_coefficient", "proportional_hazards", "parametric_model", "dose_response",
    "subgroup_effect", "sensitivity", "specification_curve", "monitoring_look", "operating_characteristics",
    "propensity_diagnostic",
)  # fmt: skip
OF_BANDS = (
    "cohort_flow", "covariate_balance", "balance_gate", "survival_curve", "function_course", "exposure_summary",
    "ae_overview", "ae_by_term", "ae_rate", "ae_timing", "ae_aesi", "ae_exclusion",
)  # fmt: skip
"""Tables whose numbers are made of counts in bands, or told in steps."""
UNTOLD = {
    "covariate_balance": ("variance_ratio", "ks"),
    "cox_coefficient": ("log_likelihood",),
    "parametric_model": ("log_likelihood",),
}
"""Columns that no public page shows, and that would tell a count."""
OF_SUBJECTS = "rows of subjects"
NOT_SHOWN = "not in the public edition"
OF_ANOTHER_VERSION = "not known to this version"
COUNTS = {
    "n_treated": "Treated subjects with the characteristic; null for a number.",
    "n_control": "Control subjects with the characteristic; null for a number.",
    "n_not_recorded_treated": "Treated subjects without a value, before anything was imputed.",
    "n_not_recorded_control": "Control subjects without a value, before anything was imputed.",
}
"""Counts, in bands, that the public has beside the balance: what a share is made of, and what subjects' rows would tell."""


@dataclass(frozen=True)
class ResultsData:
    """What an edition tells.

    Attributes:
        tables: by name, in the catalogue's order.
        left_out: table → why it is not told.
    """

    tables: Mapping[str, pd.DataFrame]
    left_out: Mapping[str, str]


def results_data(
    results: Mapping[str, pd.DataFrame], disclosure: Disclosure, primary: str, *, in_house: bool
) -> ResultsData:
    """The result tables of a release as an edition tells them.

    Args:
        results: exact tables by name.
        disclosure: the limit of the edition.
        primary: the endpoint whose comparisons say how many people a share is of.
        in_house: whether it is the house's own edition, which has every table as it is.
    """
    left_out = dict.fromkeys((name for name in results if name not in TABLES), OF_ANOTHER_VERSION)
    present = [name for name in TABLES if name in results]
    if in_house:
        return ResultsData({name: results[name] for name in present}, left_out)
    left_out |= {name: reason for name in present if (reason := _why_not(name))}
    known = {name: TABLES[name].of_then(results[name]) for name in present}
    told = [name for name in present if name not in left_out]
    if disclosure.threshold is None:
        return ResultsData({name: known[name] for name in told}, left_out)
    return ResultsData({name: _public(name, known, disclosure, primary) for name in told}, left_out)


def _why_not(name: str) -> str | None:
    if "usubjid" in TABLES[name].columns:
        return OF_SUBJECTS
    return None if name in (*OF_ESTIMATES, *OF_BANDS) else NOT_SHOWN


def _public(
    name: str, results: Mapping[str, pd.DataFrame], disclosure: Disclosure, primary: str
) -> pd.DataFrame:
    table = shown_table(name, results, disclosure)
    for column in ("soc", "pt"):
        if column in table:
            table = table[~is_rare(table[column])]
    if name == "covariate_balance":
        effects = shown_table("effect_estimate", results, disclosure)
        people = effects[(effects["headline"] == "Y") & (effects["endpoint"] == primary)]
        table = _balance(
            table, people.drop_duplicates("specification").set_index("specification"), disclosure
        )
        table = _not_recorded(table, results.get("analysis_set", pd.DataFrame()), disclosure)
    if name == "propensity_diagnostic":
        table = table[table["statistic"].isin(["auc", "overlap_coefficient"])]
    if name in OF_ESTIMATES:
        is_share = words(table["measure"]).str.startswith("share").to_numpy() if "measure" in table else False
        digits = np.where(is_share, DIGITS_OF_SHARE, DIGITS) * np.ones(len(table), dtype=int)
        table = table.assign(**{each: _rounded(table[each], digits) for each in _estimates(name, table)})
    return table.drop(columns=[column for column in UNTOLD.get(name, ()) if column in table])


def _estimates(name: str, table: pd.DataFrame) -> list[str]:
    return [
        str(column)
        for column in table
        if column not in TABLES[name].groups
        and not COUNT.fullmatch(str(column))
        and pd.api.types.is_float_dtype(table[column])
    ]


def _rounded(values: pd.Series, digits: np.ndarray) -> np.ndarray:
    """Each value in so many significant digits."""
    exact = values.to_numpy(float, na_value=np.nan)
    return np.array([float(f"{value:.{n}g}") for value, n in zip(exact, digits, strict=True)], dtype=float)


def _balance(table: pd.DataFrame, people: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Means as the page rounds them; shares as those of counts in bands, and none of a small one."""
    if table.empty:
        return table
    before = table[table["stage"] == "unadjusted"]
    known = dict(
        zip(zip(before["covariate"], words(before["level"]), strict=True), kinds(before), strict=True)
    )
    made = table.astype({"treated_mean": float, "control_mean": float}).assign(
        n_treated=np.nan, n_control=np.nan
    )
    for place, row in made.iterrows():
        is_share = known.get((row["covariate"], words(pd.Series([row["level"]]))[0])) == "share"
        code = CRUDE if row["stage"] == "unadjusted" else row["specification"]
        for arm in ("treated", "control"):
            mean, spread = row[f"{arm}_mean"], row[f"{arm}_sd"]
            if not is_share:
                digits = decimals(mean)
                made.loc[place, [f"{arm}_mean", f"{arm}_sd"]] = round(mean, digits), round(spread, digits)
                continue
            total = float(people[f"n_{arm}"].get(code, np.nan))
            part = float(disclosure.bands([mean * total])[0])
            is_told = total > 0 and not disclosure.small(part)
            made.loc[place, f"n_{arm}"] = part
            made.loc[place, f"{arm}_mean"] = min(part / total, 1.0) if is_told else np.nan
            made.loc[place, f"{arm}_sd"] = np.nan
    return made


def _not_recorded(table: pd.DataFrame, subjects: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """How many have no value, beside the balance of everyone eligible."""
    made = table.copy()
    for arm, value in (("treated", 1), ("control", 0)):
        mine = subjects[subjects["treated"] == value] if "treated" in subjects else subjects
        counts = {str(column): float(mine[column].isna().sum()) for column in mine}
        found = disclosure.bands(made["covariate"].map(counts))
        made[f"n_not_recorded_{arm}"] = np.where(made["stage"] == "unadjusted", found, np.nan)
    return made
