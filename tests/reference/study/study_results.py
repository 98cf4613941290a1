"""The results of a whole study in the long form of `expected.csv`: quantity and key → value."""

from pathlib import Path

import numpy as np
import pandas as pd

from analytics import study
from analytics.protocol import Protocol, parse_protocol
from orchestration.foreign.marts import foreign_study

HERE = Path(__file__).parent
STUDIES = ("rotterdam", "rotterdam_two", "rotterdam_again", "colon", "veteran", "mgus")
MATCHED_OTHERWISE = {"rotterdam_two": {"ratio": 2}, "rotterdam_again": {"replace": True}}


def run_study(name: str) -> tuple[Protocol, dict[str, pd.DataFrame]]:
    """A study of public data from the files that `vigil analyse` would be given."""
    of = name.partition("_")[0]
    files = {mart: HERE / f"{of}_{mart}.csv" for mart in ("adsl", "adtte")}
    given = {mart: path for mart, path in files.items() if path.is_file()}
    protocol = parse_protocol((HERE / f"{of}.toml").read_text(encoding="utf-8"))
    matching = protocol.matching.model_copy(update=MATCHED_OTHERWISE.get(name, {}))
    foreign = foreign_study(protocol.model_copy(update={"matching": matching}), given)
    return foreign.protocol, study.run(foreign.protocol, foreign.marts)


def long_form(protocol: Protocol, tables: dict[str, pd.DataFrame]) -> dict[tuple[str, str, str], float]:
    """(specification, quantity, key) → value, named as the R script names them."""
    found: dict[tuple[str, str, str], float] = {}
    for row in tables["propensity_score"].itertuples():
        found["score", "propensity", row.usubjid] = row.propensity
    for row in tables["balancing_weight"].itertuples():
        found[row.specification, "weight", row.usubjid] = row.weight
    found |= _balance(tables["covariate_balance"]) | _models(tables) | _effects(tables["effect_estimate"])
    return found | _curves(protocol, tables)


def _balance(balance: pd.DataFrame) -> dict:
    mine = balance[(balance["specification"] == "matched") & (balance["level"] == "")]
    word = {"unadjusted": "smd_before", "adjusted": "smd_after"}
    return {("matched", word[row.stage], row.covariate): row.smd for row in mine.itertuples()}


def _models(tables: dict[str, pd.DataFrame]) -> dict:
    found = {}
    names = {"coefficient": "coefficient", "naive_se": "standard_error", "robust_se": "robust_standard_error"}
    for row in tables["cox_coefficient"].itertuples():
        for quantity, column in names.items():
            found[row.model, quantity, row.term] = getattr(row, column)
        found[row.model, "log_likelihood", ""] = row.log_likelihood
    for row in tables["proportional_hazards"].itertuples():
        found[row.model, "zph", row.term] = row.chi2
        found[row.model, "zph_df", row.term] = row.df
    return found


def _effects(effects: pd.DataFrame) -> dict:
    found = {}
    for row in effects.itertuples():
        if row.headline == "Y":
            found[row.specification, "coefficient", "TREATED"] = np.log(row.estimate)
            quantity = "naive_se" if row.specification == "crude" else "robust_se"
            found[row.specification, quantity, "TREATED"] = row.standard_error
        if row.measure == "log_rank_chi2":
            quantity = "log_rank" if "unstratified" in row.method else "log_rank_sets"
            found[row.specification, quantity, ""] = row.estimate
        if row.measure == "rmst_difference":
            found[row.specification, "rmst_difference", ""] = row.estimate
            found[row.specification, "rmst_difference_se", ""] = row.standard_error
    return found


def _curves(protocol: Protocol, tables: dict[str, pd.DataFrame]) -> dict:
    found = {}
    arms = {protocol.treatment.treated_label: "1", protocol.treatment.control_label: "0"}
    curves, days = tables["survival_curve"], protocol.primary.milestones_days
    for (specification, arm), curve in curves.groupby(["specification", "arm"], sort=False):
        for day in days:
            at = curve[curve["time_days"] <= day].iloc[-1]
            for quantity, column in (("surv", "survival"), ("lower", "ci_lower"), ("upper", "ci_upper")):
                found[specification, f"curve_{quantity}", f"{arms[arm]} {day}"] = at[column]
    columns = {"median": "median_days", "median_lower": "median_ci_lower", "median_upper": "median_ci_upper",
               "rmst": "rmst_days", "rmst_se": "rmst_standard_error"}  # fmt: skip
    for row in tables["survival_summary"].itertuples():
        for quantity, column in columns.items():
            found[row.specification, quantity, arms[row.arm]] = getattr(row, column)
    return found
