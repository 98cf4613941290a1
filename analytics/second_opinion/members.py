"""Who is compared with whom, put together anew from the tables of the design and of follow-up.

Belongs here: joins of published tables, and completed covariates. Does not belong here: any number. It repeats on purpose
what `comparison` does, in other words, since a join that lost somebody there must be seen here.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
FOLLOWED = ["entry_days", "stop_days", "event"]


def members(tables: Tables, specification: str, imputation: int, endpoint: str) -> pd.DataFrame:
    """Everyone in a comparison, followed up: a row a membership of a set.

    Args:
        tables: analysis_set, matched_set, balancing_weight and follow_up.
        specification: its name; one that neither sets nor weights know takes everyone eligible as they are.
        imputation: number of the data set.
        endpoint: name of the endpoint.

    Returns:
        usubjid, treated, set_id, weight, entry_days, stop_days, event, sorted by time, event and names.
    """
    arm = tables["analysis_set"].set_index("usubjid")["treated"]
    clock = tables["follow_up"].query("endpoint == @endpoint").set_index("usubjid")[FOLLOWED]
    rows = pd.DataFrame({"usubjid": arm.index, "set_id": 0, "weight": 1.0})
    for name in ("matched_set", "balancing_weight"):
        table = tables[name]
        if (table["specification"] == specification).any():
            chosen = table.query(
                "specification == @specification and imputation == @imputation and weight > 0"
            )
            rows = chosen.assign(set_id=chosen.get("set_id", 0))[["usubjid", "set_id", "weight"]]
    rows = rows.assign(treated=rows["usubjid"].map(arm)).join(clock, on="usubjid", how="inner")
    finite = np.isfinite(rows[["treated", "weight", *FOLLOWED]].to_numpy(float)).all(axis=1)
    return rows.loc[finite].sort_values(["stop_days", "event", "usubjid", "set_id"], ignore_index=True)


def until(frame: pd.DataFrame, day: float | None) -> pd.DataFrame:
    """The same, observed up to a day; None for as long as there is."""
    if day is None:
        return frame
    seen = frame[frame["entry_days"] < day]
    over = seen["stop_days"] > day
    cut = seen.assign(stop_days=seen["stop_days"].where(~over, day), event=seen["event"].where(~over, 0))
    return cut.sort_values(["stop_days", "event", "usubjid", "set_id"], ignore_index=True)


def after(frame: pd.DataFrame, day: float | None) -> pd.DataFrame:
    """The same, observed from a day on: who is still followed then; None for from the beginning."""
    if day is None:
        return frame
    left = frame[frame["stop_days"] > day]
    return left.assign(entry_days=left["entry_days"].where(left["entry_days"] > day, day))


def completed(tables: Tables, imputation: int, covariates: Sequence[str], missing: str) -> pd.DataFrame:
    """The covariates of a data set without a gap, as the score model takes them.

    Args:
        tables: analysis_set and imputed_covariate.
        imputation: number of the data set; 0 for what was recorded.
        covariates: of the score, by name.
        missing: what the protocol does with a missing value: impute, complete_case or indicator.

    Returns:
        usubjid, treated and one column of numbers a term, sorted by usubjid; the first level of a category has none.
    """
    frame = tables["analysis_set"][["usubjid", "treated", *covariates]].sort_values(
        "usubjid", ignore_index=True
    )
    drawn = tables["imputed_covariate"].query("imputation == @imputation")
    for name, values in drawn[drawn["covariate"].isin(covariates)].groupby("covariate"):
        value = frame["usubjid"].map(values.set_index("usubjid")["value"])
        number = pd.api.types.is_numeric_dtype(frame[name])
        frame[name] = frame[name].fillna(value.astype(float) if number else value)
    if missing == "indicator":
        frame = _marked(frame, covariates)
    frame = frame.dropna().reset_index(drop=True)
    return pd.concat(
        [frame[["usubjid", "treated"]], _numbers(frame.drop(columns=["usubjid", "treated"]))], axis=1
    )


def _marked(frame: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """Missing values as a level of their own, or as the median beside a mark."""
    frame = frame.copy()
    for name in covariates:
        gone = frame[name].isna()
        if not gone.any():
            continue
        if pd.api.types.is_numeric_dtype(frame[name]):
            frame[f"{name}_MISSING"] = gone * 1.0
            frame[name] = frame[name].fillna(frame[name].median())
        else:
            frame[name] = frame[name].fillna("not recorded")
    return frame


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as they are; words as indicators of each level but the first."""
    words = [
        name
        for name in frame
        if not pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name])
    ]
    coded = frame.astype(dict.fromkeys(words, str))
    return pd.get_dummies(coded, columns=words, drop_first=True, prefix_sep="=", dtype=float).astype(float)
